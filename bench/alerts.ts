import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { openStore } from "../adapters/database/store.ts";
import { hookRoutes } from "../adapters/web/hooks.ts";
import { startWeb } from "../adapters/web/server.ts";
import { createAlarm } from "../src/app/alarm.ts";
import { forwardAlerts } from "../src/app/alerts.ts";
import { forwardAlert } from "../src/app/forward.ts";
import { randomToken, sha256 } from "../src/app/hash.ts";
import { createHookIntake } from "../src/app/hookIntake.ts";
import type { Log } from "../src/app/ports.ts";
import { DEFAULT_SETTINGS } from "../src/app/settings.ts";
import { wordsIn } from "../src/messages/catalogue.ts";
import { createPatterns } from "../src/patterns.ts";
import { machineTimes } from "./support/disk.ts";
import { report } from "./support/report.ts";

/**
 * Alerts of other programs, accepted durably while the loop behind hands them to the rules. This process is the service; what
 * sends is a child of it on the same machine.
 */
const PER_SECOND = 1_000;
const SECONDS = 10;
const BOUND_MS = 100;
/** Sources that send at the same time. */
const HOOKS = 4;

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
const METER = { alertsTaken() {}, alertGivenUp() {} };

const answer = z.object({
  waits: z.array(z.number()),
  statuses: z.array(z.tuple([z.number(), z.number()])),
  alerts: z.number(),
  took: z.number(),
});

const folder = mkdtempSync(join(tmpdir(), "herald24-bench-"));
const store = await openStore({
  databaseUrl: `file:${join(folder, "bench.sqlite")}`,
  secretKeys: [randomBytes(32)],
  mayCreate: true,
  version: "0.0.0",
  clock: Date.now,
});
const keys = Array.from({ length: HOOKS }, randomToken);
await store.tx(async (tx) => {
  const url = `https://bench.example/rest/1/${randomToken()}/`;
  const reached = { name: "bench", host: "bench.example", credentials: { kind: "webhook", url } } as const;
  const { id: workspaceId } = await tx.workspaces.add({ ...reached, settings: DEFAULT_SETTINGS }, Date.now());
  for (const [index, key] of keys.entries()) {
    const hook = { workspaceId, name: `source${index}`, kind: "alertmanager", keyHash: sha256(key) } as const;
    await tx.hooks.add({ ...hook, createdAt: Date.now() });
  }
});
const alarm = createAlarm();
const tools = { store, clock: Date.now, log: SILENT, meter: METER };
const hooks = createHookIntake({ ...tools, stored: alarm, mostWaiting: PER_SECOND * SECONDS * 2 });
const web = await startWeb({
  host: "127.0.0.1",
  port: 0,
  trustedProxies: [],
  log: SILENT,
  routes: [hookRoutes({ hooks, clock: Date.now })],
});
const stop = new AbortController();
const parts = { wordsIn, clock: Date.now, log: SILENT, compile: createPatterns() };
const changed = { ring() {} };
const loop = forwardAlerts(
  { ...tools, alarm, changed, forward: (tx, alert) => forwardAlert(tx, alert, parts) },
  stop.signal,
);
const sender = fork(new URL("support/sender.ts", import.meta.url), { stdio: ["ignore", "inherit", "inherit", "ipc"] });

async function measure(perSecond: number, seconds: number) {
  sender.send({ urls: keys.map((key) => `${web.url}/hooks/${key}`), perSecond, seconds });
  const [message] = await once(sender, "message");
  return answer.parse(message);
}

await measure(PER_SECOND / 4, 2);
const before = process.cpuUsage();
const { waits, statuses, alerts, took } = await measure(PER_SECOND, SECONDS);
const { user, system } = process.cpuUsage(before);
const sorted = waits.sort((one, other) => one - other);
const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const refused = statuses.filter(([status]) => status !== 202);
const cores = (user + system) / 1_000_000 / took;
const more = `p50 ${at(0.5).toFixed(1)} ms, ${(alerts / took).toFixed(0)} alerts/s in ${waits.length} requests, ${cores.toFixed(2)} cores; refused: ${JSON.stringify(refused)}`;
report(`${PER_SECOND} alerts a second, p99 of accepting`, {
  measured: at(0.99),
  bound: BOUND_MS,
  is: "at most",
  unit: "ms",
  more,
});
report("alerts taken, of those sent", {
  measured: took,
  bound: SECONDS * 1.05,
  is: "at most",
  unit: "s",
  more: `${alerts} alerts`,
});
if (refused.length > 0) process.exitCode = 1;

const drainedAt = performance.now();
while ((await store.read.hooks.nextDue()) !== undefined) await new Promise((resolve) => setTimeout(resolve, 50));
console.log(`the rest was handed to the rules after another ${((performance.now() - drainedAt) / 1_000).toFixed(1)} s`);
console.log(`  ${await machineTimes()}`);
sender.disconnect();
stop.abort();
alarm.ring();
await Promise.allSettled([loop, web.close()]);
await store.close();
rmSync(folder, { recursive: true, force: true });
