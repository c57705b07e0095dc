import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { temporaryFolder } from "./outbox.ts";
import { percentile } from "./report.ts";

const TIMES = 200;

/** How long this disk needs to make a page durable, and how late timers are: what figures in milliseconds are made of. */
export async function machineTimes(): Promise<string> {
  const file = openSync(join(temporaryFolder(), "flush"), "w");
  const page = Buffer.alloc(8_192);
  const flushes: number[] = [];
  const late: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const begun = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    const flushed = performance.now();
    await pause(5);
    flushes.push(flushed - begun);
    late.push(performance.now() - flushed - 5);
  }
  closeSync(file);
  const of = (values: readonly number[]) =>
    [0.5, 0.99].map((share) => percentile(values, share).toFixed(1)).join(" / ");
  return `p50 / p99 of a flush of this disk ${of(flushes)} ms, of a timer's lateness ${of(late)} ms`;
}
