import type { PhpValue } from "./php.ts";

interface Reader {
  readonly text: string;
  at: number;
}

/**
 * The portal's own reading of a textual `ATTACH`, which is not JSON: every scalar becomes a string, only `\"` and `\'`
 * are unescaped, and a quote after a backslash never ends a string, so a text ending in a backslash breaks the whole.
 * Undefined when it cannot be read.
 */
export function parseJsObject(text: string): PhpValue | undefined {
  const reader: Reader = { text, at: 0 };
  try {
    const value = readValue(reader);
    skipBlanks(reader);
    return reader.at === text.length ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function skipBlanks(reader: Reader): void {
  while (/\s/u.test(reader.text.charAt(reader.at))) reader.at += 1;
}

function peek(reader: Reader): string {
  skipBlanks(reader);
  return reader.text.charAt(reader.at);
}

function readValue(reader: Reader): PhpValue {
  const first = peek(reader);
  if (first === "{") return readMap(reader);
  if (first === "[") return readList(reader);
  if (first === '"' || first === "'") return readQuoted(reader, first);
  return readBare(reader);
}

function readQuoted(reader: Reader, quote: string): string {
  const from = reader.at + 1;
  let to = reader.text.indexOf(quote, from);
  while (to > 0 && reader.text.charAt(to - 1) === "\\") to = reader.text.indexOf(quote, to + 1);
  if (to < 0) throw new SyntaxError("unfinished string");
  reader.at = to + 1;
  return reader.text.slice(from, to).replaceAll(/\\(["'])/gu, "$1");
}

function readBare(reader: Reader): string {
  const from = reader.at;
  while (reader.at < reader.text.length && !/[\s,:[\]{}"']/u.test(reader.text.charAt(reader.at))) reader.at += 1;
  if (reader.at === from) throw new SyntaxError("value expected");
  return reader.text.slice(from, reader.at);
}

function readList(reader: Reader): PhpValue {
  const items: PhpValue[] = [];
  readItems(reader, "]", () => void items.push(readValue(reader)));
  return items;
}

function readMap(reader: Reader): PhpValue {
  const entries: [string, PhpValue][] = [];
  readItems(reader, "}", () => {
    const first = peek(reader);
    const name = first === '"' || first === "'" ? readQuoted(reader, first) : readBare(reader);
    if (peek(reader) !== ":") throw new SyntaxError("colon expected");
    reader.at += 1;
    entries.push([name, readValue(reader)]);
  });
  return Object.fromEntries(entries);
}

function readItems(reader: Reader, close: string, readItem: () => void): void {
  reader.at += 1;
  while (peek(reader) !== close) {
    readItem();
    const next = peek(reader);
    if (next !== "," && next !== close) throw new SyntaxError("comma expected");
    if (next === ",") reader.at += 1;
  }
  reader.at += 1;
}
