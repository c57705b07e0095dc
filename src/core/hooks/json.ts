export type ReadJson =
  | { readonly kind: "json"; readonly value: unknown }
  /** `line` and `column` count from 1, in characters. */
  | { readonly kind: "malformed"; readonly line: number; readonly column: number; readonly rule: string };

/** Deeper than anything that means something; what reads it later may go down step by step. */
const DEEPEST = 64;

/** The engine says where JSON goes wrong only for some faults, and quotes what was sent. */
export function readJson(text: string): ReadJson {
  const deep = tooDeepAt(text);
  if (deep !== undefined) return { kind: "malformed", ...placeOf(text, deep), rule: `nested deeper than ${DEEPEST}` };
  try {
    return { kind: "json", value: JSON.parse(text) };
  } catch {
    const at = faultAt(text);
    const rule = at >= text.trimEnd().length ? "ends too early" : "is not what JSON allows here";
    return { kind: "malformed", ...placeOf(text, at), rule };
  }
}

function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (const token of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"?|[[{]|[\]}]/gsu)) {
    if (token[0] === "[" || token[0] === "{") depth += 1;
    else if (token[0] === "]" || token[0] === "}") depth -= 1;
    if (depth > DEEPEST) return token.index;
  }
  return undefined;
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: Array.from(before.at(-1) ?? "").length + 1 };
}

type Wanted = "value" | "value-or-end" | "name" | "name-or-end" | "colon" | "comma" | "nothing";

const BLANKS = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 forbids them in strings
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const PLAIN = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/** Offset of the first token that RFC 8259 does not allow where it stands. */
function faultAt(text: string): number {
  const open: ("[" | "{")[] = [];
  let wanted: Wanted = "value";
  for (let at = 0; ; ) {
    at += lengthAt(BLANKS, text, at);
    if (at >= text.length) return at;
    const length: number =
      wanted === "colon" || wanted === "comma" || wanted === "nothing" ? 0 : wordAt(text, at, wanted);
    const next: Wanted | undefined = length > 0 ? afterWord(wanted, open) : afterSign(text[at] ?? "", wanted, open);
    if (next === undefined) return at;
    wanted = next;
    at += Math.max(length, 1);
  }
}

function wordAt(text: string, at: number, wanted: Wanted): number {
  const string = lengthAt(STRING, text, at);
  return string > 0 || wanted.startsWith("name") ? string : lengthAt(PLAIN, text, at);
}

const behindValue = (open: readonly string[]): Wanted => (open.length === 0 ? "nothing" : "comma");

const afterWord = (wanted: Wanted, open: readonly string[]): Wanted =>
  wanted.startsWith("name") ? "colon" : behindValue(open);

function afterSign(sign: string, wanted: Wanted, open: ("[" | "{")[]): Wanted | undefined {
  if ((sign === "[" || sign === "{") && wanted.startsWith("value")) {
    open.push(sign);
    return sign === "[" ? "value-or-end" : "name-or-end";
  }
  if (sign === ":" && wanted === "colon") return "value";
  if (sign === "," && wanted === "comma") return open.at(-1) === "[" ? "value" : "name";
  const closes = open.at(-1) === "[" ? "]" : "}";
  const mayClose = wanted === "comma" || (wanted === "value-or-end" && closes === "]") || wanted === "name-or-end";
  if (open.length === 0 || sign !== closes || !mayClose) return undefined;
  open.pop();
  return behindValue(open);
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
