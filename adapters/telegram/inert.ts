import type { MessageEntity } from "grammy/types";

/** An example of a command, up to the end of its line, so that one tap copies the whole of it. */
const EXAMPLE = /(?<![\p{L}\p{N}_/])\/\p{L}+ [^\n]*@[^\n]*/u;
const MENTION = /(?<![\p{L}\p{N}_])@\w+/u;
const NAMING = new RegExp(`${EXAMPLE.source}|${MENTION.source}`, "gu");

/** Bot API: a message has no more of them. */
const MOST_ENTITIES = 100;

/**
 * Formatting under which the `@names` of a text ping nobody: Telegram recognises no mention inside code. The characters stay as
 * they are, so that what is copied works.
 */
export function inertMentions(text: string): MessageEntity[] {
  const named = Array.from(text.matchAll(NAMING), ({ 0: { length }, index: offset }) => ({ offset, length }));
  return named.slice(0, MOST_ENTITIES).map((place) => ({ type: "code", ...place }));
}
