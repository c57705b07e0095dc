import { MANAGE_SERVER } from "./place.ts";
import type { ChoiceName, DiscordTexts, DiscordWords, FieldName, Labelled, SlashName } from "./words.ts";

/** Discord: application command types and option types. */
const SLASH = 1;
const MESSAGE_MENU = 3;
const TEXT = 3;
const NUMBER = 4;
const YES_OR_NO = 5;
const USER = 6;
const ATTACHMENT = 11;

/** How many files one command takes; Discord gives each file an option of its own. */
export const FILE_FIELDS = ["file", "file2", "file3", "file4", "file5"] as const;

/** Discord allows 6000, but a longer text than a modal's (4000) could not be typed in the form. */
const MAX_TEXT = 4000;

/** Discord: where a command is offered. */
const SERVER = 0;
const DIALOGUE_WITH_US = 1;
/** Discord: a command comes with the application that a server has added, not with one that a person carries along. */
const OF_THE_SERVER = 0;

/** As many as a typed command takes. */
const MOST_PAGES = 99_999;

interface Localised {
  readonly name: string;
  readonly name_localizations: { readonly ru: string };
}

interface Option extends Localised {
  readonly type: number;
  readonly description: string;
  readonly description_localizations: { readonly ru: string };
  readonly required?: true;
  readonly autocomplete?: true;
  readonly max_length?: number;
  readonly min_value?: number;
  readonly max_value?: number;
  readonly choices?: readonly (Localised & { readonly value: string })[];
}

/** One command in the form that Discord's PUT takes. */
export interface CommandForm extends Localised {
  readonly type: number;
  readonly description?: string;
  readonly description_localizations?: { readonly ru: string };
  readonly options?: readonly Option[];
  readonly contexts: readonly number[];
  readonly integration_types: readonly number[];
  /** Who is offered it until the server's administrators decide otherwise; who may use it is not decided there. */
  readonly default_member_permissions?: string;
}

const labels = (en: Labelled, ru: Labelled, suffix = "") => ({
  name: en.name + suffix,
  name_localizations: { ru: ru.name + suffix },
  description: en.description,
  description_localizations: { ru: ru.description },
});

type Kind = "text" | "number" | "yes" | "user";

interface Field {
  readonly kind: Kind;
  readonly required?: true;
  /** What it suggests while somebody types. */
  readonly suggests?: "recipients" | "tag" | "person" | "account" | "group" | "rotation";
  readonly choices?: readonly ChoiceName[];
  /** What stands for it in a typed line, where that is more than the value. */
  readonly said?: (value: string) => string;
}

/** As several tags are typed, whichever way they were filled in. */
const asTags = (value: string): string =>
  value
    .split(/[\s,]+/u)
    .filter((tag) => tag !== "")
    .map((tag) => (tag.startsWith("#") ? tag : `#${tag}`))
    .join(" ");

const off = (value: string): string => `off ${value}`;

const FIELDS: Readonly<Record<Exclude<FieldName, "file">, Field>> = {
  user: { kind: "user" },
  to: { kind: "text", suggests: "recipients" },
  text: { kind: "text" },
  tag: { kind: "text", suggests: "tag" },
  confirm: { kind: "yes", said: () => "yes" },
  search: { kind: "text" },
  page: { kind: "number", said: (value) => `page ${value}` },
  member: { kind: "user" },
  person: { kind: "text", required: true, suggests: "person" },
  account: { kind: "text", suggests: "account" },
  named: { kind: "text", suggests: "group" },
  members: { kind: "text", suggests: "recipients" },
  remove: { kind: "yes", said: () => "remove" },
  who: { kind: "text", choices: ["everyone", "linked", "list"] },
  given: { kind: "text", choices: ["sender", "admin", "owner", "none"] },
  workspace: { kind: "text" },
  incident: { kind: "text" },
  tags: { kind: "text", suggests: "tag", said: asTags },
  severity: { kind: "text", choices: ["critical", "error", "warning", "info"] },
  words: { kind: "text", said: (value) => `"${value.replaceAll(/["“”«»„]/gu, "")}"` },
  switch: { kind: "text", said: off },
  for: { kind: "text" },
  what: { kind: "text" },
  end: { kind: "number", said: off },
  hours: { kind: "text" },
  zone: { kind: "text" },
  rotation: { kind: "text", suggests: "rotation" },
};

interface Slash {
  readonly fields: readonly Exclude<FieldName, "file">[];
  /** What a typed command has behind its word, where the form is no more than that: these fields, one after the other. */
  readonly line?: readonly Exclude<FieldName, "file">[];
  readonly takesFiles?: true;
  /** It changes how this very server is bound, so it is offered to those who manage it. */
  readonly forManagers?: true;
}

