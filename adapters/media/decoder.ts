import type sharp from "sharp";
import type { Sharp as Picture, SharpOptions } from "sharp";

export type Sharp = typeof sharp;
export type { Picture };

/** Pixels of all frames together, 50 million: larger than any phone's photo, and 200 MB when it must be held decoded. */
export const MOST_PIXELS = 50_000_000;

const MOST_SECONDS = 30;

/** What arrives may be made to attack the decoder, so that only those stay reachable which are needed. SVG is not among them. */
const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif", "Heif", "Tiff"].map((name) => `VipsForeignLoad${name}`);

let loading: Promise<Sharp> | undefined;

/** The library, loaded when the first picture comes: it takes time and memory that most starts do not need. */
export function loadSharp(): Promise<Sharp> {
  loading ??= import("sharp").then(({ default: loaded }) => {
    loaded.cache(false);
    loaded.concurrency(1);
    loaded.block({ operation: ["VipsForeignLoad"] });
    loaded.unblock({ operation: LOADERS });
    return loaded;
  });
  return loading;
}

/** A picture to be decoded with suspicion: no broken pixel, no more of them than allowed, no end of time. */
export function decode(library: Sharp, path: string, options: SharpOptions = {}): Picture {
  const picture = library(path, { failOn: "error", limitInputPixels: MOST_PIXELS, sequentialRead: true, ...options });
  return picture.timeout({ seconds: MOST_SECONDS });
}
