import type { REST } from "discord.js";
import { failureOf } from "./failures.ts";

/** The slice of an interaction that answering needs. */
export interface Answerable {
  readonly id: string;
  readonly applicationId: string;
  readonly token: string;
}

/** Discord: an interaction must be answered within 3 seconds; the rest is for the way back. */
const DEADLINE_MS = 2_500;
/** For the question whether a first answer, whose confirmation was lost, arrived. */
const CHECK_MS = 5_000;

const ALREADY_ACKNOWLEDGED = 40060;

/** Discord: types of a first answer. */
const THINKING = { type: 5, data: { flags: 1 << 6 } } as const;
const UPDATE_LATER = { type: 6 } as const;
const SUGGESTIONS = 8;
const FORM = 9;

async function firstAnswer(rest: REST, to: Answerable, body: object): Promise<"given" | "refused" | "unknown"> {
  try {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    await rest.post(`/interactions/${to.id}/${to.token}/callback`, { body, auth: false, signal });
    return "given";
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== "refused") return "unknown";
    // The library repeats a callback whose answer was lost; the repetition then finds the interaction answered, by us.
    return failure.code === ALREADY_ACKNOWLEDGED ? "given" : "refused";
  }
}

async function isThinking(rest: REST, to: Answerable): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(CHECK_MS);
    await rest.get(`/webhooks/${to.applicationId}/${to.token}/messages/@original`, { auth: false, signal });
    return true;
  } catch {
    return false;
  }
}

/**
 * Tells Discord that an answer follows, seen by the caller alone.
 *
 * @returns False when the caller saw "did not respond": then nothing must be done, because they will ask again.
 */
export async function acknowledge(rest: REST, to: Answerable): Promise<boolean> {
  const answered = await firstAnswer(rest, to, THINKING);
  return answered === "given" || (answered === "unknown" && (await isThinking(rest, to)));
}

/** Tells Discord that the message under a pressed button may change; false as with `acknowledge`. */
export const acknowledgePress = async (rest: REST, to: Answerable): Promise<boolean> =>
  (await firstAnswer(rest, to, UPDATE_LATER)) !== "refused";

export async function openForm(rest: REST, to: Answerable, data: object): Promise<boolean> {
  return (await firstAnswer(rest, to, { type: FORM, data })) === "given";
}

/** Discord: at most 25 choices; name and value of 1 to 100 characters. */
export async function suggest(
  rest: REST,
  to: Answerable,
  choices: readonly { label: string; value: string }[],
): Promise<void> {
  const fitting = choices
    .filter(({ label, value }) => label !== "" && value !== "" && value.length <= 100)
    .slice(0, 25);
  const data = { choices: fitting.map(({ label, value }) => ({ name: label.slice(0, 100).toWellFormed(), value })) };
  await firstAnswer(rest, to, { type: SUGGESTIONS, data });
}
