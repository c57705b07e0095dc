import type { Alert } from "./alert.ts";
import { ORIGIN_SIGN } from "./postText.ts";
import { plainText, type RichText } from "./richText.ts";

/**
 * How our own posts are known again when another bridge carries them back. Each of them has a line that says where it comes from;
 * whoever copies a post copies that line, whatever is put before it or around it. What people and monitors write themselves has no
 * such line, so it is never taken for an echo, however often it is said.
 */

/** Words in the line that are looked at; more than any such line has. */
const MOST_WORDS = 60;
/** Places in one text where such a line might begin. */
const MOST_PLACES = 20;
/** Without the sign before it, a line must be as distinctive as this to be known again, in words. */
const LEAST_WORDS = 4;
/** Lines that are looked at without the sign, and words that may stand before theirs. */
const MOST_LINES = 12;
const MOST_BEFORE = 6;

const wordsOf = (text: string): readonly string[] =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

/** What is remembered of a post, from the line that says where it comes from. */
export const echoMark = (origin: string): string => wordsOf(origin).slice(0, MOST_WORDS).join(" ");

/** All that an alert might be an echo of: it is one when any of these was said as an {@link echoMark}. */
export function echoMarks(alert: Pick<Alert, "title" | "text" | "fields" | "author">): readonly string[] {
  const lines = linesOf(alert);
  return [...new Set([...signed(lines), ...unsigned(lines)])];
}

function linesOf({
  title = "",
  text,
  fields,
  author,
}: Pick<Alert, "title" | "text" | "fields" | "author">): readonly string[] {
  // Who quotes one of our posts and says something to it himself is no echo.
  const own = author.kind === "person" ? withoutQuotes(text) : text;
  const said = plainText(own).trim() === "" ? text : own;
  // What looks like a field may have been one line of ours with a colon in it.
  const named = fields.map(({ name, value }) => `${name} ${value}`);
  return [title, plainText(said), ...named].flatMap((part) => part.split("\n")).filter((line) => line.trim() !== "");
}

const withoutQuotes = (text: RichText): RichText =>
  text
    .filter(({ styles }) => !styles?.includes("quote"))
    .map((run) => ({ ...run, text: run.text.replaceAll(/^[^\S\n]*>.*$/gmu, "") }));

/** Behind the sign: how many of the words are ours nobody knows, since a bridge may have made one line of all. */
function signed(lines: readonly string[]): readonly string[] {
  const behind = lines.flatMap((line) => line.split(ORIGIN_SIGN).slice(1)).slice(0, MOST_PLACES);
  return behind.flatMap((text) => {
    const words = wordsOf(text).slice(0, MOST_WORDS);
    return words.map((_, index) => words.slice(0, index + 1).join(" "));
  });
}

/** A bridge may know no such sign; then the line is known by its words, with or without what stands before them. */
function unsigned(lines: readonly string[]): readonly string[] {
  return lines.slice(0, MOST_LINES).flatMap((line) => {
    const words = wordsOf(line);
    if (words.length > MOST_WORDS) return [];
    const most = Math.min(MOST_BEFORE, words.length - LEAST_WORDS);
    return Array.from({ length: Math.max(0, most + 1) }, (_, before) => words.slice(before).join(" "));
  });
}
