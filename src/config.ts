import { resolve } from "node:path";
import { z } from "zod";
import type { Words } from "./app/ports.ts";
import { readSecretKeys } from "./core/secretKey.ts";
import { wordsIn } from "./messages/catalogue.ts";

/** What the environment says, checked. Names and defaults are a contract: operators script against them. */
export interface Config {
  readonly databaseUrl: string;
  /** As given, not decoded: the store does that, since the key may also live in `dataDir`. */
  readonly secretKey: string | undefined;
  readonly dataDir: string;
  readonly telegram:
    | {
        readonly token: string;
        readonly apiRoot: string;
        readonly mode: "polling" | "webhook";
        /** Where an own Bot API server in `--local` mode keeps its files, as this machine sees it. */
        readonly localDir: string | undefined;
      }
    | undefined;
  readonly discord: { readonly token: string; readonly apiRoot: string } | undefined;
  /** Without a trailing slash. */
  readonly publicUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  /** `host` or `host:port`, lower case: may be private, loopback or plain HTTP. */
  readonly privateHosts: readonly string[];
  readonly log: { readonly level: string; readonly format: "json" | "pretty" };
  /** What all stored media together may take of the disk. */
  readonly mediaQuotaBytes: number;
  readonly adminToken: string | undefined;
  readonly proxyUrl: string | undefined;
  readonly trustedProxies: readonly string[];
}

/** One wrong setting; its rule stands in the catalogue. */
interface ConfigProblem {
  readonly key: string;
  readonly rule: string;
  readonly args?: Readonly<Record<string, string>>;
}

/** With the key, the rule and an example; never with a secret's value. */
export const problemLine = ({ key, rule, args }: ConfigProblem, { say }: Pick<Words, "say">): string =>
  `${key} ${say(rule, args)}`;

/** Every problem of an environment at once. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const words = wordsIn("en");
    const lines = problems.map((problem) => `- ${problemLine(problem, words)}`);
    super([words.say("config-title", { count: problems.length }), ...lines].join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Each also as `NAME_FILE`. */
export const SECRETS: readonly string[] = [
  "HERALD24_SECRET_KEY",
  "TELEGRAM_BOT_TOKEN",
  "DISCORD_BOT_TOKEN",
  "ADMIN_TOKEN",
  "PROXY_URL",
];

const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((entry) => entry.trim().toLowerCase())
      .filter((entry) => entry !== ""),
  );

const range = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const port = z.coerce.number().int().min(0).max(65_535);

/** What is wrong with a value is said by the message `config-<name>` of the catalogue. */
const shape = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^file:.+/u)
    .optional(),
  HERALD24_SECRET_KEY: z
    .string()
    .refine((list) => readSecretKeys(list).kind === "keys")
    .optional(),
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]+$/u)
    .optional(),
  TELEGRAM_API_ROOT: z.url().default("https://api.telegram.org"),
  TELEGRAM_LOCAL_DIR: z.string().regex(/^\//u).optional(),
  TELEGRAM_MODE: z.enum(["polling", "webhook"]).default("polling"),
  DISCORD_BOT_TOKEN: z.string().regex(/^\S+$/u).optional(),
  DISCORD_API_ROOT: z.url().default("https://discord.com/api"),
  PUBLIC_URL: z.url().optional(),
  HOST: z.string().default("127.0.0.1"),
  PORT: port.default(8024),
  PRIVATE_HOSTS: list,
  DATA_DIR: z.string().default("data"),
  LOG_LEVEL: z.enum(LEVELS).default("info"),
  LOG_FORMAT: z.enum(["json", "pretty"]).optional(),
  MEDIA_QUOTA_MEGABYTES: z.coerce.number().int().positive().default(10_240),
  ADMIN_TOKEN: z.string().optional(),
  PROXY_URL: z.url().optional(),
  TRUSTED_PROXIES: list.refine((entries) => entries.every((entry) => range.safeParse(entry).success)),
});

/** Every setting there is, in the order of the documentation. */
export const SETTING_NAMES: readonly string[] = Object.keys(shape.shape);

