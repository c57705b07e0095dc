import { isBlank, plain, type RichText } from "../../src/core/richText.ts";
import { joined, type Names } from "./inlineMarkdown.ts";
import { readMarkdown } from "./markdown.ts";

export interface EmbedLike {
  readonly type?: string | undefined;
  readonly color?: number | undefined;
  readonly title?: string | undefined;
  readonly url?: string | undefined;
  readonly description?: string | undefined;
  readonly author?: { readonly name: string } | undefined;
  readonly footer?: { readonly text: string } | undefined;
  readonly fields?: readonly FieldLike[] | undefined;
}

export interface FieldLike {
  readonly name: string;
  readonly value: string;
  readonly inline?: boolean | undefined;
}

/** Where a message may keep its words; any may be empty and several may be filled. */
export interface Wording {
  readonly content: string;
  readonly embeds: readonly EmbedLike[];
  /** Components as Discord's JSON has them. */
  readonly components: readonly unknown[];
  /** The originals of a forwarded message. */
  readonly snapshots: readonly Wording[];
}

export function between(pieces: readonly RichText[]): RichText {
  const filled = pieces.filter((piece) => !isBlank(piece));
  return joined(filled.flatMap((piece, place) => (place === 0 ? piece : [{ text: "\n" }, ...piece])));
}

function embedText(embed: EmbedLike, names: Names): RichText {
  const title = embed.title ?? "";
  const link = embed.url === undefined ? {} : { link: embed.url };
  return between([
    plain(embed.author?.name ?? ""),
    title === "" ? [] : [{ text: title, styles: ["bold"], ...link }],
    readMarkdown(embed.description ?? "", names),
    ...(embed.fields ?? []).flatMap((field) => [
      [{ text: field.name, styles: ["bold" as const] }],
      readMarkdown(field.value, names),
    ]),
    plain(embed.footer?.text ?? ""),
  ]);
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Discord: Text Display; every other component is at most a frame around some. */
const TEXT_DISPLAY = 10;

export function componentTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(componentTexts);
  if (!isRecord(value)) return [];
  if (value.type === TEXT_DISPLAY && typeof value.content === "string") return [value.content];
  return componentTexts(value.components);
}

/** A preview of a link repeats what the link's page says: it is not the sender's text. */
export const isOwnEmbed = (embed: EmbedLike): boolean => embed.type === undefined || embed.type === "rich";

/** All words of a message, in the order in which Discord shows them. */
export function textOf(wording: Wording, names: Names, keepsHashEscapes = false): RichText {
  return between([
    readMarkdown(wording.content, names, keepsHashEscapes),
    ...wording.embeds.filter(isOwnEmbed).map((embed) => embedText(embed, names)),
    ...componentTexts(wording.components).map((text) => readMarkdown(text, names)),
    ...wording.snapshots.map((original) => textOf(original, names)),
  ]);
}
