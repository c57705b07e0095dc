import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Portal, startPortal } from "../bitrix24/portal.ts";
import { type Discord, startDiscord } from "../discord/server.ts";
import { freePort } from "../freePort.ts";
import { startTelegram, type Telegram } from "../telegram/server.ts";
import { type Cast, castInto, EMPLOYEES, MAPPINGS, WORKSPACE } from "./cast.ts";
import { CommandFailedError, type Environment, type Launch, runCommand, startProcess } from "./child.ts";
import { type Subscribe, until } from "./wait.ts";

/** What one notification costs the emulated portal, so that a chat shows 👀 before 👍 as it does in life. */
const PORTAL_SECONDS = 0.15;
/** Of the process that runs the demo, nothing else reaches the service. */
const PASSED_ON = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SystemRoot"];

/** Three emulated systems, and the real service between them. */
export interface House {
  readonly telegram: Telegram;
  readonly discord: Discord;
  readonly portal: Portal;
  readonly cast: Cast;
  /** Where recipients fetch media. */
  readonly serviceUrl: string;
  /** The herald24 commands that set it up, without secrets. */
  readonly commands: readonly string[];
  /** Whatever may change on any side. */
  readonly changes: readonly Subscribe[];
  /** Rejects when the service ends though nobody stopped it. */
  readonly broken: Promise<never>;
}

export interface HouseOptions {
  readonly program: Launch["program"];
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** What must be undone at the end, last first; filled as things come up, so that a failed start is undone too. */
  readonly undo: (step: () => Promise<void>) => void;
}

/**
 * Starts everything on loopback and returns once both bots are connected.
 *
 * @throws {CommandFailedError} When the command line or the service gives up; with what it said.
 */
export async function startHouse({ program, env, signal, undo }: HouseOptions): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), "herald24-demo-"));
  undo(() => rm(folder, { recursive: true, force: true }));
  const telegram = await startTelegram();
  undo(() => telegram.close());
  const discord = await startDiscord();
  undo(() => discord.close());
  const portal = await startPortal({ users: EMPLOYEES, tags: "honoured", secondsPerNotification: PORTAL_SECONDS });
  undo(() => portal.close());
  const cast = castInto(telegram, discord);
  const port = await freePort();
  const settings = settingsFor({ telegram, discord, portal, folder, port });
  const how: Launch = { program, cwd: folder, env: { ...passedOn(env), ...settings } };
  const commands = await setUp({ portal, cast }, { ...how, signal });
  const service = startProcess(["start"], how);
  undo(() => service.stop());
  const changes: Subscribe[] = [
    telegram.onChange,
    discord.onChange,
    (listener) => portal.onNotification(() => listener()),
    (listener) => portal.onRequest(() => listener()),
  ];
  const broken = service.ended.then((): never => {
    throw new CommandFailedError("herald24 start", null, service.said());
  });
  broken.catch(() => undefined);
  await Promise.race([broken, bothBotsConnected(telegram, discord, { changes, signal })]);
  return { telegram, discord, portal, cast, serviceUrl: settings.PUBLIC_URL, commands, changes, broken };
}

function settingsFor(parts: { telegram: Telegram; discord: Discord; portal: Portal; folder: string; port: number }) {
  const { telegram, discord, portal, folder, port } = parts;
  const address = `127.0.0.1:${port}`;
  const hosts = [new URL(telegram.url).host, new URL(discord.url).host, portal.host, address];
  return {
    DATABASE_URL: `file:${join(folder, "herald24.sqlite")}`,
    DATA_DIR: folder,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    DISCORD_BOT_TOKEN: discord.token,
    DISCORD_API_ROOT: discord.apiRoot,
    PRIVATE_HOSTS: hosts.join(","),
    PUBLIC_URL: `http://${address}`,
    PORT: String(port),
    LOG_LEVEL: "warn",
  };
}

function passedOn(env: Environment): Environment {
  return Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Connects the company the way its operator would, with the commands of the README. */
async function setUp(
  { portal, cast }: { portal: Portal; cast: Cast },
  how: Launch & { signal: AbortSignal },
): Promise<readonly string[]> {
  const connect = ["workspace", "add", WORKSPACE, "--webhook", "-"];
  const rest = [
    ["chat", "bind", WORKSPACE, "--telegram", String(cast.telegram.chat.id)],
    ["chat", "bind", WORKSPACE, "--discord", cast.discord.guild.id],
    ...MAPPINGS.map(({ platform, name, bitrixId }) => {
      return ["people", "map", WORKSPACE, `--${platform}`, name, "--bitrix", String(bitrixId)];
    }),
  ];
  await runCommand(connect, { ...how, input: `${portal.webhookUrl(1)}\n` });
  // All of them end before one of them fails the whole, so that none outlives the folder it works in.
  const ends = await Promise.allSettled(rest.map((args) => runCommand(args, how)));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return [connect, ...rest].map((args) => `herald24 ${args.join(" ")}`);
}

async function bothBotsConnected(
  telegram: Telegram,
  discord: Discord,
  { changes, signal }: { changes: readonly Subscribe[]; signal: AbortSignal },
): Promise<void> {
  await until(() => telegram.calls.some(({ method }) => method === "getUpdates"), {
    what: "the service asks Telegram for updates",
    changes,
    signal,
  });
  await until(() => discord.gateway.connections() > 0 && discord.commandsOf().commands.length > 0, {
    what: "the service connects to Discord and registers its commands",
    changes,
    signal,
  });
}
