import { Readable } from "node:stream";
import type { IncomingMedia } from "../core/chat.ts";
import { safeFileName } from "../core/fileName.ts";
import { shownName } from "./blocks.ts";
import type { MediaParts } from "./media.ts";
import type { KeptFile } from "./ports.ts";
import type { PostFile } from "./poster.ts";
import type { LeftOut } from "./postIds.ts";
import { makeRoom } from "./room.ts";

export type FileParts = Pick<
  MediaParts,
  "store" | "files" | "preparePicture" | "openers" | "quotaBytes" | "report" | "clock" | "log"
>;

/** A post waits no longer than this for its files, all of them together. */
const PATIENCE_MS = 20_000;
const MOST_FILES = 10;
const MEGABYTE = 1024 * 1024;

type Fetched =
  | { readonly kind: "file"; readonly file: PostFile }
  | { readonly kind: "left-out"; readonly reason: string };

/** Brings an alert's media into our store, from where they can be posted; what cannot be had in time is left out, with the reason. */
export async function fetchFiles(
  media: readonly IncomingMedia[],
  { parts, maxBytes, trace }: { parts: FileParts; maxBytes: number; trace: string },
  signal: AbortSignal,
): Promise<{ files: readonly PostFile[]; leftOut: readonly LeftOut[] }> {
  const files: PostFile[] = [];
  const leftOut: LeftOut[] = [];
  const until = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  for (const [index, item] of media.entries()) {
    const fetched: Fetched =
      index < MOST_FILES
        ? await fetchOne(item, { parts, maxBytes, trace, until })
        : { kind: "left-out", reason: "no-room" };
    // Cut short by the end of the service, it is fetched anew after the next start.
    signal.throwIfAborted();
    if (fetched.kind === "file") files.push(fetched.file);
    else leftOut.push({ index, reason: fetched.reason });
  }
  return { files, leftOut };
}

interface Fetching {
  readonly parts: FileParts;
  readonly maxBytes: number;
  readonly trace: string;
  readonly until: AbortSignal;
}

const tooBig = (limitBytes: number, code = "too-big"): Fetched => ({
  kind: "left-out",
  reason: `${code}:${Math.floor(limitBytes / MEGABYTE)}`,
});

async function fetchOne(media: IncomingMedia, fetching: Fetching): Promise<Fetched> {
  const { parts, maxBytes, trace } = fetching;
  try {
    if ((media.size ?? 0) > maxBytes) return tooBig(maxBytes);
    if (!(await makeRoom(media.size ?? 0, parts))) return { kind: "left-out", reason: "no-room" };
    return await keepOne(media, fetching);
  } catch (error) {
    parts.log.warn({ trace, error: error instanceof Error ? error.name : "unknown" }, "media of a post failed");
    return { kind: "left-out", reason: "broken" };
  }
}

async function keepOne(media: IncomingMedia, fetching: Fetching): Promise<Fetched> {
  const { parts, maxBytes, trace } = fetching;
  const opened = await open(media, fetching);
  if (opened.kind === "too-big") return tooBig(opened.limitBytes, opened.code);
  if (opened.kind !== "open") {
    parts.log.warn({ trace, reason: opened.reason }, "media of a post cannot be had");
    return { kind: "left-out", reason: opened.kind === "gone" ? "gone" : "broken" };
  }
  const kept = await parts.files.keep({ ...opened, claimedName: media.name }, maxBytes);
  if (kept.kind === "too-big") return tooBig(kept.limitBytes);
  if (kept.kind !== "kept") return { kind: "left-out", reason: kept.kind === "broken" ? "broken" : "no-room" };
  await parts.store.tx((tx) => tx.media.stored(kept.file, parts.clock()));
  return { kind: "file", file: await shown(media, kept.file, parts) };
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
