import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import sharp from "sharp";
import { expect } from "vitest";
import { openMediaFiles } from "../../../adapters/media/files.ts";
import { openPictures } from "../../../adapters/media/pictures.ts";
import type { KeptFile, MediaStore, PreparePicture, ShownPicture } from "../../../src/app/ports.ts";
import { METADATA } from "./specimens.ts";

/** Files and the preparation of pictures, in a directory of their own; the bench itself lies in `bench` there. */
export interface PictureBench {
  readonly dir: string;
  readonly files: MediaStore;
  readonly prepare: PreparePicture;
  keep(bytes: Uint8Array): Promise<KeptFile>;
  /** Keeps and prepares. Throws when that gives no picture. */
  shown(bytes: Uint8Array): Promise<ShownPicture & { bytes: Buffer; previewBytes?: Buffer }>;
  close(): void;
}

export function openPictureBench(): PictureBench {
  const dir = mkdtempSync(join(tmpdir(), "herald24-pictures-"));
  const files = openMediaFiles({ dir: join(dir, "media") });
  const prepare = openPictures({ files, dir: join(dir, "bench") });
  const keep = async (bytes: Uint8Array): Promise<KeptFile> => {
    const kept = await files.keep({ stream: Readable.from([bytes]), claimedName: "picture.jpg" }, 100_000_000);
    if (kept.kind !== "kept") throw new Error(kept.kind);
    return kept.file;
  };
  const bytesOf = async (file: KeptFile): Promise<Buffer> => {
    const stream = await files.open(file.sha256);
    if (!stream) throw new Error("not kept");
    return buffer(stream);
  };
  return {
    dir,
    files,
    prepare,
    keep,
    async shown(bytes) {
      const picture = await prepare(await keep(bytes));
      if (!picture) throw new Error("not shown");
      const previewBytes = picture.preview && { previewBytes: await bytesOf(picture.preview) };
      return { ...picture, bytes: await bytesOf(picture.file), ...previewBytes };
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}

export async function expectSilent(picture: { bytes: Buffer; previewBytes?: Buffer }): Promise<void> {
  for (const bytes of [picture.bytes, picture.previewBytes]) {
    if (!bytes) continue;
    for (const trace of METADATA) expect(bytes.includes(trace), trace).toBe(false);
    const { exif, xmp, iptc, icc, orientation, comments } = await sharp(bytes).metadata();
    expect({ exif, xmp, iptc, icc, orientation, comments }).toEqual({});
  }
}
