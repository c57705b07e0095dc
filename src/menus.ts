import type { Words, WordsIn } from "./app/ports.ts";
import { LANGUAGES } from "./core/language.ts";

const COMMANDS = [
  "notify",
  "recall",
  "status",
  "ack",
  "oncall",
  "quiet",
  "link",
  "unlink",
  "whoami",
  "connect",
  "disconnect",
  "help",
] as const;
/** Of administrators: offered where a form asks for what they need, and in Telegram to those who administer the chat. */
const ADMIN_COMMANDS = ["people", "map", "unmap", "group", "senders", "role", "rules", "forward", "mute"] as const;
const FIELDS = [
  "user",
  "to",
  "text",
  "tag",
  "file",
  "confirm",
  "search",
  "page",
  "member",
  "person",
  "account",
  "named",
  "members",
  "remove",
  "who",
  "given",
  "workspace",
  "incident",
  "tags",
  "severity",
  "words",
  "switch",
  "for",
  "what",
  "end",
  "hours",
  "zone",
  "rotation",
] as const;
const CHOICES = [
  ...(["everyone", "linked", "list", "owner", "admin", "sender", "none"] as const),
  ...(["critical", "error", "warning", "info"] as const),
] as const;

/**
 * Telegram's command lists: English for everybody, and Russian for those whose client is. Who administers a group is offered more.
 * Bot API, BotCommandScope: a list for some replaces the one for all, so it names everything.
 */
export const telegramMenus = (wordsIn: WordsIn) =>
  LANGUAGES.flatMap((language) => {
    const common = language === "en" ? {} : { language };
    const listed = (names: readonly (typeof COMMANDS | typeof ADMIN_COMMANDS)[number][]) =>
      names.map((name) => ({ name, description: wordsIn(language).say(`command-${name}`) }));
    return [
      { ...common, commands: listed(COMMANDS) },
      { ...common, forAdministrators: true, commands: listed([...COMMANDS, ...ADMIN_COMMANDS]) },
    ];
  });

/** What Discord shows of us in its menus and forms, in both languages. */
export const discordWords = (wordsIn: WordsIn) => ({
  en: discordTexts(wordsIn("en")),
  ru: discordTexts(wordsIn("ru")),
});

function discordTexts({ say }: Words) {
  const labelled = <Name extends string>(names: readonly Name[], kind: "command" | "option") =>
    Object.fromEntries(
      names.map((name) => [name, { name: say(`name-${name}`), description: say(`${kind}-${name}`) }]),
    ) as Record<Name, { name: string; description: string }>;
  return {
    commands: labelled([...COMMANDS, ...ADMIN_COMMANDS], "command"),
    fields: labelled(FIELDS, "option"),
    choices: Object.fromEntries(CHOICES.map((name) => [name, say(`choice-${name}`)])) as Record<
      (typeof CHOICES)[number],
      string
    >,
    menu: say("menu-notify"),
    form: {
      title: say("form-title"),
      to: say("form-to"),
      text: say("form-text"),
      tag: say("form-tag"),
      toHint: say("form-to-hint"),
      textHint: say("form-text-hint"),
    },
    link: {
      title: say("link-form-title"),
      who: say("link-form-who"),
      whoHint: say("link-form-who-hint"),
      codeTitle: say("link-form-code-title"),
      code: say("link-form-code"),
      codeHint: say("link-form-code-hint"),
      again: say("link-form-again"),
    },
    connect: {
      title: say("connect-form-title"),
      webhook: say("connect-form-webhook"),
      webhookHint: say("connect-form-webhook-hint"),
      code: say("connect-form-code"),
      codeHint: say("connect-form-code-hint"),
      name: say("connect-form-name"),
    },
    notStored: say("not-stored"),
    formExpired: say("form-expired"),
  };
}
