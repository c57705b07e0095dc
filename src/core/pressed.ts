import type { IncomingMessage } from "./chat.ts";

/** What our buttons send back: an answer to a question, and the question's key. */
const DATA = /^(?:yes|no) [\da-f-]{36}$/u;

/** A button of ours that somebody pressed, as the message that says the same; undefined for any other button. */
export function pressedMessage({
  at,
  place,
  sender,
  data,
  now,
}: Pick<IncomingMessage, "at" | "place" | "sender"> & { data: string; now: number }): IncomingMessage | undefined {
  if (!DATA.test(data)) return undefined;
  const empty = { media: [], parts: [], edited: false };
  return { ...empty, at, place, sender, text: [{ text: data }], sentAt: now, command: "notify", options: {} };
}
