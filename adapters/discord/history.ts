import type { Client, GuildTextBasedChannel, Message } from "discord.js";
import type { Log } from "../../src/app/ports.ts";
import type { ChatRef } from "../../src/core/chat.ts";
import { type ChangeParts, oldestFirst, PAGE, readChanges } from "./changes.ts";
import type { CursorKeeper } from "./cursorKeeper.ts";
import { failureOf } from "./failures.ts";
import { boundTo, hasRoles, idAt, isNewer, placedAs } from "./place.ts";

/** How far a channel was dealt with. */
export interface Cursor {
  readonly channelId: string;
  readonly messageId: string;
}

export interface HistoryParts extends ChangeParts {
  readonly cursors: CursorKeeper;
  readonly log: Log;
}

/** A gap longer than this is cut and said so: commands from so far back have been repeated by their senders long ago. */
const LONGEST_GAP = 2_000;

/** All channels and active threads of bound chats that the bot may see. */
export function watchedChannels(client: Client<true>, bound: readonly ChatRef[]): GuildTextBasedChannel[] {
  const watched = [...client.channels.cache.values()].flatMap((channel) => {
    if (channel.isDMBased() || !channel.isTextBased() || !mayView(channel)) return [];
    return boundTo(bound, placedAs(channel)) ? [channel] : [];
  });
  return watched.sort(threadsFirst);
}

/** Where the server has not told who we are there, the answer to the first question decides. */
const mayView = (channel: GuildTextBasedChannel): boolean =>
  channel.guild.members.me === null || !hasRoles(channel.guild) || channel.viewable;

/** Threads come first: a new one starts where its channel stood. */
const threadsFirst = (a: GuildTextBasedChannel, b: GuildTextBasedChannel): number =>
  Number(b.isThread()) - Number(a.isThread());

/** The last message that was dealt with anywhere: nobody listened after it, as far as can be known. */
export async function newestCursor(
  cursors: CursorKeeper,
  channels: readonly GuildTextBasedChannel[],
): Promise<Cursor | undefined> {
  let newest: Cursor | undefined;
  for (const { id: channelId } of channels) {
    const messageId = await cursors.get(channelId);
    if (messageId !== undefined && (newest === undefined || isNewer(messageId, newest.messageId)))
      newest = { channelId, messageId };
  }
  return newest;
}

/** Where reading starts: a cursor may be left from an earlier binding, and what was said in between is nobody's command. */
async function startOf(
  { cursors, bound }: HistoryParts,
  channel: GuildTextBasedChannel,
  newest: Cursor | undefined,
): Promise<string | undefined> {
  const last = await cursorOf(cursors, channel, newest);
  if (last === undefined) return undefined;
  const boundAt = boundTo(await bound(), placedAs(channel))?.createdAt ?? 0;
  // By its own clock, as long as that is known: an id tells its time only where it is Discord's own.
  if ((await cursors.writtenAt(last.channelId)) >= boundAt) return last.messageId;
  const since = idAt(boundAt);
  return isNewer(since, last.messageId) ? since : last.messageId;
}

/**
 * A thread opened during the gap has no cursor of its own, but all of it is newer than its channel's; and all of a channel that was
 * opened in it is newer than whatever was heard before.
 */
async function cursorOf(
  cursors: CursorKeeper,
  channel: GuildTextBasedChannel,
  newest: Cursor | undefined,
): Promise<Cursor | undefined> {
  const parents = channel.isThread() && channel.parentId !== null ? [channel.parentId] : [];
  for (const channelId of [channel.id, ...parents]) {
    const messageId = await cursors.get(channelId);
    if (messageId !== undefined) return { channelId, messageId };
  }
  return newest !== undefined && isNewer(channel.id, newest.messageId) ? newest : undefined;
}

/** One page beyond `after`, oldest first. Not cached: the library would drop the live event of a message in its cache. */
async function pageAfter(channel: GuildTextBasedChannel, after: string): Promise<Message[]> {
  const page = await channel.messages.fetch({ after, limit: PAGE, cache: false });
  return [...page.values()].sort(oldestFirst);
}

async function readFrom(parts: HistoryParts, channel: GuildTextBasedChannel, after: string): Promise<void> {
  let border = after;
  for (let read = 0; read < LONGEST_GAP; read += PAGE) {
    const page = await pageAfter(channel, border);
    for (const message of page) {
      await parts.take(message);
      border = message.id;
    }
    if (border !== after) await parts.cursors.settle(channel.id, border);
    if (page.length < PAGE) return;
  }
  const { lastMessageId } = channel;
  if (lastMessageId === null || !isNewer(lastMessageId, border)) return;
  parts.log.warn(
    { channel: channel.id, read: LONGEST_GAP },
    "Discord: the gap is too long, its newer part is left out",
  );
  await parts.cursors.settle(channel.id, lastMessageId);
}

export interface Gap {
  /** The last message that was dealt with in any channel before the gap. */
  readonly newest?: Cursor | undefined;
  /** An id of the moment since which edits and deletions may have been missed; absent while none can have been. */
  readonly changedSince?: string | undefined;
}

/**
 * Reads what one channel said since its cursor. A channel without cursor gets its border here: what was said before it was
 * watched is not for us.
 *
 * @returns False when it failed in a way that may pass.
 */
export async function readGap(parts: HistoryParts, channel: GuildTextBasedChannel, gap: Gap): Promise<boolean> {
  const { newest, changedSince } = gap;
  try {
    const after = await startOf(parts, channel, newest);
    if (after === undefined) await parts.cursors.settle(channel.id, channel.lastMessageId ?? channel.id);
    else {
      if (changedSince !== undefined) await readChanges(parts, channel, { upTo: after, since: changedSince });
      await readFrom(parts, channel, after);
    }
    return true;
  } catch (error) {
    const failure = failureOf(error);
    parts.log.warn({ channel: channel.id, failure }, "Discord: the history of a channel could not be read");
    return failure.kind === "refused" || failure.kind === "token";
  }
}
