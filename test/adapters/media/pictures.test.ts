import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import type { Sharp } from "sharp";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openMediaFiles } from "../../../adapters/media/files.ts";
import { openPictures } from "../../../adapters/media/pictures.ts";
import type { KeptFile, MediaStore, PreparePicture, ShownPicture } from "../../../src/app/ports.ts";
import { animation, anyOf, chunk, METADATA, noise, pngOf, withGifBlocks, withJpegComment, XMP } from "./specimens.ts";

let dir: string;
let files: MediaStore;
let prepare: PreparePicture;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "herald24-pictures-"));
  files = openMediaFiles({ dir: join(dir, "media") });
  prepare = openPictures({ files, dir: join(dir, "bench") });
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function keep(bytes: Uint8Array): Promise<KeptFile> {
  const kept = await files.keep({ stream: Readable.from([bytes]), claimedName: "picture.jpg" }, 100_000_000);
  if (kept.kind !== "kept") throw new Error(kept.kind);
  return kept.file;
}

async function bytesOf(file: KeptFile): Promise<Buffer> {
  const stream = await files.open(file.sha256);
  if (!stream) throw new Error("not kept");
  return buffer(stream);
}

async function shown(bytes: Uint8Array): Promise<ShownPicture & { bytes: Buffer; previewBytes?: Buffer }> {
  const picture = await prepare(await keep(bytes));
  if (!picture) throw new Error("not shown");
  const previewBytes = picture.preview && { previewBytes: await bytesOf(picture.preview) };
  return { ...picture, bytes: await bytesOf(picture.file), ...previewBytes };
}

async function pixel(bytes: Uint8Array, left: number, top: number): Promise<readonly number[]> {
  const area = { left, top, width: 1, height: 1 };
  return [...(await sharp(bytes).toColourspace("srgb").extract(area).removeAlpha().raw().toBuffer())];
}

/** Red above, blue below, 600 × 900, with everything that may tell on its author. */
async function telling(): Promise<Sharp> {
  const red = await sharp({ create: { width: 600, height: 450, channels: 3, background: "#f00" } })
    .png()
    .toBuffer();
  return sharp({ create: { width: 600, height: 900, channels: 3, background: "#00f" } })
    .composite([{ input: red, left: 0, top: 0 }])
    .withExif({
      IFD0: { Copyright: "Anna Secret", Make: "Telltale" },
      IFD3: { GPSLatitudeRef: "N", GPSLatitude: "55/1 45/1 0/1", GPSLongitudeRef: "E", GPSLongitude: "37/1 37/1 0/1" },
    })
    .withXmp(XMP)
    .withIccProfile("p3");
}

async function expectSilent(picture: { bytes: Buffer; previewBytes?: Buffer }): Promise<void> {
  for (const bytes of [picture.bytes, picture.previewBytes]) {
    if (!bytes) continue;
    for (const trace of METADATA) expect(bytes.includes(trace), trace).toBe(false);
    const { exif, xmp, iptc, icc, orientation, comments } = await sharp(bytes).metadata();
    expect({ exif, xmp, iptc, icc, orientation, comments }).toEqual({});
  }
}

test("a photo that is stored on its side, with its place, is shown upright and tells nothing", async () => {
  const source = await (await telling()).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  expect((await sharp(source).metadata()).orientation).toBe(6);
  for (const trace of ["Telltale", "Exif\0\0", "http://ns.adobe.com", "ICC_PROFILE"])
    expect(source.includes(trace), trace).toBe(true);
  const picture = await shown(source);
  expect(picture).toMatchObject({
    file: { mime: "image/jpeg" },
    width: 900,
    height: 600,
    preview: { mime: "image/jpeg" },
  });
  await expectSilent(picture);
  const { width, height } = await sharp(picture.bytes).metadata();
  expect({ width, height }).toEqual({ width: 900, height: 600 });
  // What was above is on the right after a quarter turn clockwise.
  const [red = 0, , blue = 255] = await pixel(picture.bytes, 890, 300);
  expect(red > 200 && blue < 60).toBe(true);
  const preview = await sharp(picture.previewBytes).metadata();
  expect([preview.width, preview.height]).toEqual([400, 267]);
});

