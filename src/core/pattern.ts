import type { Alert } from "./alert.ts";
import { plainText } from "./richText.ts";

/** The groups of the first place that matches, the whole of it first; `undefined` when none does. */
export type Pattern = (text: string) => readonly (string | undefined)[] | undefined;

/**
 * Passed in, because the core has no engine of its own: it must take linear time whatever it is given, since both the
 * expression and the text come from strangers. `undefined`: not a valid expression.
 */
export type CompilePattern = (source: string) => Pattern | undefined;

/** What words and patterns are looked for in: the title, the text, then each field as `name: value`, one line each. */
export function alertText({ title, text, fields }: Pick<Alert, "title" | "text" | "fields">): string {
  const lines = [title ?? "", plainText(text), ...fields.map(({ name, value }) => `${name}: ${value}`)];
  return lines.filter((line) => line !== "").join("\n");
}
