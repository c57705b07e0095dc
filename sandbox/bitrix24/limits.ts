export type Limits = { readonly burst: number; readonly drainPerSecond: number } | "off";

export interface RateLimit {
  /** Counts one request; false when the bucket has no room for it. */
  admit(): boolean;
}

export interface OperatingReading {
  readonly operating: number;
  readonly operating_reset_at: number;
}

export interface OperatingLimit {
  isExhausted(credential: string, method: string): boolean;
  add(credential: string, method: string, seconds: number): void;
  /** Undefined when the limiter is off: replies then carry no `operating`. */
  reading(credential: string, method: string): OperatingReading | undefined;
}

const WINDOW_MINUTES = 10;

/** Bitrix24 REST limits: every request adds 1, the level falls steadily, above the burst requests are refused. */
export function openRateLimit(limits: Limits, clock: () => number): RateLimit {
  if (limits === "off") return { admit: () => true };
  let level = 0;
  let measuredAt = clock();
  return {
    admit() {
      const now = clock();
      level = Math.max(0, level - ((now - measuredAt) / 1_000) * limits.drainPerSecond);
      measuredAt = now;
      if (level + 1 > limits.burst) return false;
      level += 1;
      return true;
    },
  };
}

export interface OperatingOptions {
  readonly limitSeconds: number | "off";
  /** Calls of this length or shorter are not added. */
  readonly thresholdSeconds: number;
  readonly clock: () => number;
}

/** Ten one-minute buckets per method and credential; the call that crosses the line still succeeds. */
export function openOperatingLimit({ limitSeconds, thresholdSeconds, clock }: OperatingOptions): OperatingLimit {
  if (limitSeconds === "off") return { isExhausted: () => false, add: () => undefined, reading: () => undefined };
  const windows = new Map<string, Map<number, number>>();
  const minuteNow = () => Math.floor(clock() / 60_000);
  const windowOf = (credential: string, method: string) => {
    const key = `${credential} ${method}`;
    const window = windows.get(key) ?? new Map<number, number>();
    windows.set(key, window);
    for (const minute of window.keys()) if (minute <= minuteNow() - WINDOW_MINUTES) window.delete(minute);
    return window;
  };
  const used = (window: Map<number, number>) => [...window.values()].reduce((sum, seconds) => sum + seconds, 0);
  return {
    isExhausted: (credential, method) => used(windowOf(credential, method)) >= limitSeconds,
    add(credential, method, seconds) {
      if (seconds <= thresholdSeconds) return;
      const window = windowOf(credential, method);
      window.set(minuteNow(), (window.get(minuteNow()) ?? 0) + seconds);
    },
    reading(credential, method) {
      const window = windowOf(credential, method);
      const oldest = Math.min(minuteNow(), ...window.keys());
      return { operating: used(window), operating_reset_at: (oldest + WINDOW_MINUTES) * 60 };
    },
  };
}
