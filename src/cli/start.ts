import { once } from "node:events";
import { hostname } from "node:os";
import { acquireServiceLock } from "../../adapters/database/lock.ts";
import type { Config } from "../config.ts";
import { createLog } from "../log.ts";
import type { Context } from "./context.ts";
import { CliError } from "./fault.ts";

/** What is in flight is finished or released within ten seconds. */
const STOP_MS = 10_000;

/** Runs the service until SIGINT or SIGTERM; a second one ends it at once. */
export async function start(context: Context): Promise<void> {
  const config = context.config();
  const release = lock(config, context);
  try {
    const log = createLog(config.log, (line) => context.host.stderr.write(line));
    if (!config.telegram && !config.discord)
      log.warn({}, "neither TELEGRAM_BOT_TOKEN nor DISCORD_BOT_TOKEN is set: nothing comes in");
    // Loaded here, so that the other commands start without it.
    const { startService } = await import("../main.ts");
    const stopped = stopSignal(context.host.stop);
    const service = await startService(config, { log });
    if (context.out.json) context.out.print({ url: service.url, pid: process.pid }, []);
    if (!stopped.aborted) await once(stopped, "abort");
    log.info({}, "stopping");
    const late = setTimeout(() => process.exit(1), STOP_MS);
    await service.stop();
    clearTimeout(late);
    log.info({}, "stopped");
  } finally {
    release();
  }
}

function lock({ databaseUrl }: Config, { clock }: Context): () => void {
  const taken = acquireServiceLock({ databaseUrl, owner: { pid: process.pid, host: hostname() }, clock });
  if (taken.kind === "acquired") return taken.release;
  const { heldBy } = taken;
  const who = heldBy ? `process ${heldBy.pid} on ${heldBy.host}, for ${age(clock() - heldBy.since)}` : "just starting";
  throw new CliError(
    1,
    `another herald24 service runs on this database (${who}). Stop it first, or give this one a database of its own`,
  );
}

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

function stopSignal(given: AbortSignal | undefined): AbortSignal {
  if (given) return given;
  const controller = new AbortController();
  for (const [name, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(code);
      controller.abort();
    });
  }
  return controller.signal;
}
