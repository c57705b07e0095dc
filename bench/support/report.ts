const MEGABYTE = 1024 * 1024;

/** The most that this process took while something was done, beyond what it took when the gauge was opened. */
export interface Growth {
  readonly bytes: number;
  readonly seconds: number;
}

const LOOK_MS = 10;

/** Resident memory, looked at every few milliseconds. */
export function openGauge(): (work: () => Promise<void>) => Promise<Growth> {
  const before = process.memoryUsage.rss();
  return async (work) => {
    let most = process.memoryUsage.rss();
    const look = (): void => {
      most = Math.max(most, process.memoryUsage.rss());
    };
    const timer = setInterval(look, LOOK_MS);
    const startedAt = performance.now();
    try {
      await work();
      look();
    } finally {
      clearInterval(timer);
    }
    return { bytes: most - before, seconds: (performance.now() - startedAt) / 1_000 };
  };
}

/** One line: what was measured, against its bound; beyond it the bench fails. */
export function report(what: string, { measured, bound, unit, more }: Measured): void {
  const ratio = measured / bound;
  const verdict = ratio <= 1 ? "ok" : "BEYOND";
  console.log(
    `${what.padEnd(40)} ${measured.toFixed(1).padStart(8)} ${unit} of ${bound} ${unit}  ratio ${ratio.toFixed(2)}  ${verdict}  ${more}`,
  );
  if (ratio > 1) process.exitCode = 1;
}

interface Measured {
  readonly measured: number;
  /** The most that is allowed. */
  readonly bound: number;
  readonly unit: string;
  readonly more: string;
}

export const megabytes = (bytes: number): number => bytes / MEGABYTE;
