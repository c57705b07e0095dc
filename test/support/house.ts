import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import type { PortalOptions } from "../../sandbox/bitrix24/options.ts";
import { type Portal, startPortal } from "../../sandbox/bitrix24/portal.ts";
import { type Discord, startDiscord } from "../../sandbox/discord/server.ts";
import { freePort } from "../../sandbox/freePort.ts";
import { startTelegram, type Telegram, type TelegramOptions } from "../../sandbox/telegram/server.ts";
import { runCli } from "../../src/cli/run.ts";
import { type AtEnd, temporaryFolder, untilTestIsOver } from "./store.ts";

/** The three outside systems, and an operator's folder with a workspace `main` in it; the service is started by the test. */
export interface House {
  readonly portal: Portal;
  readonly telegram: Telegram;
  readonly discord: Discord;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  cli(...argv: readonly string[]): Promise<CliAnswer>;
  /** With more in the environment. */
  cliWith(env: House["env"], ...argv: readonly string[]): Promise<CliAnswer>;
  /** The real service as a process of its own, ready to work. */
  start(): Promise<Running>;
  /** The same, not waited for. */
  launch(): Launched;
}

export interface CliAnswer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Launched {
  readonly pid: number;
  /** Everything it has logged. */
  readonly logs: readonly string[];
  /** Called with each further line, as soon as it is written. */
  onLine(listener: (line: string) => void): void;
  /** As power loss would. */
  kill(): Promise<void>;
  /** Resolves when it is ready to work. */
  ready(): Promise<Running>;
}

export interface Running extends Omit<Launched, "ready"> {
  readonly url: string;
  /** As an operator's service manager stops it; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface HouseOptions {
  readonly portal?: PortalOptions;
  readonly telegram?: TelegramOptions;
  /** Whether recipients can reach the service; default yes. */
  readonly isPublic?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Until when it stands; default: until the test that opens it is over. */
  readonly atEnd?: AtEnd;
}

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).pathname;

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const { atEnd = untilTestIsOver } = options;
  const portal = await startPortal({ tags: "honoured", ...options.portal });
  atEnd(() => portal.close());
  const telegram = await startTelegram({ token: `${7_000_001}:${"t".repeat(35)}`, ...options.telegram });
  atEnd(() => telegram.close());
  // How soon interactions are answered is proven beside the adapter; a busy machine may be slower than Discord is patient.
  const discord = await startDiscord({ rateLimits: false, answerWithinMs: 60_000 });
  atEnd(() => discord.close());
  const folder = temporaryFolder(atEnd);
  const port = await freePort();
  const env = {
    DATA_DIR: join(folder, "data"),
    DATABASE_URL: `file:${join(folder, "data", "herald24.sqlite")}`,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    DISCORD_BOT_TOKEN: discord.token,
    DISCORD_API_ROOT: discord.apiRoot,
    PRIVATE_HOSTS: [portal.host, new URL(telegram.url).host, new URL(discord.url).host, `127.0.0.1:${port}`].join(","),
    PORT: String(port),
    LOG_LEVEL: "debug",
    LOG_FORMAT: "json",
    ...(options.isPublic === false ? {} : { PUBLIC_URL: `http://127.0.0.1:${port}` }),
    ...options.env,
  };
  const house: House = {
    portal,
    telegram,
    discord,
    folder,
    env,
    cli: (...argv) => cli(argv, { env, cwd: folder, stdin: "" }),
    cliWith: (more, ...argv) => cli(argv, { env: { ...env, ...more }, cwd: folder, stdin: "" }),
    start: () => launch({ env, cwd: folder, atEnd }).ready(),
    launch: () => launch({ env, cwd: folder, atEnd }),
  };
  const added = await cli(["workspace", "add", "main", "--webhook", "-"], {
    env,
    cwd: folder,
    stdin: portal.webhookUrl(1),
  });
  if (added.code !== 0) throw new Error(`workspace add failed: ${added.err}`);
  return house;
}

async function cli(
  argv: readonly string[],
  host: { env: House["env"]; cwd: string; stdin: string },
): Promise<CliAnswer> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const read = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString("utf8") ?? "";
  const stdin = Readable.from([Buffer.from(host.stdin)]);
  const code = await runCli(argv, { env: host.env, cwd: host.cwd, stdout, stderr, stdin, interactive: false });
  return { code, out: read(stdout), err: read(stderr) };
}

function launch(host: { env: House["env"]; cwd: string; atEnd: AtEnd }): Launched {
  const child = spawn(process.execPath, [MAIN, "start"], {
    cwd: host.cwd,
    env: { PATH: process.env.PATH ?? "", ...host.env },
  });
  const ended = once(child, "exit");
  // Only then has been read all that it has logged; whom it leaves behind when it is killed may hold that up.
  const silent = once(child, "close");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  host.atEnd(kill);
  const stop = async (): Promise<number | null> => {
    child.kill("SIGTERM");
    const [code] = await silent;
    return typeof code === "number" ? code : null;
  };
  const { logs, onLine, announced } = listen(child);
  const { pid } = child;
  if (pid === undefined) throw new Error("the service could not be started");
  const launched = { pid, logs, onLine, kill };
  return {
    ...launched,
    async ready() {
      const url = await announced;
      while (!(await isReady(url))) await new Promise((resolve) => setTimeout(resolve, 50));
      return { ...launched, url, stop };
    },
  };
}

/** A suspended workspace keeps nobody else from working. */
async function isReady(url: string): Promise<boolean> {
  const answer: { checks: readonly { name: string; ok: boolean }[] } = JSON.parse(
    await (await fetch(`${url}/readyz`)).text(),
  );
  return answer.checks.every(({ name, ok }) => ok || name === "portals");
}

function listen(child: ChildProcess) {
  const logs: string[] = [];
  const listeners: ((line: string) => void)[] = [];
  const { promise: announced, resolve, reject } = Promise.withResolvers<string>();
  // One that is killed before it is ready, is so on purpose.
  announced.catch(() => undefined);
  let rest = "";
  const take = (chunk: Buffer): void => {
    const lines = (rest + chunk.toString("utf8")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      logs.push(line);
      for (const listener of listeners) listener(line);
      const url = /"url":"(?<url>[^"]+)".*herald24 is running/u.exec(line)?.groups?.url;
      if (url !== undefined) resolve(url);
    }
  };
  child.stdout?.on("data", take);
  child.stderr?.on("data", take);
  child.once("close", (code) => reject(new Error(`the service ended with ${code}:\n${logs.join("\n")}`)));
  return { logs, announced, onLine: (listener: (line: string) => void) => void listeners.push(listener) };
}
