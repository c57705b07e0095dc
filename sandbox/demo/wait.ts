/** Something that happens is waited for this long; far more than a busy machine needs. */
const LIMIT_MS = 60_000;

/** What was to happen did not. */
class DidNotHappenError extends Error {
  constructor(what: string, limitMs: number) {
    super(`did not happen within ${limitMs / 1_000} s: ${what}`);
    this.name = "DidNotHappenError";
  }
}

/** The demo was told to stop. */
export class StoppedError extends Error {
  constructor() {
    super("stopped");
    this.name = "StoppedError";
  }
}

export type Subscribe = (listener: () => void) => () => void;

export interface Waiting {
  /** Said when it does not happen. */
  readonly what: string;
  readonly changes: readonly Subscribe[];
  readonly signal: AbortSignal;
  /** 60 s when absent. */
  readonly withinMs?: number;
}

/**
 * Resolves with the first answer of `look` that is something; it is asked at once and again after each change.
 *
 * @throws {DidNotHappenError} When the time is over.
 * @throws {StoppedError} When `signal` aborts.
 */
export function until<T>(look: () => T | undefined | false, waiting: Waiting): Promise<T> {
  const { what, changes, signal, withinMs = LIMIT_MS } = waiting;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const check = (): void => {
    try {
      const seen = look();
      if (seen !== undefined && seen !== false) resolve(seen);
    } catch (error) {
      reject(error);
    }
  };
  const stopped = (): void => reject(reasonOf(signal));
  const timer = setTimeout(() => reject(new DidNotHappenError(what, withinMs)), withinMs);
  const unsubscribe = changes.map((subscribe) => subscribe(check));
  signal.addEventListener("abort", stopped, { once: true });
  if (signal.aborted) stopped();
  else check();
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stopped);
    for (const forget of unsubscribe) forget();
  });
}

const reasonOf = ({ reason }: AbortSignal): Error => (reason instanceof Error ? reason : new StoppedError());
