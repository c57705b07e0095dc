import type { World } from "./world.ts";

export interface WaitOptions {
  /** Default 60,000: far more than a slow and busy machine needs. */
  readonly timeoutMs?: number;
}

type Truthy<T> = Exclude<T, undefined | null | false | 0 | "">;

/**
 * Resolves with what `look` returns as soon as that is truthy; looks again whenever something changed.
 *
 * @throws {Error} When the time is over, with the last calls the bot made.
 */
export function waitFor<T>(world: World, look: () => T, options: WaitOptions = {}): Promise<Truthy<T>> {
  const { timeoutMs = 60_000 } = options;
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      forget();
    };
    const check = () => {
      try {
        const found = look();
        if (!isTruthy(found)) return;
        stop();
        resolve(found);
      } catch (error) {
        stop();
        reject(error);
      }
    };
    const timer = setTimeout(() => {
      forget();
      const calls = world.calls.slice(-8).map(({ method, path, status }) => `${method} ${path} ${status ?? "-"}`);
      reject(new Error(`Discord sandbox: nothing after ${timeoutMs} ms; last calls:\n${calls.join("\n")}`));
    }, timeoutMs);
    const forget = world.onChange(check);
    check();
  });
}

function isTruthy<T>(value: T): value is Truthy<T> {
  return Boolean(value);
}
