import { brimOf, heldBy } from "./learning.ts";
import { blockedMs, OPERATING_CEILING_SECONDS, type Pace } from "./pacing.ts";
import { TELLING_ANSWERS } from "./portalClock.ts";
import { batchSizeFor, inFlightFor, requestSeconds } from "./portalTime.ts";
import type { Priority } from "./turns.ts";

/** Deliveries waiting for one portal, by workspace, source chat and priority. */
export interface Waiting {
  readonly workspaceId: number;
  readonly chat: string;
  readonly priority: Priority;
  readonly count: number;
}

/** REST documentation, limits: a call of a tenth of a second or less does not count towards its method's time. */
const COUNTED_SECONDS = 0.1;
const WINDOW_MINUTES = 10;

/** Our own work, as measured on a machine of two cores: for one request before the next can be made, and for taking in one delivery. */
export const OWN_REQUEST_SECONDS = 0.03;
const OWN_DELIVERY_SECONDS = 0.0003;

/** Of sixteen places twelve are for what is urgent, three for the normal, one for digests: so many of these for each normal one. */
const PLACES = { urgent: 4, digest: 1 / 3 } as const;

const sum = (some: readonly Waiting[]): number => some.reduce((total, each) => total + each.count, 0);

/**
 * How many deliveries are sent until the last of `count` new ones of normal priority is: all that its own chat has waiting, as many of
 * each other chat and workspace as have their turn meanwhile, and what is more and less urgent by its share of the places.
 */
export function aheadOf(
  count: number,
  from: Pick<Waiting, "workspaceId" | "chat">,
  waiting: readonly Waiting[],
): number {
  const here = waiting.filter(({ workspaceId }) => workspaceId === from.workspaceId);
  const normal = here.filter(({ priority }) => priority === "normal");
  const own = count + sum(normal.filter(({ chat }) => chat === from.chat));
  const others = normal.filter(({ chat }) => chat !== from.chat);
  const ofPriority = own + others.reduce((total, each) => total + Math.min(each.count, own), 0);
  const share = (priority: "urgent" | "digest"): number =>
    Math.min(sum(here.filter((each) => each.priority === priority)), Math.ceil(ofPriority * PLACES[priority]));
  const inWorkspace = ofPriority + share("urgent") + share("digest");
  const elsewhere = Map.groupBy(
    waiting.filter(({ workspaceId }) => workspaceId !== from.workspaceId),
    ({ workspaceId }) => workspaceId,
  );
  const theirs = [...elsewhere.values()].map((each) => Math.min(sum(each), inWorkspace));
  return theirs.reduce((total, each) => total + each, inWorkspace);
}

interface Question {
  /** Deliveries that have still to be taken in. */
  readonly fresh: number;
  /** Deliveries until the last of these is sent, themselves included. */
  readonly ahead: number;
  /** Until when the method rests, in epoch ms. */
  readonly restsUntil?: number;
  /** How many times as long our own work takes as on a machine at rest; 1 when absent. */
  readonly slowness?: number;
}

/** How long it takes from now on until the last is sent, in seconds: our own work, the bucket, the requests in flight, the method's time. */
export function forecastSeconds(
  { fresh, ahead, restsUntil = 0, slowness = 1 }: Question,
  pace: Pace,
  now: number,
): number {
  const { time, drainPerSecond } = pace;
  const size = batchSizeFor(time);
  const begins = Math.max(
    now + fresh * OWN_DELIVERY_SECONDS * slowness * 1_000,
    restsUntil,
    now + blockedMs(pace, now),
  );
  const slots = new Array<number>(inFlightFor(time, drainPerSecond)).fill(begins);
  const counted = time.perCall > COUNTED_SECONDS ? time.perCall : 0;
  const bucket = openBucket(pace);
  const used = new Map<number, number>();
  let ready = begins;
  let last = begins;
  for (let left = ahead, slot = 0; left > 0; left -= size, slot = (slot + 1) % slots.length) {
    const calls = Math.min(left, size);
    const free = bucket(Math.max(slots[slot] ?? begins, ready));
    const at = counted === 0 ? free : rested(used, free);
    ready = at + OWN_REQUEST_SECONDS * slowness * 1_000;
    const doneAt = ready + requestSeconds(time, calls) * 1_000;
    const minute = Math.floor(doneAt / 60_000);
    used.set(minute, (used.get(minute) ?? 0) + counted * calls);
    slots[slot] = doneAt;
    last = Math.max(last, doneAt);
  }
  return (last - now) / 1_000;
}

/** Answers when the next request may go, not before `from`. What is kept back below the brim is given up as answers come in. */
function openBucket(pace: Pace): (from: number) => number {
  let { level, at } = pace;
  let heard = pace.clock.heard;
  return (from) => {
    const held = heard < TELLING_ANSWERS ? heldBy(pace) : brimOf(pace);
    heard += 1;
    const drained = Math.max(0, level - (Math.max(0, from - at) / 1_000) * pace.drainPerSecond);
    const over = Math.max(0, drained + 1 - held);
    at = Math.max(from, at) + (over / pace.drainPerSecond) * 1_000;
    level = drained - over + 1;
    return at;
  };
}

/** When a method whose time is used up may be called again: as its oldest minute drops out. */
function rested(used: Map<number, number>, at: number): number {
  for (let now = at; ; ) {
    const minute = Math.floor(now / 60_000);
    for (const each of used.keys()) if (each <= minute - WINDOW_MINUTES) used.delete(each);
    const seconds = [...used.values()].reduce((total, each) => total + each, 0);
    if (seconds < OPERATING_CEILING_SECONDS) return now;
    now = (Math.min(...used.keys()) + WINDOW_MINUTES) * 60_000;
  }
}

/** A time as people say it, never further off than by one part in twelve, but for what is shorter than six seconds. */
export function roundTime(seconds: number): { unit: "seconds" | "minutes" | "hours"; count: number } {
  const to = (step: number, unit: number): number => Math.max(step, Math.round(seconds / unit / step) * step);
  if (seconds < 30) return { unit: "seconds", count: to(1, 1) };
  if (seconds < 175) return { unit: "seconds", count: to(5, 1) };
  if (seconds < 595) return { unit: "minutes", count: to(0.5, 60) };
  if (seconds < 10_000) return { unit: "minutes", count: to(1, 60) };
  return { unit: "hours", count: to(seconds < 36_000 ? 0.5 : 1, 3_600) };
}
