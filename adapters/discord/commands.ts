import { z } from "zod";
import type { DiscordTexts, DiscordWords, FieldName, Labelled, SlashName } from "./words.ts";

/** Discord: application command types and option types. */
const SLASH = 1;
const MESSAGE_MENU = 3;
const TEXT = 3;
const BOOLEAN = 5;
const USER = 6;
const ATTACHMENT = 11;

/** How many files one command takes; Discord gives each file an option of its own. */
export const FILE_FIELDS = ["file", "file2", "file3", "file4", "file5"] as const;

/** Discord allows 6000, but a longer text than a modal's (4000) could not be typed in the form. */
const MAX_TEXT = 4000;

interface Option {
  readonly type: number;
  readonly name: string;
  readonly name_localizations: { readonly ru: string };
  readonly description: string;
  readonly description_localizations: { readonly ru: string };
  readonly required?: true;
  readonly autocomplete?: true;
  readonly max_length?: number;
}

/** One command in the form that Discord's PUT takes. */
export interface CommandForm {
  readonly type: number;
  readonly name: string;
  readonly name_localizations: { readonly ru: string };
  readonly description?: string;
  readonly description_localizations?: { readonly ru: string };
  readonly options?: readonly Option[];
}

const labels = (en: Labelled, ru: Labelled, suffix = "") => ({
  name: en.name + suffix,
  name_localizations: { ru: ru.name + suffix },
  description: en.description,
  description_localizations: { ru: ru.description },
});

const NEEDS_SUGGESTIONS: readonly FieldName[] = ["to", "tag"];

function option(words: DiscordWords, field: FieldName, type: number): Option {
  return {
    type,
    ...labels(words.en.fields[field], words.ru.fields[field]),
    ...(NEEDS_SUGGESTIONS.includes(field) ? { autocomplete: true as const } : {}),
    ...(field === "text" ? { max_length: MAX_TEXT } : {}),
  };
}

function fileOptions(words: DiscordWords): Option[] {
  const { en, ru } = words;
  return FILE_FIELDS.map((name) => ({
    type: ATTACHMENT,
    ...labels(en.fields.file, ru.fields.file, name.slice("file".length)),
  }));
}

function slash(words: DiscordWords, name: SlashName, options: readonly Option[] = []): CommandForm {
  return { type: SLASH, ...labels(words.en.commands[name], words.ru.commands[name]), options };
}

/** The whole list, as it should be registered. */
export function commandForms(words: DiscordWords): CommandForm[] {
  return [
    slash(words, "notify", [
      option(words, "user", USER),
      option(words, "to", TEXT),
      option(words, "text", TEXT),
      option(words, "tag", TEXT),
      ...fileOptions(words),
    ]),
    slash(words, "recall", [option(words, "tag", TEXT)]),
    slash(words, "status"),
    slash(words, "link"),
    slash(words, "unlink"),
    slash(words, "whoami"),
    slash(words, "connect"),
    slash(words, "disconnect", [option(words, "confirm", BOOLEAN)]),
    slash(words, "help"),
    { type: MESSAGE_MENU, name: words.en.menu, name_localizations: { ru: words.ru.menu } },
  ];
}

/** Interactions carry the default names, whatever the reader's language. */
export function slashNamed(texts: DiscordTexts, name: string): SlashName | undefined {
  const names: readonly SlashName[] = [
    "notify",
    "recall",
    "status",
    "link",
    "unlink",
    "whoami",
    "connect",
    "disconnect",
    "help",
  ];
  return names.find((each) => texts.commands[each].name === name);
}

const dictionary = z.record(z.string(), z.string()).nullish();
const registeredOption = z.object({
  type: z.number(),
  name: z.string(),
  name_localizations: dictionary,
  description: z.string(),
  description_localizations: dictionary,
  required: z.boolean().nullish(),
  autocomplete: z.boolean().nullish(),
  max_length: z.number().nullish(),
});
const registeredForm = z.object({
  type: z.number().default(SLASH),
  name: z.string(),
  name_localizations: dictionary,
  description: z.string().nullish(),
  description_localizations: dictionary,
  options: z.array(registeredOption).nullish(),
});

/** Keys in one order and nothing empty, so that Discord's defaults do not look like a difference. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([, inner]) =>
      inner !== null &&
      inner !== undefined &&
      inner !== false &&
      inner !== "" &&
      !(Array.isArray(inner) && inner.length === 0),
  );
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, canonical(inner)]));
}

/** True when the registered list (read with its localisations) differs from the wanted one in anything we set. */
export function isOutdated(registered: unknown, wanted: readonly CommandForm[]): boolean {
  const read = z.array(registeredForm).safeParse(registered);
  if (!read.success) return true;
  const sorted = (forms: readonly { type: number; name: string }[]) =>
    JSON.stringify([...forms].sort((a, b) => (`${a.type}${a.name}` < `${b.type}${b.name}` ? -1 : 1)).map(canonical));
  return sorted(read.data) !== sorted(wanted);
}