const withoutSlash = (address: string): string => address.replace(/\/+$/u, "");

/** Where an address may go: anywhere over HTTPS, or to a listed host over plain HTTP too. */
function addressProblem(key: string, address: string, privateHosts: readonly string[]): ConfigProblem | undefined {
  const { protocol, host, hostname } = new URL(address);
  if (protocol === "https:") return undefined;
  if (protocol === "http:" && (privateHosts.includes(host) || privateHosts.includes(hostname))) return undefined;
  return { key, rule: "config-plain-http", args: { host: host || "localhost" } };
}

function resolveSecrets(
  env: Environment,
  readFile: (path: string) => string,
  problems: ConfigProblem[],
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(env))
    if (value !== undefined && value.trim() !== "") values[key] = value.trim();
  for (const key of SECRETS) {
    const path = values[`${key}_FILE`];
    if (path === undefined || values[key] !== undefined) continue;
    try {
      const secret = readFile(path).trim();
      if (secret !== "") values[key] = secret;
    } catch {
      problems.push({ key: `${key}_FILE`, rule: "config-unreadable", args: { path } });
    }
  }
  return values;
}

/**
 * @param env Usually `.env` overlaid with the process environment. Empty values count as absent.
 * @param context `readFile` serves the `NAME_FILE` form; `terminal` tells whether logs are read by a person.
 * @throws {ConfigError} With all problems at once.
 */
export function parseConfig(
  env: Environment,
  context: { readFile: (path: string) => string; terminal: boolean },
): Config {
  const problems: ConfigProblem[] = [];
  const values = resolveSecrets(env, context.readFile, problems);
  const parsed = shape.safeParse(values);
  if (!parsed.success) {
    const keys = new Set(parsed.error.issues.map(({ path: [key] }) => String(key)));
    for (const key of keys) problems.push({ key, rule: `config-${key}`, args: { values: LEVELS.join(", ") } });
    throw new ConfigError(problems);
  }
  const it = parsed.data;
  for (const key of ["TELEGRAM_API_ROOT", "DISCORD_API_ROOT", "PUBLIC_URL"] as const) {
    const address = it[key];
    const problem = address === undefined ? undefined : addressProblem(key, address, it.PRIVATE_HOSTS);
    if (problem !== undefined) problems.push(problem);
  }
  if (it.TELEGRAM_MODE === "webhook" && it.PUBLIC_URL === undefined) {
    problems.push({ key: "TELEGRAM_MODE=webhook", rule: "config-needs-public-url" });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return toConfig(it, context.terminal);
}

function toConfig(it: z.infer<typeof shape>, terminal: boolean): Config {
  const dataDir = resolve(it.DATA_DIR);
  return {
    databaseUrl: it.DATABASE_URL ?? `file:${dataDir}/herald24.sqlite`,
    secretKey: it.HERALD24_SECRET_KEY,
    dataDir,
    telegram:
      it.TELEGRAM_BOT_TOKEN === undefined
        ? undefined
        : {
            token: it.TELEGRAM_BOT_TOKEN,
            apiRoot: withoutSlash(it.TELEGRAM_API_ROOT),
            mode: it.TELEGRAM_MODE,
            localDir: it.TELEGRAM_LOCAL_DIR,
          },
    discord:
      it.DISCORD_BOT_TOKEN === undefined
        ? undefined
        : { token: it.DISCORD_BOT_TOKEN, apiRoot: withoutSlash(it.DISCORD_API_ROOT) },
    publicUrl: it.PUBLIC_URL === undefined ? undefined : withoutSlash(it.PUBLIC_URL),
    host: it.HOST,
    port: it.PORT,
    privateHosts: it.PRIVATE_HOSTS,
    log: { level: it.LOG_LEVEL, format: it.LOG_FORMAT ?? (terminal ? "pretty" : "json") },
    mediaQuotaBytes: it.MEDIA_QUOTA_MEGABYTES * 1024 * 1024,
    adminToken: it.ADMIN_TOKEN,
    proxyUrl: it.PROXY_URL,
    trustedProxies: it.TRUSTED_PROXIES,
  };
}
