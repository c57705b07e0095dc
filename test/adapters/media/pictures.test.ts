import type { Sharp } from "sharp";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { expectSilent, openPictureBench, type PictureBench } from "./pictureBench.ts";
import { animation, anyOf, chunk, METADATA, noise, withGifBlocks, withJpegComment, XMP } from "./specimens.ts";

let bench: PictureBench;

beforeEach(() => {
  bench = openPictureBench();
});

afterEach(() => bench.close());

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

test("a photo that is stored on its side, with its place, is shown upright and tells nothing", async () => {
  const source = await (await telling()).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  expect((await sharp(source).metadata()).orientation).toBe(6);
  for (const trace of ["Telltale", "Exif\0\0", "http://ns.adobe.com", "ICC_PROFILE"])
    expect(source.includes(trace), trace).toBe(true);
  const picture = await bench.shown(source);
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
  const picture = await bench.shown(source);
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
  const picture = await bench.shown(await encode(clear).toBuffer());
  expect(picture).toMatchObject({ file: { mime: "image/png" }, preview: { mime: "image/png" } });
  expect((await sharp(picture.bytes).stats()).isOpaque).toBe(false);
});

test("an alpha channel that hides nothing is no reason for a PNG", async () => {
  const opaque = sharp({ create: { width: 500, height: 50, channels: 4, background: { r: 1, g: 2, b: 3, alpha: 1 } } });
  const picture = await bench.shown(await opaque.tiff().toBuffer());
  expect(picture).toMatchObject({ file: { mime: "image/jpeg" }, preview: { mime: "image/jpeg" } });
});

test.each(["jpeg", "png"] as const)("a %s that is clean already is served byte by byte", async (format) => {
  const bytes = await noise(500, 300).toFormat(format).toBuffer();
  const picture = await bench.shown(bytes);
  expect(picture.bytes.equals(bytes)).toBe(true);
  expect(picture).toMatchObject({ width: 500, height: 300, preview: { mime: "image/jpeg" } });
});

test.each(["jpeg", "png"] as const)("what hangs behind the end of a %s is not served", async (format) => {
  const bytes = Buffer.concat([await noise(50, 30).toFormat(format).toBuffer(), Buffer.from("<script>GPS")]);
  const picture = await bench.shown(bytes);
  expect(picture).toMatchObject({ width: 50, height: 30 });
  await expectSilent(picture);
});

test("a comment in a JPEG and a text in a PNG do not come through", async () => {
  const jpeg = withJpegComment(await noise(20, 20).jpeg().toBuffer(), "Anna Secret");
  const png = await noise(20, 20).png().toBuffer();
  const texts = [chunk("tEXt", Buffer.from("Author\0Anna Secret")), chunk("prVt", Buffer.from("Anna Secret"))];
  for (const bytes of [jpeg, ...texts.map((text) => Buffer.concat([png.subarray(0, 33), text, png.subarray(33)]))]) {
    expect(bytes.includes("Anna Secret")).toBe(true);
    await expectSilent(await bench.shown(bytes));
  }
});

test("an animated GIF keeps its frames, times and loops, and loses what applications wrote into it", async () => {
  const source = withGifBlocks(
    await (await animation(3, 500, 300)).gif({ delay: [100, 200, 300], loop: 5 }).toBuffer(),
  );
  expect(anyOf(source, METADATA)).toBe(true);
  const picture = await bench.shown(source);
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
  const picture = await bench.shown(await (await animation(3, 60, 40)).webp({ delay: [100, 200, 300] }).toBuffer());
  expect(picture).toMatchObject({ file: { mime: "image/gif" }, width: 60, height: 40 });
  expect(await sharp(picture.bytes, { animated: true }).metadata()).toMatchObject({ pages: 3, delay: [100, 200, 300] });
});

test("an animated PNG stays as it is when clean, else its first frame is shown", async () => {
  const still = await noise(30, 20).png().toBuffer();
  const [acTL, fcTL] = [chunk("acTL", Buffer.from([0, 0, 0, 1, 0, 0, 0, 0])), chunk("fcTL", Buffer.alloc(26, 1))];
  const animated = Buffer.concat([still.subarray(0, 33), acTL, fcTL, still.subarray(33)]);
  expect((await bench.shown(animated)).bytes.equals(animated)).toBe(true);
  const text = chunk("tEXt", Buffer.from("Comment\0GPS"));
  const picture = await bench.shown(Buffer.concat([still.subarray(0, 33), text, acTL, fcTL, still.subarray(33)]));
  await expectSilent(picture);
  expect(picture.bytes.includes("acTL")).toBe(false);
  const endless = chunk("acTL", Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
  const bomb = await bench.shown(Buffer.concat([still.subarray(0, 33), endless, fcTL, still.subarray(33)]));
  expect(bomb.bytes.includes("acTL")).toBe(false);
});

test("the colours of an ink picture and the depth of 16 bits arrive as what screens show", async () => {
  const red = sharp({ create: { width: 500, height: 20, channels: 3, background: "#e02020" } });
  const inks = await bench.shown(await red.clone().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer());
  expect(await sharp(inks.bytes).metadata()).toMatchObject({ format: "jpeg", space: "srgb", channels: 3 });
  const [r = 0, g = 255] = await pixel(inks.bytes, 5, 5);
  expect(r > 180 && g < 90).toBe(true);
  const deep = await bench.shown(await red.clone().toColourspace("rgb16").png().toBuffer());
  expect(await sharp(deep.bytes).metadata()).toMatchObject({ format: "png", depth: "uchar" });
  expect(await pixel(deep.bytes, 5, 5)).toEqual([0xe0, 0x20, 0x20]);
});

test.each([
  [1, 1, undefined],
  [400, 400, undefined],
  [401, 1, [400, 1]],
  [30_000, 3, [400, 1]],
] as const)("a picture of %s × %s has the preview %j", async (width, height, preview) => {
  const picture = await bench.shown(
    await sharp({ create: { width, height, channels: 3, background: "#abc" } })
      .png()
      .toBuffer(),
  );
  expect([picture.width, picture.height]).toEqual([width, height]);
  const small = picture.previewBytes && (await sharp(picture.previewBytes).metadata());
  expect(small && [small.width, small.height]).toEqual(preview);
});

test("the name says nothing: a PNG called .jpg is a PNG", async () => {
  expect(await bench.shown(await noise(5, 5).png().toBuffer())).toMatchObject({ file: { mime: "image/png" } });
});
