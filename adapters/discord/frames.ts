import type { Frame, IncomingMessage } from "../../src/core/chat.ts";
import { isBlank, plain, plainText, type RichText } from "../../src/core/richText.ts";
import { type Names, readInline } from "./inlineMarkdown.ts";
import { readMarkdown } from "./markdown.ts";
import {
  between,
  componentTexts,
  type EmbedLike,
  type FieldLike,
  isOwnEmbed,
  isRecord,
  type Wording,
} from "./textOf.ts";

/** What of a message stands in frames, and what outside of them; undefined where it has none. */
export function framedOf(wording: Wording, names: Names): IncomingMessage["framed"] {
  const frames = framesOf(wording, names);
  const [lead] = frames;
  return lead && { text: outsideOf(wording, names, lead.link), frames };
}

const framesOf = (wording: Wording, names: Names): readonly Frame[] => [
  ...wording.embeds.filter(isOwnEmbed).map((embed) => frameOf(embed, names)),
  ...componentFrames(wording.components),
  ...wording.snapshots.flatMap((original) => framesOf(original, names)),
];

/** @param lead Where the first frame leads: it is said elsewhere. */
function outsideOf(wording: Wording, names: Names, lead: string | undefined): RichText {
  return between([
    readMarkdown(wording.content, names, true),
    ...componentTexts(wording.components).map((text) => readMarkdown(text, names)),
    ...buttonsIn(wording.components).flatMap(({ label, url }) =>
      url === lead ? [] : [[{ text: isBlank(plain(label)) ? url : label, link: url }]],
    ),
    ...wording.snapshots.map((original) => outsideOf(original, names, lead)),
  ]);
}

function frameOf(
  { title = "", url, description = "", author, footer, fields = [], color }: EmbedLike,
  names: Names,
): Frame {
  const named = fields.filter(({ name }) => !isBlank(plain(name)));
  // A field without a name is there to be looked at beside the others.
  const nameless = fields.filter(({ name }) => isBlank(plain(name)));
  const text = between([
    plain(author?.name ?? ""),
    readMarkdown(description, names),
    ...nameless.map(({ value }) => readMarkdown(value, names)),
    plain(footer?.text ?? ""),
  ]);
  return {
    ...(title === "" ? {} : { title: titleOf(title, names) }),
    ...(url === undefined ? {} : { link: url }),
    text,
    fields: named.map((field) => fieldOf(field, names)),
    ...(color === undefined ? {} : { color }),
  };
}

/** Discord: a title has styles, and neither headings nor quotes. */
const titleOf = (title: string, names: Names): string =>
  plainText(readInline(title, { names, styles: [], keepsHashEscapes: false, depth: 0 }));

function fieldOf({ name, value, inline }: FieldLike, names: Names): Frame["fields"][number] {
  const shown = readMarkdown(value, names).map(({ text, link }) => (link === undefined ? text : `${text} (${link})`));
  const label = plainText(readMarkdown(name, names));
  return { name: label, value: shown.join(""), ...(inline === true ? { inline: true as const } : {}) };
}

/** Discord: types of components. */
const CONTAINER = 17;
const BUTTON = 2;

/** A container has a colour but no title; its words stand among those of the message. */
function componentFrames(components: readonly unknown[]): readonly Frame[] {
  const color = colorIn(components);
  const link = buttonsIn(components)[0]?.url;
  if (color === undefined && link === undefined) return [];
  return [{ text: [], fields: [], ...(color === undefined ? {} : { color }), ...(link === undefined ? {} : { link }) }];
}

interface LinkButton {
  readonly label: string;
  readonly url: string;
}

/** Buttons that lead somewhere, in the order in which they are shown. */
function buttonsIn(value: unknown): readonly LinkButton[] {
  if (Array.isArray(value)) return value.flatMap(buttonsIn);
  if (!isRecord(value)) return [];
  const { type, url, label = "" } = value;
  if (type === BUTTON && typeof url === "string") return [{ url, label: typeof label === "string" ? label : "" }];
  return [...buttonsIn(value.components), ...buttonsIn(value.accessory)];
}

/** The first in a component or in what it holds. */
function colorIn(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.map(colorIn).find((color) => color !== undefined);
  if (!isRecord(value)) return undefined;
  if (value.type === CONTAINER && typeof value.accent_color === "number") return value.accent_color;
  return colorIn(value.components) ?? colorIn(value.accessory);
}
