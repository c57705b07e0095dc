import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { databaseFile } from "../../adapters/database/sqlite.ts";
import type { Words } from "../app/ports.ts";
import { ConfigError, type Environment, problemLine } from "../config.ts";
import { wordsIn } from "../messages/catalogue.ts";
import { type CliHost, type Context, withContext } from "./context.ts";
import { webhookCredentials } from "./credentials.ts";
import { writeEnv } from "./envFile.ts";
import { wrongInput } from "./fault.ts";
import type { InitFlags } from "./initCommand.ts";
import { type Answers, askAll, askLanguage, type Known, type Trials } from "./initQuestions.ts";
import { answered, type Inherited, inherited } from "./initSettings.ts";
import { configWith, type Trial, type TriedBot, tryDiscord, tryTelegram, tryWebhook } from "./initTrial.ts";
import { givenLanguage, operatorLanguage } from "./language.ts";
import { secretReader } from "./secrets.ts";
import { readSetting } from "./settings.ts";
import { openTerminal } from "./terminal.ts";
import { type Added, addedLines, addWorkspace, checkName } from "./workspaceAdd.ts";
import { view } from "./workspaceView.ts";

export async function init(context: Context, flags: InitFlags): Promise<void> {
  const { host } = context;
  const isAsking = host.interactive && flags.yes !== true && !context.out.json;
  const given = await readFlags(host, flags);
  if (!isAsking && flags.yes !== true && Object.keys(given).length === 0)
    throw wrongInput(context.words.say("init-no-terminal"));
  const known = await whatIsThere(context, answered(given));
  const { answers, words } = isAsking ? await ask(host, given, known) : quietly(given, known);
  checkAnswers(answers, known, words);
  const settings = answered(answers);
  const trial = { host, settings, words };
  configWith(host, settings);
  const telegram = await tryTelegram(trial);
  const discord = await tryDiscord(trial);
  if (answers.webhook !== undefined) await tryWebhook(trial, answers.webhook);

  const file = resolve(host.cwd, ".env");
  const kept = inherited(host, settings);
  writeEnv(file, { ...kept.written, ...settings });
  const added = await addFirst(context, settings, { answers, words });
  const result = {
    env: file,
    written: Object.keys({ ...kept.written, ...settings }),
    notWritten: kept.secrets,
    workspace: added ? view(added.workspace) : null,
    telegram: telegram ?? null,
    discord: discord ?? null,
  };
  context.out.print(result, [
    ...botLines("telegram", telegram, words),
    ...botLines("discord", discord, words),
    ...(added ? addedLines(added, words) : []),
    ...keptLines(kept, words),
    words.say("init-written", { file }),
    ...(added ? nextLines(added, words) : []),
  ]);
}

/** Flags with their secrets read; what can be told to be wrong without asking anybody is. */
async function readFlags(host: CliHost, flags: InitFlags): Promise<Answers> {
  const read = secretReader(host);
  const { json: _, yes: __, ...answers } = flags;
  givenLanguage(flags.language);
  if (flags.timeZone !== undefined) readSetting("time-zone", flags.timeZone);
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
  const workspaces = isThere ? await (await context.store()).read.workspaces.list() : [];
  return {
    telegram: telegram !== undefined,
    discord: discord !== undefined,
    publicUrl: publicUrl !== undefined,
    workspaces: workspaces.map(({ name }) => name),
    language: operatorLanguage(context.host.env, workspaces),
  };
}

interface Answered {
  readonly answers: Answers;
  readonly words: Words;
}

const quietly = (given: Answers, known: Known): Answered => ({
  answers: given,
  words: wordsIn(givenLanguage(given.language) ?? known.language),
});

async function ask(host: CliHost, given: Answers, known: Known): Promise<Answered> {
  const first = await openTerminal(host, wordsIn(known.language));
  const isNew = known.workspaces.length === 0;
  const language = givenLanguage(given.language) ?? (isNew ? await askLanguage(first, known.language) : known.language);
  const words = wordsIn(language);
  const terminal = await openTerminal(host, words);
  const trials = trialsFor({ host, settings: answered(given), words });
  const answers = await askAll({ ...given, language }, { known, talk: { terminal, words }, trials });
  return { answers, words };
}

function trialsFor(trial: Trial): Trials {
  const { host, settings, words } = trial;
  const bot = (tried: TriedBot | undefined): string => words.say("init-bot-found", { name: tried?.username ?? "?" });
  const withSetting = (more: Environment): Trial => ({ ...trial, settings: { ...settings, ...more } });
  return {
    webhook: async (address) => {
      const { userName, userId, scopes } = await tryWebhook(trial, address);
      const who = { user: userName || "?", id: String(userId) };
      return words.say("init-acts-as", { ...who, scopes: scopes.join(", ") });
    },
    telegram: async (token) => bot(await tryTelegram(withSetting({ TELEGRAM_BOT_TOKEN: token }))),
    discord: async (token) => bot(await tryDiscord(withSetting({ DISCORD_BOT_TOKEN: token }))),
    publicUrl: (address) => {
      try {
        configWith(host, { ...settings, PUBLIC_URL: address });
        return undefined;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return error.problems.map((problem) => problemLine(problem, words)).join("; ");
      }
    },
  };
}

function checkAnswers(answers: Answers, known: Known, { say }: Words): void {
  if (answers.webhook === undefined && known.workspaces.length === 0) throw wrongInput(say("init-no-webhook"));
  const { telegramToken = known.telegram, discordToken = known.discord } = answers;
  if (telegramToken === false && discordToken === false) throw wrongInput(say("init-no-bot"));
  if (answers.webhook === undefined) return;
  const { name = "main" } = answers;
  checkName(name);
  if (known.workspaces.includes(name)) throw wrongInput(say("init-name-taken", { name }));
}

/** In a context of its own, which sees the new settings. */
async function addFirst(
  { host, out }: Context,
  settings: Environment,
  { answers, words }: Answered,
): Promise<Added | undefined> {
  const { webhook, language, timeZone, name = "main" } = answers;
  if (webhook === undefined) return undefined;
  let added: Added | undefined;
  await withContext({ ...host, env: { ...host.env, ...settings } }, { json: out.json, words }, async (context) => {
    const given = webhookCredentials(webhook, context.config().privateHosts);
    const wanted = {
      ...(language === undefined ? {} : readSetting("language", language)),
      ...(timeZone === undefined ? {} : readSetting("time-zone", timeZone)),
    };
    added = await addWorkspace(context, { name, given, settings: wanted });
  });
  return added;
}

function botLines(platform: "telegram" | "discord", bot: TriedBot | undefined, { say }: Words): readonly string[] {
  if (!bot) return [];
  const links = Object.entries(bot.links).map(([place, link]) => `  ${say(`init-invite-${place}`, { link })}`);
  const advice = bot.advice === undefined ? [] : [`  ${bot.advice}`];
  return [say(`init-${platform}-bot`, { name: bot.username }), ...links, ...advice];
}

function keptLines({ written, secrets, isReadByNode }: Inherited, { say }: Words): readonly string[] {
  const names = Object.keys(written).join(", ");
  return [
    ...(names === "" ? [] : [say("init-also-written", { names })]),
    ...(isReadByNode ? [say("init-node-reads")] : []),
    ...(secrets.length === 0 ? [] : [say("init-not-written", { names: secrets.join(", ") })]),
  ];
}

/** From here on nothing is asked for any more, but something is left to do. */
const nextLines = ({ workspace: { name }, connection }: Added, { say }: Words): readonly string[] =>
  say("init-next", { name, id: String(connection?.userId ?? 1) }).split("\n");
