import type { Message, PhotoSize } from "grammy/types";
import type { IncomingMedia } from "../../src/core/chat.ts";

/** The parts of a message, or of a reply into another chat, that are neither text nor people. */
export type MediaParts = Partial<
  Pick<
    Message,
    | "photo"
    | "document"
    | "video"
    | "animation"
    | "audio"
    | "voice"
    | "video_note"
    | "sticker"
    | "paid_media"
    | "story"
    | "poll"
    | "contact"
    | "dice"
    | "checklist"
    | "giveaway"
    | "invoice"
    | "game"
    | "venue"
    | "location"
    | "rich_message"
    | "has_media_spoiler"
  >
>;

interface FileLike {
  readonly file_id: string;
  readonly file_unique_id: string;
  readonly file_size?: number;
  readonly mime_type?: string;
}

const SHOWN_AS_PICTURE = /^image\/(?:jpeg|png|gif|webp|bmp)$/u;

/** What can be downloaded from a message: at most one file, since every member of an album is a message of its own. */
export function mediaIn(parts: MediaParts, messageId: number): readonly IncomingMedia[] {
  const found = pictureIn(parts, messageId) ?? fileIn(parts, messageId);
  return found ? [found] : [];
}

function pictureIn(parts: MediaParts, messageId: number): IncomingMedia | undefined {
  const { photo, sticker } = parts;
  if (photo) {
    const largest = largestOf(photo);
    return largest && media(largest, { kind: "picture", name: `photo-${messageId}.jpg`, mime: "image/jpeg", parts });
  }
  if (!sticker || sticker.is_animated || sticker.is_video) return undefined;
  return media(sticker, { kind: "picture", name: `sticker-${messageId}.webp`, mime: "image/webp" });
}

function largestOf(sizes: readonly PhotoSize[]): PhotoSize | undefined {
  return sizes.toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
}

/** Telegram sets `document` beside `animation`, so the order matters. */
function fileIn(parts: MediaParts, messageId: number): IncomingMedia | undefined {
  const { animation, document, video, audio, voice, video_note: round } = parts;
  if (animation) {
    return media(animation, { kind: "file", name: animation.file_name ?? `animation-${messageId}.mp4`, parts });
  }
  if (document) {
    const kind = SHOWN_AS_PICTURE.test(document.mime_type ?? "") ? "picture" : "file";
    return media(document, { kind, name: document.file_name ?? `document-${messageId}` });
  }
  if (video) return media(video, { kind: "file", name: video.file_name ?? `video-${messageId}.mp4`, parts });
  if (audio) return media(audio, { kind: "file", name: audio.file_name ?? `audio-${messageId}.mp3` });
  if (voice) return media(voice, { kind: "file", name: `voice-${messageId}.ogg` });
  if (round) return media(round, { kind: "file", name: `video-note-${messageId}.mp4`, mime: "video/mp4" });
  return undefined;
}

interface Look {
  readonly kind: IncomingMedia["kind"];
  readonly name: string;
  /** Where Telegram reports none. */
  readonly mime?: string;
  readonly parts?: MediaParts;
}

function media(file: FileLike, { kind, name, mime = file.mime_type, parts }: Look): IncomingMedia {
  return {
    kind,
    name,
    ...(mime ? { mime } : {}),
    ...(file.file_size === undefined ? {} : { size: file.file_size }),
    ...(parts?.has_media_spoiler ? { spoiler: true as const } : {}),
    source: { kind: "telegram", fileId: file.file_id, uniqueId: file.file_unique_id },
  };
}

/** What a message holds that has no file: named, with its own words where it has some, so that it is not dropped in silence. */
export function unsupportedIn(parts: MediaParts): readonly string[] {
  const { sticker, poll, contact, dice, game, invoice, venue, checklist } = parts;
  if (sticker && (sticker.is_animated || sticker.is_video)) return [worded("sticker", sticker.emoji)];
  if (parts.paid_media) return ["paid media"];
  if (parts.story) return ["story"];
  if (poll) return [worded("poll", poll.question)];
  if (contact) return [worded("contact", contact.first_name)];
  if (dice) return [worded("dice", dice.emoji)];
  if (checklist) return [worded("checklist", checklist.title)];
  if (parts.giveaway) return ["giveaway"];
  if (invoice) return [worded("invoice", invoice.title)];
  // A game is shown with its picture, but the picture is not what the sender shares.
  if (game) return [worded("game", game.title)];
  // A venue carries a location too.
  if (venue) return [worded("venue", venue.title)];
  if (parts.location) return ["location"];
  if (parts.rich_message) return ["rich message"];
  return [];
}

const worded = (kind: string, words: string | undefined): string => (words ? `${kind}: ${words}` : kind);
