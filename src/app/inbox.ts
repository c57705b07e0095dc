import type { Platform } from "../core/chat.ts";
import type { Alarm } from "./alarm.ts";
import { errorName } from "./errorName.ts";
import { NotYetError } from "./notYet.ts";
import type { ChatAdapter, Clock, Log } from "./ports.ts";
import type { InboxRow } from "./store/queues.ts";
import type { Store } from "./store/store.ts";
import { traceFields } from "./trace.ts";

/** What comes of a chat that had nothing waiting is dealt with after as many others, whatever waits. */
const ROUND = 20;

/**
 * A row that cannot be dealt with is tried this often, with growing pauses, then given up with a line in the log. That takes
 * more than a day: dealing with a row may need the platform itself, whose outage must cost nobody a command.
 */
const MOST_ATTEMPTS = 300;
const LONGEST_PAUSE_MS = 300_000;
/** For what is just coming about. */
const MOMENT_MS = 100;

interface InboxParts {
  readonly store: Store;
  readonly adapter: Pick<ChatAdapter, "platform" | "dispatch">;
  readonly alarm: Alarm;
  readonly clock: Clock;
  readonly log: Log;
}

/** Deals with what is in the inbox of one platform, of each chat in turn and in the order of arrival within it, until `signal` aborts. */
export async function emptyInbox(parts: InboxParts, signal: AbortSignal): Promise<void> {
  const { store, adapter, alarm, clock } = parts;
  await store.tx((tx) => tx.inbox.regather(adapter.platform, clock()));
  let after: string | undefined;
  while (!signal.aborted) {
    const due = await store.read.inbox.due(adapter.platform, { now: clock(), limit: ROUND, after });
    after = due.at(-1)?.lane;
    for (const rows of inAlbums(due)) {
      if (signal.aborted) return;
      await deal(await wholeAlbum(rows, store), parts);
    }
    if (due.length > 0) continue;
    await alarm.wait(await pauseMs(store, adapter.platform, clock()), signal);
  }
}

async function pauseMs(store: Store, platform: Platform, now: number): Promise<number> {
  const next = await store.read.inbox.nextDue(platform);
  return next === undefined ? Number.POSITIVE_INFINITY : Math.max(next - now, 1);
}

/** The members of an album are one message; they are due together. */
function inAlbums(rows: readonly InboxRow[]): readonly (readonly InboxRow[])[] {
  return [...Map.groupBy(rows, (row) => row.albumKey ?? row.id).values()];
}

/** One that came late brings back those that were dealt with: only together do they make sense. */
async function wholeAlbum(rows: readonly InboxRow[], store: Store): Promise<readonly InboxRow[]> {
  const albumKey = rows[0]?.albumKey;
  return albumKey === undefined ? rows : store.read.inbox.album(albumKey);
}

async function deal(rows: readonly InboxRow[], { store, adapter, clock, log }: InboxParts): Promise<void> {
  try {
    // Not given to the adapter, which would put it aside at once: the right key may come back.
    if (rows.every(({ payload }) => payload === "")) throw new UnopenedRowError();
    await adapter.dispatch(rows);
  } catch (error) {
    if (error instanceof NotYetError) return putOff(rows, clock() + MOMENT_MS, store);
    const attempts = Math.max(...rows.map((row) => row.attempts)) + 1;
    const givenUp = attempts >= MOST_ATTEMPTS;
    log.error(
      {
        ...traceFields(rows.map(({ trace }) => trace)),
        platform: adapter.platform,
        rows: rows.map((row) => row.id),
        attempts,
        givenUp,
        error: `${errorName(error)}${codeOf(error)}`,
      },
      "inbox row failed",
    );
    await store.tx(async (tx) => {
      for (const row of rows) {
        if (givenUp) await tx.inbox.giveUp([row.id], clock());
        else await tx.inbox.again(row.id, clock() + pauseAfter(attempts));
      }
    });
  }
}

function putOff(rows: readonly InboxRow[], dueAt: number, store: Store): Promise<void> {
  return store.tx(async (tx) => {
    for (const { id } of rows) await tx.inbox.again(id, dueAt);
  });
}

class UnopenedRowError extends Error {
  override readonly name = "UnopenedRowError";
}

const pauseAfter = (attempts: number): number => Math.min(500 * 2 ** attempts, LONGEST_PAUSE_MS);

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? ` ${error.code}` : "";
