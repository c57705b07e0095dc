import type { MessageEntity } from "grammy/types";
import { marksOf, type Stretch, stretchesOf } from "../../src/core/nesting.ts";
import { printable } from "../../src/core/printable.ts";
import { mapText, plainText, type RichText, type Style, slice, trim } from "../../src/core/richText.ts";
import { splitText } from "../../src/core/splitText.ts";

/** Bot API: characters of a message's text. Counted here in UTF-16 code units, of which there are never fewer. */
const LONGEST_TEXT = 4_096;
/** Bot API: a message has no more of them. */
const MOST_ENTITIES = 100;
/** One post is at most so many messages; a flood of them helps nobody, and the link leads to the whole. */
const MOST_MESSAGES = 4;

const TYPES = {
  bold: "bold",
  italic: "italic",
  underline: "underline",
  strike: "strikethrough",
  spoiler: "spoiler",
  code: "code",
  pre: "pre",
  quote: "blockquote",
} as const satisfies Readonly<Record<Style, MessageEntity["type"]>>;

export interface OutgoingText {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

/** Text with its formatting as Telegram takes it, for which nothing in the text has to be escaped. It names nobody. */
export function outgoingText(rich: RichText): OutgoingText {
  const inert = trim(withInertNames(mapText(rich, printable)));
  return { text: plainText(inert), entities: entitiesOf(inert) };
}

/** In messages that Telegram takes, in order. */
export const outgoingPieces = (rich: RichText): readonly RichText[] =>
  splitText(mapText(rich, printable), (piece) => outgoingText(piece).text.length <= LONGEST_TEXT, MOST_MESSAGES);

const entitiesOf = (rich: RichText): readonly MessageEntity[] =>
  stretchesOf(rich)
    .slice(0, MOST_ENTITIES)
    .map((stretch) => entityOf(stretch, rich));

function entityOf({ mark, start: offset, end }: Stretch, rich: RichText): MessageEntity {
  const place = { offset, length: end - offset };
  if (typeof mark === "object") return { type: "text_link", url: mark.link, ...place };
  if (mark !== "pre") return { type: TYPES[mark], ...place };
  const language = slice(rich, offset, end)[0]?.codeLanguage;
  return { type: "pre", ...(language ? { language } : {}), ...place };
}

const isShownAsCode = (run: RichText[number]): boolean =>
  marksOf(run).some((mark) => mark === "code" || mark === "pre");

/** Takes no room, and parts words: what stands behind it is no name for Telegram. */
const JOINER = "\u2060";
const ADDRESS = /https?:\/\/\S+/giu;
const MENTION = /(?<![\p{L}\p{N}_])@(?=\w)/gu;

/** Bot API, "mention": an `@name` in a text notifies whoever is called so, unless it is code or part of an address. */
function withInertNames(rich: RichText): RichText {
  const flat = plainText(rich);
  const addresses = Array.from(flat.matchAll(ADDRESS), ({ 0: { length }, index }) => ({
    from: index,
    to: index + length,
  }));
  const isAddress = (place: number) => addresses.some(({ from, to }) => place >= from && place < to);
  const places = Array.from(flat.matchAll(MENTION), ({ index }) => index + 1).filter((place) => !isAddress(place));
  if (places.length === 0) return rich;
  const edges = [0, ...places, flat.length];
  const isKept = stretchesOf(rich).length <= MOST_ENTITIES;
  return edges.slice(1).flatMap((to, index) => {
    const part = slice(rich, edges[index] ?? 0, to);
    const last = part.at(-1);
    if (to === flat.length || !last || (isKept && isShownAsCode(last))) return part;
    return [...part.slice(0, -1), { ...last, text: last.text + JOINER }];
  });
}
