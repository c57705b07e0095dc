import { z } from "zod";
import { machineTimes } from "./support/disk.ts";
import { openHouse } from "./support/house.ts";
import { percentile, report } from "./support/report.ts";

/**
 * From an update's arrival in Telegram to the request's arrival at the portal, with nothing else to do. Counted along: both ways
 * over the loopback, what the emulators need, and the three times that the service waits for its disk.
 */
const WARM_UP = 20;
const COMMANDS = 120;

const house = await openHouse();
const service = await house.start();
const ways = async (commands: number) => z.array(z.number()).parse(await house.ask({ kind: "ways", commands }));
await ways(WARM_UP);
const waits = await ways(COMMANDS);
const more = `${COMMANDS} commands, one at a time; fastest ${Math.min(...waits).toFixed(1)} ms`;
const name = "overhead, update received to portal called";
report(`${name}, p50`, { measured: percentile(waits, 0.5), bound: 10, is: "at most", unit: "ms", more });
report(`${name}, p99`, { measured: percentile(waits, 0.99), bound: 50, is: "at most", unit: "ms", more });
console.log(`  ${await machineTimes()}`);
await service.end("SIGTERM");
await house.close();
