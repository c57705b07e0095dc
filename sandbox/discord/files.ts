import { createHmac } from "node:crypto";
import type { JsonObject, StoredFile } from "./model.ts";
import type { World } from "./world.ts";

/** Observed life of an attachment link. */
const LINK_LIFE_S = 24 * 3600;
/** Attachment flag IS_SPOILER, since June 2026. */
const SPOILER = 1 << 3;

const TYPES: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  mp4: "video/mp4",
  webm: "video/webm",
  mov: "video/quicktime",
  mp3: "audio/mpeg",
  ogg: "audio/ogg",
  wav: "audio/x-wav",
  pdf: "application/pdf",
  txt: "text/plain; charset=utf-8",
  log: "text/plain; charset=utf-8",
  json: "application/json; charset=utf-8",
  zip: "application/zip",
};

export interface FileInput {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Default: what Discord derives from the extension; `null`: absent, as for extensions it does not know. */
  readonly contentType?: string | null;
  readonly description?: string;
  readonly spoiler?: boolean;
  readonly voice?: { readonly durationSecs: number; readonly waveform: string };
  /** Announces another size than the bytes have, to play a file too large to send through a test. */
  readonly declaredSize?: number;
}

/** Discord keeps ASCII letters, digits, `.`, `-` and `_`; blanks become `_`, the rest goes, leading `_` are cut. */
export function reducedName(name: string): { filename: string; title?: string } {
  const dot = name.lastIndexOf(".");
  const base = dot > 0 ? name.slice(0, dot) : name;
  const extension = dot > 0 ? name.slice(dot).replace(/[^A-Za-z0-9.]/g, "") : "";
  const reduced = base
    .replace(/\s/g, "_")
    .replace(/[^A-Za-z0-9._-]/g, "")
    .replace(/^_+/, "");
  const filename = `${reduced || "unknown"}${extension}`;
  return filename === name ? { filename } : { filename, title: base };
}

/** Keeps the bytes under a new id; the file of an interaction option is `ephemeral` and belongs to no message. */
export function storeFile(world: World, channelId: string, input: FileInput, ephemeral = false): StoredFile {
  const bytes = Buffer.from(input.bytes);
  const { filename, title } = reducedName(input.name);
  const contentType = contentTypeOf(input);
  const picture = pictureSize(bytes);
  const file: StoredFile = {
    id: world.newId(),
    channelId,
    filename,
    ...(title === undefined ? {} : { title }),
    ...(input.description === undefined ? {} : { description: input.description }),
    ...(contentType === undefined ? {} : { contentType }),
    bytes,
    size: input.declaredSize ?? bytes.length,
    ephemeral,
    flags: input.spoiler || filename.startsWith("SPOILER_") ? SPOILER : 0,
    ...(picture ? { picture } : {}),
    ...(input.voice ? { voice: input.voice } : {}),
  };
  world.files.set(file.id, file);
  return file;
}

function contentTypeOf(input: FileInput): string | undefined {
  if (input.contentType !== undefined) return input.contentType ?? undefined;
  const extension = /\.([A-Za-z0-9]+)$/.exec(input.name)?.[1]?.toLowerCase();
  return extension === undefined ? undefined : TYPES[extension];
}

/** Width and height out of a PNG header; other pictures go without, which Discord allows too. */
function pictureSize(bytes: Buffer): { width: number; height: number } | undefined {
  if (bytes.length < 24 || bytes.readUInt32BE(0) !== 0x89504e47) return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

function pathOf(file: StoredFile): string {
  return `/${file.ephemeral ? "ephemeral-attachments" : "attachments"}/${file.channelId}/${file.id}/${file.filename}`;
}

function signature(world: World, path: string, ex: string, is: string): string {
  return createHmac("sha256", world.signingKey).update(`${path} ${ex} ${is}`).digest("hex");
}

/** The attachment as the API shows it, with a link that is new at each reading and lives for 24 hours. */
export function presentFile(world: World, file: StoredFile): JsonObject {
  const issued = Math.floor(world.clock() / 1000);
  const is = issued.toString(16);
  const ex = (issued + LINK_LIFE_S).toString(16);
  const path = pathOf(file);
  const url = `${world.origin}${path}?ex=${ex}&is=${is}&hm=${signature(world, path, ex, is)}&`;
  return {
    id: file.id,
    filename: file.filename,
    size: file.size,
    url,
    proxy_url: url,
    flags: file.flags,
    ...(file.title === undefined ? {} : { title: file.title }),
    ...(file.description === undefined ? {} : { description: file.description }),
    ...(file.contentType === undefined ? {} : { content_type: file.contentType }),
    ...(file.picture ? { width: file.picture.width, height: file.picture.height } : {}),
    ...(file.voice ? { duration_secs: file.voice.durationSecs, waveform: file.voice.waveform } : {}),
    ...(file.ephemeral ? { ephemeral: true } : {}),
  };
}

/** The file a CDN link leads to, while its signature holds. */
export function fileBehind(world: World, url: URL): StoredFile | undefined {
  const file = world.files.get(url.pathname.split("/")[3] ?? "");
  const ex = url.searchParams.get("ex") ?? "";
  const is = url.searchParams.get("is") ?? "";
  if (!file || pathOf(file) !== url.pathname) return undefined;
  if (url.searchParams.get("hm") !== signature(world, url.pathname, ex, is)) return undefined;
  return Number.parseInt(ex, 16) * 1000 > world.clock() ? file : undefined;
}
