/** How long a portal takes, smoothed over its latest answers; all zero until it has answered once. In seconds. */
export interface PortalTime {
  /** Of a request without any work in it: the way there and back, and what the portal needs to begin. */
  readonly roundTrip: number;
  /** Of one call more in a request. */
  readonly perCall: number;
}

export const UNKNOWN_TIME: PortalTime = { roundTrip: 0, perCall: 0 };

/** What a portal that was never measured is taken for where nobody is promised anything: an ordinary one of the cloud. */
export const TYPICAL_TIME: PortalTime = { roundTrip: 0.2, perCall: 0.03 };

/** Bitrix24 REST documentation: at most 50 commands in one batch. */
const BATCH_SIZE = 50;

/** How much a new measurement counts against what was known. */
const WEIGHT = 0.3;

/** A request with fewer calls says more about the way than about the work. */
const TELLING_CALLS = 8;

/** A request that was answered. */
export interface Took {
  /** From sending it until its answer was there. */
  readonly seconds: number;
  /** Notifications in it; 0 for one that asked something else. */
  readonly calls: number;
  /** Of these seconds, what the portal says its methods worked; absent where it does not say so for each call. */
  readonly worked?: number;
}

/** So little a call takes at least: none at all stands for a portal that was never measured. */
const LEAST_CALL_SECONDS = 1e-6;

/**
 * The portal's own word tells the way from the work. Without it one measurement cannot, but small and large requests can, each
 * about the other's rest.
 */
export function accountFor(before: PortalTime, took: Took): PortalTime {
  const { seconds, worked } = took;
  if (worked !== undefined && worked <= seconds) {
    const roundTrip = smooth(before.roundTrip, seconds - worked);
    const perCall = (): number => smooth(before.perCall, Math.max(worked / took.calls, LEAST_CALL_SECONDS));
    return { roundTrip, perCall: took.calls === 0 ? before.perCall : perCall() };
  }
  // What asked something else tells nothing about notifications.
  if (took.calls === 0) return before;
  const { calls } = took;
  if (calls < TELLING_CALLS) {
    const roundTrip = smooth(before.roundTrip, Math.max(0, seconds - before.perCall * calls));
    return { ...before, roundTrip };
  }
  return { ...before, perCall: smooth(before.perCall, Math.max(0, seconds - before.roundTrip) / calls) };
}

/** Whether a portal has been seen to do what notifications ask of it. */
export const isMeasured = ({ perCall }: PortalTime): boolean => perCall > 0;

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
