import { createAlarm } from "./alarm.ts";
import type { Clock, Log } from "./ports.ts";
import type { Repositories, Store } from "./store/store.ts";

const ROUND_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Rows in one transaction: others wait for the writer only as long as that takes. */
const PIECE = 200;
/** Notifications are gone from Bitrix24 by then, and nobody edits a message so old. */
const KEPT_MAP_MS = 60 * DAY_MS;
/** An echo comes at once, or after the outage of whoever echoes. */
const ECHO_MS = 7 * DAY_MS;

export interface ForgetParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Erases texts and payloads that are older than their workspace wants them kept, until `signal` aborts. */
export async function keepForgetting(parts: ForgetParts, signal: AbortSignal): Promise<void> {
  const pause = createAlarm();
  while (!signal.aborted) {
    const forgotten = await forgetTexts(parts, signal);
    if (forgotten > 0) parts.log.info({ notifications: forgotten }, "texts past their time erased");
    await pause.wait(ROUND_MS, signal);
  }
}

/** One round over all workspaces; answers how many notifications only count from now on. */
export async function forgetTexts({ store, clock }: ForgetParts, signal: AbortSignal): Promise<number> {
  const now = clock();
  const workspaces = await store.read.workspaces.list();
  let forgotten = 0;
  for (const { id: workspaceId, settings } of workspaces) {
    const before = now - settings.keepTextsDays * DAY_MS;
    forgotten += await inPieces(signal, () =>
      store.tx((tx) => tx.notifications.forget({ workspaceId, before, limit: PIECE }, now)),
    );
    await inPieces(signal, () => store.tx((tx) => tx.incidents.forget({ workspaceId, before, limit: PIECE })));
  }
  await store.tx((tx) => forgetAlerts(tx, now));
  await inPieces(signal, () => store.tx((tx) => tx.notifications.forgetAttachments(now, PIECE)));
  // What chats were told belongs to no workspace, so the longest time of all counts.
  const longest = Math.max(0, ...workspaces.map(({ settings }) => settings.keepTextsDays));
  await inPieces(signal, () => store.tx((tx) => tx.receipts.forget(now - longest * DAY_MS, PIECE)));
  return forgotten;
}

/** What alerts leave behind besides their texts: which messages belong together, what was muted, what our own posts look like. */
async function forgetAlerts(tx: Repositories, now: number): Promise<void> {
  await tx.incidents.prune(now - KEPT_MAP_MS);
  await tx.silences.forget(now - KEPT_MAP_MS);
  await tx.posts.forgetSaid(now - ECHO_MS);
}

async function inPieces(signal: AbortSignal, piece: () => Promise<number>): Promise<number> {
  let sum = 0;
  while (!signal.aborted) {
    const done = await piece();
    sum += done;
    if (done < PIECE) break;
  }
  return sum;
}
