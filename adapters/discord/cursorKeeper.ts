import type { Clock } from "../../src/app/ports.ts";
import { isNewer } from "./place.ts";

export interface Cursors {
  /** Id of the last message of the channel that was dealt with. */
  get(channelId: string): Promise<string | undefined>;
  /** In epoch milliseconds; 0 when that is not known. */
  writtenAt(channelId: string): Promise<number>;
  put(channelId: string, messageId: string, at: number): Promise<void>;
}

/** Messages that ask nothing of us come in floods; losing a second of them costs one repeated look. */
const WRITE_EVERY_MS = 1_000;

export interface CursorKeeper {
  get(channelId: string): Promise<string | undefined>;
  readonly writtenAt: Cursors["writtenAt"];
  /** Dealt with live: written within a second, or when it may be written again. */
  pass(channelId: string, messageId: string): void;
  /** Written before this resolves, unless live messages must not move cursors now. */
  reach(channelId: string, messageId: string): Promise<void>;
  /** Written before this resolves: the history up to here has been read. */
  settle(channelId: string, messageId: string): Promise<void>;
  /** Live messages move no cursor, since the gap before them has not been read yet: of one channel, or of all. */
  hold(channelId?: string): void;
  /** The gap has been read: what came live meanwhile counts. */
  release(channelId?: string): Promise<void>;
  flush(): Promise<void>;
}

/** Cursors only move forward, and never over a gap. */
export function createCursorKeeper(
  cursors: Cursors,
  { clock, failed }: { clock: Clock; failed: (error: unknown) => void },
): CursorKeeper {
  const written = new Map<string, string>();
  const passed = new Map<string, string>();
  const held = new Set<string>();
  let isAllHeld = true;
  let timer: NodeJS.Timeout | undefined;

  const isHeld = (channelId: string) => isAllHeld || held.has(channelId);

  async function write(channelId: string, messageId: string): Promise<void> {
    const last = written.get(channelId);
    if (last !== undefined && !isNewer(messageId, last)) return;
    await cursors.put(channelId, messageId, clock());
    written.set(channelId, messageId);
  }

  function note(channelId: string, messageId: string): void {
    const last = passed.get(channelId);
    if (last === undefined || isNewer(messageId, last)) passed.set(channelId, messageId);
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    for (const [channelId, messageId] of [...passed]) {
      if (isHeld(channelId)) continue;
      await write(channelId, messageId);
      if (passed.get(channelId) === messageId) passed.delete(channelId);
    }
  }

  return {
    flush,
    writtenAt: cursors.writtenAt,
    async get(channelId) {
      const stored = await cursors.get(channelId);
      if (stored !== undefined) written.set(channelId, stored);
      return stored;
    },
    pass(channelId, messageId) {
      note(channelId, messageId);
      if (isHeld(channelId)) return;
      timer ??= setTimeout(() => void flush().catch(failed), WRITE_EVERY_MS).unref();
    },
    async reach(channelId, messageId) {
      note(channelId, messageId);
      if (!isHeld(channelId)) await write(channelId, messageId);
    },
    settle: write,
    hold(channelId) {
      if (channelId === undefined) isAllHeld = true;
      else held.add(channelId);
    },
    async release(channelId) {
      if (channelId === undefined) isAllHeld = false;
      else held.delete(channelId);
      await flush();
    },
  };
}
