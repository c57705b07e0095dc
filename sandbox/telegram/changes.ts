export interface WaitOptions {
  /** Default 60,000: far more than a slow and busy machine needs. */
  readonly timeoutMs?: number;
  /** What the caller waits for, for the error message. */
  readonly what?: string;
}

/** Tells whoever waits that something in the emulator has changed. */
export interface Changes {
  changed(): void;
  /** Calls the listener after each change; call what comes back to stop. */
  onChange(listener: () => void): () => void;
  /** Resolves with the first truthy answer of `look`, which is asked at once and again after each change. */
  waitFor<T>(look: () => T | undefined | null | false, options?: WaitOptions): Promise<T>;
}

/** @param describe Said in the error of a wait that ran out, so that a failed test shows what did happen. */
export function openChanges(describe: () => string): Changes {
  const watchers = new Set<() => void>();
  return {
    changed() {
      for (const watcher of [...watchers]) watcher();
    },
    onChange(listener) {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    waitFor<T>(look: () => T | undefined | null | false, options: WaitOptions = {}): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        const finish = (act: () => void): void => {
          watchers.delete(watcher);
          clearTimeout(timer);
          act();
        };
        const watcher = (): void => {
          try {
            const seen = look();
            if (seen) finish(() => resolve(seen));
          } catch (error) {
            finish(() => reject(error));
          }
        };
        const timer = setTimeout(() => {
          const what = options.what ?? "the expected change";
          finish(() => reject(new Error(`waited in vain for ${what}; ${describe()}`)));
        }, options.timeoutMs ?? 60_000);
        watchers.add(watcher);
        watcher();
      });
    },
  };
}
