import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ROOT } from "../build/bundle.ts";
import { writePackage } from "../build/package.ts";
import { now } from "./support/clock.ts";
import { openHouse, SOURCES } from "./support/house.ts";
import { percentile, report } from "./support/report.ts";

/** Both chat platforms connected, one portal; each form in a house of its own, one after the other. */
const TIMES = 5;
const HELD = 5;
const IDLE_MS = 5_000;

interface Form {
  readonly name: string;
  /** The file that is the command line. */
  readonly program: string;
  readonly readyBound: number;
  /** What an idle one may hold; none where there is no promise. */
  readonly megabytesBound?: number;
}

/** What the system says the process holds; undefined where it does not tell in this way. */
function residentMegabytes(pid: number): number | undefined {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return undefined;
  const kilobytes = /^VmRSS:\s+(?<kilobytes>\d+)/mu.exec(readFileSync(file, "utf8"))?.groups?.kilobytes;
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
}

const spread = (values: readonly number[]): string =>
  `median of ${values.length}, ${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)} s`;

type House = Awaited<ReturnType<typeof openHouse>>;

async function measureStarts(house: House, { name, readyBound }: Form): Promise<void> {
  const startTimes: number[] = [];
  const sendTimes: number[] = [];
  await (await house.start()).end("SIGTERM");
  for (let time = 0; time < TIMES; time += 1) {
    const service = await house.start();
    startTimes.push((service.readyAt - service.spawnedAt) / 1_000);
    await house.ask({ kind: "hold", commands: HELD });
    await service.end("SIGKILL");
    await house.ask({ kind: "release" });
    const sent = house.ask({ kind: "firstSend" });
    const again = await house.start();
    startTimes.push((again.readyAt - again.spawnedAt) / 1_000);
    // It may send before it says that it is ready.
    sendTimes.push(Math.max(0, (z.number().parse(await sent) - again.readyAt) / 1_000));
    await again.end("SIGTERM");
  }
  report(`start, ${name}, until /readyz says yes`, {
    measured: percentile(startTimes, 0.5),
    bound: readyBound,
    is: "at most",
    unit: "s",
    more: `${spread(startTimes)}; half of them after kill -9`,
  });
  report(`start, ${name}, after kill -9: ready until the first send`, {
    measured: percentile(sendTimes, 0.5),
    bound: 2,
    is: "at most",
    unit: "s",
    more: spread(sendTimes),
  });
}

async function measureIdle(house: House, { name, megabytesBound }: Form): Promise<void> {
  const idle = await house.start();
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const measured = residentMegabytes(idle.pid);
  const more = `${((now() - idle.readyAt) / 1_000).toFixed(0)} s after ready`;
  const title = `start, ${name}, idle memory`;
  if (measured === undefined) console.log(`${title}: this system does not tell it in /proc`);
  else if (megabytesBound === undefined)
    console.log(`${title}: ${measured.toFixed(1)} MB, ${more}; nothing is promised`);
  else report(title, { measured, bound: megabytesBound, is: "at most", hard: true, unit: "MB", more });
  await idle.end("SIGTERM");
}

const dist = join(ROOT, "dist");
rmSync(dist, { recursive: true, force: true });
await writePackage(dist);
const forms: readonly Form[] = [
  { name: "built", program: join(dist, "bin", "herald24.mjs"), readyBound: 1, megabytesBound: 150 },
  { name: "from sources", program: SOURCES, readyBound: 2.5 },
];
for (const form of forms) {
  const house = await openHouse(form.program);
  await measureStarts(house, form);
  await measureIdle(house, form);
  await house.close();
}
