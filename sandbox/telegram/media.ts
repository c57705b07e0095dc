import { extname } from "node:path";
import { authorOf, entitiesOf, type MessageOptions, type Speaker } from "./people.ts";
import { type Author, post } from "./post.ts";
import type { Entity, FileObject, Media, MediaKind, Message } from "./shapes.ts";
import { type ChatRecord, type ChatRef, recordOf, type World } from "./world.ts";

export interface MediaOptions extends MessageOptions {
  readonly bytes: Uint8Array;
  readonly fileName?: string;
  readonly mimeType?: string;
  readonly caption?: string;
  /** Of the caption. */
  readonly entities?: readonly Entity[];
  readonly mediaGroupId?: string;
  /** Claimed in place of the real length, to test caps without the bytes. */
  readonly fileSize?: number;
  readonly width?: number;
  readonly height?: number;
  /** Seconds. */
  readonly duration?: number;
}

export type AlbumMember = MediaOptions & { readonly kind: "photo" | "video" | "document" | "audio" };

type SendMedia = (chat: ChatRef, speaker: Speaker, what: MediaOptions) => Message;

/** What people send beside text. In a channel the speaker is the channel itself: pass `asChannelPost(channel)`. */
export interface MediaSenders {
  readonly sendPhoto: SendMedia;
  readonly sendDocument: SendMedia;
  readonly sendVideo: SendMedia;
  readonly sendAnimation: SendMedia;
  readonly sendAudio: SendMedia;
  readonly sendVoice: SendMedia;
  readonly sendVideoNote: SendMedia;
  readonly sendSticker: SendMedia;
  /** All members at once; a late member is a single send with the same `mediaGroupId`. */
  sendAlbum(chat: ChatRef, speaker: Speaker, members: readonly AlbumMember[]): Message[];
  asChannelPost(channel: ChatRef, signature?: string): Speaker;
}

interface KindFacts {
  readonly folder: string;
  readonly extension: string;
  readonly mimeType?: string;
  readonly named: boolean;
  readonly captioned: boolean;
}

const KINDS: Readonly<Record<MediaKind, KindFacts>> = {
  photo: { folder: "photos", extension: ".jpg", named: false, captioned: true },
  document: { folder: "documents", extension: "", named: true, captioned: true },
  video: { folder: "videos", extension: ".mp4", mimeType: "video/mp4", named: true, captioned: true },
  animation: { folder: "animations", extension: ".mp4", mimeType: "video/mp4", named: true, captioned: true },
  audio: { folder: "music", extension: ".mp3", mimeType: "audio/mpeg", named: true, captioned: true },
  voice: { folder: "voice", extension: ".oga", mimeType: "audio/ogg", named: false, captioned: true },
  video_note: { folder: "video_notes", extension: ".mp4", named: false, captioned: false },
  sticker: { folder: "stickers", extension: ".webp", named: false, captioned: false },
};

/** Longer sides of the smaller copies Telegram makes of a photo. */
const PHOTO_SIDES = [90, 320];

/** Sizes ascend; the smaller ones hold fewer bytes, so that taking the wrong one shows. */
function photoSizes(world: World, what: MediaOptions): FileObject[] {
  const { bytes, width = 1280, height = 960 } = what;
  const longest = Math.max(width, height);
  const smaller = PHOTO_SIDES.filter((side) => side < longest).map((side) => ({
    scale: side / longest,
    part: bytes.slice(0, Math.ceil((bytes.length * side) / longest)),
  }));
  return [...smaller, { scale: 1, part: bytes }].map(({ scale, part }) => {
    const size = scale === 1 ? what.fileSize : undefined;
    const file = world.files.add({ bytes: part, folder: "photos", extension: ".jpg", size });
    return {
      file_id: file.fileId,
      file_unique_id: file.uniqueId,
      file_size: file.size,
      width: Math.round(width * scale),
      height: Math.round(height * scale),
    };
  });
}

function shape(kind: Exclude<MediaKind, "photo">, what: MediaOptions): Partial<FileObject> {
  const { width = 640, height = 480, duration = 3 } = what;
  switch (kind) {
    case "document":
      return {};
    case "video":
    case "animation":
      return { width, height, duration };
    case "audio":
    case "voice":
      return { duration };
    case "video_note":
      return { length: 240, duration };
    case "sticker":
      return { type: "regular", width: 512, height: 512, emoji: "👍", is_animated: false, is_video: false };
    default:
      return kind satisfies never;
  }
}

function fileObject(world: World, kind: Exclude<MediaKind, "photo">, what: MediaOptions): FileObject {
  const facts = KINDS[kind];
  const extension = facts.extension || extname(what.fileName ?? "");
  const file = world.files.add({ bytes: what.bytes, folder: facts.folder, extension, size: what.fileSize });
  return {
    file_id: file.fileId,
    file_unique_id: file.uniqueId,
    file_size: file.size,
    file_name: facts.named ? what.fileName : undefined,
    mime_type: kind === "video_note" || kind === "sticker" ? undefined : (what.mimeType ?? facts.mimeType),
    ...shape(kind, what),
  };
}

/** The media fields of a message. An animation is its own `document` as well, for old bots. */
export function mediaFields(world: World, kind: MediaKind, what: MediaOptions): Media {
  if (kind === "photo") return { photo: photoSizes(world, what) };
  const file = fileObject(world, kind, what);
  return kind === "animation" ? { animation: file, document: file } : { [kind]: file };
}

function send(
  world: World,
  place: { record: ChatRecord; author: Author },
  kind: MediaKind,
  what: MediaOptions,
): Message {
  const caption = KINDS[kind].captioned ? what.caption : undefined;
  const content = {
    ...mediaFields(world, kind, what),
    caption,
    caption_entities: caption === undefined ? undefined : entitiesOf(caption, what.entities),
    media_group_id: what.mediaGroupId,
    quote: what.quote,
    ...what.extra,
  };
  const { replyTo, threadId } = what;
  return post(world, place.record, { author: place.author, content, replyTo, threadId });
}

function checkAlbum(members: readonly AlbumMember[]): void {
  const kinds = new Set(members.map((member) => (member.kind === "video" ? "photo" : member.kind)));
  if (members.length < 2 || members.length > 10)
    throw new RangeError(`an album has 2 to 10 members, not ${members.length}`);
  if (kinds.size > 1) throw new RangeError("documents and audio share an album only with their own kind");
}

export function openMedia(world: World): MediaSenders {
  let albums = 0;
  const sender =
    (kind: MediaKind): SendMedia =>
    (chat, speaker, what) => {
      const record = recordOf(world, chat);
      return send(world, { record, author: authorOf(world, record, speaker) }, kind, what);
    };
  return {
    sendPhoto: sender("photo"),
    sendDocument: sender("document"),
    sendVideo: sender("video"),
    sendAnimation: sender("animation"),
    sendAudio: sender("audio"),
    sendVoice: sender("voice"),
    sendVideoNote: sender("video_note"),
    sendSticker: sender("sticker"),
    sendAlbum(chat, speaker, members) {
      checkAlbum(members);
      albums += 1;
      const mediaGroupId = `${13_500_000_000_000_000 + albums}`;
      return members.map((member) => sender(member.kind)(chat, speaker, { mediaGroupId, ...member }));
    },
    asChannelPost(channel, signature) {
      return { author: { sender_chat: recordOf(world, channel).chat, author_signature: signature } };
    },
  };
}
