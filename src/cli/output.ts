import type { Writable } from "node:stream";

/** What a command tells: one JSON value for scripts, or lines for people, never both. */
export interface Output {
  readonly json: boolean;
  /** The result. */
  print(value: unknown, lines: readonly string[]): void;
  /** A remark on the way, beside the result. */
  note(line: string): void;
}

export function createOutput(stdout: Writable, stderr: Writable, json: boolean): Output {
  return {
    json,
    print(value, lines) {
      if (json) stdout.write(`${JSON.stringify(value)}\n`);
      else for (const line of lines) stdout.write(`${oneLine(line)}\n`);
    },
    note(line) {
      (json ? stderr : stdout).write(`${shown(line)}\n`);
    },
  };
}

/** Names and titles come from strangers: a terminal must neither read commands in them nor turn around what stands beside them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNRULY = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

export const shown = (text: string): string => text.replaceAll(UNRULY, "?");

/** Nobody's name makes a row of its own. */
const oneLine = (text: string): string => shown(text).replaceAll("\n", " ");

/** Rows under headings, each column as wide as its widest cell. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [headings, ...rows].map((row) => row.map(oneLine));
  const widths = headings.map((_, column) => Math.max(...all.map((row) => lengthOf(row[column]))));
  return all.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - lengthOf(cell))))
      .join("  ")
      .trimEnd(),
  );
}

const lengthOf = (text: string | undefined): number => Array.from(text ?? "").length;

/** A number with its noun; `many` is given where it is more than `one` with an s. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** UTC, to the second. */
export const when = (at: number): string =>
  new Date(at)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/u, "Z");
