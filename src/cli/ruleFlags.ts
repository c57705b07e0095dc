import type { Command } from "commander";
import type { InputPath, PlacedProblem } from "../core/inputSpot.ts";
import { wrongInput } from "./fault.ts";

/** As `rule add` is given; what is not here is not given. */
export interface RuleFlags {
  readonly json?: boolean;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly tag?: readonly string[];
  readonly word?: readonly string[];
  readonly pattern?: string;
  readonly author?: readonly string[];
  readonly severity?: string;
  readonly status?: string;
  readonly field?: readonly string[];
  readonly exceptTag?: readonly string[];
  readonly exceptWord?: readonly string[];
  readonly exceptPattern?: string;
  readonly exceptAuthor?: readonly string[];
  readonly exceptSeverity?: string;
  readonly exceptStatus?: string;
  readonly exceptField?: readonly string[];
  readonly stop?: boolean;
  readonly priority?: string;
  readonly key?: string;
  readonly group?: string;
  readonly update?: string;
  readonly stormAfter?: string;
  readonly cap?: string;
  readonly inhibitBy?: string;
  readonly escalate?: readonly string[];
  readonly repeat?: string;
  readonly edits?: boolean;
  readonly media?: boolean;
}

const collect = (value: string, former: readonly string[] = []): readonly string[] => [...former, value];

export function withFilterFlags(command: Command): Command {
  return command
    .option("--tag <tag>", "one of these tags (repeat it for several)", collect)
    .option("--word <word>", "one of these words or phrases", collect)
    .option("--pattern <expression>", "a regular expression (RE2) over title, text and fields")
    .option("--author <name>", "one of these authors, by name or id", collect)
    .option("--severity <severity>", "this one or a graver one: critical, error, warning, info")
    .option("--status <status>", "firing or resolved")
    .option("--field <name=value>", "a field's value, or a pattern between slashes", collect)
    .option(
      "--except-tag <tag>",
      "but not what has one of these tags; of several --except-… flags, not what matches them all",
      collect,
    )
    .option("--except-word <word>", "but not what has one of these words", collect)
    .option("--except-pattern <expression>", "but not what this expression finds")
    .option("--except-author <name>", "but not what one of these authors says", collect)
    .option("--except-severity <severity>", "but not this severity and graver")
    .option("--except-status <status>", "but not what is firing, or resolved")
    .option("--except-field <name=value>", "but not what has this value in a field", collect);
}

export function withOptionFlags(command: Command): Command {
  return command
    .option("--stop", "no rule behind this one sees what it matches")
    .option("--priority <priority>", "urgent (quiet hours do not hold it), normal, or digest")
    .option("--key <key>", "what makes alerts one incident: source, shape, pattern:<expression>, fields:<a>,<b>")
    .option("--group <duration>", "an incident's first word waits so long for more, such as 30s")
    .option("--update <duration>", "an open incident is shown anew at most this often, such as 60s")
    .option("--storm-after <number>", "incidents within a minute before further ones go into a digest")
    .option("--cap <number>", "messages that this rule may forward within a minute")
    .option(
      "--inhibit-by <fields>",
      "a graver incident with the same values of these fields speaks for the others: a,b",
    )
    .option(
      "--escalate <step>",
      'whom to tell when nobody acknowledges: "10m @oncall" (repeat it for further steps)',
      collect,
    )
    .option("--repeat <number>", "how often to go through the steps again")
    .option("--no-edits", "later edits of a message change nothing")
    .option("--no-media", "without pictures and files");
}

/** What the flags say in the form in which rules stand in a file. */
export function ruleFromFlags(name: string, flags: RuleFlags): object {
  const except = given({
    tags: flags.exceptTag,
    words: flags.exceptWord,
    pattern: flags.exceptPattern,
    authors: flags.exceptAuthor,
    severity: flags.exceptSeverity,
    status: flags.exceptStatus,
    fields: fieldsOf("--except-field", flags.exceptField),
  });
  return {
    name,
    from: flags.from,
    to: flags.to ?? [],
    filter: { ...filterOf(flags), ...(Object.keys(except).length > 0 ? { except } : {}) },
    options: optionsOf(flags),
  };
}

const filterOf = (flags: RuleFlags) =>
  given({
    tags: flags.tag,
    words: flags.word,
    pattern: flags.pattern,
    authors: flags.author,
    severity: flags.severity,
    status: flags.status,
    fields: fieldsOf("--field", flags.field),
  });

const optionsOf = (flags: RuleFlags) =>
  given({
    stop: flags.stop,
    priority: flags.priority,
    key: flags.key,
    group: flags.group,
    update: flags.update,
    "storm-after": flags.stormAfter,
    cap: flags.cap,
    "inhibit-by": flags.inhibitBy?.split(",").map((field) => field.trim()),
    escalate: flags.escalate,
    repeat: flags.repeat,
    edits: flags.edits === false ? false : undefined,
    media: flags.media === false ? false : undefined,
  });

const given = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** `name=value`, once for each. @throws {CliError} 2 */
export function fieldsOf(
  flag: string,
  pairs: readonly string[] | undefined,
): Readonly<Record<string, string>> | undefined {
  if (pairs === undefined) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      const cut = pair.indexOf("=");
      if (cut < 1) throw wrongInput(`${flag} "${pair}": must be a field's name and its value, such as job=api`);
      return [pair.slice(0, cut).trim(), pair.slice(cut + 1).trim()];
    }),
  );
}

const FLAGS: Readonly<Record<string, string>> = {
  tags: "tag",
  words: "word",
  authors: "author",
  fields: "field",
};

/** The flag that a path stands for. */
export function flagOf(path: InputPath): string {
  const [part = "", ...rest] = path.filter((step) => typeof step === "string");
  if (part === "name") return "name";
  if (part !== "filter" && part !== "options") return `--${part}`;
  const isExcept = rest[0] === "except";
  const key = (isExcept ? rest[1] : rest[0]) ?? part;
  return `--${isExcept ? "except-" : ""}${FLAGS[key] ?? key}`;
}

/** Paths as commands are typed. */
export const flagProblem = ({ path, value, rule, remedy }: PlacedProblem): string =>
  `${flagOf(path)} ${value}: ${rule} ${remedy}`;