test.each([
  ["png", (picture: Sharp) => picture.png(), "image/png"],
  ["webp", (picture: Sharp) => picture.webp(), "image/jpeg"],
  ["avif", (picture: Sharp) => picture.avif({ effort: 0 }), "image/jpeg"],
  ["tiff", (picture: Sharp) => picture.tiff(), "image/jpeg"],
] as const)("metadata of a %s does not come through", async (_, encode, mime) => {
  const source = await encode(await telling()).toBuffer();
  expect(anyOf(source, METADATA)).toBe(true);
  const picture = await shown(source);
  expect(picture).toMatchObject({ file: { mime }, width: 600, height: 900 });
  expect(await sharp(picture.bytes).metadata()).toMatchObject({ format: mime.slice(6), width: 600, height: 900 });
  await expectSilent(picture);
});

test.each([
  ["webp", (picture: Sharp) => picture.webp()],
  ["avif", (picture: Sharp) => picture.avif({ effort: 0 })],
  ["tiff", (picture: Sharp) => picture.tiff({ compression: "lzw" })],
] as const)("what can be seen through stays so: a transparent %s becomes a PNG", async (_, encode) => {
  const clear = sharp({
    create: { width: 500, height: 50, channels: 4, background: { r: 1, g: 2, b: 3, alpha: 0.5 } },
  });
  const picture = await shown(await encode(clear).toBuffer());
  expect(picture).toMatchObject({ file: { mime: "image/png" }, preview: { mime: "image/png" } });
  expect((await sharp(picture.bytes).stats()).isOpaque).toBe(false);
});

test("an alpha channel that hides nothing is no reason for a PNG", async () => {
  const opaque = sharp({ create: { width: 500, height: 50, channels: 4, background: { r: 1, g: 2, b: 3, alpha: 1 } } });
  const picture = await shown(await opaque.tiff().toBuffer());
  expect(picture).toMatchObject({ file: { mime: "image/jpeg" }, preview: { mime: "image/jpeg" } });
});

test.each(["jpeg", "png"] as const)("a %s that is clean already is served byte by byte", async (format) => {
  const bytes = await noise(500, 300).toFormat(format).toBuffer();
  const picture = await shown(bytes);
  expect(picture.bytes.equals(bytes)).toBe(true);
  expect(picture).toMatchObject({ width: 500, height: 300, preview: { mime: "image/jpeg" } });
});

test.each(["jpeg", "png"] as const)("what hangs behind the end of a %s is not served", async (format) => {
  const bytes = Buffer.concat([await noise(50, 30).toFormat(format).toBuffer(), Buffer.from("<script>GPS")]);
  const picture = await shown(bytes);
  expect(picture).toMatchObject({ width: 50, height: 30 });
  await expectSilent(picture);
});

test("a comment in a JPEG and a text in a PNG do not come through", async () => {
  const jpeg = withJpegComment(await noise(20, 20).jpeg().toBuffer(), "Anna Secret");
  const png = await noise(20, 20).png().toBuffer();
  const texts = [chunk("tEXt", Buffer.from("Author\0Anna Secret")), chunk("prVt", Buffer.from("Anna Secret"))];
  for (const bytes of [jpeg, ...texts.map((text) => Buffer.concat([png.subarray(0, 33), text, png.subarray(33)]))]) {
    expect(bytes.includes("Anna Secret")).toBe(true);
    await expectSilent(await shown(bytes));
  }
});

test("an animated GIF keeps its frames, times and loops, and loses what applications wrote into it", async () => {
  const source = withGifBlocks(
    await (await animation(3, 500, 300)).gif({ delay: [100, 200, 300], loop: 5 }).toBuffer(),
  );
  expect(anyOf(source, METADATA)).toBe(true);
  const picture = await shown(source);
  expect(picture).toMatchObject({
    file: { mime: "image/gif" },
    width: 500,
    height: 300,
    preview: { mime: "image/jpeg" },
  });
  await expectSilent(picture);
  const animated = { animated: true };
  const facts = await sharp(picture.bytes, animated).metadata();
  expect(facts).toMatchObject({ format: "gif", pages: 3, delay: [100, 200, 300], loop: 5 });
  const pixels = (bytes: Uint8Array) => sharp(bytes, animated).raw().toBuffer();
  expect((await pixels(picture.bytes)).equals(await pixels(source))).toBe(true);
});

