import type { Pace, Spent } from "./pacing.ts";
import { unevenMs } from "./portalClock.ts";

/**
 * How a portal's plan is found out, since nobody is told it reliably. Upward: a few requests above the brim, one after the
 * other, each only once the one before was let in; a plan as believed refuses the second or third of them at once and has
 * executed nothing. Downward: at once with the first refusal that the model did not foresee.
 */

/** Bitrix24 REST documentation, request limits: Enterprise holds 250 and drains 5 a second; the margin as for ordinary plans. */
const ENTERPRISE = { size: 246, drainPerSecond: 5 } as const;

/**
 * Bitrix24 REST documentation, request limits: every plan but Enterprise holds 50 and drains 2 a second. We stop two short of
 * the brim until it is known how evenly requests arrive: a refused request costs more than a waiting one.
 */
export const ORDINARY = { size: 48, drainPerSecond: 2 } as const;

/** What a plan as documented holds, where it is one. */
export function brimOf({ size, drainPerSecond }: Pace): number {
  const is = (plan: { size: number; drainPerSecond: number }): boolean =>
    size === plan.size && drainPerSecond === plan.drainPerSecond;
  return is(ORDINARY) ? 50 : is(ENTERPRISE) ? 250 : size;
}

/**
 * What may be used of the bucket. The margin is kept back as long as it is not known how unevenly requests arrive; then only as
 * much as may come together because of that.
 */
export function heldBy(pace: Pace): number {
  const ms = unevenMs(pace.clock);
  const brim = brimOf(pace);
  return ms === undefined ? pace.size : Math.max(pace.size, brim - (ms / 1_000) * pace.drainPerSecond);
}

/** A server of one's own may have no limit at all; past this our own requests in flight are the limit. */
const MOST = { size: 2_000, drainPerSecond: 50 } as const;
const LEAST = { size: 2, drainPerSecond: 0.1 } as const;

/** Let in so far above the brim, neither margin nor what a slower model overlooked are the reason: the bucket is a larger one. */
const tellingLoan = (size: number): number => Math.max(8, Math.ceil(size / 10));

const DAY_MS = 86_400_000;
const LONGEST_PAUSE_MS = 7 * DAY_MS;
/** Below the ordinary plan something else uses the bucket, or an owner has set a limit: worth a look more often. */
const RECOVERY_PAUSE_MS = 2 * 60_000;

const isOrdinaryOrMore = ({ size, drainPerSecond }: Pace): boolean =>
  size >= ORDINARY.size && drainPerSecond >= ORDINARY.drainPerSecond;

function nextTrial(pace: Pace, now: number): Pick<Pace, "trialAt" | "failedTrials" | "lent"> {
  const first = isOrdinaryOrMore(pace) ? DAY_MS : RECOVERY_PAUSE_MS;
  const pause = Math.min(first * 2 ** Math.min(pace.failedTrials, 20), LONGEST_PAUSE_MS);
  return { trialAt: now + pause, failedTrials: pace.failedTrials + 1, lent: 0 };
}

/** A plan that holds what was just let in, and more. */
function larger({ size, drainPerSecond }: Pace): Pick<Pace, "size" | "drainPerSecond"> {
  const grown = (factor: number, most: { size: number; drainPerSecond: number }) => ({
    size: Math.min(most.size, Math.max(size + 2, Math.round(size * factor))),
    drainPerSecond: Math.min(most.drainPerSecond, drainPerSecond * factor),
  });
  if (size < ORDINARY.size || drainPerSecond < ORDINARY.drainPerSecond) {
    const next = grown(1.25, ORDINARY);
    return { size: Math.max(size, next.size), drainPerSecond: Math.max(drainPerSecond, next.drainPerSecond) };
  }
  return size < ENTERPRISE.size && drainPerSecond < ENTERPRISE.drainPerSecond ? ENTERPRISE : grown(2, MOST);
}

/** A request was let in. Made right at the brim, it lends one more; often enough so, the plan is a larger one. */
export function learnFromAnswer(pace: Pace, spent: Spent, now: number): Pace {
  const isAtBrim = spent.level >= heldBy(pace) + pace.lent - 0.5;
  // After a pause the level in the model says nothing any more.
  if (!isAtBrim || now < pace.trialAt || pace.size >= MOST.size) return pace;
  if (pace.lent < tellingLoan(pace.size)) return { ...pace, lent: pace.lent + 1 };
  // Where something else uses the bucket, one step up at a time.
  const trialAt = isOrdinaryOrMore(pace) ? pace.trialAt : now + RECOVERY_PAUSE_MS;
  return { ...pace, ...larger(pace), lent: 0, trialAt };
}

/** Undefined when the refusal is not that of a trial: the request stayed within what was believed. */
export function failedTrial(pace: Pace, spent: Spent, now: number): Pace | undefined {
  if (pace.lent === 0 || spent.level <= pace.size + 0.5) return undefined;
  return { ...pace, ...nextTrial(pace, now) };
}

/** So many requests since the last refusal make a measurement of what drained meanwhile. */
const TELLING_REQUESTS = 5;

/**
 * Refused within what was believed. Once the bucket could have drained since it was last full, and the model has it far from the
 * brim, it is smaller. Otherwise it drains more slowly: from one full bucket to the next exactly that was let in which drained.
 */
export function learnFromRefusal(pace: Pace, spent: Spent, now: number): Pace {
  const trial = nextTrial(pace, now);
  const { size, drainPerSecond } = pace;
  const seconds = (spent.at - pace.refusedAt) / 1_000;
  const isRested = seconds * drainPerSecond > size;
  if (isRested && spent.level < size - 1.5) {
    // Two short of what it held, as ever.
    return { ...pace, ...trial, size: Math.max(LEAST.size, Math.floor(spent.level) - 3) };
  }
  const isMeasured = !isRested && pace.admitted >= TELLING_REQUESTS;
  const measured = isMeasured ? (0.95 * pace.admitted) / seconds : (isRested ? 0.9 : 0.75) * drainPerSecond;
  const lower = Math.min(0.95 * drainPerSecond, Math.max(0.5 * drainPerSecond, measured));
  return { ...pace, ...trial, drainPerSecond: Math.max(LEAST.drainPerSecond, lower) };
}
