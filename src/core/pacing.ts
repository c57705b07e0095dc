/**
 * The portal's request limit, as we model it: a bucket that every HTTP request fills by one and that drains steadily.
 * Replies overrule the model, since other programs behind the same address share the real bucket.
 */
export interface Pace {
  /** Requests in the bucket at `at` (epoch ms). */
  readonly level: number;
  readonly at: number;
  /** No request before this time (epoch ms). */
  readonly blockedUntil: number;
  /** Refusals for rate in a row. */
  readonly refusals: number;
}

/**
 * Bitrix24 REST documentation, request limits: ordinary plans hold 50 and drain 2 a second. We stop two short of the brim,
 * because clocks differ and a refused request costs more than a waiting one.
 */
export const BUCKET = { size: 48, drainPerSecond: 2 } as const;

export const FRESH_PACE: Pace = { level: 0, at: 0, blockedUntil: 0, refusals: 0 };

const drained = (pace: Pace, now: number): number =>
  // A clock set back must not fill the bucket, nor keep it full for ever.
  now < pace.at ? pace.level : Math.max(0, pace.level - ((now - pace.at) / 1_000) * BUCKET.drainPerSecond);

/** Milliseconds until the next request may go out; 0 when it may now. */
export function waitMs(pace: Pace, now: number): number {
  const blocked = Math.max(0, Math.min(pace.blockedUntil - now, MAX_BLOCK_MS));
  const over = drained(pace, now) + 1 - BUCKET.size;
  return Math.ceil(Math.max(blocked, over > 0 ? (over / BUCKET.drainPerSecond) * 1_000 : 0));
}

/** The pace after one more request at `now`. */
export const spend = (pace: Pace, now: number): Pace => ({ ...pace, level: drained(pace, now) + 1, at: now });

/** A clock that jumped must not silence a portal for longer than the longest real block. */
const MAX_BLOCK_MS = 15 * 60_000;

/**
 * The pace after the portal refused a request for rate. The bucket is really full, whatever we believed; the pause doubles
 * from 1 s to 60 s while refusals go on.
 *
 * @param random In [0, 1): spreads the pause by up to a quarter, so that several programs do not return together.
 */
export function refusedForRate(pace: Pace, now: number, hint: { retryAfterMs?: number; random: number }): Pace {
  const doubled = Math.min(1_000 * 2 ** pace.refusals, 60_000);
  const pause = Math.max(hint.retryAfterMs ?? 0, doubled) * (1 + hint.random / 4);
  return { level: BUCKET.size, at: now, blockedUntil: now + pause, refusals: pace.refusals + 1 };
}

/** The portal accepted a request: the run of refusals is over. */
export const accepted = (pace: Pace): Pace => (pace.refusals === 0 ? pace : { ...pace, refusals: 0 });

/** From this much of a method's time in ten minutes we slow down (the ceiling is 420 s in code, 480 s in the documentation's example). */
export const OPERATING_CEILING_SECONDS = 400;

/** Bitrix24 REST documentation: at most 50 commands in one batch. */
const BATCH_SIZE = 50;

/** How long a portal took lately, smoothed; unknown until it has answered once. */
export interface PortalTime {
  /** Of one request. */
  readonly requestSeconds: number;
  /** Of one call inside it. */
  readonly callSeconds: number;
}

export const UNKNOWN_TIME: PortalTime = { requestSeconds: 0, callSeconds: 0 };

/** How much a new measurement counts against what was known. */
const WEIGHT = 0.3;

export function accountFor(before: PortalTime, measured: { seconds: number; calls: number }): PortalTime {
  const smooth = (old: number, now: number): number => (old === 0 ? now : old + (now - old) * WEIGHT);
  return {
    requestSeconds: smooth(before.requestSeconds, measured.seconds),
    callSeconds: smooth(before.callSeconds, measured.seconds / Math.max(1, measured.calls)),
  };
}

const MOST_IN_FLIGHT = 8;

/** While the bucket still has room more may start than the steady rate allows: half as many again makes use of it. */
const BURST_SHARE = 1.5;

/**
 * Requests at a time. The limit lets `drainPerSecond` requests start; so many are under way when each takes its time (Little's
 * law), and two more keep the limit the only bottleneck while times vary, and one slow answer from holding up all.
 */
export function inFlightFor({ requestSeconds }: PortalTime): number {
  return Math.min(MOST_IN_FLIGHT, 2 + Math.ceil(requestSeconds * BUCKET.drainPerSecond * BURST_SHARE));
}

/** The cloud ends a request after 60 s, and what it cut off is in doubt: a batch is to stay well below. */
const LONGEST_REQUEST_SECONDS = 20;

export function batchSizeFor({ callSeconds }: PortalTime): number {
  if (callSeconds === 0) return BATCH_SIZE;
  return Math.max(1, Math.min(BATCH_SIZE, Math.floor(LONGEST_REQUEST_SECONDS / callSeconds)));
}