/** In the order in which Discord lists them. */
const COMMANDS: Readonly<Record<SlashName, Slash>> = {
  notify: { fields: ["user", "to", "text", "tag"], takesFiles: true },
  recall: { fields: ["tag"] },
  status: { fields: [] },
  ack: { fields: ["incident"], line: ["incident"] },
  link: { fields: [] },
  unlink: { fields: ["workspace"], line: ["workspace"] },
  whoami: { fields: [] },
  connect: { fields: [] },
  disconnect: { fields: ["confirm"], line: ["confirm"], forManagers: true },
  help: { fields: [] },
  people: { fields: ["search", "page"], line: ["search", "page"] },
  map: { fields: ["person", "member", "account"], line: ["member", "account", "person"] },
  unmap: { fields: ["member", "account"], line: ["member", "account"] },
  group: { fields: ["named", "members", "remove"], line: ["named", "members", "remove"] },
  senders: { fields: ["who"], line: ["who"], forManagers: true },
  role: { fields: ["member", "given", "account"], line: ["member", "account", "given"] },
  rules: { fields: ["page"], line: ["page"] },
  forward: {
    fields: ["tags", "severity", "words", "to", "switch"],
    line: ["tags", "severity", "words", "to", "switch"],
  },
  mute: { fields: ["for", "what", "end"], line: ["for", "what", "end"] },
  quiet: { fields: ["hours", "zone"], line: ["hours", "zone"] },
  oncall: { fields: ["rotation"], line: ["rotation"] },
};
const NAMES = Object.keys(COMMANDS) as SlashName[];

function option(words: DiscordWords, name: Exclude<FieldName, "file">): Option {
  const { en, ru } = words;
  const { kind, required, suggests, choices } = FIELDS[name];
  return {
    type: { text: TEXT, number: NUMBER, yes: YES_OR_NO, user: USER }[kind],
    ...labels(en.fields[name], ru.fields[name]),
    ...(required ? { required } : {}),
    ...(suggests ? { autocomplete: true } : {}),
    ...(kind === "number" ? { min_value: 1, max_value: MOST_PAGES } : {}),
    ...(name === "text" ? { max_length: MAX_TEXT } : {}),
    ...(choices ? { choices: choices.map((choice) => choiceOf(words, choice)) } : {}),
  };
}

const choiceOf = ({ en, ru }: DiscordWords, choice: ChoiceName) => ({
  name: en.choices[choice],
  name_localizations: { ru: ru.choices[choice] },
  value: choice,
});

function fileOptions(words: DiscordWords): Option[] {
  const { en, ru } = words;
  return FILE_FIELDS.map((name) => ({
    type: ATTACHMENT,
    ...labels(en.fields.file, ru.fields.file, name.slice("file".length)),
  }));
}

const OFFERED = { contexts: [SERVER, DIALOGUE_WITH_US], integration_types: [OF_THE_SERVER] } as const;

function slash(words: DiscordWords, name: SlashName): CommandForm {
  const { fields, takesFiles, forManagers } = COMMANDS[name];
  const options = [...fields.map((field) => option(words, field)), ...(takesFiles ? fileOptions(words) : [])];
  return {
    type: SLASH,
    ...labels(words.en.commands[name], words.ru.commands[name]),
    options,
    ...OFFERED,
    ...(forManagers ? { default_member_permissions: String(MANAGE_SERVER) } : {}),
  };
}

/** The whole list, as it should be registered. */
export function commandForms(words: DiscordWords): CommandForm[] {
  const menu = { type: MESSAGE_MENU, name: words.en.menu, name_localizations: { ru: words.ru.menu }, ...OFFERED };
  return [...NAMES.map((name) => slash(words, name)), menu];
}

/** Interactions carry the default names, whatever the reader's language. */
export const slashNamed = (texts: DiscordTexts, name: string): SlashName | undefined =>
  NAMES.find((each) => texts.commands[each].name === name);

/** The parts of a typed line that a command's fields stand for; undefined where its form is more than a line. */
export const lineOf = (command: SlashName): readonly LineField[] | undefined =>
  COMMANDS[command].line?.map((name) => {
    const { kind, said = (value) => value } = FIELDS[name];
    return { name, kind, said };
  });

interface LineField {
  readonly name: Exclude<FieldName, "file">;
  readonly kind: Kind;
  /** The part of the line that a value makes. */
  readonly said: (value: string) => string;
}

/** What a field of a command suggests, by the name that interactions carry. */
export function suggestedIn(texts: DiscordTexts, command: SlashName, shown: string): Field["suggests"] {
  const field = COMMANDS[command].fields.find((name) => texts.fields[name].name === shown);
  return field && FIELDS[field].suggests;
}

/** Names of a command's fields in which somebody may name people by their ids. */
export const typedFields = (texts: DiscordTexts, command: SlashName): readonly string[] =>
  COMMANDS[command].fields.filter((name) => FIELDS[name].kind === "text").map((name) => texts.fields[name].name);
