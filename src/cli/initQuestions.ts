import type { Words } from "../app/ports.ts";
import type { Language } from "../core/language.ts";
import { isTimeZone } from "../core/localMoment.ts";
import { isWorkspaceName } from "../core/workspaceName.ts";
import { redacted } from "./fault.ts";
import type { Terminal } from "./terminal.ts";

/** What `init` needs to know. Absent: not wanted, or there already. */
export interface Answers {
  readonly webhook?: string;
  readonly name?: string;
  readonly language?: string;
  readonly timeZone?: string;
  readonly telegramToken?: string;
  readonly discordToken?: string;
  readonly publicUrl?: string;
  readonly privateHosts?: string;
}

export type Known = Readonly<Record<"telegram" | "discord" | "publicUrl", boolean>> & {
  /** Names of those that there are. */
  readonly workspaces: readonly string[];
  /** What the operator most likely reads. */
  readonly language: Language;
};

/** Tries one answer as soon as it is given; throws when it is wrong. */
export interface Trials {
  webhook(address: string): Promise<string>;
  telegram(token: string): Promise<string>;
  discord(token: string): Promise<string>;
  /** What is wrong with it. */
  publicUrl(address: string): string | undefined;
}

export interface Talk {
  readonly terminal: Terminal;
  readonly words: Words;
}

type Asked = { -readonly [Key in keyof Answers]: Answers[Key] };

/** Asks for what is not given yet. Each secret is tried at once, and asked for again when it is wrong. */
export async function askAll(
  given: Answers,
  { known, talk, trials }: { known: Known; talk: Talk; trials: Trials },
): Promise<Answers> {
  const { terminal, words } = talk;
  const { say } = words;
  const answers: Asked = { ...given };
  terminal.begin(say("init-title"));
  if (known.workspaces.length === 0 || given.webhook !== undefined)
    await askWorkspace(answers, { known, talk, trials });
  await askBots(answers, { known, talk, trials });
  if (!known.publicUrl) {
    const check = (text: string): string | undefined => (text === "" ? undefined : trials.publicUrl(text));
    answers.publicUrl ??= await terminal.line({ message: say("init-public-url"), check });
  }
  terminal.end(say("init-answers-taken"));
  return Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== undefined && value !== ""));
}

/** The choice is for the talk and for the workspace. */
export const askLanguage = (terminal: Terminal, initialValue: Language): Promise<Language> =>
  terminal.choose({
    message: "Language · Язык",
    options: [
      { value: "en", label: "English" },
      { value: "ru", label: "Русский" },
    ],
    initialValue,
  });

interface Asking {
  readonly known: Known;
  readonly talk: Talk;
  readonly trials: Trials;
}

async function askWorkspace(answers: Asked, { known, talk, trials }: Asking): Promise<void> {
  const { terminal, words } = talk;
  const { say } = words;
  if (answers.webhook === undefined) terminal.tell("info", say("init-webhook-how"));
  answers.webhook ??= await needed(
    () => secret(talk, say("init-webhook"), trials.webhook),
    () => terminal.tell("error", say("init-webhook-needed")),
  );
  const checkName = (name: string): string | undefined => {
    if (!isWorkspaceName(name)) return say("init-name-rule");
    return known.workspaces.includes(name) ? say("init-name-taken", { name }) : undefined;
  };
  answers.name ??= await terminal.line({ message: say("init-name"), initialValue: "main", check: checkName });
  answers.timeZone ??= await terminal.line({
    message: say("init-time-zone"),
    initialValue: Intl.DateTimeFormat().resolvedOptions().timeZone,
    check: (text) => (isTimeZone(text) ? undefined : say("init-time-zone-rule")),
  });
}

async function askBots(answers: Asked, { known, talk, trials }: Asking): Promise<void> {
  const { terminal, words } = talk;
  const { say } = words;
  if (answers.telegramToken !== undefined && answers.discordToken !== undefined) return;
  terminal.tell("info", say("init-bots-how"));
  const keeps = (isThere: boolean) => ({ keeps: isThere ? "yes" : "no" });
  for (;;) {
    answers.telegramToken ||= await secret(talk, say("init-telegram-token", keeps(known.telegram)), trials.telegram);
    answers.discordToken ||= await secret(talk, say("init-discord-token", keeps(known.discord)), trials.discord);
    if (answers.telegramToken || answers.discordToken || known.telegram || known.discord) return;
    terminal.tell("error", say("init-bot-needed"));
  }
}

async function needed(ask: () => Promise<string>, complain: () => void): Promise<string> {
  for (;;) {
    const answer = await ask();
    if (answer !== "") return answer;
    complain();
  }
}

/** Empty when nothing was typed. */
async function secret({ terminal }: Talk, message: string, trial: (text: string) => Promise<string>): Promise<string> {
  for (;;) {
    const text = await terminal.secret(message);
    if (text === "") return "";
    try {
      terminal.tell("success", await trial(text));
      return text;
    } catch (error) {
      terminal.tell("error", redacted(error instanceof Error ? error.message : String(error), [text]));
    }
  }
}
