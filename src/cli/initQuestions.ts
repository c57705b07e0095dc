import { LANGUAGES } from "../core/language.ts";
import { wrongInput } from "./fault.ts";
import { isTimeZone } from "./settings.ts";
import { checkName } from "./workspaceAdd.ts";

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
};

/** Tries one answer as soon as it is given; throws when it is wrong. */
export interface Trials {
  webhook(address: string): Promise<string>;
  telegram(token: string): Promise<string>;
  discord(token: string): Promise<string>;
}

type Prompts = typeof import("@clack/prompts");

const CANCELLED = "cancelled; nothing was changed";

/** Asks somebody at the terminal. Each secret is tried at once, and asked for again when it is wrong. */
export async function askAll(given: Answers, known: Known, trials: Trials): Promise<Answers> {
  const prompts = await import("@clack/prompts");
  prompts.intro("herald24: from Telegram and Discord to Bitrix24 notifications");
  const answers: { -readonly [Key in keyof Answers]: Answers[Key] } = { ...given };
  if (known.workspaces.length === 0 || given.webhook !== undefined) await askWorkspace(prompts, answers, trials);
  prompts.log.info(
    "Telegram: write to @BotFather, /newbot. Discord: discord.com/developers/applications, New Application, Bot.",
  );
  const keeps = (isThere: boolean): string => (isThere ? "Enter keeps the one in .env" : "Enter leaves it out");
  answers.telegramToken ??= await secret(prompts, `Telegram bot token (${keeps(known.telegram)})`, trials.telegram);
  answers.discordToken ??= await secret(prompts, `Discord bot token (${keeps(known.discord)})`, trials.discord);
  if (!known.publicUrl) {
    answers.publicUrl ??= await line(prompts, {
      message: "Public https address of this service, for pictures and files (Enter leaves them out)",
      check: (text) =>
        text === "" || URL.canParse(text) ? undefined : "An address, such as https://herald.example.org",
    });
  }
  prompts.outro("That is all.");
  return Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== undefined && value !== ""));
}

type Asked = { -readonly [Key in keyof Answers]: Answers[Key] };

async function askWorkspace(prompts: Prompts, answers: Asked, { webhook }: Trials): Promise<void> {
  prompts.log.info(
    "Bitrix24: Developer resources, Other, Inbound webhook; tick im, user_basic and disk (for pictures and files). Every personal notification will appear as sent by the webhook's owner, so a user of its own is best.",
  );
  while (answers.webhook === undefined || answers.webhook === "") {
    answers.webhook = await secret(prompts, "Address of the webhook", webhook);
  }
  answers.name ??= await line(prompts, {
    message: "A short name for this portal",
    initialValue: "main",
    check: (text) => {
      try {
        checkName(text);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : "cannot be used";
      }
    },
  });
  answers.language ??= await choose(prompts, "Language of what recipients and admins read");
  answers.timeZone ??= await line(prompts, {
    message: "Time zone",
    initialValue: Intl.DateTimeFormat().resolvedOptions().timeZone,
    check: (text) => (isTimeZone(text) ? undefined : "A time zone, such as Europe/Berlin"),
  });
}

/** Empty when nothing was typed. */
async function secret(prompts: Prompts, message: string, trial: (text: string) => Promise<string>): Promise<string> {
  for (;;) {
    const typed = await prompts.password({ message });
    if (prompts.isCancel(typed)) throw wrongInput(CANCELLED);
    const text = (typed ?? "").trim();
    if (text === "") return "";
    try {
      prompts.log.success(await trial(text));
      return text;
    } catch (error) {
      prompts.log.error(error instanceof Error ? error.message : "That did not work.");
    }
  }
}

async function line(
  prompts: Prompts,
  {
    message,
    initialValue,
    check,
  }: { message: string; initialValue?: string; check: (text: string) => string | undefined },
): Promise<string> {
  const typed = await prompts.text({
    message,
    ...(initialValue === undefined ? {} : { initialValue }),
    validate: (text) => check((text ?? "").trim()),
  });
  if (prompts.isCancel(typed)) throw wrongInput(CANCELLED);
  return (typed ?? "").trim();
}

async function choose(prompts: Prompts, message: string): Promise<string> {
  const options = LANGUAGES.map((value) => ({ value, label: value === "ru" ? "Русский" : "English" }));
  const chosen = await prompts.select({ message, options });
  if (prompts.isCancel(chosen)) throw wrongInput(CANCELLED);
  return chosen;
}
