import type { Audio, Contact, Message, PhotoSize } from "grammy/types";
import type { IncomingMedia, Part, Place } from "../../src/core/chat.ts";

/** The parts of a message, or of a reply into another chat, that are neither text nor people. */
export type MediaParts = Partial<
  Pick<
    Message,
    | "photo"
    | "live_photo"
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

/**
 * What can be downloaded from a message. Every member of an album is a message of its own, so there is one file at most, but
 * for a live photo: that is a still and a short video.
 */
export function mediaIn(parts: MediaParts, messageId: number): readonly IncomingMedia[] {
  const pictures = [pictureIn(parts, messageId), stickerIn(parts, messageId)];
  const live = parts.live_photo && {
    kind: "file" as const,
    name: `live-photo-${messageId}.mp4`,
    mime: parts.live_photo.mime_type ?? "video/mp4",
    parts,
  };
  const files = live && parts.live_photo ? [media(parts.live_photo, live)] : [fileIn(parts, messageId)];
  return [...pictures, ...files].filter((found) => found !== undefined);
}

/** A reply into another chat may bring the still of a live photo inside it alone. */
function pictureIn(parts: MediaParts, messageId: number): IncomingMedia | undefined {
  const largest = largestOf(parts.photo ?? parts.live_photo?.photo ?? []);
  return largest && media(largest, { kind: "picture", name: `photo-${messageId}.jpg`, mime: "image/jpeg", parts });
}

/** An animated one moves in a format that only Telegram plays, so its still goes along where there is one. */
function stickerIn({ sticker }: MediaParts, messageId: number): IncomingMedia | undefined {
  if (!sticker) return undefined;
  const look = { kind: "picture" as const, name: `sticker-${messageId}.webp` };
  if (sticker.is_animated || sticker.is_video) return sticker.thumbnail && media(sticker.thumbnail, look);
  return media(sticker, { ...look, mime: "image/webp" });
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
  if (audio) return media(audio, { kind: "file", name: audioName(audio, messageId) });
  if (voice) return media(voice, { kind: "file", name: `voice-${messageId}.ogg` });
  if (round) return media(round, { kind: "file", name: `video-note-${messageId}.mp4`, mime: "video/mp4" });
  return undefined;
}

const AUDIO_EXTENSIONS: Readonly<Record<string, string>> = {
  "audio/mp4": ".m4a",
  "audio/x-m4a": ".m4a",
  "audio/ogg": ".ogg",
  "audio/flac": ".flac",
  "audio/x-flac": ".flac",
  "audio/wav": ".wav",
  "audio/x-wav": ".wav",
};

/** Music that a client took out of its library often has no file name, but says what it is. */
function audioName({ file_name: given, performer, title, mime_type: mime }: Audio, messageId: number): string {
  if (given) return given;
  const named = [performer, title].filter((words) => words).join(" – ");
  return `${named || `audio-${messageId}`}${AUDIO_EXTENSIONS[mime ?? ""] ?? ".mp3"}`;
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

/** A venue carries its location too, so there is one place at most. A live location counts as where it was just now. */
export function placesIn({ venue, location }: MediaParts): { readonly places?: readonly Place[] } {
  const point = venue?.location ?? location;
  if (!point) return {};
  const { latitude, longitude } = point;
  return { places: [{ latitude, longitude, ...(venue && { title: venue.title, address: venue.address }) }] };
}

/** What a message holds that is neither words nor a file nor a place. */
export function partsIn(parts: MediaParts): readonly Part[] {
  const { sticker, poll, contact, dice, game, invoice, checklist } = parts;
  const moving = sticker && (sticker.is_animated || sticker.is_video);
  if (moving && !sticker.thumbnail) return [{ kind: "sticker", label: sticker.emoji ?? sticker.set_name ?? "" }];
  if (poll) return [{ kind: "poll", question: poll.question, options: poll.options.map(({ text }) => text) }];
  if (contact) return [contactOf(contact)];
  if (parts.paid_media) return [other("paid-media")];
  if (parts.story) return [other("story")];
  if (dice) return [other("dice", `${dice.emoji} ${dice.value}`)];
  if (checklist) return [other("checklist", checklist.title)];
  if (parts.giveaway) return [other("giveaway")];
  if (invoice) return [other("invoice", invoice.title)];
  // A game is shown with its picture, but the picture is not what the sender shares.
  if (game) return [other("game", game.title)];
  if (parts.rich_message) return [other("rich-message")];
  return [];
}

function contactOf({ first_name: first, last_name: last, phone_number: phone }: Contact): Part {
  const name = [first, last].filter((word) => word).join(" ");
  return { kind: "contact", name, ...(phone ? { phone } : {}) };
}

const other = (name: string, label?: string): Part => ({
  kind: "other",
  name,
  ...(label === undefined ? {} : { label }),
});
