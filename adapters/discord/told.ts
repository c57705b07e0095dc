import type { Message } from "discord.js";
import { isBlank } from "../../src/core/richText.ts";
import { messageFrom, placedOf } from "./convert.ts";
import { entryOf } from "./payload.ts";
import { boundTo } from "./place.ts";
import { externalIdOf, type TypedParts } from "./typed.ts";

/**
 * Discord: the message types that somebody says something in, DEFAULT, REPLY, CHAT_INPUT_COMMAND and CONTEXT_MENU_COMMAND (the
 * answers of apps). The others report that somebody joined, pinned or boosted.
 */
const TOLD: readonly number[] = [0, 19, 20, 23];

/** Discord: an app may fill in its answer, and edit it without a trace, for so long. */
const ANSWER_MS = 15 * 60_000;

/** Discord: the flag of a copy of which the original is gone. */
const ORIGINAL_DELETED = 1 << 3;

export async function isWatched({ watched }: Pick<TypedParts, "watched">, message: Message): Promise<boolean> {
  return TOLD.includes(message.type) && boundTo(await watched(), placedOf(message)) !== undefined;
}

/** Keeps what a rule may forward; resolves once it is durable. What says nothing yet, such as "… is thinking", is not kept. */
export async function keepTold(parts: TypedParts, message: Message): Promise<void> {
  const kept = messageFrom(message, await parts.bound(), undefined);
  if (isBlank(kept.text) && kept.media.length === 0 && kept.parts.length === 0) return;
  await parts.intake.store([entryOf(kept, { externalId: externalIdOf(message), receivedAt: parts.clock() })]);
}

export async function keepIfWatched(parts: TypedParts, message: Message): Promise<void> {
  if (await isWatched(parts, message)) await keepTold(parts, message);
}

/**
 * Whether a change is news. An edit is; pins and suppressed previews come long after the edit that they still name. Without an edit
 * it is the preview of a link, or the answer that an app has only just filled in: what was kept before is known by its id and is not
 * kept twice, so that of these two only the answer is.
 */
export function isNews(message: Message, now: number): boolean {
  if (message.editedTimestamp !== null) return now - message.editedTimestamp < ANSWER_MS;
  const isProgram = message.author.bot || message.webhookId !== null;
  return isProgram && now - message.createdTimestamp < ANSWER_MS;
}

/** A message of a followed channel stays behind as a copy that says that the original was deleted. */
export const isOriginalDeleted = (message: Message): boolean => message.flags.has(ORIGINAL_DELETED);
