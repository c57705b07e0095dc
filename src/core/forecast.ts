import { OPERATING_CEILING_SECONDS, type Pace, spend, waitMs } from "./pacing.ts";
import { batchSizeFor, inFlightFor, type PortalTime, requestSeconds } from "./portalTime.ts";

/** Deliveries waiting for one portal, by workspace and source chat. */
export interface Waiting {
  readonly workspaceId: number;
  readonly chat: string;
  readonly count: number;
}

/** What a portal that has never answered is taken for: in seconds, as an ordinary portal of the cloud. */
const TYPICAL_TIME: PortalTime = { roundTrip: 0.2, perCall: 0.03 };

/** REST documentation, limits: a call of a tenth of a second or less does not count towards its method's time. */
const COUNTED_SECONDS = 0.1;
const WINDOW_MINUTES = 10;

/**
 * How many deliveries are sent until the last of `count` new ones is: all that its own chat has waiting, and as many of each other
 * chat and workspace as have their turn meanwhile.
 */
export function aheadOf(count: number, from: Omit<Waiting, "count">, waiting: readonly Waiting[]): number {
  const sum = (some: readonly Waiting[]): number => some.reduce((total, each) => total + each.count, 0);
  const here = waiting.filter(({ workspaceId }) => workspaceId === from.workspaceId);
  const own = count + sum(here.filter(({ chat }) => chat === from.chat));
  const others = here.filter(({ chat }) => chat !== from.chat);
  const inWorkspace = own + others.reduce((total, each) => total + Math.min(each.count, own), 0);
  const elsewhere = Map.groupBy(
    waiting.filter(({ workspaceId }) => workspaceId !== from.workspaceId),
    ({ workspaceId }) => workspaceId,
  );
  const theirs = [...elsewhere.values()].map((each) => Math.min(sum(each), inWorkspace));
  return theirs.reduce((total, each) => total + each, inWorkspace);
}

/** How long so many deliveries take from now on, in seconds: the bucket, the requests in flight, and the methods' time. */
export function forecastSeconds(deliveries: number, pace: Pace, now: number): number {
  const time = pace.time.roundTrip + pace.time.perCall === 0 ? TYPICAL_TIME : pace.time;
  const size = batchSizeFor(time);
  const slots = new Array<number>(inFlightFor(time, pace.drainPerSecond)).fill(now);
  const counted = time.perCall > COUNTED_SECONDS ? time.perCall : 0;
  let model = { ...pace, lent: 0 };
  let last = now;
  const used = new Map<number, number>();
  for (let left = deliveries, slot = 0; left > 0; left -= size, slot = (slot + 1) % slots.length) {
    const calls = Math.min(left, size);
    let at = Math.max(slots[slot] ?? now, model.at, now);
    at += waitMs(model, at);
    at = counted === 0 ? at : rested(used, at);
    model = spend(model, at);
    const doneAt = at + requestSeconds(time, calls) * 1_000;
    const minute = Math.floor(doneAt / 60_000);
    used.set(minute, (used.get(minute) ?? 0) + counted * calls);
    slots[slot] = doneAt;
    last = Math.max(last, doneAt);
  }
  return (last - now) / 1_000;
}

/** When a method whose time is used up may be called again: as its oldest minute drops out. */
function rested(used: Map<number, number>, at: number): number {
  for (let now = at; ; ) {
    const minute = Math.floor(now / 60_000);
    for (const each of used.keys()) if (each <= minute - WINDOW_MINUTES) used.delete(each);
    const seconds = [...used.values()].reduce((sum, each) => sum + each, 0);
    if (seconds < OPERATING_CEILING_SECONDS) return now;
    now = (Math.min(...used.keys()) + WINDOW_MINUTES) * 60_000;
  }
}

/** A time as people say it: to five seconds, minutes or hours. */
export function roundTime(seconds: number): { unit: "seconds" | "minutes" | "hours"; count: number } {
  if (seconds < 10) return { unit: "seconds", count: Math.max(1, Math.round(seconds)) };
  if (seconds < 90) return { unit: "seconds", count: Math.round(seconds / 5) * 5 };
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? { unit: "minutes", count: minutes } : { unit: "hours", count: Math.round(minutes / 60) };
}
