import { setTimeout as delay } from "node:timers/promises";
import type { Client, GuildTextBasedChannel } from "discord.js";
import type { Log } from "../../src/app/ports.ts";
import type { ChatRef } from "../../src/core/chat.ts";
import { failureOf } from "./failures.ts";
import { type Cursor, type HistoryParts, newestCursor, readGap, watchedChannels } from "./history.ts";
import type { Lanes } from "./lanes.ts";
import { isNewer } from "./place.ts";

export interface CatchUpParts {
  bound(): Promise<readonly ChatRef[]>;
  readonly history: HistoryParts;
  readonly lanes: Lanes;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface CatchUp {
  /** Reads what every watched channel said while nobody listened, and what was edited or deleted meanwhile. */
  start(client: Client<true>): Promise<void>;
  /** Looks for messages that were never announced. */
  sweep(client: Client<true>): Promise<void>;
  /** Something of this channel could not be kept: it is read again after a while, with what was changed `since` that id's moment. */
  again(channel: GuildTextBasedChannel, since: string): Promise<void>;
}

interface Watched {
  readonly channels: readonly GuildTextBasedChannel[];
  readonly newest: Cursor | undefined;
}

const RETRY_MS = 2_000;

export function createCatchUp(parts: CatchUpParts): CatchUp {
  const { history, lanes, log, signal } = parts;
  const { cursors } = history;
  let round = 0;
  const changes = missedChanges();

  async function readOne(channel: GuildTextBasedChannel, newest: Cursor | undefined): Promise<boolean> {
    let isRead = false;
    await lanes.run(channel.id, async () => {
      const changedSince = changes.since(channel.id);
      isRead = await readGap(history, channel, { newest, changedSince });
      if (!isRead) return;
      changes.read(channel.id, changedSince);
      await cursors.release(channel.id);
    });
    return isRead;
  }

  const pause = () => delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);

  /** Those that could not be read now are tried again and again until a newer round takes over. */
  async function readGaps({ channels, newest }: Watched, own: number): Promise<void> {
    let left = channels;
    while (left.length > 0) {
      const failed: GuildTextBasedChannel[] = [];
      for (const channel of left) {
        if (signal.aborted || own !== round) return;
        if (!(await readOne(channel, newest))) failed.push(channel);
      }
      if (failed.length > 0) await pause();
      left = failed;
    }
  }

  async function watched(client: Client<true>, own: number): Promise<Watched> {
    while (!signal.aborted && own === round) {
      try {
        const channels = watchedChannels(client, await parts.bound());
        return { channels, newest: await newestCursor(cursors, channels) };
      } catch (error) {
        log.error({ failure: failureOf(error) }, "Discord: the bound chats could not be read");
        await pause();
      }
    }
    return { channels: [], newest: undefined };
  }

  async function look(client: Client<true>, isGap: boolean): Promise<void> {
    round += 1;
    const own = round;
    const found = await watched(client, own);
    if (isGap) for (const { id } of found.channels) changes.note(id, found.newest?.messageId);
    if (own !== round) return;
    for (const channel of found.channels) cursors.hold(channel.id);
    await cursors.release();
    await readGaps(found, own);
  }

  return {
    start: (client) => look(client, true),
    sweep: (client) => look(client, false),
    async again(channel, since) {
      changes.note(channel.id, since);
      cursors.hold(channel.id);
      const own = round;
      await pause();
      await readGaps({ channels: [channel], newest: undefined }, own);
    },
  };
}

/** Since when edits and deletions of a channel may have been missed, until it has been read: another gap may begin before that. */
function missedChanges() {
  const missed = new Map<string, string>();
  return {
    since: (channelId: string) => missed.get(channelId),
    note(channelId: string, since: string | undefined): void {
      const known = missed.get(channelId);
      if (since !== undefined && (known === undefined || isNewer(known, since))) missed.set(channelId, since);
    },
    read(channelId: string, since: string | undefined): void {
      if (missed.get(channelId) === since) missed.delete(channelId);
    },
  };
}
