import { availableParallelism, loadavg } from "node:os";

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

/** How busy the machine is, beside the figure that may suffer from it. */
const load = (): string => `load ${(loadavg()[0] ?? 0).toFixed(1)} on ${availableParallelism()} cores`;

const digits = (value: number): string => value.toFixed(Math.abs(value) < 10 ? 2 : 1);

/** One line: what was measured, against its bound. Only a hard bound fails the bench: time is the machine's. */
export function report(what: string, { measured, bound, unit, more = "", is, hard = false }: Measured): void {
  const holds = is === "at least" ? measured >= bound : measured <= bound;
  const verdict = holds ? "ok" : "BEYOND";
  const against = `${digits(measured).padStart(8)} ${unit}, ${is} ${digits(bound)}`;
  console.log(
    `${what.padEnd(52)} ${against}  ratio ${ratioOf(measured, bound)}  ${verdict}  ${[more, load()].filter(Boolean).join("; ")}`,
  );
  if (!holds && hard) process.exitCode = 1;
}

/** A time told is off by so large a share at most, or by less than the smallest unit that is told. */
const FORECAST_SHARE = 0.15;
const SMALLEST_SECONDS = 1;

/** One line: a time that was told beforehand, in seconds, against what it then took. */
export function reportForecast(
  what: string,
  { forecast, took, said }: Record<"forecast" | "took", number> & { said: string },
): void {
  const off = Math.abs(forecast - took);
  const holds = off <= Math.max(FORECAST_SHARE * took, SMALLEST_SECONDS);
  const times = `forecast ${digits(forecast)} s, took ${digits(took)} s`;
  const bound = `within ${FORECAST_SHARE * 100} % or ${SMALLEST_SECONDS} s`;
  console.log(
    `${what.padEnd(52)} ${times}, ${bound}  ratio ${(forecast / took).toFixed(2)}  ${holds ? "ok" : "BEYOND"}  "${said}"; ${load()}`,
  );
}

/** Of a bound of none there is no ratio. */
const ratioOf = (measured: number, bound: number): string =>
  bound === 0 ? (measured === 0 ? "1.00" : "∞") : (measured / bound).toFixed(2);

interface Measured {
  readonly measured: number;
  readonly bound: number;
  readonly is: "at most" | "at least";
  readonly unit: string;
  readonly more?: string;
  /** Beyond it the bench fails. */
  readonly hard?: boolean;
}

export const megabytes = (bytes: number): number => bytes / MEGABYTE;

/** The value below which so large a share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
