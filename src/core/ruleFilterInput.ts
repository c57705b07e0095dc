import { SEVERITIES } from "./alert.ts";
import { inside, readChoice, readFields, readList, readNamed, readText, refuse, type Spot } from "./inputSpot.ts";
import type { CompilePattern } from "./pattern.ts";
import type { RuleFilter } from "./rule.ts";

const PARTS = ["tags", "words", "pattern", "authors", "severity", "status", "fields"] as const;
type Part = (typeof PARTS)[number];
const STATUSES = ["firing", "resolved"] as const;
const TAG = /^#?(?<tag>[\p{L}\p{M}\p{N}_-]{1,256})$/u;
const LONGEST_WORD = 200;

export function readFilter(value: unknown, spot: Spot, compile: CompilePattern): RuleFilter {
  const given = readFields(value, spot, [...PARTS, "except"]);
  const except =
    given.except === undefined
      ? {}
      : readParts(readFields(given.except, inside(spot, "except"), PARTS), inside(spot, "except"), compile);
  return { ...readParts(given, spot, compile), ...(Object.keys(except).length === 0 ? {} : { except }) };
}

function readParts(
  given: Readonly<Record<string, unknown>>,
  spot: Spot,
  compile: CompilePattern,
): Omit<RuleFilter, "except"> {
  const at = (part: Part) => inside(spot, part);
  const tags = readList(given.tags, at("tags"), readTag);
  const words = readList(given.words, at("words"), (each, where) => readText(each, where, LONGEST_WORD));
  const authors = readList(given.authors, at("authors"), (each, where) => readText(each, where, LONGEST_WORD));
  const pattern = given.pattern === undefined ? undefined : readPattern(given.pattern, at("pattern"), compile);
  const severity = readChoice(given.severity, at("severity"), SEVERITIES);
  const status = readChoice(given.status, at("status"), STATUSES);
  const fields = readNamed(given.fields, at("fields")).filter(([name, wanted]) =>
    isFieldRight(wanted, inside(at("fields"), name), compile),
  );
  return {
    ...(tags.length === 0 ? {} : { tags }),
    ...(words.length === 0 ? {} : { words }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(authors.length === 0 ? {} : { authors }),
    ...(severity === undefined ? {} : { severity }),
    ...(status === undefined ? {} : { status }),
    ...(fields.length === 0 ? {} : { fields: Object.fromEntries(fields) }),
  };
}

function readTag(value: unknown, spot: Spot): string | undefined {
  const text = readText(value, spot, LONGEST_WORD);
  const tag = text === undefined ? undefined : TAG.exec(text)?.groups?.tag;
  if (text === undefined || tag !== undefined) return tag;
  return refuse(spot, value, { rule: 'A tag has letters, digits, "_" and "-".', remedy: "Write it such as ci." });
}

/** RE2 leaves out of the usual syntax what could take long: looking around, and groups referred back to. */
export function readPattern(value: unknown, spot: Spot, compile: CompilePattern): string | undefined {
  const text = readText(value, spot);
  if (text === undefined || compile(text)) return text;
  return refuse(spot, value, {
    rule: "It is a regular expression of RE2: without look-around and references back to groups.",
    remedy: "Correct it; whatever the case of letters, it fits anyway.",
  });
}

function isFieldRight(wanted: string, spot: Spot, compile: CompilePattern): boolean {
  const pattern = /^\/(?<pattern>.+)\/$/su.exec(wanted)?.groups?.pattern;
  return pattern === undefined || readPattern(pattern, spot, compile) !== undefined;
}
