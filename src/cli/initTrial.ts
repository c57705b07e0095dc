import type { Connection } from "../app/connection.ts";
import { DEFAULT_SETTINGS } from "../app/settings.ts";
import type { Config, Environment } from "../config.ts";
import { discordFor, telegramFor } from "./bots.ts";
import { type CliHost, type Context, readConfig, readEnvironment, withContext } from "./context.ts";
import { webhookCredentials } from "./credentials.ts";
import { CliError, wrongInput } from "./fault.ts";
import { CANDIDATE_ID } from "./portal.ts";
import { connect } from "./portalCheck.ts";

/** What an answer turned out to be when it was tried. */
export interface TriedBot {
  readonly username: string;
  /** Where an administrator invites the bot, with the rights it needs. */
  readonly links: Readonly<Record<string, string>>;
  /** What is not as it should be, and how to mend it. */
  readonly advice?: string;
}

/** Settings as they would be with these answers. @throws {ConfigError} */
export function configWith(host: CliHost, answers: Environment): Config {
  return readConfig({ ...readEnvironment(host), ...answers }, host);
}

/** @throws {CliError} 2 when it is no webhook's address, 3 when the portal says no, 1 when it cannot be reached. */
export async function tryWebhook(host: CliHost, answers: Environment, address: string): Promise<Connection> {
  let connection: Connection | undefined;
  const trying = async (context: Context): Promise<void> => {
    const given = webhookCredentials(address, context.config().privateHosts);
    const rest = { name: "candidate", settings: DEFAULT_SETTINGS, tags: "unprobed", createdAt: 0 } as const;
    connection = await connect(context, { ...given, ...rest, id: CANDIDATE_ID });
  };
  await withContext({ ...host, env: { ...host.env, ...answers } }, { json: false }, trying);
  if (connection === undefined) throw new CliError(1, "the webhook could not be tried");
  return connection;
}

/** @throws {CliError} 2 when Telegram refuses the token, 1 when it cannot be reached. */
export async function tryTelegram(host: CliHost, answers: Environment): Promise<TriedBot | undefined> {
  const telegram = telegramFor(configWith(host, { ...answers, TELEGRAM_MODE: "polling" }), { clock: Date.now });
  if (!telegram) return undefined;
  try {
    const { username, canReadAllGroupMessages } = await telegram.identity();
    const links = { ...(await telegram.inviteLinks()) };
    const advice =
      "Privacy mode is on, so in groups the bot sees commands only and parts of albums: @BotFather, /setprivacy, Disable; or make it an administrator, as the links do.";
    return { username, links, ...(canReadAllGroupMessages ? {} : { advice }) };
  } catch (error) {
    const refused = error instanceof Error && error.name === "TelegramTokenRefusedError";
    throw new CliError(refused ? 2 : 1, error instanceof Error ? error.message : "Telegram cannot be reached");
  } finally {
    await telegram.close();
  }
}

/** @throws {CliError} 2 when Discord refuses the token, 1 when it cannot be reached. */
export async function tryDiscord(host: CliHost, answers: Environment): Promise<TriedBot | undefined> {
  const discord = discordFor(configWith(host, answers), { clock: Date.now });
  if (!discord) return undefined;
  const { username, applicationId } = await discord.identity().catch((error: unknown) => {
    const refused = error instanceof Error && "status" in error && error.status === 401;
    if (refused) throw wrongInput("Discord refuses the bot token: Developer Portal, Bot, Reset Token shows a new one");
    throw new CliError(1, "Discord cannot be reached: check the network, PROXY_URL and DISCORD_API_ROOT");
  });
  const lacking = (await discord.findings()).find((finding) => finding.state !== "ok");
  const advice = lacking ? { advice: `${lacking.detail}. ${lacking.fix ?? ""}` } : {};
  return { username, links: { server: discord.inviteLink(applicationId) }, ...advice };
}
