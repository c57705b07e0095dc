import { withHonestLinks } from "./honestLink.ts";
import { neutralise } from "./neutralise.ts";
import { isCode, plainText, type RichText, type Run, type Style, slice } from "./richText.ts";

interface Code {
  readonly open: string;
  readonly close: string;
}

/** A stretch of text that is dressed alike. */
interface Piece {
  readonly text: string;
  /** Outermost first, always in the same order, so that neighbours share as many as they can. */
  readonly codes: readonly Code[];
  readonly quoted: boolean;
}

const STYLE_CODES: readonly (readonly [Style, Code])[] = [
  ["bold", { open: "[b]", close: "[/b]" }],
  ["italic", { open: "[i]", close: "[/i]" }],
  ["underline", { open: "[u]", close: "[/u]" }],
  ["strike", { open: "[s]", close: "[/s]" }],
];
const CODE: Code = { open: "[code]", close: "[/code]" };
/** The portal cannot hide text; the marks say that its author wanted to. */
const SPOILER: Code = { open: "||", close: "||" };
const ELLIPSIS = "…";

/** BB code in which only the codes made here are alive: what people typed is neutralised first. */
export function toBBCode(text: RichText): string {
  const lines = writer();
  for (const piece of pieces(withHonestLinks(text))) {
    if (piece.quoted) lines.quote(piece);
    else lines.write(piece);
  }
  return lines.end();
}

/** Without any formatting, for e-mail and the like; addresses behind links are shown. */
export function toPlain(text: RichText): string {
  const shown = text.flatMap((run, index) => {
    const last = run.link !== text[index + 1]?.link;
    return run.link === undefined || !last || run.text.trim() === run.link ? [run] : [run, { text: ` (${run.link})` }];
  });
  return neutralise(plainText(shown));
}

/** Portals count characters as code points. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** BB code of at most `limit` characters including codes; what is too long ends in an ellipsis, between two graphemes. */
export function renderWithin(text: RichText, limit: number): { bb: string; cut: boolean } {
  const whole = toBBCode(text);
  if (characters(whole) <= limit) return { bb: whole, cut: false };
  const flat = plainText(text);
  let fits = 0;
  let tooLong = flat.length;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (characters(shortened(text, middle)) <= limit) fits = middle;
    else tooLong = middle;
  }
  return { bb: cutAtGrapheme(text, fits, limit), cut: true };
}

/** Steps back from `end`, since a shorter text is not always shorter as BB code: a cut link may have to show its address. */
function cutAtGrapheme(text: RichText, end: number, limit: number): string {
  const graphemes = new Intl.Segmenter().segment(plainText(text));
  let boundary = graphemes.containing(end)?.index ?? end;
  for (;;) {
    const bb = shortened(text, boundary);
    if (characters(bb) <= limit) return bb;
    if (boundary === 0) return "";
    boundary = graphemes.containing(boundary - 1)?.index ?? 0;
  }
}

function shortened(text: RichText, end: number): string {
  return toBBCode([...slice(text, 0, end), { text: ELLIPSIS }]);
}

function pieces(text: RichText): readonly Piece[] {
  const merged: Piece[] = [];
  for (const run of text) {
    const next: Piece = { text: run.text, codes: codesOf(run), quoted: run.styles?.includes("quote") ?? false };
    const last = merged.at(-1);
    if (last && dressedAlike(last, next)) merged[merged.length - 1] = { ...last, text: last.text + next.text };
    else merged.push(next);
  }
  return merged.map((piece) => ({ ...piece, text: neutralise(piece.text) })).filter((piece) => piece.text !== "");
}

/** Only what emits the same codes may stand side by side: a danger split over two runs would pass otherwise. */
function dressedAlike(one: Piece, other: Piece): boolean {
  return (
    one.quoted === other.quoted && shared(one.codes, other.codes) === Math.max(one.codes.length, other.codes.length)
  );
}

function codesOf(run: Run): readonly Code[] {
  const spoiler = run.styles?.includes("spoiler") ? [SPOILER] : [];
  const link = run.link === undefined ? [] : [{ open: `[url=${run.link}]`, close: "[/url]" }];
  if (isCode(run) && link.length === 0) return [...spoiler, CODE];
  const styles = STYLE_CODES.filter(([style]) => run.styles?.includes(style)).map(([, code]) => code);
  return [...spoiler, ...link, ...styles];
}

function shared(one: readonly Code[], other: readonly Code[]): number {
  const differs = one.findIndex((code, index) => code.open !== other[index]?.open);
  return differs < 0 ? one.length : differs;
}

/** Keeps the codes that are open, so that they always close in order, and never reach over the edge of a quoted line. */
function writer() {
  let out = "";
  let open: readonly Code[] = [];
  let inQuote = false;
  const dress = (codes: readonly Code[]) => {
    const kept = shared(open, codes);
    const closed = open.slice(kept).toReversed();
    out +=
      closed.map((code) => code.close).join("") +
      codes
        .slice(kept)
        .map((code) => code.open)
        .join("");
    open = codes;
  };
  const startLine = () => {
    if (out !== "" && !out.endsWith("\n")) out += "\n";
  };
  const write = (piece: Piece) => {
    if (inQuote) {
      dress([]);
      if (!piece.text.startsWith("\n")) startLine();
      inQuote = false;
    }
    dress(piece.codes);
    out += piece.text;
  };
  const quote = (piece: Piece) => {
    for (const [index, line] of piece.text.split("\n").entries()) {
      if (index > 0 || !inQuote) {
        dress([]);
        if (index > 0) out += "\n";
        else startLine();
        out += ">>";
      }
      inQuote = true;
      if (line === "") continue;
      dress(piece.codes);
      out += line;
    }
  };
  const end = () => {
    dress([]);
    return out;
  };
  return { write, quote, end };
}
