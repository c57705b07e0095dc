import { z } from "zod";
import { machineTimes } from "./support/disk.ts";
import { openHouse } from "./support/house.ts";
import { report } from "./support/report.ts";

/**
 * Commands waiting at Telegram until the last of them is confirmed, which the service does once they are on its disk; what was
 * taken is dealt with meanwhile by the same process.
 */
const COMMANDS = 10_000;
const PEOPLE = 500;

const house = await openHouse();
const service = await house.start();
const { ms } = z
  .object({ ms: z.number() })
  .parse(await house.ask({ kind: "flood", commands: COMMANDS, people: PEOPLE }));
const more = `${COMMANDS} commands of ${PEOPLE} people, 100 in an answer, in ${(ms / 1_000).toFixed(1)} s, while they are dealt with`;
report("intake, commands made durable", {
  measured: COMMANDS / (ms / 1_000),
  bound: 2_000,
  is: "at least",
  unit: "per s",
  more,
});
// Confirmed without being stored, a command would count as durable.
const shed = [
  ...(await service.metrics()).matchAll(/^herald24_shed_total\{[^}]*bound="chat"[^}]*\} (?<count>\d+)$/gmu),
];
report("intake, commands confirmed without being stored", {
  measured: shed.reduce((sum, { groups }) => sum + Number(groups?.count ?? 0), 0),
  bound: 0,
  is: "at most",
  hard: true,
  unit: "commands",
});
console.log(`  ${await machineTimes()}`);
await service.end("SIGKILL");
await house.close();
