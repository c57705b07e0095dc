import type { Mention, RichText, Run, Style } from "../../src/core/richText.ts";

/** Names for the ids that Discord's raw text holds instead of them; undefined where the id is not known here. */
export interface Names {
  /** `label` is what the chat shows, without `@`. */
  user(id: string): { readonly label: string; readonly username?: string } | undefined;
  role(id: string): string | undefined;
  channel(id: string): string | undefined;
}

/** What surrounds the piece being read. */
export interface Around {
  readonly names: Names;
  readonly styles: readonly Style[];
  readonly link?: string;
  /** Leave `\#` as it is: in a typed command the grammar itself gives it its meaning. */
  readonly keepsHashEscapes: boolean;
  readonly depth: number;
}

type Match = RegExpExecArray;
interface Rule {
  readonly pattern: RegExp;
  readonly read: (match: Match, around: Around) => RichText;
}

/** Deeper nesting is shown as typed: nobody writes it, and reading it would cost time that grows with the depth. */
const DEEPEST = 8;

const run = (text: string, around: Around, more: Partial<Run> = {}): Run => ({
  text,
  ...(around.styles.length > 0 ? { styles: around.styles } : {}),
  ...(around.link === undefined ? {} : { link: around.link }),
  ...more,
});

const within = (around: Around, style: Style): Around => ({
  ...around,
  depth: around.depth + 1,
  styles: around.styles.includes(style) ? around.styles : [...around.styles, style],
});

const styled =
  (style: Style) =>
  (match: Match, around: Around): RichText =>
    readInline(match[1] ?? "", within(around, style));

function readEscape(match: Match, around: Around): RichText {
  const character = match[1] ?? "";
  return [run(character === "#" && around.keepsHashEscapes ? "\\#" : character, around)];
}

function readUser(match: Match, around: Around): RichText {
  const userId = match[1] ?? "";
  const known = around.names.user(userId);
  const mention: Mention = known?.username === undefined ? { userId } : { userId, username: known.username };
  return [run(`@${known?.label ?? userId}`, around, { mention })];
}

/** One name, whatever blanks it holds: a group may have it. */
function readRole(match: Match, around: Around): RichText {
  const name = around.names.role(match[1] ?? "");
  return [name === undefined ? run("@…", around) : run(`@${name}`, around, { mention: { username: name } })];
}

function readChannel(match: Match, around: Around): RichText {
  const name = around.names.channel(match[1] ?? "");
  return [name === undefined ? run("#…", around) : run(`#${name}`, around, { channel: true })];
}

/** The reader's time zone is not known here, so the time is given in UTC and says so. */
function readTime(match: Match, around: Around): RichText {
  const at = new Date(Number(match[1]) * 1000);
  if (Number.isNaN(at.getTime())) return [run(match[0], around)];
  return [run(`${at.toISOString().slice(0, 16).replace("T", " ")} UTC`, around)];
}

function readMaskedLink(match: Match, around: Around): RichText {
  const address = match[2] ?? "";
  return readInline(match[1] ?? "", { ...around, depth: around.depth + 1, link: address });
}

const verbatim = (match: Match, around: Around): RichText => [run(match[1] ?? match[0], around)];

/** Tried in this order at each place. Discord: message formatting; the order and borders are those of its clients. */
const RULES: readonly Rule[] = [
  { pattern: /\\([^0-9A-Za-z\s])/y, read: readEscape },
  {
    pattern: /(?<!`)(`+)(?!`)([\s\S]*?[^`])\1(?!`)/y,
    read: (match, around) => [run((match[2] ?? "").trim() || (match[2] ?? ""), within(around, "code"))],
  },
  { pattern: /<(https?:\/\/[^\s<>]+)>/y, read: verbatim },
  { pattern: /https?:\/\/[^\s<]*[^\s<.,:;"'\])]/y, read: verbatim },
  {
    pattern: /\[((?:\\.|[^[\]\\\n])+)\]\(<?(https?:\/\/[^\s<>()]+(?:\([^\s<>()]*\))?)>?(?: "[^"\n]*")?\)/y,
    read: readMaskedLink,
  },
  { pattern: /<@!?(\d+)>/y, read: readUser },
  { pattern: /<@&(\d+)>/y, read: readRole },
  { pattern: /<#(\d+)>/y, read: readChannel },
  { pattern: /<(\/[^:<>\n]+):\d+>/y, read: verbatim },
  { pattern: /<a?(:\w+:)\d+>/y, read: verbatim },
  { pattern: /<t:(-?\d{1,13})(?::[tTdDfFRsS])?>/y, read: readTime },
  { pattern: /<id:(\w+)>/y, read: verbatim },
  { pattern: /\|\|((?:\\[\s\S]|[^\\])+?)\|\|/y, read: styled("spoiler") },
  { pattern: /\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y, read: styled("bold") },
  { pattern: /__((?:\\[\s\S]|[^\\])+?)__(?!_)/y, read: styled("underline") },
  { pattern: /~~((?:\\[\s\S]|[^\\])+?)~~/y, read: styled("strike") },
  { pattern: /\*(?=\S)((?:\\[\s\S]|\*\*|[^\\*])+?)(?<!\s)\*(?!\*)/y, read: styled("italic") },
  { pattern: /(?<!\w)_((?:\\[\s\S]|__|[^\\_])+?)_(?!\w)/y, read: styled("italic") },
];

const PLAIN = /(?:[^\\`<[|*_~h]|(?!https?:)h)+/y;

function matchAt(pattern: RegExp, text: string, place: number): Match | null {
  pattern.lastIndex = place;
  return pattern.exec(text);
}

function step(text: string, place: number, around: Around): { runs: RichText; length: number } {
  const literal = matchAt(PLAIN, text, place)?.[0];
  if (literal !== undefined) return { runs: [run(literal, around)], length: literal.length };
  for (const rule of around.depth > DEEPEST ? [] : RULES) {
    const match = matchAt(rule.pattern, text, place);
    if (match) return { runs: rule.read(match, around), length: match[0].length };
  }
  const character = text[place] ?? "";
  return { runs: [run(character, around)], length: 1 };
}

/** Reads what stands within lines: styles, code, links, mentions. */
export function readInline(text: string, around: Around): RichText {
  const runs: Run[] = [];
  for (let place = 0; place < text.length; ) {
    const { runs: read, length } = step(text, place, around);
    runs.push(...read);
    place += length;
  }
  return joined(runs);
}

const isAlike = (left: Run, right: Run): boolean =>
  !left.mention &&
  !right.mention &&
  !left.channel &&
  !right.channel &&
  left.link === right.link &&
  left.codeLanguage === right.codeLanguage &&
  (left.styles ?? []).join() === (right.styles ?? []).join();

/** Neighbours of the same formatting become one run. */
export function joined(runs: RichText): RichText {
  const result: Run[] = [];
  for (const next of runs) {
    const last = result.at(-1);
    if (next.text === "") continue;
    if (last && isAlike(last, next)) result[result.length - 1] = { ...last, text: last.text + next.text };
    else result.push(next);
  }
  return result;
}
