/*
 * What a post's row knows of its messages of text, in order: a message's id; `?<epoch ms>` for one that was being posted then and
 * may stand there; `?` for one of which nobody will ever know.
 */

export const LOST = "?";
export const pendingSince = (now: number): string => `?${now}`;

/** When it was being posted, in epoch milliseconds. */
export const pendingOf = (entry: string): number | undefined =>
  /^\?\d+$/u.test(entry) ? Number(entry.slice(1)) : undefined;

export const isKnown = (entry: string | undefined): entry is string => entry !== undefined && /^\d/u.test(entry);
