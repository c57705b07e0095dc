import { z } from "zod";
import { startChild } from "./support/child.ts";
import { machineTimes } from "./support/disk.ts";
import { openHouse } from "./support/house.ts";
import { percentile, report } from "./support/report.ts";

/**
 * From an update's arrival in Telegram to the request's arrival at the portal, with nothing else to do. Both ways over the loopback
 * and what the emulators need are not ours: a program that only passes commands on takes the same ways first, and its median is the
 * floor that ours stands on.
 */
const WARM_UP = 20;
const COMMANDS = 120;

const house = await openHouse();
const ways = async (commands: number) => z.array(z.number()).parse(await house.ask({ kind: "ways", commands }));
async function measured() {
  await ways(WARM_UP);
  return ways(COMMANDS);
}

const bare = startChild(new URL("support/bareRelay.ts", import.meta.url));
await bare.ask({ telegram: house.telegram, webhook: house.portal.webhook });
const floor = percentile(await measured(), 0.5);
await bare.close();

const service = await house.start();
const waits = await measured();
await service.end("SIGTERM");
const more = (whole: number) =>
  `${whole.toFixed(1)} ms in all, of which the bare way ${floor.toFixed(1)} ms; ${COMMANDS} commands, one at a time`;
const name = "own overhead, update received to portal called";
for (const [share, bound] of [
  [0.5, 10],
  [0.99, 50],
] as const) {
  const whole = percentile(waits, share);
  const own = { measured: whole - floor, bound, is: "at most", unit: "ms", more: more(whole) } as const;
  report(`${name}, p${share * 100}`, own);
}
console.log(`  ${await machineTimes()}`);
await house.close();
