import type { Frame, IncomingMessage } from "../../src/core/chat.ts";
import { isBlank, plain, plainText, type RichText } from "../../src/core/richText.ts";
import type { Names } from "./inlineMarkdown.ts";
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
  return frames.length === 0 ? undefined : { text: outsideOf(wording, names), frames };
}

const framesOf = (wording: Wording, names: Names): readonly Frame[] => [
  ...wording.embeds.filter(isOwnEmbed).map((embed) => frameOf(embed, names)),
  ...componentFrames(wording.components),
  ...wording.snapshots.flatMap((original) => framesOf(original, names)),
];

function outsideOf(wording: Wording, names: Names): RichText {
  return between([
    readMarkdown(wording.content, names, true),
    ...componentTexts(wording.components).map((text) => readMarkdown(text, names)),
    ...wording.snapshots.map((original) => outsideOf(original, names)),
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
    ...(title === "" ? {} : { title }),
    ...(url === undefined ? {} : { link: url }),
    text,
    fields: named.map((field) => fieldOf(field, names)),
    ...(color === undefined ? {} : { color }),
  };
}

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
  const color = find(components, (each) => (each.type === CONTAINER ? each.accent_color : undefined), "number");
  const link = find(components, (each) => (each.type === BUTTON ? each.url : undefined), "string");
  if (color === undefined && link === undefined) return [];
  return [{ text: [], fields: [], ...(color === undefined ? {} : { color }), ...(link === undefined ? {} : { link }) }];
}

interface Primitive {
  readonly number: number;
  readonly string: string;
}

type Component = Readonly<Record<string, unknown>>;

/** The first value of that type in a component or in what it holds. */
function find<Type extends keyof Primitive>(
  value: unknown,
  read: (component: Component) => unknown,
  type: Type,
): Primitive[Type] | undefined {
  if (Array.isArray(value)) {
    for (const each of value) {
      const found = find(each, read, type);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const own = read(value);
  if (isOf(own, type)) return own;
  return find(value.components, read, type) ?? find(value.accessory, read, type);
}

const isOf = <Type extends keyof Primitive>(value: unknown, type: Type): value is Primitive[Type] =>
  typeof value === type;
