import { setTimeout as delay } from "node:timers/promises";
import type { Platform } from "../core/chat.ts";
import type { ChoreHandler } from "./chores.ts";
import type { Clock, Messenger, Words, WordsIn } from "./ports.ts";
import type { Asker, ChoreWork } from "./store/chores.ts";

export interface HideParts {
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  readonly messengers: Partial<Readonly<Record<Platform, Pick<Messenger, "remove">>>>;
}

/** The chore that deletes a message with a credential and tells its author why. */
export function hideChore(parts: HideParts): ChoreHandler<Extract<ChoreWork, { kind: "hide" }>> {
  return async ({ asker, text, endedCode, isQuiet }) => {
    const isHidden = await removeMessage(asker, parts);
    if (isQuiet) return { kind: "done" };
    const words = parts.wordsIn(asker.language);
    const leaked = words.say(isHidden ? "webhook-hidden" : "webhook-not-hidden");
    const lines =
      text === undefined
        ? [leaked, ...(endedCode ? [words.say("invitation-shown")] : [])]
        : [text, hiddenText(words, isHidden)];
    const wish = { text: lines.join("\n") };
    return { kind: "done", write: (tx) => tx.receipts.wish(asker.slot, asker.target, wish, parts.clock()) };
  };
}

/** What became of a message in private. Even there it is no place for a secret: whoever gets hold of the telephone reads it. */
export const hiddenText = (words: Words, isHidden: boolean): string =>
  words.say(isHidden ? "connect-deleted" : "connect-delete-yourself");

/** How often a platform that is busy is asked again, at once: every moment counts. */
const MOST_REMOVALS = 3;
const LONGEST_REMOVAL_PAUSE_MS = 5_000;

/** @returns Whether the message is gone. */
export async function removeMessage(
  { target }: Asker,
  { messengers }: Pick<HideParts, "messengers">,
): Promise<boolean> {
  for (let left = MOST_REMOVALS; left > 0; left -= 1) {
    const outcome = await messengers[target.platform]?.remove(target);
    if (outcome?.kind !== "later") return outcome?.kind === "done";
    await delay(Math.min(outcome.afterMs, LONGEST_REMOVAL_PAUSE_MS));
  }
  return false;
}
