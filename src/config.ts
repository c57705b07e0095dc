import { resolve } from "node:path";
import { z } from "zod";

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

/** Every problem of an environment at once, each with the key, the rule and an example; never with a secret's value. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The environment has ${problems.length === 1 ? "a problem" : "problems"}:\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
    );
    this.name = "ConfigError";
    this.problems = problems;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

const SECRETS = ["HERALD24_SECRET_KEY", "TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN", "ADMIN_TOKEN", "PROXY_URL"] as const;

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

const shape = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^file:.+/u, "must be file:<path>, e.g. file:data/herald24.sqlite")
    .optional(),
  HERALD24_SECRET_KEY: z.string().optional(),
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]+$/u, "must look like <digits>:<letters>, as BotFather shows it")
    .optional(),
  TELEGRAM_API_ROOT: z.url("must be an address, e.g. https://api.telegram.org").default("https://api.telegram.org"),
  TELEGRAM_LOCAL_DIR: z.string().regex(/^\//u, "must be an absolute path, e.g. /var/lib/telegram-bot-api").optional(),
  TELEGRAM_MODE: z.enum(["polling", "webhook"], "must be polling or webhook").default("polling"),
  DISCORD_BOT_TOKEN: z.string().regex(/^\S+$/u, "must be the token of Portal -> Bot, without blanks").optional(),
  DISCORD_API_ROOT: z.url("must be an address, e.g. https://discord.com/api").default("https://discord.com/api"),
  PUBLIC_URL: z.url("must be the address the world sees, e.g. https://herald.example.org").optional(),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce
    .number("must be a number from 0 to 65535")
    .int()
    .min(0)
    .max(65_535, "must be a number from 0 to 65535")
    .default(8024),
  PRIVATE_HOSTS: list,
  DATA_DIR: z.string().default("data"),
  LOG_LEVEL: z.enum(LEVELS, `must be one of ${LEVELS.join(", ")}`).default("info"),
  LOG_FORMAT: z.enum(["json", "pretty"], "must be json or pretty").optional(),
  MEDIA_QUOTA_MEGABYTES: z.coerce.number("must be a number of megabytes, e.g. 10240").int().positive().default(10_240),
  ADMIN_TOKEN: z.string().optional(),
  PROXY_URL: z.url("must be an address, e.g. http://proxy.example.org:3128").optional(),
  TRUSTED_PROXIES: list.refine((entries) => entries.every((entry) => range.safeParse(entry).success), {
    error: "must be addresses or ranges, e.g. 10.0.0.0/8, 192.168.1.5",
  }),
});

const withoutSlash = (address: string): string => address.replace(/\/+$/u, "");

/** Where an address may go: anywhere over HTTPS, or to a listed host over plain HTTP too. */
function addressProblem(key: string, address: string, privateHosts: readonly string[]): string | undefined {
  const { protocol, host, hostname } = new URL(address);
  if (protocol === "https:") return undefined;
  if (protocol === "http:" && (privateHosts.includes(host) || privateHosts.includes(hostname))) return undefined;
  return `${key} must start with https://, or its host must be listed in PRIVATE_HOSTS, e.g. PRIVATE_HOSTS=${host || "localhost"}`;
}

function resolveSecrets(
  env: Environment,
  readFile: (path: string) => string,
  problems: string[],
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
      problems.push(`${key}_FILE names ${path}, which cannot be read: check the path and its permissions`);
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
  const problems: string[] = [];
  const values = resolveSecrets(env, context.readFile, problems);
  const parsed = shape.safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(`${issue.path.join(".")} ${issue.message}`);
    throw new ConfigError(problems);
  }
  const it = parsed.data;
  for (const key of ["TELEGRAM_API_ROOT", "DISCORD_API_ROOT", "PUBLIC_URL"] as const) {
    const address = it[key];
    const problem = address === undefined ? undefined : addressProblem(key, address, it.PRIVATE_HOSTS);
    if (problem !== undefined) problems.push(problem);
  }
  if (it.TELEGRAM_MODE === "webhook" && it.PUBLIC_URL === undefined) {
    problems.push("TELEGRAM_MODE=webhook needs PUBLIC_URL, e.g. PUBLIC_URL=https://herald.example.org; or use polling");
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
