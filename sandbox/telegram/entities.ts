import type { Entity } from "./shapes.ts";

/** Nothing is recognised inside these. */
const OPAQUE = new Set(["code", "pre", "text_link", "text_mention", "url", "email"]);

const BEFORE = "(?<![\\p{L}\\p{N}_])";
const AFTER = "(?![\\p{L}\\p{N}_])";
const TOP_LEVEL = "com|org|net|ru|io|dev|me|info|app|de|eu|su|рф";

const EMAIL = /(?<![\p{L}\p{N}_.+-])[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?![\p{L}\p{N}_])/gu;
const URL_WITH_SCHEME = /(?<![\p{L}\p{N}_])(?:https?|ftp):\/\/[^\s<>"«»]+/giu;
const BARE_DOMAIN = new RegExp(
  `(?<![\\p{L}\\p{N}_@.\\/-])(?:[\\p{L}\\p{N}-]+\\.)+(?:${TOP_LEVEL})(?:\\/[^\\s<>"«»]*)?${AFTER}`,
  "giu",
);
const MENTION = new RegExp(`${BEFORE}@(?:[A-Za-z0-9_]{4,32}|gif|vid|pic)${AFTER}`, "gu");
const HASHTAG =
  /(?<![\p{L}\p{N}_#])#(?=[\p{N}_]*\p{L})[\p{L}\p{M}\p{N}_]{1,256}(?![\p{L}\p{N}_#])(?:@[A-Za-z0-9_]{3,32})?/gu;
const BOT_COMMAND = /(?<![\p{L}\p{N}_/<>])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\p{L}\p{N}_/<>])/gu;

const RECOGNISED: readonly (readonly [string, RegExp])[] = [
  ["email", EMAIL],
  ["url", URL_WITH_SCHEME],
  ["url", BARE_DOMAIN],
  ["mention", MENTION],
  ["hashtag", HASHTAG],
  ["bot_command", BOT_COMMAND],
];

function withoutTrailingPunctuation(type: string, text: string): string {
  return type === "url" ? text.replace(/[.,:;!?'")\]}]+$/u, "") : text;
}

function overlaps(a: Entity, b: { readonly offset: number; readonly length: number }): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}

/** What the server recognises by itself in a text, beside the formatting that came with it. Sorted as the server sorts. */
export function recogniseEntities(text: string, given: readonly Entity[] = []): Entity[] {
  const found: Entity[] = [];
  const blocking = given.filter((entity) => OPAQUE.has(entity.type));
  for (const [type, pattern] of RECOGNISED) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: withoutTrailingPunctuation(type, match[0]).length };
      if (![...blocking, ...found].some((other) => overlaps(other, entity))) found.push(entity);
    }
  }
  return [...given, ...found].sort((a, b) => a.offset - b.offset || b.length - a.length);
}
