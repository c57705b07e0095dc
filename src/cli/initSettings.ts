import { type Environment, SECRETS, SETTING_NAMES } from "../config.ts";
import type { CliHost } from "./context.ts";
import type { Answers } from "./initQuestions.ts";

/** What the answers say, by the names of the settings. */
export function answered({ telegramToken, discordToken, publicUrl, privateHosts }: Answers): Record<string, string> {
  const all = {
    TELEGRAM_BOT_TOKEN: telegramToken,
    DISCORD_BOT_TOKEN: discordToken,
    PUBLIC_URL: publicUrl,
    PRIVATE_HOSTS: privateHosts,
  };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value ? [[key, value]] : [])));
}

export interface Inherited {
  /** Goes into `.env` too, so that the service does the same when it is started from there alone. */
  readonly written: Readonly<Record<string, string>>;
  /** Names of secrets: whoever keeps them in the environment wants them in no file. */
  readonly secrets: readonly string[];
  /** Something is set that Node reads before `.env` is. */
  readonly isReadByNode: boolean;
}

/** What only the process environment says, and the service will need. */
export function inherited({ env }: Pick<CliHost, "env">, settings: Environment): Inherited {
  const written: Record<string, string> = {};
  const secrets: string[] = [];
  for (const name of [...SETTING_NAMES, ...SECRETS.map((each) => `${each}_FILE`)]) {
    const value = env[name]?.trim() ?? "";
    if (value === "" || name in settings || name.replace(/_FILE$/u, "") in settings) continue;
    if (isSecret(name, value)) secrets.push(name);
    else written[name] = value;
  }
  return { written, secrets, isReadByNode: (env.NODE_EXTRA_CA_CERTS ?? "") !== "" };
}

function isSecret(name: string, value: string): boolean {
  if (name === "PROXY_URL" && URL.canParse(value)) return new URL(value).password !== "";
  return SECRETS.includes(name);
}
