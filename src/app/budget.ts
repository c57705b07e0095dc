import { blockedMs, FRESH_PACE, heed, type Pace, type Spent, spend, spentOf, waitMs } from "../core/pacing.ts";
import type { Took } from "../core/portalTime.ts";
import type { PortalReply } from "../core/verdict.ts";
import { hearOf } from "./hear.ts";
import { createLines, type Line } from "./lines.ts";
import type { Clock } from "./ports.ts";
import { sleep } from "./sleep.ts";
import type { Store } from "./store/store.ts";

/** A portal that takes no requests now: none was booked. */
export interface Rest {
  readonly restsMs: number;
}

/**
 * The requests that each portal takes, shared by all who call it: the outbox and all others by turns, so that neither a long queue
 * of deliveries nor a heap of uploads keeps the other waiting; the others among themselves in the order of asking.
 */
export interface Budget {
  /** For the outbox: runs `book` once it is its turn and the portal has room for a request, or at once when `signal` aborts. */
  inTurn<Booked>(host: string, book: () => Promise<Booked>, signal: AbortSignal): Promise<Booked | Rest>;
  /** Books one request; durable when it resolves. With `insist` even of a portal that rests: somebody wants to know. */
  spend(host: string, signal: AbortSignal, options?: { readonly insist?: boolean }): Promise<Spent | Rest>;
  /** Notes what was heard of a request that `spend` booked; `took` where its time says how long notifications will take. */
  heard(
    host: string,
    spent: Spent,
    answer: { replies: readonly PortalReply[]; took?: Took | undefined },
  ): Promise<void>;
}

export const isRest = (booked: unknown): booked is Rest =>
  typeof booked === "object" && booked !== null && "restsMs" in booked;

export function createBudget(parts: { store: Store; clock: Clock; random: () => number }): Budget {
  const { store, clock, random } = parts;
  const inLine = createLines();

  async function untilRoom(host: string, signal: AbortSignal): Promise<Rest | undefined> {
    while (!signal.aborted) {
      const pace = (await store.read.pacing.get(host)) ?? FRESH_PACE;
      const now = clock();
      const restsMs = blockedMs(pace, now);
      if (restsMs > 0) return { restsMs };
      const ms = waitMs(pace, now);
      if (ms === 0) return undefined;
      await sleep(ms, signal);
    }
    return undefined;
  }

  const spendNow = (host: string, insist: boolean): Promise<Spent | Rest> =>
    store.tx(async (tx) => {
      const pace = (await tx.pacing.get(host)) ?? FRESH_PACE;
      const restsMs = waitMs(pace, clock());
      if (restsMs > 0 && !insist) return { restsMs };
      const after = spend(pace, clock());
      await tx.pacing.put(host, after);
      return spentOf(after);
    });

  const whenRoom = <Booked>(host: string, line: Line, book: () => Promise<Booked>, signal: AbortSignal) =>
    inLine(host, line, async () => (await untilRoom(host, signal)) ?? book());

  return {
    inTurn: (host, book, signal) => whenRoom(host, "outbox", book, signal),
    async spend(host, signal, { insist = false } = {}) {
      const booked = await whenRoom(host, "others", () => spendNow(host, insist), signal);
      return isRest(booked) && insist ? spendNow(host, insist) : booked;
    },
    async heard(host, spent, { replies, took }) {
      const about = hearOf(replies);
      const heard = about.kind === "answered" && took ? { ...about, took } : about;
      await store.tx(async (tx) => {
        const pace = (await tx.pacing.get(host)) ?? FRESH_PACE;
        const after = heed(pace, spent, heard, { now: clock(), random: random() });
        if (isNews(pace, after)) await tx.pacing.put(host, after);
      });
    },
  };
}

/** That one request more was let in need not be written down by itself. */
const isNews = (before: Pace, after: Pace): boolean =>
  JSON.stringify({ ...before, admitted: 0 }) !== JSON.stringify({ ...after, admitted: 0 });