test("an animated WebP becomes an animated GIF", async () => {
  const picture = await shown(await (await animation(3, 60, 40)).webp({ delay: [100, 200, 300] }).toBuffer());
  expect(picture).toMatchObject({ file: { mime: "image/gif" }, width: 60, height: 40 });
  expect(await sharp(picture.bytes, { animated: true }).metadata()).toMatchObject({ pages: 3, delay: [100, 200, 300] });
});

test("an animated PNG stays as it is when clean, else its first frame is shown", async () => {
  const still = await noise(30, 20).png().toBuffer();
  const [acTL, fcTL] = [chunk("acTL", Buffer.from([0, 0, 0, 1, 0, 0, 0, 0])), chunk("fcTL", Buffer.alloc(26, 1))];
  const animated = Buffer.concat([still.subarray(0, 33), acTL, fcTL, still.subarray(33)]);
  expect((await shown(animated)).bytes.equals(animated)).toBe(true);
  const text = chunk("tEXt", Buffer.from("Comment\0GPS"));
  const picture = await shown(Buffer.concat([still.subarray(0, 33), text, acTL, fcTL, still.subarray(33)]));
  await expectSilent(picture);
  expect(picture.bytes.includes("acTL")).toBe(false);
  const endless = chunk("acTL", Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
  const bomb = await shown(Buffer.concat([still.subarray(0, 33), endless, fcTL, still.subarray(33)]));
  expect(bomb.bytes.includes("acTL")).toBe(false);
});

test("the colours of an ink picture and the depth of 16 bits arrive as what screens show", async () => {
  const red = sharp({ create: { width: 500, height: 20, channels: 3, background: "#e02020" } });
  const inks = await shown(await red.clone().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer());
  expect(await sharp(inks.bytes).metadata()).toMatchObject({ format: "jpeg", space: "srgb", channels: 3 });
  const [r = 0, g = 255] = await pixel(inks.bytes, 5, 5);
  expect(r > 180 && g < 90).toBe(true);
  const deep = await shown(await red.clone().toColourspace("rgb16").png().toBuffer());
  expect(await sharp(deep.bytes).metadata()).toMatchObject({ format: "png", depth: "uchar" });
  expect(await pixel(deep.bytes, 5, 5)).toEqual([0xe0, 0x20, 0x20]);
});

test.each([
  [1, 1, undefined],
  [400, 400, undefined],
  [401, 1, [400, 1]],
  [30_000, 3, [400, 1]],
] as const)("a picture of %s × %s has the preview %j", async (width, height, preview) => {
  const picture = await shown(
    await sharp({ create: { width, height, channels: 3, background: "#abc" } })
      .png()
      .toBuffer(),
  );
  expect([picture.width, picture.height]).toEqual([width, height]);
  const small = picture.previewBytes && (await sharp(picture.previewBytes).metadata());
  expect(small && [small.width, small.height]).toEqual(preview);
});

test("the name says nothing: a PNG called .jpg is a PNG", async () => {
  expect(await shown(await noise(5, 5).png().toBuffer())).toMatchObject({ file: { mime: "image/png" } });
});

test("a GIF that is also a page of HTML is shown without the page", async () => {
  const page = Buffer.from("<html><script>alert('GPS')</script>");
  const gif = await sharp({ create: { width: 9, height: 9, channels: 3, background: "#f00" } })
    .gif()
    .toBuffer();
  const picture = await shown(Buffer.concat([withGifBlocks(gif, page), page]));
  expect(picture.file.mime).toBe("image/gif");
  expect(picture.bytes.includes("script")).toBe(false);
  await expectSilent(picture);
});

test("a PNG of 20,000 × 20,000 that weighs next to nothing is not decoded", async () => {
  const bomb = pngOf(20_000, 20_000, deflateSync(Buffer.alloc(2_501 * 200)));
  expect(await prepare(await keep(bomb))).toBeUndefined();
});

test("frames count: a small GIF with too many of them is no picture", async () => {
  const big = await sharp({ create: { width: 5_000, height: 4_000, channels: 3, background: "#f00" } })
    .gif()
    .toBuffer();
  expect(await prepare(await keep(big))).toBeDefined();
  // The image block, three times.
  const at = big.indexOf(Buffer.from([0x21, 0xf9, 4]));
  const frame = big.subarray(at, -1);
  const bomb = Buffer.concat([big.subarray(0, at), frame, frame, frame, big.subarray(-1)]);
  expect((await sharp(bomb).metadata()).pages).toBe(3);
  expect(await prepare(await keep(bomb))).toBeUndefined();
});

test("a TIFF of several pages goes as the document that it is", async () => {
  expect(await prepare(await keep(await (await animation(2, 50, 40)).tiff().toBuffer()))).toBeUndefined();
});

test("SVG is never touched, whatever it is called", async () => {
  const svg = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>`,
  );
  const kept = await keep(svg);
  expect(kept.mime).toBe("image/svg+xml");
  expect(await prepare(kept)).toBeUndefined();
  expect(await prepare({ ...kept, mime: "image/png" })).toBeUndefined();
});

test("decoders that no picture of ours needs cannot be reached at all", async () => {
  await shown(await noise(9, 9).png().toBuffer());
  const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`);
  await expect(sharp(svg).metadata()).rejects.toThrow();
  const raw = { width: 1, height: 1, channels: 3 } as const;
  const vips = join(dir, "picture.v");
  await sharp(Buffer.alloc(3), { raw }).toFile(vips);
  await expect(sharp(vips).metadata()).rejects.toThrow();
});

