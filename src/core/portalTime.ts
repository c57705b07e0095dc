/** How long a portal takes, smoothed over its latest answers; all zero until it has answered once. In seconds. */
export interface PortalTime {
  /** Of a request without any work in it: the way there and back, and what the portal needs to begin. */
  readonly roundTrip: number;
  /** Of one call more in a request. */
  readonly perCall: number;
}

export const UNKNOWN_TIME: PortalTime = { roundTrip: 0, perCall: 0 };

/** Bitrix24 REST documentation: at most 50 commands in one batch. */
const BATCH_SIZE = 50;

/** How much a new measurement counts against what was known. */
const WEIGHT = 0.3;

/** A request with fewer calls says more about the way than about the work. */
const TELLING_CALLS = 8;

/** One measurement cannot tell the way from the work, but small and large requests can, each about the other's rest. */
export function accountFor(before: PortalTime, measured: { seconds: number; calls: number }): PortalTime {
  const { seconds } = measured;
  const calls = Math.max(1, measured.calls);
  if (calls < TELLING_CALLS) {
    const roundTrip = smooth(before.roundTrip, Math.max(0, seconds - before.perCall * calls));
    return { ...before, roundTrip };
  }
  return { ...before, perCall: smooth(before.perCall, Math.max(0, seconds - before.roundTrip) / calls) };
}

const smooth = (old: number, now: number): number => (old === 0 ? now : old + (now - old) * WEIGHT);

export const requestSeconds = (time: PortalTime, calls: number): number => time.roundTrip + time.perCall * calls;

/** The cloud ends a request after 60 s, and what it cut off is in doubt: a batch is to stay well below. */
const LONGEST_REQUEST_SECONDS = 20;

export function batchSizeFor({ roundTrip, perCall }: PortalTime): number {
  if (perCall === 0) return BATCH_SIZE;
  return Math.max(1, Math.min(BATCH_SIZE, Math.floor((LONGEST_REQUEST_SECONDS - roundTrip) / perCall)));
}

const MOST_IN_FLIGHT = 8;

/** While the bucket still has room more may start than the steady rate allows: half as many again makes use of it. */
const BURST_SHARE = 1.5;

/**
 * Requests at a time. The limit lets `drainPerSecond` requests start; so many are under way when each takes its time (Little's
 * law), and two more keep the limit the only bottleneck while times vary, and one slow answer from holding up all.
 */
export function inFlightFor(time: PortalTime, drainPerSecond: number): number {
  const seconds = requestSeconds(time, batchSizeFor(time));
  return Math.min(MOST_IN_FLIGHT, 2 + Math.ceil(seconds * drainPerSecond * BURST_SHARE));
}
