/** Lets each key through at a steady rate after a burst. In memory: after a restart everybody starts afresh, which harms nobody. */
export interface Throttle {
  /** Takes one turn; answers 0 when it was free, else the milliseconds until the next one is. `rate` holds for this key alone. */
  take(key: string, now: number, rate?: Rate): number;
}

interface Rate {
  readonly perMinute: number;
  readonly burst: number;
}

/** So that a flood of made-up senders cannot fill the memory. */
const MOST_KEYS = 10_000;

export function createThrottle(usual: Rate): Throttle {
  /** When each key will have all its turns back. */
  const fullAt = new Map<string, number>();
  return {
    take(key, now, { perMinute, burst } = usual) {
      const msPerTurn = 60_000 / perMinute;
      const longestMs = burst * msPerTurn;
      const kept = fullAt.get(key) ?? 0;
      // So far ahead it can only be after the clock was set back, which must shut nobody out.
      const full = kept > now + longestMs ? now : Math.max(kept, now);
      const waitMs = full + msPerTurn - now - longestMs;
      if (waitMs > 0) return Math.ceil(waitMs);
      fullAt.delete(key);
      fullAt.set(key, full + msPerTurn);
      const oldest = fullAt.keys().next();
      if (fullAt.size > MOST_KEYS && !oldest.done) fullAt.delete(oldest.value);
      return 0;
    },
  };
}
