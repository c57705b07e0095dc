/*
 * Preloaded into the service, so that its clock can be set while it runs: at each SIGUSR2 it goes ahead of the true time by as many
 * milliseconds as the file in CLOCK_AHEAD_FILE says. Timers go on by the true time, as where an operator sets a clock.
 */
import { readFileSync } from "node:fs";

const trueNow = Date.now;
let aheadMs = 0;
process.on("SIGUSR2", () => {
  aheadMs = Number(readFileSync(process.env.CLOCK_AHEAD_FILE ?? "", "utf8"));
  process.stderr.write(`{"msg":"clock set","aheadMs":${aheadMs}}\n`);
});
Date.now = () => trueNow() + aheadMs;
