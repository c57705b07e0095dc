import type { GuildTextBasedChannel, Message } from "discord.js";
import type { BoundChat, Intake } from "../../src/app/ports.ts";
import { deletionEntry, messageEntry } from "./deletion.ts";
import { failureOf } from "./failures.ts";
import { chatOf, idAt, isNewer, messageIdOf, placedAs, spotOf } from "./place.ts";
import { isOriginalDeleted } from "./told.ts";
import type { Deleted } from "./typed.ts";

export interface ChangeParts {
  bound(): Promise<readonly BoundChat[]>;
  /** Deals with one message of the gap. */
  take(message: Message): Promise<void>;
  readonly known: Intake["known"];
  readonly heard: Intake["heard"];
  /** Deals with messages that were deleted. */
  gone(messages: readonly Deleted[]): Promise<void>;
}

/** Discord: the most messages that one answer has. */
export const PAGE = 100;

export interface Changes {
  /** The last message before the gap. */
  readonly upTo: string;
  /** An id of the moment in which the gap began. */
  readonly since: string;
}

export const oldestFirst = (one: Message, other: Message): number => (isNewer(one.id, other.id) ? 1 : -1);

/**
 * What was said before the gap and edited or deleted in it, as far back as one answer reaches. What was heard of it comes a second
 * time: an entry is known by when its message was edited, and a deletion by its message.
 */
export async function readChanges(
  parts: ChangeParts,
  channel: GuildTextBasedChannel,
  { upTo, since }: Changes,
): Promise<void> {
  const knownIn = await knownOf(parts, channel);
  // What is known may reach beyond the cursor, which is written after it.
  const newest = (await knownIn(upTo, "9".repeat(upTo.length))).reduce(
    (last, id) => (isNewer(id, last) ? id : last),
    upTo,
  );
  const before = String(BigInt(newest) + 1n);
  const answer = await channel.messages.fetch({ before, limit: PAGE, cache: false });
  const page = [...answer.values()].sort(oldestFirst);
  const edited = page.flatMap((message) => {
    const at = message.editedTimestamp;
    return at !== null && isNewer(idAt(at), since) && !isNewer(message.id, upTo) ? [{ message, at }] : [];
  });
  for (const { message } of edited.sort((one, other) => one.at - other.at)) await parts.take(message);
  // A page that is not full shows all that is left.
  const oldest = page.length < PAGE ? FIRST : (page[0]?.id ?? FIRST);
  const shown = new Set(page.map(({ id }) => id));
  const missing = (await knownIn(oldest, newest)).filter((id) => !shown.has(id));
  await parts.gone([...(await goneOf(parts, channel, missing)), ...page.filter(isOriginalDeleted)]);
}

/** No id is less. */
const FIRST = "0";
/** Discord: the code of a message that is not there any more. */
const UNKNOWN_MESSAGE = 10008;

/**
 * Those of them that were deleted and nobody has told of. Each is asked for, the latest hundred of them: that one is not shown may also
 * be because the bot may not read it.
 */
async function goneOf(
  { heard }: ChangeParts,
  channel: GuildTextBasedChannel,
  missing: readonly string[],
): Promise<readonly Deleted[]> {
  const open: string[] = [];
  // What is known by an interaction was never a message, and of what is told already there is nothing to ask.
  for (const id of missing.toSorted((one, other) => (isNewer(one, other) ? 1 : -1)))
    if ((await heard("discord", messageEntry(id))) && !(await heard("discord", deletionEntry(id)))) open.push(id);
  const gone: Deleted[] = [];
  for (const id of open.slice(-PAGE))
    if (await isUnknown(channel, id)) gone.push({ id, guildId: channel.guildId, channelId: channel.id });
  return gone;
}

async function isUnknown(channel: GuildTextBasedChannel, message: string): Promise<boolean> {
  try {
    await channel.messages.fetch({ message, cache: false, force: true });
    return false;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === "refused") return failure.code === UNKNOWN_MESSAGE;
    throw error;
  }
}

/** Asks for the ids, from `first` to `last`, of the channel's messages that something was made of. */
async function knownOf(
  { bound, known }: ChangeParts,
  channel: GuildTextBasedChannel,
): Promise<(first: string, last: string) => Promise<readonly string[]>> {
  const chat = chatOf(await bound(), placedAs(channel));
  const named = (messageId: string) => messageIdOf({ channelId: channel.id, messageId }, chat);
  return async (first, last) => {
    // As texts only ids of one length compare as they grow; Discord's have had 19 digits since 2022.
    const least = first.length === last.length ? first : "1".padEnd(last.length, "0");
    const ids = await known({ chat, first: named(least), last: named(last) });
    // Those of threads are in the range as well, where theirs is.
    return ids.map((id) => spotOf(chat, id)).flatMap((spot) => (spot.channelId === channel.id ? spot.messageId : []));
  };
}
