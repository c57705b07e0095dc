import { ATTACH_LIMIT, type Attach, type AttachBlock, attachSize } from "./attach.ts";
import { characters, renderWithin, toBBCode, toPlain } from "./bbcode.ts";
import type { ColorToken } from "./facts.ts";
import { neutralise, neutraliseName } from "./neutralise.ts";
import type { RichText, Run } from "./richText.ts";

/** The portal cuts longer messages without a word, codes and all (Bitrix24, `im.notify.personal.add`). */
export const MESSAGE_LIMIT = 20_000;
/** What heading and notes always leave to the text. */
export const TEXT_LIMIT = 16_000;
const HEADING_LIMIT = 900;
const NOTES_LIMIT = 3_000;
/** Of what is for e-mail alone, which the portal does not cut. */
const OUTSIDE_LIMIT = 16_000;
const SENDER_LIMIT = 100;
const ORIGIN_LIMIT = 150;

export interface NotificationParts {
  readonly kind: "personal" | "system";
  /** Bitrix24 user id. */
  readonly recipientId: number;
  readonly heading: { readonly sender: string; readonly origin: string };
  readonly text: RichText;
  /** Our own words to the recipient below the text, such as attachments left out and why. They may quote names of strangers. */
  readonly notes: readonly string[];
  readonly blocks: readonly AttachBlock[];
  /** Of the bar beside the blocks; absent where nothing is meant by a colour. */
  readonly color?: ColorToken;
  /** What blocks say, in lines for channels that show none: the portal copies no `ATTACH` into e-mail. */
  readonly outside?: readonly string[];
  readonly tag: string;
  readonly subTag: string;
  /** Webhooks only. */
  readonly clientId?: string;
  /** Where the source message can be opened; the origin leads there. */
  readonly link?: string;
}

export interface ComposedNotification {
  readonly method: "im.notify.personal.add" | "im.notify.system.add";
  readonly params: NotificationParams;
  /** Blocks for which there was no room, in order. */
  readonly leftOver: readonly AttachBlock[];
  /** The text was cut. */
  readonly cut: boolean;
}

export interface NotificationParams {
  readonly USER_ID: number;
  readonly MESSAGE: string;
  readonly MESSAGE_OUT: string;
  readonly TAG: string;
  readonly SUB_TAG: string;
  readonly CLIENT_ID?: string;
  readonly ATTACH?: Attach;
}

export function composeNotification(parts: NotificationParts): ComposedNotification {
  const heading = headingOf(parts);
  const notes = notesOf(parts.notes);
  const head = toBBCode(heading);
  const room = MESSAGE_LIMIT - characters(joined(head, "-", notes)) + 1;
  const { bb, cut } = renderWithin(parts.text, room);
  const { fitting, leftOver } = packed(parts.blocks.map(withInertLinks), parts.color);
  const { kind, recipientId, tag, subTag, clientId, outside = [] } = parts;
  const params: NotificationParams = {
    USER_ID: recipientId,
    MESSAGE: joined(head, bb, notes),
    MESSAGE_OUT: joined(toPlain(heading), toPlain(parts.text), notes, notesOf(outside, OUTSIDE_LIMIT)),
    TAG: tag,
    SUB_TAG: subTag,
    ...(clientId === undefined ? {} : { CLIENT_ID: clientId }),
    ...(fitting.length === 0 ? {} : { ATTACH: attachOf(fitting, parts.color) }),
  };
  return { method: `im.notify.${kind}.add`, params, leftOver, cut };
}

/** Whether the whole text should go along as a file, since a notification may have to cut it. */
export function isOverlong(text: RichText): boolean {
  return characters(toBBCode(text)) > TEXT_LIMIT;
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n");

/** Who said it, and where. A hook, and a channel that posts, is its own place, and named once. */
function headingOf({ heading, link }: NotificationParts): RichText {
  const sender: Run = { text: neutraliseName(heading.sender, SENDER_LIMIT) || "—", styles: ["bold"] };
  const origin = neutraliseName(heading.origin, ORIGIN_LIMIT);
  if (origin === "") return [sender];
  const isOne = origin === sender.text;
  const before: RichText = isOne ? [] : [sender, { text: ", " }];
  const place: Run = isOne ? sender : { text: origin };
  const unlinked: RichText = [...before, place];
  if (link === undefined) return unlinked;
  const linked: RichText = [...before, { ...place, link }];
  return characters(toBBCode(linked)) <= HEADING_LIMIT ? linked : unlinked;
}

function notesOf(notes: readonly string[], limit = NOTES_LIMIT): string {
  const all = Array.from(joined(...notes.map((note) => neutralise(note).trim())));
  return all.length <= limit ? all.join("") : `${all.slice(0, limit - 1).join("")}…`;
}

/** Only the full form has a colour. */
const attachOf = (blocks: readonly AttachBlock[], color: ColorToken | undefined): Attach =>
  color === undefined ? blocks : { COLOR_TOKEN: color, BLOCKS: blocks };

/** In order; a block that is too big does not keep smaller ones behind it from going along. */
function packed(blocks: readonly AttachBlock[], color: ColorToken | undefined) {
  const fitting: AttachBlock[] = [];
  const leftOver: AttachBlock[] = [];
  for (const block of blocks) {
    if (attachSize(attachOf([...fitting, block], color)) < ATTACH_LIMIT) fitting.push(block);
    else leftOver.push(block);
  }
  return { fitting, leftOver };
}

/** `$` is how a batch refers to other results; an address may spell it `%24`. */
function withInertLinks(block: AttachBlock): AttachBlock {
  return Object.fromEntries(Object.entries(block).map(([type, value]) => [type, inertLinks(value)]));
}

const LINK_KEYS = ["LINK", "PREVIEW", "AVATAR", "EXTRA_IMAGE"];

function inertLinks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inertLinks);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      LINK_KEYS.includes(key) && typeof field === "string" ? field.replaceAll("$", "%24") : field,
    ]),
  );
}
