import { castText, isList, isMap, type PhpMap, type PhpValue } from "./php.ts";

/** What `$result`, `$next`, `$total`, `$time` and `$error` stand for, keyed by command id. */
export type Gathered = Readonly<Record<"result" | "next" | "total" | "time" | "error", PhpMap>>;

const REFERENCE = /\$(result|next|total|time|error)((?:\[[^[\]]*\])+)/giu;

function substitute(value: PhpValue, gathered: Gathered): PhpValue {
  if (typeof value === "string") return substituteText(value, gathered);
  if (isList(value)) return value.map((inner) => substitute(inner, gathered));
  return isMap(value) ? substituteMap(value, gathered) : value;
}

/**
 * Replaces references in every value, wherever the text came from: a value that is one reference becomes the raw value,
 * otherwise its text is put in.
 */
export function substituteMap(map: PhpMap, gathered: Gathered): PhpMap {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, substitute(value, gathered)]));
}

function substituteText(text: string, gathered: Gathered): PhpValue {
  const [only] = text.matchAll(REFERENCE);
  if (only?.[0] === text) return resolve(only[1] ?? "", only[2] ?? "", gathered);
  return text.replaceAll(REFERENCE, (_, kind: string, path: string) => castText(resolve(kind, path, gathered)));
}

/** A path that leads nowhere falls back to the deepest value found. */
function resolve(kind: string, path: string, gathered: Gathered): PhpValue {
  let value: PhpValue = gathered[kindOf(kind)];
  for (const [, key = ""] of path.matchAll(/\[([^[\]]*)\]/gu)) {
    const inner: PhpValue | undefined = step(value, key);
    if (inner === undefined) break;
    value = inner;
  }
  return value;
}

function step(value: PhpValue, key: string): PhpValue | undefined {
  if (isList(value)) return value[Number(key)];
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function kindOf(word: string): keyof Gathered {
  const kinds = ["result", "next", "total", "time", "error"] as const;
  return kinds.find((kind) => kind === word.toLowerCase()) ?? "result";
}
