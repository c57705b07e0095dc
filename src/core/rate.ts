/** A steady rate after a burst. */
export interface Rate {
  readonly perMinute: number;
  readonly burst: number;
}

/**
 * Takes one turn of somebody who has all of theirs back at `fullAt`. `waitMs` is 0 when it was free, else how long until the next one
 * is; only then `fullAt` stays as it was.
 */
export function takeTurn(
  fullAt: number,
  now: number,
  { perMinute, burst }: Rate,
): { readonly waitMs: number; readonly fullAt: number } {
  // Fractions would add up to a wait where none is due.
  const msPerTurn = Math.ceil(60_000 / perMinute);
  const longestMs = burst * msPerTurn;
  // So far ahead it can only be after the clock was set back, which must shut nobody out.
  const full = fullAt > now + longestMs ? now : Math.max(fullAt, now);
  const waitMs = full + msPerTurn - now - longestMs;
  return waitMs > 0 ? { waitMs: waitMs, fullAt } : { waitMs: 0, fullAt: full + msPerTurn };
}
