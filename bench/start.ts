import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { now } from "./support/clock.ts";
import { type BenchService, openHouse } from "./support/house.ts";
import { percentile, report } from "./support/report.ts";

/** From sources: both chat platforms connected, one portal. */
const TIMES = 5;
const HELD = 5;
const IDLE_MS = 5_000;

/** What the system says the process holds; undefined where it does not tell in this way. */
function residentMegabytes(pid: number): number | undefined {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return undefined;
  const kilobytes = /^VmRSS:\s+(?<kilobytes>\d+)/mu.exec(readFileSync(file, "utf8"))?.groups?.kilobytes;
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
}

const house = await openHouse();
const startTimes: number[] = [];
const sendTimes: number[] = [];
const first = await house.start();
await first.end("SIGTERM");
for (let time = 0; time < TIMES; time += 1) {
  const service = await house.start();
  startTimes.push((service.readyAt - service.spawnedAt) / 1_000);
  await house.ask({ kind: "hold", commands: HELD });
  await service.end("SIGKILL");
  await house.ask({ kind: "release" });
  const sent = house.ask({ kind: "firstSend" });
  const again: BenchService = await house.start();
  startTimes.push((again.readyAt - again.spawnedAt) / 1_000);
  // It may send before it says that it is ready.
  sendTimes.push(Math.max(0, (z.number().parse(await sent) - again.readyAt) / 1_000));
  await again.end("SIGTERM");
}
const spread = (values: readonly number[]): string =>
  `median of ${values.length}, ${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)} s`;
report("start, from sources, until /readyz says yes", {
  measured: percentile(startTimes, 0.5),
  bound: 2.5,
  is: "at most",
  unit: "s",
  more: `${spread(startTimes)}; half of them after kill -9`,
});
report("start, after kill -9: ready until the first send", {
  measured: percentile(sendTimes, 0.5),
  bound: 2,
  is: "at most",
  unit: "s",
  more: spread(sendTimes),
});
const idle = await house.start();
await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
const megabytes = residentMegabytes(idle.pid);
if (megabytes === undefined) console.log("start, idle memory: this system does not tell it in /proc");
else
  report("start, idle memory, from sources", {
    measured: megabytes,
    bound: 150,
    is: "at most",
    unit: "MB",
    more: `${((now() - idle.readyAt) / 1_000).toFixed(0)} s after ready; the bound is meant for the built form`,
  });
console.log("start, built: there is no build yet; 1 s to ready and 150 MB are its bounds");
await idle.end("SIGTERM");
await house.close();
