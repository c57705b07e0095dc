import { type Alert, isAtLeast, severityOf } from "./alert.ts";
import { alertText, type CompilePattern } from "./pattern.ts";
import type { RuleFilter } from "./rule.ts";
import { sameTag } from "./tags.ts";

/** Why a filter lets an alert not pass: which part of it, what that asks for, and what the alert has instead. */
export interface Mismatch {
  readonly part: "tags" | "words" | "pattern" | "authors" | "severity" | "status" | "fields" | "except";
  readonly wanted: string;
  readonly found: string;
}

/** What a rule needs to be asked: its filter, and whether the rules behind it are asked too. */
export interface Asked {
  readonly name: string;
  readonly filter: RuleFilter;
  readonly options: { readonly stop: boolean };
}

export type RuleResult<Rule extends Asked> =
  | { readonly kind: "match"; readonly rule: Rule }
  | { readonly kind: "no"; readonly rule: Rule; readonly because: readonly Mismatch[] }
  /** A rule before it matched and lets no other see the alert. */
  | { readonly kind: "stopped"; readonly rule: Rule; readonly by: string };

/** Asks the rules in their order; says of each what came of it, and why. */
export function matchRules<Rule extends Asked>(
  rules: readonly Rule[],
  alert: Alert,
  compile: CompilePattern,
): readonly RuleResult<Rule>[] {
  let stoppedBy: string | undefined;
  return rules.map((rule) => {
    if (stoppedBy !== undefined) return { kind: "stopped", rule, by: stoppedBy };
    const because = mismatches(rule.filter, alert, compile);
    if (because.length > 0) return { kind: "no", rule, because };
    if (rule.options.stop) stoppedBy = rule.name;
    return { kind: "match", rule };
  });
}

/** Everything that keeps an alert from passing; empty when it passes. A pattern that cannot be compiled matches nothing. */
export function mismatches(filter: RuleFilter, alert: Alert, compile: CompilePattern): readonly Mismatch[] {
  const text = alertText(alert);
  const found = [
    tagMismatch(filter, alert),
    wordMismatch(filter, text),
    patternMismatch(filter, text, compile),
    authorMismatch(filter, alert),
    severityMismatch(filter, alert),
    statusMismatch(filter, alert),
    ...fieldMismatches(filter, alert, compile),
    exceptMismatch(filter, alert, compile),
  ];
  return found.flatMap((mismatch) => mismatch ?? []);
}

const fold = (text: string): string => text.normalize("NFKC").toLowerCase().normalize("NFKC");

const isAsked = <T>(list: readonly T[] | undefined): list is readonly T[] => list !== undefined && list.length > 0;

function tagMismatch({ tags }: RuleFilter, alert: Alert): Mismatch | undefined {
  if (!isAsked(tags)) return undefined;
  const given = new Set(alert.tags.map(sameTag));
  if (tags.some((tag) => given.has(sameTag(tag)))) return undefined;
  return { part: "tags", wanted: tags.join(", "), found: alert.tags.join(", ") };
}

function wordMismatch({ words }: RuleFilter, text: string): Mismatch | undefined {
  if (!isAsked(words)) return undefined;
  const folded = fold(text);
  if (words.some((word) => holdsWord(folded, fold(word.trim())))) return undefined;
  return { part: "words", wanted: words.join(", "), found: "" };
}

const WORD_CHARACTER = /[\p{L}\p{M}\p{N}_]/u;

/** Where the word itself begins or ends with a letter or digit, its neighbour there must be none. */
function holdsWord(text: string, word: string): boolean {
  if (word === "") return false;
  const [first = "", last = ""] = [Array.from(word)[0], Array.from(word).at(-1)];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = Array.from(text.slice(Math.max(0, at - 2), at)).at(-1) ?? "";
    const after = Array.from(text.slice(at + word.length, at + word.length + 2))[0] ?? "";
    const isFree = (edge: string, neighbour: string) => !WORD_CHARACTER.test(edge) || !WORD_CHARACTER.test(neighbour);
    if (isFree(first, before) && isFree(last, after)) return true;
  }
  return false;
}

function patternMismatch({ pattern }: RuleFilter, text: string, compile: CompilePattern): Mismatch | undefined {
  if (pattern === undefined || compile(pattern)?.(text)) return undefined;
  return { part: "pattern", wanted: pattern, found: "" };
}

function authorMismatch({ authors }: RuleFilter, { author }: Alert): Mismatch | undefined {
  if (!isAsked(authors)) return undefined;
  const own = [author.id, fold(author.name)];
  if (authors.some((wanted) => own.includes(wanted) || own.includes(fold(wanted.replace(/^@/u, ""))))) return undefined;
  return { part: "authors", wanted: authors.join(", "), found: `${author.name} (${author.id})` };
}

function severityMismatch({ severity }: RuleFilter, alert: Alert): Mismatch | undefined {
  if (severity === undefined || isAtLeast(severityOf(alert), severity)) return undefined;
  return { part: "severity", wanted: severity, found: severityOf(alert) };
}

function statusMismatch({ status }: RuleFilter, alert: Alert): Mismatch | undefined {
  if (status === undefined || status === alert.status) return undefined;
  return { part: "status", wanted: status, found: alert.status };
}

const BETWEEN_SLASHES = /^\/(?<pattern>.+)\/$/su;

function fieldMismatches({ fields }: RuleFilter, alert: Alert, compile: CompilePattern): readonly Mismatch[] {
  return Object.entries(fields ?? {}).flatMap(([name, wanted]): readonly Mismatch[] => {
    const values = alert.fields.filter((field) => fold(field.name) === fold(name)).map(({ value }) => value);
    const pattern = BETWEEN_SLASHES.exec(wanted)?.groups?.pattern;
    const isWanted = (value: string) =>
      pattern === undefined ? value.trim() === wanted.trim() : compile(pattern)?.(value) !== undefined;
    if (values.some(isWanted)) return [];
    return [{ part: "fields", wanted: `${name}: ${wanted}`, found: values.join(", ") }];
  });
}

/** Parts of an exception are asked together: all that it names must hold for it to hold. */
function exceptMismatch({ except }: RuleFilter, alert: Alert, compile: CompilePattern): Mismatch | undefined {
  if (!except || Object.values(except).every((part) => part === undefined)) return undefined;
  if (mismatches(except, alert, compile).length > 0) return undefined;
  return { part: "except", wanted: Object.keys(except).join(", "), found: "" };
}
