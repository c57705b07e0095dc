import type { Alert, AlertAuthor, AlertField } from "./alert.ts";
import { signsOf } from "./alertSigns.ts";
import type { Frame, IncomingMessage, Sender } from "./chat.ts";
import { takeFieldLines } from "./fieldLines.ts";
import { hashtagsIn } from "./hashtags.ts";
import { isBlank, isCode, plain, plainText, type RichText, slice, trim } from "./richText.ts";

/** Of the longest line that is taken for a title. */
const TITLE_LIMIT = 300;
/** Of what the signs are looked for in. */
const HEAD_LIMIT = 600;
/** What goes into a table; further ones follow the text as lines. */
const MOST_FIELDS = 50;
const MOST_TAGS = 20;

/** What a message of a watched chat tells. */
export function alertOf(message: IncomingMessage): Alert {
  const isPerson = isHuman(message.sender);
  const [lead, ...others] = message.framed?.frames ?? [];
  const written = message.framed?.text ?? message.text;
  const words = unescaped(written, message);
  const outside = lead?.title === undefined ? splitTitle(words) : { text: words };
  const title = lead?.title ?? outside.title;
  const said = joinedBlocks([outside.text, lead?.text ?? [], ...others.flatMap(blocksOf)]);
  const told = takeFieldLines(said, { isPerson, isTitled: title !== undefined });
  const framed = [lead, ...others].flatMap((frame) => frame?.fields ?? []);
  const fields = [...framed, ...told.fields];
  const text = trim(joinedBlocks([forwardedLine(message), told.text, surplusLines(fields)]));
  const color = message.framed?.frames.find((frame) => frame.color !== undefined)?.color;
  const head = [title ?? "", firstLine(said)].join("\n").slice(0, HEAD_LIMIT);
  const named = [...framed, ...takeFieldLines(said, { isPerson, isTitled: true }).fields];
  const signs = signsOf({ head, fields: named, isPerson, ...(color === undefined ? {} : { color }) });
  const link = lead?.link ?? outside.link ?? message.link;
  return {
    origin: originOf(message),
    author: authorOf(message.sender),
    place: message.place.title,
    ...(title === undefined ? {} : { title }),
    text,
    fields: fields.slice(0, MOST_FIELDS),
    media: message.media,
    ...(message.places === undefined ? {} : { places: message.places }),
    parts: message.parts,
    tags: hashtagsIn(tagged(message, written)).slice(0, MOST_TAGS),
    ...(signs.severity === undefined ? {} : { severity: signs.severity }),
    status: signs.status ?? "firing",
    ...(link === undefined ? {} : { link }),
    at: message.sentAt,
    edited: message.edited,
  };
}

/** Whether there is nothing in it that anybody could be told: somebody joined, something was pinned. */
export const isEmptyAlert = ({ title, text, fields, media, places = [], parts }: Alert): boolean =>
  title === undefined && isBlank(text) && [...fields, ...media, ...places, ...parts].length === 0;

const isHuman = ({ kind }: Sender): boolean => kind === "person" || kind === "anonymous-admin";

const originOf = ({ at, within }: IncomingMessage): Alert["origin"] => ({
  kind: "message",
  at,
  ...(within === undefined ? {} : { within }),
});

function authorOf({ kind, userId: id, name, via }: Sender): AlertAuthor {
  switch (via?.kind) {
    case "webhook":
      return { kind: "webhook", id, name };
    case "followed-channel":
      return { kind: "channel", id: via.channelId, name };
    case undefined:
      return { kind, id, name };
    default:
      return via satisfies never;
  }
}

/** Where a frame is not the first, its title is a line of its own. */
const blocksOf = ({ title, link, text }: Frame): readonly RichText[] => [
  title === undefined ? [] : [{ text: title, styles: ["bold"], ...(link === undefined ? {} : { link }) }],
  text,
];

function joinedBlocks(blocks: readonly RichText[]): RichText {
  const filled = blocks.map(trim).filter((block) => !isBlank(block));
  return filled.flatMap((block, place) => (place === 0 ? block : [{ text: "\n" }, ...block]));
}

/** A first line that is bold from end to end, signs aside, names what the rest is about. */
function splitTitle(text: RichText): { readonly title?: string; readonly link?: string; readonly text: RichText } {
  const trimmed = trim(text);
  const flat = plainText(trimmed);
  const end = flat.includes("\n") ? flat.indexOf("\n") : flat.length;
  const line = slice(trimmed, 0, end);
  const title = plainText(line).trim();
  const isBold = line.every((run) => run.styles?.includes("bold") || !/[\p{L}\p{N}]/u.test(run.text));
  const isWorded = line.some((run) => run.styles?.includes("bold") && /[\p{L}\p{N}]/u.test(run.text));
  const isCoded = line.some((run) => isCode(run) || run.styles?.includes("spoiler"));
  if (!isBold || !isWorded || isCoded || title.length > TITLE_LIMIT) return { text };
  const link = line.find((run) => run.link !== undefined)?.link;
  return { title, ...(link === undefined ? {} : { link }), text: slice(trimmed, end) };
}

const firstLine = (text: RichText): string => plainText(trim(text)).split("\n", 1)[0] ?? "";

const forwardedLine = ({ forwardedFrom }: IncomingMessage): RichText =>
  forwardedFrom === undefined ? [] : [{ text: `↪ ${forwardedFrom}`.trim(), styles: ["italic"] }];

const surplusLines = (fields: readonly AlertField[]): RichText =>
  plain(
    fields
      .slice(MOST_FIELDS)
      .map(({ name, value }) => `${name}: ${value}`)
      .join("\n"),
  );

/** Everything that may hold a tag, its title too. */
const tagged = ({ framed }: IncomingMessage, written: RichText): RichText => [
  ...written,
  ...(framed?.frames ?? []).flatMap(({ title = "", text, fields }) => [
    { text: `\n${title}\n` },
    ...text,
    ...fields.map(({ value }) => ({ text: `\n${value}` })),
  ]),
];

/** As it came from Discord, `\#` stands for a `#` that begins no tag; nobody is to see the backslash. */
function unescaped(text: RichText, { at }: IncomingMessage): RichText {
  if (at.platform !== "discord") return text;
  return text.map((run) => (isCode(run) ? run : { ...run, text: run.text.replaceAll("\\#", "#") }));
}
