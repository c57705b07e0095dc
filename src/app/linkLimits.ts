import type { LinkAttempt } from "./store/linking.ts";

const MINUTE_MS = 60_000;

/** A link into the private chat, the question who somebody is, and a code are each good for this long. */
export const STAGE_MS = 10 * MINUTE_MS;
export const MOST_TRIES = 5;

/** Within the last hour. */
export const LIMIT_MS = 60 * MINUTE_MS;
/** Links and questions for one account. */
export const MOST_INVITATIONS = 20;
/** Codes that one account may ask for, whoever it says it is. */
export const MOST_CLAIMS = 5;
/** Codes that all accounts together may ask for in one workspace. */
export const MOST_CLAIMS_IN_WORKSPACE = 100;
/** Notifications that one person gets, whoever asks. */
export const MOST_CODES = 3;

/** Attempts are kept for the limits, and so that a code that is over is answered honestly. */
export const KEPT_MS = 24 * LIMIT_MS;

export const isLive = (attempt: LinkAttempt, now: number): boolean =>
  attempt.ended === undefined && attempt.expiresAt > now && attempt.tries < MOST_TRIES;
