import type { AlertField } from "./alert.ts";
import { plainText, type RichText, type Run, slice } from "./richText.ts";

/** A name of at most five words, and what stands behind the colon. */
const LINE =
  /^[ \t]*(?:[•▪–*-] )?(?<name>\p{L}[\p{L}\p{N}_./()-]*(?: [\p{L}\p{N}_./()-]+){0,4})[ \t]*:[ \t]+(?<value>\S.*?)[ \t]*$/u;
const LONGEST_NAME = 40;
const LONGEST_VALUE = 300;

/** Formatting that a value can do without. */
const PLAIN_STYLES: ReadonlySet<string> = new Set(["bold", "italic", "underline", "code"]);

interface Line {
  readonly start: number;
  /** Behind its line break. */
  readonly end: number;
  readonly isBlank: boolean;
  readonly field: AlertField | undefined;
}

/**
 * Takes lines of the form `Name: value` out of a text. One alone is taken from a program only; people also write such a line when
 * they mean a sentence. Where there is no title, the first line stands for it and stays: `PROBLEM: high load`.
 */
export function takeFieldLines(
  text: RichText,
  { isPerson, isTitled }: { isPerson: boolean; isTitled: boolean },
): { text: RichText; fields: readonly AlertField[] } {
  const all = linesOf(text);
  const first = isTitled ? -1 : all.findIndex(({ isBlank }) => !isBlank);
  const lines = all.map((line, place) => (place === first ? { ...line, field: undefined } : line));
  const taken = lines.map(({ field }, place) => {
    const isAmong = lines[place - 1]?.field !== undefined || lines[place + 1]?.field !== undefined;
    return field !== undefined && (isAmong || !isPerson) ? field : undefined;
  });
  const kept = lines.flatMap(({ start, end }, place) => (taken[place] ? [] : slice(text, start, end)));
  return { text: kept, fields: taken.filter((field) => field !== undefined) };
}

function linesOf(text: RichText): readonly Line[] {
  const flat = plainText(text);
  const lines: Line[] = [];
  for (let start = 0; start < flat.length; ) {
    const found = flat.indexOf("\n", start);
    const [stop, end] = found < 0 ? [flat.length, flat.length] : [found, found + 1];
    const line = flat.slice(start, stop);
    lines.push({ start, end, isBlank: line.trim() === "", field: fieldIn(line, slice(text, start, stop)) });
    start = end;
  }
  return lines;
}

function fieldIn(line: string, runs: readonly Run[]): AlertField | undefined {
  const { name, value } = LINE.exec(line)?.groups ?? {};
  if (name === undefined || value === undefined) return undefined;
  if (name.length > LONGEST_NAME || value.length > LONGEST_VALUE) return undefined;
  const isPlain = runs.every(
    ({ styles = [], link, channel }) =>
      link === undefined && channel === undefined && styles.every((style) => PLAIN_STYLES.has(style)),
  );
  return isPlain ? { name, value } : undefined;
}
