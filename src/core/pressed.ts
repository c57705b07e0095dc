import type { IncomingMessage } from "./chat.ts";

/**
 * What our buttons send back: an answer to a question with the question's key, the number of a choice with the key of the rule
 * that is being made, or the incident that somebody takes.
 */
const DATA = /^(?:(?:yes|no) [\da-f-]{36}|rule:(?<choice>\d{1,2} [\da-f-]{36})|ack:(?<incident>[\da-f-]{36}))$/u;

/** A button of ours that somebody pressed, as the message that says the same; undefined for any other button. */
export function pressedMessage({
  at,
  place,
  sender,
  data,
  now,
}: Pick<IncomingMessage, "at" | "place" | "sender"> & { data: string; now: number }): IncomingMessage | undefined {
  const found = DATA.exec(data);
  if (!found) return undefined;
  const said = { at, place, sender, sentAt: now, media: [], parts: [], edited: false };
  const { incident, choice } = found.groups ?? {};
  if (choice !== undefined) return { ...said, text: [], command: "forward", options: { line: [{ text: choice }] } };
  if (incident === undefined) return { ...said, text: [{ text: data }], command: "notify", options: {} };
  return { ...said, text: [], command: "ack", options: { line: [{ text: incident }] } };
}
