import type { Facts } from "../core/alert.ts";
import { type AttachBlock, fileBlockOf, imageBlock, placeBlocks } from "../core/attach.ts";
import { factBlocks, factLines } from "../core/facts.ts";
import { pictureName, safeFileName } from "../core/fileName.ts";
import type { AckLinks } from "./ackLink.ts";
import { randomToken } from "./hash.ts";
import type { Clock, Words } from "./ports.ts";
import { leftOutReason } from "./receipts.ts";
import type { Delivery } from "./store/deliveries.ts";
import type { Attachment, MediaLink, Notification } from "./store/notifications.ts";
import type { Repositories } from "./store/store.ts";

/** Notifications disappear from Bitrix24 after 60 days; so does what they link to. */
export const LINK_LIFE_MS = 60 * 86_400_000;

interface Linking {
  readonly tx: Repositories;
  readonly delivery: Delivery;
  /** Without a trailing slash; absent when this service has no public address. */
  readonly publicUrl: string | undefined;
  readonly ackPath?: AckLinks["path"] | undefined;
  readonly clock: Clock;
}

/** Blocks for what can be shown, notes for what had to be left out; `outside` is for channels that show no blocks. */
export async function blocksOf(
  content: { notification: Notification; attachments: readonly Attachment[] },
  words: Words,
  linking: Linking,
): Promise<{ blocks: readonly AttachBlock[]; notes: readonly string[]; outside: readonly string[] }> {
  const { facts, places = [] } = content.notification;
  const told = facts ? toldOf(facts, words, linking) : { blocks: [], notes: [], outside: [] };
  const blocks: AttachBlock[] = [...told.blocks, ...places.flatMap(placeBlocks)];
  const leftOut = new Map<string, string[]>();
  for (const attachment of content.attachments) {
    const block = await blockOf(attachment, linking);
    if (block) blocks.push(block);
    // That the whole text could not be kept is told by the cut itself.
    else if (attachment.source.kind !== "text") {
      const reason = leftOutReason(words, attachment);
      leftOut.set(reason, [...(leftOut.get(reason) ?? []), shortName(attachment.name)]);
    }
  }
  const notes = [...leftOut].map(([reason, names]) => noteOf(names, reason, words));
  return { blocks, notes: [...told.notes, ...notes], outside: told.outside };
}

/** What an incident shows beside its text, and how its reader says "I have it": by a link, else by a command in a chat. */
function toldOf(facts: Facts, words: Words, { publicUrl, ackPath, delivery }: Linking) {
  const more = (count: number): string => words.say("facts-more", { count });
  const { acknowledge: incident } = facts;
  const outside = factLines(facts);
  if (incident === undefined) return { blocks: factBlocks(facts, { more }), notes: [], outside };
  if (publicUrl === undefined || !ackPath)
    return { blocks: factBlocks(facts, { more }), notes: [words.say("ack-hint")], outside };
  const address = publicUrl + ackPath({ incident, bitrixId: delivery.bitrixId });
  const acknowledge = { label: words.say("ack-label"), address };
  const blocks = factBlocks(facts, { more, acknowledge });
  return { blocks, notes: [], outside: [...outside, words.say("ack-outside", { address })] };
}

/** One line for each reason: a line for each file could be more than a notification has room for. */
const noteOf = (names: readonly string[], reason: string, words: Words): string =>
  words.say("note-left-out", { name: names.join(", "), reason });

const [LONGEST_NAME, NAME_START, NAME_END] = [60, 44, 14];

export function shortName(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= LONGEST_NAME) return name;
  return `${characters.slice(0, NAME_START).join("")}…${characters.slice(-NAME_END).join("")}`;
}

/** Only these are shown by every Bitrix24 client, and only these are served as pictures. */
const SHOWN_AS_PICTURE = new Set(["image/jpeg", "image/png", "image/gif"]);

async function blockOf(attachment: Attachment, linking: Linking): Promise<AttachBlock | undefined> {
  const { keptSize, spoiler, width, height, drive } = attachment;
  const name = shownName(attachment);
  const size = keptSize === undefined ? {} : { size: keptSize };
  if (attachment.state !== "kept") return undefined;
  if (drive) return fileBlockOf({ name, link: drive.externalUrl ?? drive.detailUrl, ...size });
  const link = await linkTo(attachment, "whole", linking);
  if (link === undefined) return undefined;
  if (spoiler || !isPicture(attachment) || width === undefined) return fileBlockOf({ name, link, ...size });
  const preview = await linkTo(attachment, "preview", linking);
  return imageBlock({ name, link, width, ...(height ? { height } : {}), ...(preview ? { preview } : {}) });
}

/** What a program says that does not know. */
const UNSAID = "application/octet-stream";

const PICTURE_NAME = /^[^.]*$|\.(?:jpe?g|jfif|png|gif|webp|avif|hei[cf]|tiff?|bmp)$/iu;

/** Found to be one, and said to be one, or nothing said; a document that is called otherwise stays a document. */
const isPicture = ({ kind, name, mime = UNSAID, width, keptMime }: Attachment): boolean =>
  (kind === "picture" || mime.startsWith("image/") || (mime === UNSAID && PICTURE_NAME.test(name))) &&
  width !== undefined &&
  SHOWN_AS_PICTURE.has(keptMime ?? "");

/** What recipients see it called: of pictures that were converted, the extension is another. */
export const shownName = ({ name, width, keptMime = "" }: Pick<Attachment, "name" | "width" | "keptMime">): string =>
  width === undefined ? name : pictureName(name, keptMime);

/** One secret address for each recipient; a repeated attempt carries the same one, unless that has ended meanwhile. */
async function linkTo(
  attachment: Attachment,
  role: MediaLink["role"],
  { tx, delivery, publicUrl, clock }: Linking,
): Promise<string | undefined> {
  const file = role === "preview" ? attachment.preview : wholeOf(attachment);
  if (publicUrl === undefined || !file) return undefined;
  const name = role === "preview" ? pictureName(attachment.name, file.mime) : shownName(attachment);
  const former = await tx.media.linkOf(attachment.id, delivery.id, role);
  const isGood = former && isOpen(former.link, clock()) && former.link.sha256 === file.sha256;
  const capability = isGood ? former.capability : randomToken();
  if (!isGood) {
    const expiresAt = clock() + LINK_LIFE_MS;
    const link = { attachmentId: attachment.id, deliveryId: delivery.id, role, name, expiresAt };
    await tx.media.addLink(capability, { ...link, ...file });
  }
  return mediaAddress(publicUrl, { capability, name });
}

/** Whoever has it may read; the name is for people. */
export const mediaAddress = (publicUrl: string, { capability, name }: { capability: string; name: string }): string =>
  `${publicUrl}/media/${capability}/${encodeURIComponent(safeFileName(name))}`;

const isOpen = ({ revokedAt, expiresAt }: MediaLink, now: number): boolean =>
  revokedAt === undefined && expiresAt > now;

function wholeOf({ sha256, keptSize, keptMime }: Attachment) {
  return sha256 === undefined
    ? undefined
    : { sha256, size: keptSize ?? 0, mime: keptMime ?? "application/octet-stream" };
}
