import { brimOf, failedTrial, heldBy, learnFromAnswer, learnFromRefusal, ORDINARY } from "./learning.ts";
import { distrust, hearClock, type PortalClock, UNHEARD } from "./portalClock.ts";
import { accountFor, type PortalTime, type Took, UNKNOWN_TIME } from "./portalTime.ts";

/**
 * A portal's request limit, as we model it: a bucket that every HTTP request fills by one and that drains steadily. How large
 * it is depends on the portal's plan and is learnt. Replies overrule the model, since other programs behind the same address
 * share the real bucket.
 */
export interface Pace {
  /** Requests in the bucket at `at` (epoch ms). */
  readonly level: number;
  readonly at: number;
  /** No request before this time (epoch ms). */
  readonly blockedUntil: number;
  /** Refusals for rate in a row, and when the last of them was heard. */
  readonly refusals: number;
  readonly refusedAt: number;
  /** What the bucket is believed to hold, a little short of the brim. */
  readonly size: number;
  readonly drainPerSecond: number;
  /** How far above `size` is being tried whether the bucket holds more; 0 outside of a trial. */
  readonly lent: number;
  /** No trial before this time; the pause grows with the trials that failed. */
  readonly trialAt: number;
  readonly failedTrials: number;
  /** Requests let in since the last refusal for rate. */
  readonly admitted: number;
  /** Requests in a row without an answer of the portal, and when the last of them was given up. */
  readonly failures: number;
  readonly failedAt: number;
  readonly time: PortalTime;
  /** Since the bucket was last empty. */
  readonly clock: PortalClock;
}

export const FRESH_PACE: Pace = {
  level: 0,
  at: 0,
  blockedUntil: 0,
  refusals: 0,
  refusedAt: 0,
  ...ORDINARY,
  lent: 0,
  trialAt: 0,
  failedTrials: 0,
  admitted: 0,
  failures: 0,
  failedAt: 0,
  time: UNKNOWN_TIME,
  clock: UNHEARD,
};

const drained = (pace: Pace, now: number): number =>
  // A clock set back must not fill the bucket, nor keep it full for ever.
  now < pace.at ? pace.level : Math.max(0, pace.level - ((now - pace.at) / 1_000) * pace.drainPerSecond);

/** Milliseconds until the portal takes requests again, apart from how full its bucket is. */
export const blockedMs = (pace: Pace, now: number): number =>
  Math.max(0, Math.min(pace.blockedUntil - now, MAX_BLOCK_MS));

/** Milliseconds until the next request may go out; 0 when it may now. */
export function waitMs(pace: Pace, now: number): number {
  const over = drained(pace, now) + 1 - (heldBy(pace) + pace.lent);
  // A millionth of a request is no reason to wait for another millisecond.
  return Math.ceil(Math.max(blockedMs(pace, now), over > 1e-6 ? (over / pace.drainPerSecond) * 1_000 : 0));
}

/** What was known when a request went out, for judging what is heard of it. */
export interface Spent {
  readonly at: number;
  /** Of the bucket, this request included. */
  readonly level: number;
}

/** The pace after one more request at `now`. */
export function spend(pace: Pace, now: number): Pace {
  const level = drained(pace, now);
  // How requests arrived that have drained since is nothing to this one; clocks may have drifted meanwhile.
  return { ...pace, level: level + 1, at: now, clock: level === 0 ? UNHEARD : pace.clock };
}

export const spentOf = ({ at, level }: Pace): Spent => ({ at, level });

/** A clock that jumped must not silence a portal for longer than the longest real block. */
const MAX_BLOCK_MS = 15 * 60_000;

/** What became of one HTTP request, as far as the portal's limits and its health are concerned. */
export type Heard =
  /**
   * `took` is told of requests whose time says how long others of their kind will take; `startedAt` is when the portal began,
   * by its own clock, in epoch ms.
   */
  | { readonly kind: "answered"; readonly took?: Took; readonly startedAt?: number }
  /** Before anything was executed. `isLimit`: the portal itself counts too many requests, as against a front server in trouble. */
  | { readonly kind: "refused"; readonly isLimit: boolean; readonly retryAfterMs?: number }
  /** Not reached, or no answer of a portal. */
  | { readonly kind: "failed"; readonly retryAfterMs?: number };

export interface Moment {
  readonly now: number;
  /** In [0, 1): spreads pauses by up to a quarter, so that several programs do not return together. */
  readonly random: number;
}

