import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decode, type Picture, type Sharp } from "./decoder.ts";
import { bareGif } from "./gif.ts";
import type { Seen } from "./look.ts";

/** A file on the bench, upright, with its size in pixels (of one frame). */
export interface Rendered {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** What its bytes must pass before they are served. */
  readonly through?: (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

/** On the longer side: enough for a feed, and quick to fetch. */
const PREVIEW_PIXELS = 400;
const PREVIEW_QUALITY = 80;

/** Where artefacts cannot be seen without magnifying. */
const QUALITY = 90;

/** Tables made for the picture save a few per cent, but hold all of it in memory: 6 bytes a pixel. */
const TWO_PASS_PIXELS = 4_000_000;

/** ITU T.81 stores sizes in 16 bits; libjpeg stops a little below. */
const JPEG_SIDE = 65_500;

/** Small, and JPEG unless something can be seen through it. Of an animation its first frame. */
export async function renderPreview(sharp: Sharp, { path, bench }: { path: string; bench: string }): Promise<Rendered> {
  const { data, info } = await decode(sharp, path, { autoOrient: true })
    .resize(PREVIEW_PIXELS, PREVIEW_PIXELS, { fit: "inside", withoutEnlargement: true })
    .png()
    .toBuffer({ resolveWithObject: true });
  const out = join(bench, "preview");
  const isOpaque = !info.channels || info.channels === 1 || info.channels === 3 || (await sharp(data).stats()).isOpaque;
  await writeFile(out, isOpaque ? await sharp(data).removeAlpha().jpeg({ quality: PREVIEW_QUALITY }).toBuffer() : data);
  return { path: out, width: info.width, height: info.height };
}

/** What is served in the picture's place. Nothing is copied along but pixels: colour profiles are applied, then left out. */
export async function renderServed(
  sharp: Sharp,
  { path, bench, seen }: { path: string; bench: string; seen: Seen },
): Promise<Rendered> {
  const { format, width, height } = seen;
  if (format === "gif") return { path, width, height, through: bareGif };
  const out = join(bench, "served");
  if (format === "webp" && seen.frames > 1) {
    await decode(sharp, path, { animated: true }).gif({ effort: 3 }).toFile(out);
    return { path: out, width, height, through: bareGif };
  }
  const upright = decode(sharp, path, { autoOrient: true });
  const made = await ((await isPng(sharp, path, seen)) ? upright.png() : asJpeg(upright, seen)).toFile(out);
  return { path: out, width: made.width, height: made.height };
}

function asJpeg(picture: Picture, { halvedColour, width, height }: Seen): Picture {
  const chromaSubsampling = halvedColour ? "4:2:0" : "4:4:4";
  return picture.jpeg({ quality: QUALITY, chromaSubsampling, optimizeCoding: width * height <= TWO_PASS_PIXELS });
}

async function isPng(sharp: Sharp, path: string, { format, width, height, hasAlpha }: Seen): Promise<boolean> {
  if (format === "png" || Math.max(width, height) > JPEG_SIDE) return true;
  return hasAlpha && !(await decode(sharp, path).stats()).isOpaque;
}
