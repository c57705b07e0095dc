import { ORDINARY_PLAN } from "./portals.ts";

/** Bitrix24 REST documentation: commands in one batch, at most. */
const BATCH = 50;
/** Requests of ours that one portal works on, at most. */
const IN_FLIGHT = 8;
/** What a fresh bucket takes at once. */
export const FREE = ORDINARY_PLAN.burst * BATCH;
/** Bitrix24 REST documentation: seconds of one method in ten minutes, and how long a call may be without counting. */
const METHOD_SECONDS = 420;
const UNCOUNTED_SECONDS = 0.1;

/**
 * What no sender can beat: min(100, c / (t + rtt/50), L / (600 t)) a second, once the free burst is used up; and the least time
 * for `total`: the last request starts no earlier than the bucket has room for it, and takes its time.
 */
export function boundOf({ total, perCall, roundTrip }: { total: number; perCall: number; roundTrip: number }) {
  const byBucket = ORDINARY_PLAN.drainPerSecond * BATCH;
  const byTime = IN_FLIGHT / (perCall + roundTrip / BATCH);
  const byMethod = perCall > UNCOUNTED_SECONDS ? METHOD_SECONDS / (600 * perCall) : Number.POSITIVE_INFINITY;
  const perSecond = Math.min(byBucket, byTime, byMethod);
  const requests = Math.ceil(total / BATCH);
  const oneRequest = roundTrip + BATCH * perCall;
  const bucket = Math.max(0, requests - ORDINARY_PLAN.burst) / ORDINARY_PLAN.drainPerSecond + oneRequest;
  const slots = Math.ceil(requests / IN_FLIGHT) * oneRequest;
  return { perSecond, seconds: Math.max(bucket, slots) };
}
