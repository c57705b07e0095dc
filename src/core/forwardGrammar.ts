import type { Severity } from "./alert.ts";
import type { Platform } from "./chat.ts";
import { closest } from "./closest.ts";
import { isCode, plainText, type RichText, type Run } from "./richText.ts";
import type { RuleFilter } from "./rule.ts";
import { readTarget, type TargetInput } from "./targetInput.ts";

/** A target as it is written in a chat: besides what a file has, the workspace's other chat of a platform. */
export type ForwardTarget = TargetInput | { readonly kind: "platform"; readonly platform: Platform };

export type ParsedForward =
  /** `filter` is absent when nothing was said of what is forwarded: an empty one stands for everything. */
  | { readonly kind: "forward"; readonly filter?: RuleFilter; readonly targets: readonly ForwardTarget[] }
  | { readonly kind: "switch"; readonly on: boolean; readonly name: string }
  | { readonly kind: "unknown"; readonly word: string; readonly near?: string };

const EVERYTHING = ["all", "everything", "всё", "все"];
const SEVERITY_WORDS: ReadonlyMap<string, Severity> = new Map([
  ["critical", "critical"],
  ["критичное", "critical"],
  ["критичные", "critical"],
  ["error", "error"],
  ["errors", "error"],
  ["ошибки", "error"],
  ["warning", "warning"],
  ["warnings", "warning"],
  ["предупреждения", "warning"],
  ["info", "info"],
  ["инфо", "info"],
]);
const PLATFORM_WORDS: ReadonlyMap<string, Platform> = new Map([
  ["telegram", "telegram"],
  ["телеграм", "telegram"],
  ["discord", "discord"],
  ["дискорд", "discord"],
]);
const SWITCH = /^(?<word>on|off|вкл|выкл)\s+(?<name>\S+)$/iu;
const TAG = /^#(?<tag>[\p{L}\p{M}\p{N}_-]{1,256})(?=[\s,]|$)/u;
const QUOTED = /^["“«„](?<words>[^"“”«»„\n]{1,200})["”»“]/u;
const WORD = /^[^\s,]+/u;
const BLANKS = /^[\s,]+/u;
const TARGET_SIGN = /^(?:@|id:|[^\s,]+@|telegram:|discord:|discord-webhook:|oncall:)/iu;

/** What follows `/forward`: tags, "words", a severity, `all`; and to whom. In any order, and either part may be missing. */
export function parseForward(rest: RichText): ParsedForward {
  const flat = plainText(rest).trim();
  const { word, name } = SWITCH.exec(flat)?.groups ?? {};
  if (word !== undefined && name !== undefined)
    return { kind: "switch", on: /^(?:on|вкл)$/iu.test(word), name: name.normalize("NFC").toLowerCase() };
  const found: Found = { tags: [], words: [], targets: [] };
  for (const piece of piecesOf(rest)) {
    if (typeof piece !== "string") found.targets.push(piece);
    else {
      const unknown = readPiece(piece, found);
      if (unknown !== undefined) return { kind: "unknown", word: unknown, ...nearest(unknown) };
    }
  }
  return { kind: "forward", targets: found.targets, ...filterOf(found) };
}

interface Found {
  readonly tags: string[];
  readonly words: string[];
  readonly targets: ForwardTarget[];
  severity?: Severity;
  everything?: true;
}

const nearest = (word: string): { near?: string } => {
  const near = closest(word, [...EVERYTHING, ...SEVERITY_WORDS.keys(), ...PLATFORM_WORDS.keys(), "off", "выкл"]);
  return near === undefined ? {} : { near };
};

function filterOf({ tags, words, severity, everything }: Found): { filter?: RuleFilter } {
  const filter: RuleFilter = {
    ...(tags.length === 0 ? {} : { tags }),
    ...(words.length === 0 ? {} : { words }),
    ...(severity === undefined ? {} : { severity }),
  };
  return Object.keys(filter).length > 0 || everything ? { filter } : {};
}

/** Whom the platform itself has named stands apart; the rest is read as text. */
function piecesOf(rest: RichText): readonly (string | TargetInput)[] {
  const pieces: (string | TargetInput)[] = [];
  let former: Run["mention"];
  for (const run of rest) {
    const { mention, text } = run;
    if (mention && !isCode(run)) {
      // Part of a name may be formatted.
      const isSame = former?.userId === mention.userId && former?.username === mention.username;
      if (!isSame) pieces.push({ kind: "somebody", ref: { kind: "account", mention, label: text } });
    } else {
      const last = pieces.at(-1);
      if (typeof last === "string") pieces[pieces.length - 1] = last + text;
      else pieces.push(text);
    }
    former = mention;
  }
  return pieces;
}

/** Puts what is read where it belongs; answers the first word that means nothing here. */
function readPiece(piece: string, found: Found): string | undefined {
  let rest = piece.replace(BLANKS, "");
  while (rest !== "") {
    const length = readOne(rest, found);
    if (length === undefined) return WORD.exec(rest)?.[0] ?? rest;
    rest = rest.slice(length).replace(BLANKS, "");
  }
  return undefined;
}

function readOne(rest: string, found: Found): number | undefined {
  const tag = TAG.exec(rest);
  if (tag?.groups?.tag !== undefined) {
    found.tags.push(tag.groups.tag);
    return tag[0].length;
  }
  const quoted = QUOTED.exec(rest);
  const words = quoted?.groups?.words?.trim();
  if (quoted && words) {
    found.words.push(words);
    return quoted[0].length;
  }
  if (TARGET_SIGN.test(rest)) {
    const read = readTarget(rest);
    if (read.kind === "bad") return undefined;
    found.targets.push(read.target);
    return read.length;
  }
  return readWord(WORD.exec(rest)?.[0] ?? "", found);
}

function readWord(word: string, found: Found): number | undefined {
  const key = word.normalize("NFC").toLowerCase();
  const severity = SEVERITY_WORDS.get(key);
  const platform = PLATFORM_WORDS.get(key);
  if (EVERYTHING.includes(key)) found.everything = true;
  else if (severity) found.severity = severity;
  else if (platform) found.targets.push({ kind: "platform", platform });
  else return undefined;
  return word.length;
}
