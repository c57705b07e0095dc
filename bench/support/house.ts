import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { startChild } from "./child.ts";
import { now } from "./clock.ts";
import { temporaryFolder } from "./outbox.ts";

/** What runs from sources. */
export const SOURCES = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const outside = z.object({
  portal: z.object({ host: z.string(), webhook: z.string() }),
  telegram: z.object({ token: z.string(), url: z.string(), group: z.number() }),
  discord: z.object({ token: z.string(), url: z.string() }),
});

interface BenchService {
  readonly pid: number;
  /** When it was spawned, and when `/readyz` said yes for the first time. */
  readonly spawnedAt: number;
  readonly readyAt: number;
  /** What `/metrics` says. */
  metrics(): Promise<string>;
  end(signal: NodeJS.Signals): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * The three outside systems in one process, and an operator's folder with a bound group; the service is a process of its own.
 *
 * @param program The file that is the command line: the sources unless given.
 */
export async function openHouse(program = SOURCES) {
  const child = startChild(new URL("houseHost.ts", import.meta.url));
  const { portal, telegram, discord } = outside.parse(await child.ask({ kind: "open" }));
  const folder = temporaryFolder();
  const port = await freePort();
  const hosts = [portal.host, new URL(telegram.url).host, new URL(discord.url).host, `127.0.0.1:${port}`];
  const env = {
    PATH: process.env.PATH ?? "",
    DATA_DIR: join(folder, "data"),
    DATABASE_URL: `file:${join(folder, "data", "herald24.sqlite")}`,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    DISCORD_BOT_TOKEN: discord.token,
    DISCORD_API_ROOT: discord.url,
    PRIVATE_HOSTS: hosts.join(","),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    PORT: String(port),
    LOG_LEVEL: "info",
    LOG_FORMAT: "json",
  };
  const how = { env, cwd: folder };
  const cli = async (argv: readonly string[], input = ""): Promise<void> => {
    const command = spawn(process.execPath, [program, ...argv], { ...how, stdio: ["pipe", "ignore", "inherit"] });
    command.stdin.end(input);
    const [code] = await once(command, "exit");
    if (code !== 0) throw new Error(`herald24 ${argv[0]} ${argv[1]} ended with ${code}`);
  };
  await cli(["workspace", "add", "bench", "--webhook", "-"], portal.webhook);
  await cli(["workspace", "probe", "bench"]);
  await cli(["chat", "bind", "bench", "--telegram", String(telegram.group)]);
  await cli(["people", "map", "bench", "--telegram", "@anna", "--bitrix", "7"]);
  return {
    ask: child.ask,
    telegram,
    portal,
    start: () => startService({ ...how, program }, `http://127.0.0.1:${port}`),
    close: child.close,
  };
}

interface How {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly program: string;
}

async function startService({ program, ...how }: How, url: string): Promise<BenchService> {
  const spawnedAt = now();
  const service = spawn(process.execPath, [program, "start"], { ...how, stdio: ["ignore", "ignore", "ignore"] });
  running.add(service);
  const gone = once(service, "exit").then(() => running.delete(service));
  while (!(await isReady(url))) {
    if (service.exitCode !== null) throw new Error(`the service ended with ${service.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    pid: service.pid ?? 0,
    spawnedAt,
    readyAt: now(),
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
    async end(signal) {
      service.kill(signal);
      await gone;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`).catch(() => undefined);
  await answer?.text();
  return answer?.ok === true;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
