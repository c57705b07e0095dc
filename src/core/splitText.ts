import { isBlank, plainText, type RichText, slice, trim } from "./richText.ts";

const ELLIPSIS = "…";

/** A border is looked for in the last part of what fits; a piece much shorter than it could be is worth no whole line. */
const LEAST_PART = 0.5;

/**
 * Cuts a text into pieces that each fit, at the ends of lines where it can, else of words, never within a character; formatting
 * goes on in the next piece. What is left after `most` pieces is cut off, and the cut shows; a last line that is a link stays,
 * since that is where the rest can be read.
 *
 * @param fits Whether a piece is small enough: when one is, so is everything shorter. One character always fits.
 */
export function splitText(text: RichText, fits: (piece: RichText) => boolean, most: number): readonly RichText[] {
  const pieces: RichText[] = [];
  const ending: RichText = [{ text: ELLIPSIS }, ...lastLink(text)];
  let rest = trim(text);
  while (!isBlank(rest)) {
    if (fits(rest)) return [...pieces, rest];
    const isLast = pieces.length + 1 >= most;
    const test = (piece: RichText) => fits(isLast ? [...piece, ...ending] : piece);
    const end = cutOf(rest, test);
    const piece = trim(slice(rest, 0, end));
    if (isLast) return [...pieces, [...piece, ...ending]];
    // No chat shows a message in which nothing is to be seen.
    if (!isBlank(piece)) pieces.push(piece);
    rest = trim(slice(rest, end));
  }
  return pieces;
}

function lastLink(text: RichText): RichText {
  const [before, last] = trim(text).slice(-2);
  const isLine = last?.link !== undefined && before?.text.endsWith("\n") === true && !last.text.includes("\n");
  return isLine ? [{ text: "\n" }, last] : [];
}

/** Where to end the first piece. */
function cutOf(text: RichText, fits: (piece: RichText) => boolean): number {
  const flat = plainText(text);
  let [low, high] = [1, flat.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(trim(slice(text, 0, middle)))) low = middle;
    else high = middle - 1;
  }
  const border = borderBefore(flat, low);
  return border > 0 && fits(trim(slice(text, 0, border))) ? border : whole(flat, low);
}

function borderBefore(flat: string, end: number): number {
  const least = Math.floor(end * LEAST_PART);
  const line = flat.lastIndexOf("\n", end);
  if (line > least) return line;
  const word = /\s(?=\S*$)/u.exec(flat.slice(0, end + 1))?.index ?? -1;
  return word > least ? word : 0;
}

/** Characters that join to one sign for the reader: emoji with their modifiers, letters with their marks. */
const JOINED = /\p{M}|\u200D|[\u{1F3FB}-\u{1F3FF}]/u;
const FARTHEST_BACK = 16;

function whole(flat: string, end: number): number {
  for (let place = end; place > Math.max(0, end - FARTHEST_BACK); place -= 1) {
    const next = flat.codePointAt(place);
    const isWithin = next !== undefined && (isLowHalf(flat, place) || JOINED.test(String.fromCodePoint(next)));
    if (!isWithin && !flat.slice(0, place).endsWith("\u200D")) return place;
  }
  return isLowHalf(flat, end) && end > 1 ? end - 1 : Math.max(end, isLowHalf(flat, end) ? 2 : 1);
}

function isLowHalf(flat: string, place: number): boolean {
  const code = flat.charCodeAt(place);
  const before = flat.charCodeAt(place - 1);
  return code >= 0xdc00 && code <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
}
