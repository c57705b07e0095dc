import { plainText, type RichText } from "./richText.ts";
import { isWorkspaceName } from "./workspaceName.ts";

/** `/rest/<user>/<code>`, as it stands in the address of an incoming webhook. */
const SHAPE = /\/rest\/+[1-9]\d*\/+(?!profile(?:\.json)?(?:\/|$))[\w~-]{6,}/iu;
const ADDRESS = new RegExp(`[^\\s"'<>«»“”(),]*${SHAPE.source}[^\\s"'<>«»“”(),]*`, "iu");
const ADDRESSES = new RegExp(ADDRESS.source, "giu");

/** The first address of an incoming webhook in a text, also one that stands behind other words. It is a secret. */
export function webhookIn(text: RichText): string | undefined {
  const linked = text.flatMap(({ link }) => link ?? []);
  return [plainText(text), ...linked].flatMap((each) => ADDRESS.exec(each)?.[0] ?? [])[0];
}

export interface ConnectRequest {
  /** Of a webhook; absent when there is none in the text. */
  readonly address?: string;
  /** The operator's set-up code, as it was issued. */
  readonly invitation?: string;
  readonly name?: string;
  /** Something else stands there too, or something that can be no name. It may be a secret that was not typed whole. */
  readonly surplus?: true;
}

/** A set-up code is 128 bits in hexadecimal digits: letters that a chat could take for formatting do not occur. */
const CODE_LENGTH = 32;
const HEX = /^[0-9a-f]+$/u;
/** What may stand around a code or divide its digits into groups. */
const BETWEEN_WORDS = /[\s,;:=()[\]{}"'`<>«»“”|]+/u;
const WITHIN_WORDS = /[^\p{L}\p{N}]+/gu;
/** A text full of digits in groups could be read as very many codes. */
const MOST_CODES = 40;

interface Span {
  readonly code: string;
  /** Which words it was typed in; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Whatever could be a set-up code, however it was typed: those in one word first. */
function codesAmong(words: readonly string[]): readonly Span[] {
  const bare = words.map((word) => word.normalize("NFKC").replace(WITHIN_WORDS, "").toLowerCase());
  const found: Span[] = [];
  for (let start = 0; start < bare.length; start += 1) {
    let code = "";
    for (let end = start; code.length < CODE_LENGTH && HEX.test(bare[end] ?? ""); end += 1) {
      code += bare[end];
      if (code.length === CODE_LENGTH) found.push({ code, start, end: end + 1 });
    }
  }
  return found.toSorted((a, b) => a.end - a.start - (b.end - b.start)).slice(0, MOST_CODES);
}

const wordsOf = (text: RichText): readonly string[] =>
  plainText(text)
    .replace(ADDRESSES, " ")
    .split(BETWEEN_WORDS)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));

/** Everything in a text that could be a set-up code, as it would have been issued. */
export const invitationsIn = (text: RichText): readonly string[] => codesAmong(wordsOf(text)).map(({ code }) => code);

/** Whether a text holds a credential, or what looks like one. */
export const mayHoldSecret = (text: RichText): boolean =>
  webhookIn(text) !== undefined || invitationsIn(text).length > 0;

/** Reads `[code] <webhook> [name]`; the code may also follow. */
export function parseConnect(text: RichText): ConnectRequest {
  const address = webhookIn(text);
  const words = wordsOf(text);
  const [span] = codesAmong(words);
  const others = span === undefined ? words : words.toSpliced(span.start, span.end - span.start);
  const [name, ...more] = others;
  const isName = name !== undefined && more.length === 0 && isWorkspaceName(name);
  return {
    ...(address === undefined ? {} : { address }),
    ...(span === undefined ? {} : { invitation: span.code }),
    ...(isName ? { name } : {}),
    ...(others.length > 0 && !isName ? { surplus: true } : {}),
  };
}
