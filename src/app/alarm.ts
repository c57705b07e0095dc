/** Wakes a loop early. What rings is only a hint: the loop reads the store to see what there is to do. */
export interface Alarm {
  ring(): void;
  /** Resolves after `ms` (Infinity: never by itself), when rung, or when `signal` aborts; a ring while nobody waits is kept. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** `setTimeout` takes no longer delay. */
const LONGEST_TIMER_MS = 2_147_483_647;

export function createAlarm(): Alarm {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(ms, signal) {
      if (rung || signal.aborted || ms <= 0) {
        rung = false;
        return;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS));
      wake = resolve;
      const end = (): void => resolve();
      signal.addEventListener("abort", end, { once: true });
      await promise;
      // The signal lives as long as the service, and would keep one of these for every wait.
      signal.removeEventListener("abort", end);
      clearTimeout(timer);
      wake = undefined;
      rung = false;
    },
  };
}
