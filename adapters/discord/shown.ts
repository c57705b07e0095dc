import { basename, extname } from "node:path";
import type { IncomingMedia } from "../../src/core/chat.ts";

/** A picture or video as embeds and components name it. `proxy_url` is Discord's own copy of what `url` leads to. */
interface Shown {
  readonly url?: unknown;
  readonly proxy_url?: unknown;
  readonly content_type?: unknown;
}

export interface ShownEmbed {
  readonly type?: string | undefined;
  readonly image?: Shown | undefined;
  readonly thumbnail?: Shown | undefined;
  readonly video?: Shown | undefined;
}

/** Discord: its CDN, and what it puts before pictures of foreign hosts. */
const DISCORD_HOST = /^(?:cdn\.discordapp\.com|media\.discordapp\.net|images-ext-\d+\.discordapp\.net)$/u;

/** Discord: of these types an embed is what somebody shows; the others (`link`, `article`, `video`) advertise a page. */
const SHOWING: readonly (string | undefined)[] = [undefined, "rich", "image", "gifv"];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isWeb = (address: unknown): address is string =>
  typeof address === "string" && URL.canParse(address) && /^https?:$/u.test(new URL(address).protocol);

const isDiscords = (address: unknown): address is string => isWeb(address) && DISCORD_HOST.test(new URL(address).host);

/** Discord's copy is preferred: then no stranger learns who looks, and when. */
const addressOf = ({ url, proxy_url: proxy }: Shown): string | undefined => {
  if (isDiscords(proxy)) return proxy;
  return isWeb(url) ? url : undefined;
};

/** What is called by its place in the web. */
function nameIn(address: string, fallback: string): string {
  const last = basename(new URL(address).pathname);
  try {
    return extname(last) === "" ? fallback : decodeURIComponent(last);
  } catch {
    return fallback;
  }
}

interface Look {
  readonly kind: IncomingMedia["kind"];
  readonly name?: string;
  readonly size?: number;
  readonly isSpoiler?: boolean;
}

function remote(shown: unknown, { kind, name, size, isSpoiler = false }: Look): IncomingMedia[] {
  const url = isRecord(shown) ? addressOf(shown) : undefined;
  if (url === undefined || !isRecord(shown)) return [];
  const original = isWeb(shown.url) ? shown.url : url;
  return [
    {
      kind,
      name: name ?? nameIn(original, kind === "picture" ? "picture" : "file"),
      ...(typeof shown.content_type === "string" ? { mime: shown.content_type } : {}),
      ...(size === undefined ? {} : { size }),
      ...(isSpoiler ? { spoiler: true as const } : {}),
      source: { kind: "remote", url },
    },
  ];
}

/** What an embed shows. A video counts only where Discord has a copy of it: otherwise its address is that of a player's page. */
export function embedMedia({ type, image, thumbnail, video }: ShownEmbed): IncomingMedia[] {
  if (!SHOWING.includes(type)) return [];
  const copy = isDiscords(video?.proxy_url) ? remote(video, { kind: "file" }) : [];
  return [...remote(image, { kind: "picture" }), ...remote(thumbnail, { kind: "picture" }), ...copy];
}

/** Discord: types of components. */
const THUMBNAIL = 11;
const GALLERY = 12;
const FILE = 13;

/** What components show, in their order and however deep. */
export function componentMedia(component: unknown): IncomingMedia[] {
  if (Array.isArray(component)) return component.flatMap(componentMedia);
  if (!isRecord(component)) return [];
  const { type, components, accessory, items, media, file, name, size, spoiler } = component;
  const isSpoiler = spoiler === true;
  if (type === THUMBNAIL) return pictureOrFile(media, isSpoiler);
  if (type === GALLERY && Array.isArray(items)) {
    return items.filter(isRecord).flatMap((item) => pictureOrFile(item.media, isSpoiler || item.spoiler === true));
  }
  if (type === FILE) {
    const look = { ...(typeof name === "string" ? { name } : {}), ...(typeof size === "number" ? { size } : {}) };
    return remote(file, { kind: "file", isSpoiler, ...look });
  }
  // The picture beside a section's words; buttons show nothing.
  return [...componentMedia(components), ...componentMedia(accessory)];
}

/** A gallery holds videos too. */
function pictureOrFile(media: unknown, isSpoiler: boolean): IncomingMedia[] {
  const isVideo = isRecord(media) && typeof media.content_type === "string" && media.content_type.startsWith("video/");
  return remote(media, { kind: isVideo ? "file" : "picture", isSpoiler });
}

/** The slice of discord.js' `Sticker` that is read here. */
interface StickerLike {
  readonly name: string;
  readonly format: number;
  readonly url: string;
}

/** Discord: a sticker of this format is a drawing in JSON, which nothing but Discord shows. */
const LOTTIE = 3;

export const isPicture = ({ format }: StickerLike): boolean => format !== LOTTIE;

export const stickerMedia = (sticker: StickerLike): IncomingMedia[] =>
  remote({ url: sticker.url }, { kind: "picture", name: `${sticker.name}${extname(new URL(sticker.url).pathname)}` });
