import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { databaseFile } from "../../adapters/database/sqlite.ts";
import type { Environment } from "../config.ts";
import { type CliHost, type Context, withContext } from "./context.ts";
import { webhookCredentials } from "./credentials.ts";
import { writeEnv } from "./envFile.ts";
import { wrongInput } from "./fault.ts";
import type { InitFlags } from "./initCommand.ts";
import { type Answers, askAll, type Known } from "./initQuestions.ts";
import { configWith, type TriedBot, tryDiscord, tryTelegram, tryWebhook } from "./initTrial.ts";
import { describeConnection } from "./portalCheck.ts";
import { secretReader } from "./secrets.ts";
import { readSetting } from "./settings.ts";
import { type Added, addedLines, addWorkspace, checkName } from "./workspaceAdd.ts";
import { view } from "./workspaceView.ts";

export async function init(context: Context, flags: InitFlags): Promise<void> {
  const { host } = context;
  const isAsking = host.interactive && flags.yes !== true && !context.out.json;
  const given = await readFlags(host, flags);
  if (!isAsking && flags.yes !== true && Object.keys(given).length === 0) {
    throw wrongInput(
      "this is no terminal to ask questions at: give --webhook @file, --telegram-token @file and/or --discord-token @file, and --yes (also --name, --language, --time-zone, --public-url)",
    );
  }
  const known = await whatIsThere(context, settingsOf(given));
  const answers = isAsking ? await askAll(given, known, trialsFor(host, given)) : given;
  checkAnswers(answers, known);
  const settings = settingsOf(answers);
  configWith(host, settings);
  const telegram = await tryTelegram(host, settings);
  const discord = await tryDiscord(host, settings);
  if (answers.webhook !== undefined) await tryWebhook(host, settings, answers.webhook);

  const file = resolve(host.cwd, ".env");
  writeEnv(file, settings);
  const added = await addFirst(context, settings, answers);
  const result = {
    env: file,
    workspace: added ? view(added.workspace) : null,
    telegram: telegram ?? null,
    discord: discord ?? null,
  };
  context.out.print(result, [
    ...botLines("Telegram bot", telegram),
    ...botLines("Discord bot", discord),
    ...(added ? addedLines(added) : []),
    `Settings are in ${file}. Start the service: npx herald24 start`,
  ]);
}

/** Flags with their secrets read. */
async function readFlags(host: CliHost, flags: InitFlags): Promise<Answers> {
  const read = secretReader(host);
  const { json: _, yes: __, ...answers } = flags;
  const secrets = [
    ["webhook", "--webhook"],
    ["telegramToken", "--telegram-token"],
    ["discordToken", "--discord-token"],
  ] as const;
  const readSecrets: Partial<Record<(typeof secrets)[number][0], string>> = {};
  for (const [key, flag] of secrets) {
    const value = flags[key];
    if (value !== undefined) readSecrets[key] = await read(flag, value);
  }
  return { ...answers, ...readSecrets };
}

/** With what the flags say: without `--private-hosts` an API root of the environment may not be allowed. */
async function whatIsThere(context: Context, given: Environment): Promise<Known> {
  const { telegram, discord, publicUrl, databaseUrl } = configWith(context.host, given);
  const isThere = existsSync(databaseFile(databaseUrl));
  const workspaces = isThere ? (await (await context.store()).read.workspaces.list()).map(({ name }) => name) : [];
  return {
    telegram: telegram !== undefined,
    discord: discord !== undefined,
    publicUrl: publicUrl !== undefined,
    workspaces,
  };
}

function trialsFor(host: CliHost, given: Answers) {
  const settings = settingsOf(given);
  const bot = (tried: TriedBot | undefined): string => (tried ? `The bot is ${tried.username}.` : "No token.");
  return {
    webhook: async (address: string) => describeConnection(await tryWebhook(host, settings, address)),
    telegram: async (token: string) => bot(await tryTelegram(host, { ...settings, TELEGRAM_BOT_TOKEN: token })),
    discord: async (token: string) => bot(await tryDiscord(host, { ...settings, DISCORD_BOT_TOKEN: token })),
  };
}

function checkAnswers(answers: Answers, known: Known): void {
  if (answers.webhook === undefined && known.workspaces.length === 0) {
    throw wrongInput("the webhook's address is missing: give --webhook URL, --webhook @file or --webhook -");
  }
  const { telegramToken = known.telegram, discordToken = known.discord } = answers;
  if (telegramToken === false && discordToken === false) {
    throw wrongInput("no bot: give --telegram-token or --discord-token, or both");
  }
  if (answers.webhook === undefined) return;
  const { name = "main" } = answers;
  checkName(name);
  if (known.workspaces.includes(name)) throw wrongInput(`workspace "${name}" is there already: give another --name`);
}

/** What goes into `.env`: only what was answered. */
function settingsOf({ telegramToken, discordToken, publicUrl, privateHosts }: Answers): Record<string, string> {
  const all = {
    TELEGRAM_BOT_TOKEN: telegramToken,
    DISCORD_BOT_TOKEN: discordToken,
    PUBLIC_URL: publicUrl,
    PRIVATE_HOSTS: privateHosts,
  };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value ? [[key, value]] : [])));
}

/** In a context of its own, which sees the new settings. */
async function addFirst({ host, out }: Context, settings: Environment, answers: Answers): Promise<Added | undefined> {
  const { webhook, language, timeZone, name = "main" } = answers;
  if (webhook === undefined) return undefined;
  let added: Added | undefined;
  await withContext({ ...host, env: { ...host.env, ...settings } }, { json: out.json }, async (context) => {
    const given = webhookCredentials(webhook, context.config().privateHosts);
    const wanted = {
      ...(language === undefined ? {} : readSetting("language", language)),
      ...(timeZone === undefined ? {} : readSetting("time-zone", timeZone)),
    };
    added = await addWorkspace(context, { name, given, settings: wanted });
  });
  return added;
}

function botLines(title: string, bot: TriedBot | undefined): readonly string[] {
  if (!bot) return [];
  const links = Object.entries(bot.links).map(([place, link]) => `  invite it (${place}): ${link}`);
  return [`${title} ${bot.username}`, ...links, ...(bot.advice === undefined ? [] : [`  ${bot.advice}`])];
}