test("a file whose type was taken for another one is no picture", async () => {
  const kept = await keep(await noise(9, 9).png().toBuffer());
  expect(await prepare({ ...kept, mime: "image/jpeg" })).toBeUndefined();
});

const FORMATS = ["jpeg", "png", "webp", "gif", "avif", "tiff"] as const;

test.each(FORMATS)("a %s that was cut short is no picture", async (format) => {
  const whole = await noise(300, 200)
    .toFormat(format, format === "avif" ? { effort: 0 } : {})
    .toBuffer();
  expect(await prepare(await keep(whole))).toBeDefined();
  for (const share of [0.1, 0.5, 0.9])
    expect(await prepare(await keep(whole.subarray(0, Math.floor(whole.length * share))))).toBeUndefined();
});

test.each(FORMATS)("no damage to a %s brings more than a refusal, and nothing is left behind", async (format) => {
  const whole = await noise(40, 30)
    .toFormat(format, format === "avif" ? { effort: 0 } : {})
    .toBuffer();
  const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(damage, async (changes) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of changes) bytes[at] = value;
      const file = await keep(bytes);
      const picture = await prepare({ ...file, mime: `image/${format}` });
      if (picture) expect(["image/jpeg", "image/png", "image/gif"]).toContain(picture.file.mime);
      expect(readdirSync(join(dir, "bench"))).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test("what is no picture at all is not opened", async () => {
  expect(await prepare(await keep(randomBytes(100)))).toBeUndefined();
  expect(await prepare(await keep(Buffer.from("text")))).toBeUndefined();
});

test("many pictures at once all come out", async () => {
  const sources = await Promise.all(
    [1, 2, 3, 4, 5].map((n) =>
      noise(500 + n, 50)
        .webp()
        .toBuffer(),
    ),
  );
  const pictures = await Promise.all(sources.map(shown));
  expect(pictures.map(({ width }) => width)).toEqual([501, 502, 503, 504, 505]);
});

test("a full disk is no fault of the picture: it can be tried again", async () => {
  const file = await keep(await noise(500, 50).webp().toBuffer());
  const full: MediaStore = { ...files, keep: async () => ({ kind: "no-space" }) };
  await expect(openPictures({ files: full })(file)).rejects.toMatchObject({ code: "ENOSPC" });
  expect(await prepare(file)).toBeDefined();
});

test("a picture that is not kept any more is reported, and the next one is prepared", async () => {
  const file = await keep(await noise(9, 9).png().toBuffer());
  await files.remove(file.sha256);
  await expect(prepare(file)).rejects.toMatchObject({ code: "ENOENT" });
  expect(await prepare(await keep(await noise(9, 9).jpeg().toBuffer()))).toBeDefined();
});

test("left-overs of an earlier run are removed", () => {
  writeFileSync(join(dir, "bench", "left"), "over");
  openPictures({ files, dir: join(dir, "bench") });
  expect(readdirSync(join(dir, "bench"))).toEqual([]);
});
