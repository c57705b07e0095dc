import { type Rate, takeTurn } from "../core/rate.ts";

/** Lets each key through at a steady rate after a burst. In memory: for what the other side limits by itself, too. */
export interface Throttle {
  /** Takes one turn; answers 0 when it was free, else the milliseconds until the next one is. */
  take(key: string, now: number): number;
}

/** So that a flood of made-up keys cannot fill the memory. */
const MOST_KEYS = 10_000;

export function createThrottle(rate: Rate): Throttle {
  /** When each key will have all its turns back. */
  const fullAt = new Map<string, number>();
  return {
    take(key, now) {
      const taken = takeTurn(fullAt.get(key) ?? 0, now, rate);
      if (taken.waitMs > 0) return taken.waitMs;
      fullAt.delete(key);
      fullAt.set(key, taken.fullAt);
      const oldest = fullAt.keys().next();
      if (fullAt.size > MOST_KEYS && !oldest.done) fullAt.delete(oldest.value);
      return 0;
    },
  };
}
