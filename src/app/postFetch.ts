import { Readable } from "node:stream";
import type { IncomingMedia } from "../core/chat.ts";
import { safeFileName } from "../core/fileName.ts";
import { shownName } from "./blocks.ts";
import { errorName } from "./errorName.ts";
import type { MediaParts } from "./media.ts";
import type { KeptFile } from "./ports.ts";
import type { PostFile } from "./poster.ts";
import { makeRoom } from "./room.ts";

export type FileParts = Pick<
  MediaParts,
  "store" | "files" | "preparePicture" | "openers" | "canRelay" | "quotaBytes" | "report" | "clock" | "log"
>;

const MEGABYTE = 1024 * 1024;

export type Fetched =
  | { readonly kind: "file"; readonly file: PostFile }
  /** `kept`: it can be had from us all the same. */
  | { readonly kind: "left-out"; readonly reason: string; readonly kept?: PostFile };

export interface Fetching {
  readonly parts: FileParts;
  /** What the chat takes, and what is worth fetching, in bytes. */
  readonly maxBytes: number;
  readonly worthBytes: number;
  readonly trace: string;
  readonly until: AbortSignal;
}

/** Brings a file into our store, from where it can be posted; what cannot be had in time is left out, with the reason. */
export async function fetchFile(media: IncomingMedia, fetching: Fetching): Promise<Fetched> {
  const { parts, worthBytes, trace } = fetching;
  try {
    if ((media.size ?? 0) > worthBytes) return tooBig(fetching);
    if (!(await makeRoom(media.size ?? 0, parts))) return { kind: "left-out", reason: "no-room" };
    return await keepOne(media, fetching);
  } catch (error) {
    parts.log.warn({ trace, error: errorName(error) }, "media of a post failed");
    return { kind: "left-out", reason: "broken" };
  }
}

const reasonFor = (limitBytes: number, code = "too-big"): string => `${code}:${Math.floor(limitBytes / MEGABYTE)}`;

const tooBig = ({ maxBytes }: Fetching): Fetched => ({ kind: "left-out", reason: reasonFor(maxBytes) });

async function keepOne(media: IncomingMedia, fetching: Fetching): Promise<Fetched> {
  const { parts, maxBytes, worthBytes, trace } = fetching;
  const opened = await open(media, fetching);
  if (opened.kind === "too-big") return { kind: "left-out", reason: reasonFor(opened.limitBytes, opened.code) };
  if (opened.kind !== "open") {
    parts.log.warn({ trace, reason: opened.reason }, "media of a post cannot be had");
    return { kind: "left-out", reason: opened.kind === "gone" ? "gone" : "broken" };
  }
  const kept = await parts.files.keep({ ...opened, claimedName: media.name }, worthBytes);
  if (kept.kind === "too-big") return tooBig(fetching);
  if (kept.kind !== "kept") return { kind: "left-out", reason: kept.kind === "broken" ? "broken" : "no-room" };
  await parts.store.tx((tx) => tx.media.stored(kept.file, parts.clock()));
  const file = await shown(media, kept.file, parts);
  if (file.size > maxBytes) return { kind: "left-out", reason: reasonFor(maxBytes), kept: file };
  return { kind: "file", file };
}

async function open({ source }: IncomingMedia, { parts, until, trace }: Fetching) {
  if (source.kind === "text")
    return { kind: "open", stream: Readable.from([Buffer.from(source.text, "utf8")]) } as const;
  const opener = parts.openers[source.kind];
  return opener
    ? opener(source, until, trace)
    : ({ kind: "gone", reason: `${source.kind} is not configured` } as const);
}

/** Pictures without what their cameras wrote into them. */
async function shown(
  media: IncomingMedia,
  kept: KeptFile,
  { files, store, clock, preparePicture }: FileParts,
): Promise<PostFile> {
  const picture = kept.mime.startsWith("image/") ? await preparePicture(kept) : undefined;
  const file = picture?.file ?? kept;
  for (const each of picture ? [picture.file, ...(picture.preview ? [picture.preview] : [])] : [])
    await store.tx((tx) => tx.media.stored(each, clock()));
  const width = picture ? { width: picture.width } : {};
  return {
    ...file,
    name: safeFileName(shownName({ name: media.name, keptMime: file.mime, ...width })),
    picture: picture !== undefined && media.kind === "picture",
    ...(media.spoiler ? { spoiler: true as const } : {}),
    open: () => files.open(file.sha256),
  };
}
