import { z } from "zod";
import type { Json } from "./model.ts";
import { type FormProblem, formRefusal, Refusal, readForm } from "./refusals.ts";

const SLASH_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const LOCALES = new Set(
  (
    "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk " +
    "hi th zh-CN ja zh-TW ko"
  ).split(" "),
);

export const COMMAND = { slash: 1, user: 2, message: 3 } as const;
export const OPTION = {
  subCommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const;

const dictionary = z.record(z.string(), z.string()).nullish();
const choiceForm = z.looseObject({
  name: z.string().min(1).max(100),
  name_localizations: dictionary,
  value: z.union([z.string().min(1).max(100), z.number()]),
});

export interface CommandOption {
  type: number;
  name: string;
  description: string;
  required?: boolean | null | undefined;
  autocomplete?: boolean | null | undefined;
  min_length?: number | null | undefined;
  max_length?: number | null | undefined;
  choices?: z.output<typeof choiceForm>[] | null | undefined;
  options?: CommandOption[] | null | undefined;
  name_localizations?: Record<string, string> | null | undefined;
  description_localizations?: Record<string, string> | null | undefined;
}

const optionForm: z.ZodType<CommandOption> = z.lazy(() =>
  z.looseObject({
    type: z.number().int().min(1).max(11),
    name: z.string(),
    name_localizations: dictionary,
    description: z.string().min(1).max(100),
    description_localizations: dictionary,
    required: z.boolean().nullish(),
    autocomplete: z.boolean().nullish(),
    min_length: z.number().int().min(0).max(6000).nullish(),
    max_length: z.number().int().min(1).max(6000).nullish(),
    choices: z.array(choiceForm).max(25).nullish(),
    options: z.array(optionForm).max(25).nullish(),
  }),
);

const commandForm = z.looseObject({
  type: z.number().int().min(1).max(3).default(COMMAND.slash),
  name: z.string(),
  name_localizations: dictionary,
  description: z.string().max(100).default(""),
  description_localizations: dictionary,
  options: z.array(optionForm).max(25).nullish(),
  default_member_permissions: z.string().regex(/^\d+$/).nullish(),
  nsfw: z.boolean().nullish(),
  contexts: z.array(z.number().int().min(0).max(2)).nullish(),
  integration_types: z.array(z.number().int().min(0).max(1)).nullish(),
});
export type CommandForm = z.output<typeof commandForm>;

export interface RegisteredCommand {
  readonly id: string;
  readonly version: string;
  readonly form: CommandForm;
}

/** Limits per scope; menus have 15 since March 2026. */
const LIMITS = { [COMMAND.slash]: 100, [COMMAND.user]: 15, [COMMAND.message]: 15 } as const;

/**
 * Reads the list of a PUT.
 *
 * @throws {Refusal} 50035, which names positions as `0.options.1`, or 30032 when there are too many of a type.
 */
export function readCommands(body: Json | undefined, scope: string): CommandForm[] {
  const forms = readForm(z.array(commandForm), body);
  const problems = forms.flatMap((form, place) => commandProblems(form, [place], scope));
  forms.forEach((form, place) => {
    const twin = forms.findIndex((each) => each.name === form.name && each.type === form.type);
    if (twin === place) return;
    const code = "APPLICATION_COMMANDS_DUPLICATE_NAME";
    problems.push({ path: [place], code, message: "Application command names must be unique" });
  });
  if (problems.length > 0) throw formRefusal(...problems);
  for (const type of [COMMAND.slash, COMMAND.user, COMMAND.message] as const) {
    if (forms.filter((form) => form.type === type).length <= LIMITS[type]) continue;
    throw new Refusal(400, 30032, `Maximum number of application commands reached (${LIMITS[type]})`);
  }
  return forms;
}

type Place = readonly (string | number)[];

function commandProblems(form: CommandForm, path: Place, scope: string): FormProblem[] {
  const problems = dictionaryProblems(form.name_localizations, [...path, "name_localizations"], (name) =>
    form.type === COMMAND.slash ? isSlashName(name) : isMenuName(name),
  );
  if (scope !== "global" && (form.contexts || form.integration_types)) {
    problems.push({ path, code: "GUILD_COMMAND_CONTEXTS", message: "Contexts belong to global commands" });
  }
  if (form.type !== COMMAND.slash) return [...problems, ...menuProblems(form, path)];
  if (!isSlashName(form.name)) problems.push(nameProblem([...path, "name"]));
  if (form.description === "") problems.push(lengthProblem([...path, "description"]));
  problems.push(
    ...dictionaryProblems(form.description_localizations, [...path, "description_localizations"], isDescription),
    ...optionsProblems(form.options ?? [], [...path, "options"], path),
  );
  if (weight(form) > 8000) {
    problems.push({ path, code: "APPLICATION_COMMAND_TOO_LARGE", message: "Command exceeds maximum size (8000)" });
  }
  return problems;
}

function menuProblems(form: CommandForm, path: Place): FormProblem[] {
  const problems: FormProblem[] = [];
  if (!isMenuName(form.name)) problems.push(nameProblem([...path, "name"]));
  if (form.description !== "") {
    const code = "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION";
    problems.push({ path: [...path, "description"], code, message: "Context menu commands cannot have description" });
  }
  if ((form.options ?? []).length > 0) {
    const code = "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS";
    problems.push({ path: [...path, "options"], code, message: "Context menu commands cannot have options" });
  }
  return problems;
}

function optionsProblems(options: readonly CommandOption[], path: Place, parent: Place): FormProblem[] {
  const problems = options.flatMap((option, place) => optionProblems(option, [...path, place]));
  const firstOptional = options.findIndex((option) => option.type > OPTION.group && !option.required);
  options.forEach((option, place) => {
    if (!option.required || firstOptional < 0 || place < firstOptional) return;
    const code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID";
    const message = "Required options must be placed before non-required options";
    problems.push({ path: [...path, place], code, message });
  });
  if (new Set(options.map((option) => option.name)).size !== options.length) {
    const code = "APPLICATION_COMMAND_OPTIONS_NAME_INVALID";
    problems.push({ path: parent, code, message: "Option names must be unique" });
  }
  return problems;
}

function optionProblems(option: CommandOption, path: Place): FormProblem[] {
  const problems = [
    ...dictionaryProblems(option.name_localizations, [...path, "name_localizations"], isSlashName),
    ...dictionaryProblems(option.description_localizations, [...path, "description_localizations"], isDescription),
    ...optionsProblems(option.options ?? [], [...path, "options"], path),
  ];
  if (!isSlashName(option.name)) problems.push(nameProblem([...path, "name"]));
  if (!option.autocomplete) return problems;
  const suggestable: number[] = [OPTION.string, OPTION.integer, OPTION.number];
  if (!suggestable.includes(option.type) || (option.choices ?? []).length > 0) {
    const code = "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID";
    problems.push({ path, code, message: "Autocomplete needs a STRING, INTEGER or NUMBER option without choices" });
  }
  return problems;
}

function dictionaryProblems(
  entries: Record<string, string> | null | undefined,
  path: Place,
  isValid: (text: string) => boolean,
): FormProblem[] {
  return Object.entries(entries ?? {}).flatMap(([locale, text]) => {
    if (!LOCALES.has(locale)) {
      return [{ path: [...path, locale], code: "DICT_INVALID_LOCALE", message: `Locale '${locale}' is not supported` }];
    }
    return isValid(text) ? [] : [nameProblem([...path, locale])];
  });
}

const isSlashName = (name: string) => SLASH_NAME.test(name) && name === name.toLowerCase();
const isMenuName = (name: string) => name.length >= 1 && name.length <= 32;
const isDescription = (text: string) => text.length >= 1 && text.length <= 100;

function nameProblem(path: Place): FormProblem {
  return { path, code: "APPLICATION_COMMAND_INVALID_NAME", message: "Command name is invalid" };
}

function lengthProblem(path: Place): FormProblem {
  return { path, code: "BASE_TYPE_BAD_LENGTH", message: "Must be between 1 and 100 in length." };
}

/** Characters of names, descriptions and choice values; of translations only the longest counts. */
function weight(entry: CommandForm | CommandOption): number {
  const longest = (text: string, others: Record<string, string> | null | undefined) =>
    Math.max(text.length, ...Object.values(others ?? {}).map((other) => other.length));
  const choices = "choices" in entry && Array.isArray(entry.choices) ? entry.choices : [];
  const own =
    longest(entry.name, entry.name_localizations) + longest(entry.description, entry.description_localizations);
  const chosen = choices.reduce((sum, choice) => sum + String(choice.name).length + String(choice.value).length, 0);
  return (entry.options ?? []).reduce((sum, option) => sum + weight(option), own + chosen);
}