/** The pace after something was heard of a request: the portal's own word against our model. */
export function heed(pace: Pace, spent: Spent, heard: Heard, moment: Moment): Pace {
  switch (heard.kind) {
    case "answered": {
      // A portal that has just answered rests no longer.
      const blockedUntil = pace.failures > 0 ? Math.min(pace.blockedUntil, moment.now) : pace.blockedUntil;
      const well = { ...pace, blockedUntil, refusals: 0, failures: 0, admitted: pace.admitted + 1 };
      const time = heard.took ? accountFor(pace.time, heard.took) : pace.time;
      const { startedAt } = heard;
      const clock = startedAt === undefined ? pace.clock : hearClock(pace.clock, spent.at, startedAt);
      return { ...learnFromAnswer(well, spent, moment.now), time, clock };
    }
    case "refused":
      return refused(pace, spent, heard, moment);
    case "failed":
      return failed(pace, spent, heard, moment);
    default:
      return heard satisfies never;
  }
}

const FIRST_PAUSE_MS = 1_000;
/** One request in half a minute burdens no portal that is down, and once it is up again nobody waits longer than that. */
const LONGEST_PAUSE_MS = 30_000;

const pauseMs = (before: number, { random }: Moment, retryAfterMs = 0): number =>
  Math.max(retryAfterMs, Math.min(FIRST_PAUSE_MS * 2 ** before, LONGEST_PAUSE_MS)) * (1 + random / 4);

/** Sent before the others of its kind were heard: it tells nothing new. */
const isOldNews = (spent: Spent, heardAt: number, now: number): boolean => spent.at <= heardAt && heardAt <= now;

/** The bucket is really full, whatever we believed; the pause doubles from 1 s to 60 s while refusals go on. */
function refused(pace: Pace, spent: Spent, heard: Heard & { kind: "refused" }, moment: Moment): Pace {
  const { now } = moment;
  const { retryAfterMs = 0, isLimit } = heard;
  const until = (ms: number): number => Math.max(pace.blockedUntil, now + ms);
  if (isOldNews(spent, pace.refusedAt, now))
    return retryAfterMs > 0 ? { ...pace, blockedUntil: until(retryAfterMs) } : pace;
  const own = isLimit ? (failedTrial(pace, spent, now) ?? tooNear(pace, spent)) : undefined;
  const learnt = own ?? (isLimit && pace.refusals === 0 ? learnFromRefusal(pace, spent, now) : { ...pace, lent: 0 });
  const level = levelAfter(pace, spent, { learnt, now });
  const full = { ...learnt, level, at: now, refusedAt: now, admitted: 0, refusals: pace.refusals + 1 };
  // What was one too many by our own choice: nothing but the bucket has to be waited for.
  const pause = own && retryAfterMs === 0 ? 0 : pauseMs(pace.refusals, moment, retryAfterMs);
  return { ...full, blockedUntil: until(pause) };
}

/** A refusal between what is surely held and the brim: requests arrive less evenly than was seen. */
function tooNear(pace: Pace, spent: Spent): Pace | undefined {
  if (spent.level <= pace.size + 0.5 || spent.level > brimOf(pace)) return undefined;
  const { size, drainPerSecond, clock } = pace;
  return { ...pace, lent: 0, clock: distrust(clock, ((brimOf(pace) - size) / drainPerSecond) * 1_000) };
}

/** How full the bucket is that has just refused a request: what is refused takes no room in it. */
function levelAfter(pace: Pace, spent: Spent, { learnt, now }: { learnt: Pace; now: number }): number {
  // As was foreseen: the model is right, but for the request itself.
  if (pace.lent > 0 && spent.level > brimOf(pace) && brimOf(pace) > pace.size) return drained(pace, now) - 1;
  return brimOf(learnt);
}

/** Several that went unheard together are one failure; the next is risked alone, after a pause that doubles from 1 s to 60 s. */
function failed(pace: Pace, spent: Spent, heard: Heard & { kind: "failed" }, moment: Moment): Pace {
  const { now } = moment;
  if (isOldNews(spent, pace.failedAt, now)) return pace;
  const blockedUntil = Math.max(pace.blockedUntil, now + pauseMs(pace.failures, moment, heard.retryAfterMs));
  return { ...pace, lent: 0, failures: pace.failures + 1, failedAt: now, blockedUntil };
}

/** From this much of a method's time in ten minutes we slow down (the ceiling is 420 s in code, 480 s in the documentation's example). */
export const OPERATING_CEILING_SECONDS = 400;
