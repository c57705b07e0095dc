import { extname } from "node:path";
import type { IncomingMedia, MediaSource } from "../../src/core/chat.ts";
import type { Spot } from "./place.ts";

/** The slice of discord.js' `Attachment` that is read here. */
export interface AttachmentLike {
  readonly id: string;
  readonly name: string;
  readonly title?: string | null;
  readonly contentType: string | null;
  readonly size: number;
  readonly url: string;
  readonly spoiler: boolean;
  readonly flags: { readonly bitfield: number };
}

/** Discord: attachment flag IS_SPOILER; the name's old prefix does not always come with it. */
const IS_SPOILER = 1 << 3;
const SPOILER = /^SPOILER_/;

const PICTURE = /^image\/(?:png|jpe?g|gif|webp|bmp|avif|heic|heif)\b/i;
const PICTURE_NAME = /\.(?:png|jpe?g|gif|webp|bmp|avif|heic|heif)$/i;

/** Discord reduces the name to ASCII and keeps the original, without its extension, as the title. */
function nameOf(attachment: AttachmentLike): string {
  const extension = extname(attachment.name);
  const title = attachment.title?.replace(SPOILER, "");
  if (!title) return attachment.name.replace(SPOILER, "") || attachment.id;
  return title.toLowerCase().endsWith(extension.toLowerCase()) ? title : title + extension;
}

/** @param spot The message it belongs to; absent for the file of a slash command. */
export function mediaOf(attachment: AttachmentLike, spot?: Spot): IncomingMedia {
  const isPicture = attachment.contentType ? PICTURE.test(attachment.contentType) : PICTURE_NAME.test(attachment.name);
  const isSpoiler = attachment.spoiler || (attachment.flags.bitfield & IS_SPOILER) !== 0;
  const source: MediaSource = { kind: "discord", url: attachment.url, attachmentId: attachment.id };
  return {
    kind: isPicture ? "picture" : "file",
    name: nameOf(attachment),
    ...(attachment.contentType ? { mime: attachment.contentType } : {}),
    size: attachment.size,
    ...(isSpoiler ? { spoiler: true as const } : {}),
    source: spot ? { ...source, message: spot } : source,
  };
}
