import { type Connection, checkConnection, NEEDED_SCOPE } from "../app/connection.ts";
import { networkWords } from "../app/networkWords.ts";
import type { Words } from "../app/ports.ts";
import { needsNewCredentials } from "../app/remedy.ts";
import { DEFAULT_SETTINGS } from "../app/settings.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import type { Config, Environment } from "../config.ts";
import { isPrivateName } from "../core/addresses.ts";
import { portalAddress } from "../core/portalAddress.ts";
import type { PortalReply } from "../core/verdict.ts";
import { discordFor, telegramFor } from "./bots.ts";
import { type CliHost, type Context, readConfig, readEnvironment, withContext } from "./context.ts";
import { CliError, wrongInput } from "./fault.ts";
import { CANDIDATE_ID } from "./portal.ts";
import { portalTrouble } from "./workspaceCheck.ts";

/** What an answer turned out to be when it was tried. */
export interface TriedBot {
  readonly username: string;
  /** Where an administrator invites the bot, with the rights it needs. */
  readonly links: Readonly<Record<string, string>>;
  /** What is not as it should be, and how to mend it. */
  readonly advice?: string;
}

export interface Trial {
  readonly host: CliHost;
  /** Settings that stand above the environment. */
  readonly settings: Environment;
  readonly words: Words;
}

/** Settings as they would be with these answers. @throws {ConfigError} */
export function configWith(host: CliHost, answers: Environment): Config {
  return readConfig({ ...readEnvironment(host), ...answers }, host);
}

/** @throws {CliError} 2 when it is no webhook's address, 3 when the portal says no, 1 when it cannot be reached. */
export async function tryWebhook({ host, settings, words }: Trial, address: string): Promise<Connection> {
  let connection: Connection | undefined;
  const trying = async (context: Context): Promise<void> => {
    const parsed = portalAddress(address, context.config());
    if (parsed.kind === "malformed") throw malformed(address, words);
    const credentials = { kind: "webhook", url: parsed.base } as const;
    const rest = { name: "main", settings: DEFAULT_SETTINGS, tags: "unprobed", createdAt: 0 } as const;
    const candidate = { id: CANDIDATE_ID, host: new URL(parsed.base).host, credentials, ...rest };
    const parts = { portal: await context.portal(), clock: context.clock };
    const checked = await checkConnection(candidate, parts, new AbortController().signal);
    if (checked.kind === "failed") throw refusal(candidate, checked.reply, words);
    if (!checked.scopes.includes(NEEDED_SCOPE)) {
      const use = words.say(`scope-use-${NEEDED_SCOPE}`);
      throw new CliError(3, words.say("scope-missing", { scope: NEEDED_SCOPE, use }));
    }
    connection = checked;
  };
  await withContext({ ...host, env: { ...host.env, ...settings } }, { json: false }, trying);
  if (connection === undefined) throw new CliError(1, "the webhook could not be tried");
  return connection;
}

function refusal(candidate: Workspace, reply: Exclude<PortalReply, { kind: "result" }>, words: Words): CliError {
  if (reply.kind === "error" && needsNewCredentials(reply.code))
    return new CliError(3, words.say("connect-refused", { code: reply.code || `HTTP ${reply.status}` }));
  const { detail, fix } = portalTrouble(candidate, reply, words);
  return new CliError(reply.kind === "error" ? 3 : 1, words.say("init-unreachable", { detail, fix }));
}

function malformed(address: string, { say }: Words): CliError {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && isPrivateName(url.hostname)) return wrongInput(say("init-webhook-private", { host: url.host }));
  return wrongInput(say("connect-malformed"));
}

/** @throws {CliError} 2 when Telegram refuses the token, 1 when it cannot be reached. */
export async function tryTelegram({ host, settings, words }: Trial): Promise<TriedBot | undefined> {
  const { say } = words;
  const config = configWith(host, { ...settings, TELEGRAM_MODE: "polling" });
  const telegram = telegramFor(config, { clock: Date.now });
  if (!telegram) return undefined;
  try {
    const { username, canReadAllGroupMessages } = await telegram.identity();
    const links = { ...(await telegram.inviteLinks()) };
    return { username, links, ...(canReadAllGroupMessages ? {} : { advice: say("init-telegram-privacy") }) };
  } catch (error) {
    if (error instanceof Error && error.name === "TelegramTokenRefusedError")
      throw wrongInput(say("init-telegram-refused"));
    const reason = error instanceof Error ? error.message : "";
    const api = new URL(config.telegram?.apiRoot ?? "").host;
    throw new CliError(1, say("init-unreachable", { ...networkWords(words, { host: api, reason }) }));
  } finally {
    await telegram.close();
  }
}

/** @throws {CliError} 2 when Discord refuses the token, 1 when it cannot be reached. */
export async function tryDiscord({ host, settings, words }: Trial): Promise<TriedBot | undefined> {
  const { say } = words;
  const config = configWith(host, settings);
  const discord = discordFor(config, { clock: Date.now });
  if (!discord) return undefined;
  const { username, applicationId } = await discord.identity().catch((error: unknown) => {
    if (error instanceof Error && "status" in error && error.status === 401)
      throw wrongInput(say("init-discord-refused"));
    const reason = error instanceof Error && "code" in error ? String(error.code) : "";
    const api = new URL(config.discord?.apiRoot ?? "").host;
    throw new CliError(1, say("init-unreachable", { ...networkWords(words, { host: api, reason }) }));
  });
  const lacking = (await discord.findings(words)).find((finding) => finding.state !== "ok");
  const advice = lacking ? { advice: `${lacking.detail}: ${lacking.fix ?? ""}` } : {};
  return { username, links: { server: discord.inviteLink(applicationId) }, ...advice };
}
