import { createReadStream, createWriteStream, mkdirSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { KeptFile, MediaStore, PreparePicture, ShownPicture } from "../../src/app/ports.ts";
import { loadSharp, type Sharp } from "./decoder.ts";
import { look } from "./look.ts";
import { type Rendered, renderPreview, renderServed } from "./render.ts";

export interface PictureOptions {
  readonly files: MediaStore;
  /** For pictures at work; emptied now, so nobody else may use it. The system's folder for such things when absent. */
  readonly dir?: string;
}

/** By content. HEIC is missing because the decoder comes without it, SVG because it can run scripts. */
const TYPES = new Set(["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/tiff"]);

/** Lossless copies of 50 million pixels fit. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Pictures fit for every client: turned upright, without any metadata, JPEG, PNG or GIF. One that is so already is served as
 * it is. An animated GIF, WebP or PNG stays animated where that can be done without metadata. A TIFF of several pages is
 * a document, not a picture. One picture at a time, so that memory stays small.
 *
 * @throws When there is no room on the disk, the picture is not kept any more or the decoder cannot be loaded: the caller may try again.
 */
export function openPictures({ files, dir }: PictureOptions): PreparePicture {
  if (dir !== undefined) {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }
  const inTurn = openTurns();
  return async (file) => {
    if (!TYPES.has(file.mime)) return undefined;
    return inTurn(async () => {
      const sharp = await loadSharp();
      const bench = await mkdtemp(join(dir ?? tmpdir(), "herald24-picture-"));
      try {
        return await prepare(file, { files, sharp, bench });
      } catch (error) {
        if (isOurFault(error)) throw error;
        return undefined;
      } finally {
        await rm(bench, { recursive: true, force: true });
      }
    });
  };
}

function openTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** The disk's and the system's faults say nothing about the picture. The decoder reports a full disk in words only. */
function isOurFault(error: unknown): boolean {
  return error instanceof Error && ("code" in error || /no space left|quota exceeded/iu.test(error.message));
}

const ourFault = (code: string): Error => Object.assign(new Error("a picture could not be kept"), { code });
const noSpace = (): Error => ourFault("ENOSPC");
const gone = (): Error => Object.assign(new Error("the picture is not kept any more"), { code: "ENOENT" });

interface Workplace {
  readonly files: MediaStore;
  readonly sharp: Sharp;
  /** A folder of its own. */
  readonly bench: string;
}

async function prepare(file: KeptFile, { files, sharp, bench }: Workplace): Promise<ShownPicture | undefined> {
  const path = join(bench, "original");
  const stream = await files.open(file.sha256);
  if (!stream) throw gone();
  await pipeline(stream, createWriteStream(path, { flags: "wx", mode: 0o600 }));
  const seen = await look(sharp, path, file.mime);
  if (!seen) return undefined;
  // Always made, kept or not: it proves that every pixel can be decoded.
  const preview = await renderPreview(sharp, { path, bench });
  const rendered = seen.isBare ? undefined : await renderServed(sharp, { path, bench, seen });
  const { width, height } = rendered ?? seen;
  const served = rendered ? await keep(files, rendered) : file;
  if (!served) return undefined;
  if (preview.width >= width && preview.height >= height) return { file: served, width, height };
  const small = await keep(files, preview);
  return small && { file: served, width, height, preview: small };
}

async function keep(files: MediaStore, { path, through }: Rendered): Promise<KeptFile | undefined> {
  const source = createReadStream(path);
  const stream = through ? Readable.from(through(source), { objectMode: false }) : source;
  const kept = await files.keep({ stream, claimedName: "picture" }, MOST_BYTES);
  if (kept.kind === "no-space") throw noSpace();
  // Of the system; what is wrong with a picture has no such code.
  if (kept.kind === "broken" && /^E[A-Z]+$/u.test(kept.reason)) throw ourFault(kept.reason);
  return kept.kind === "kept" ? kept.file : undefined;
}
