import { randomBytes } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPictures } from "../../../adapters/media/pictures.ts";
import type { MediaStore } from "../../../src/app/ports.ts";
import { expectSilent, openPictureBench, type PictureBench } from "./pictureBench.ts";
import { animation, noise, pngOf, withGifBlocks } from "./specimens.ts";

let bench: PictureBench;

beforeEach(() => {
  bench = openPictureBench();
});

afterEach(() => bench.close());

test("a GIF that is also a page of HTML is shown without the page", async () => {
  const page = Buffer.from("<html><script>alert('GPS')</script>");
  const gif = await sharp({ create: { width: 9, height: 9, channels: 3, background: "#f00" } })
    .gif()
    .toBuffer();
  const picture = await bench.shown(Buffer.concat([withGifBlocks(gif, page), page]));
  expect(picture.file.mime).toBe("image/gif");
  expect(picture.bytes.includes("script")).toBe(false);
  await expectSilent(picture);
});

test("a PNG of 20,000 × 20,000 that weighs next to nothing is not decoded", async () => {
  const bomb = pngOf(20_000, 20_000, deflateSync(Buffer.alloc(2_501 * 200)));
  expect(await bench.prepare(await bench.keep(bomb))).toBeUndefined();
});

test("frames count: a small GIF with too many of them is no picture", async () => {
  const big = await sharp({ create: { width: 5_000, height: 4_000, channels: 3, background: "#f00" } })
    .gif()
    .toBuffer();
  expect(await bench.prepare(await bench.keep(big))).toBeDefined();
  // The image block, three times.
  const at = big.indexOf(Buffer.from([0x21, 0xf9, 4]));
  const frame = big.subarray(at, -1);
  const bomb = Buffer.concat([big.subarray(0, at), frame, frame, frame, big.subarray(-1)]);
  expect((await sharp(bomb).metadata()).pages).toBe(3);
  expect(await bench.prepare(await bench.keep(bomb))).toBeUndefined();
});

test("a TIFF of several pages goes as the document that it is", async () => {
  expect(await bench.prepare(await bench.keep(await (await animation(2, 50, 40)).tiff().toBuffer()))).toBeUndefined();
});

test("SVG is never touched, whatever it is called", async () => {
  const svg = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>`,
  );
  const kept = await bench.keep(svg);
  expect(kept.mime).toBe("image/svg+xml");
  expect(await bench.prepare(kept)).toBeUndefined();
  expect(await bench.prepare({ ...kept, mime: "image/png" })).toBeUndefined();
});

test("decoders that no picture of ours needs cannot be reached at all", async () => {
  await bench.shown(await noise(9, 9).png().toBuffer());
  const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`);
  await expect(sharp(svg).metadata()).rejects.toThrow();
  const raw = { width: 1, height: 1, channels: 3 } as const;
  const vips = join(bench.dir, "picture.v");
  await sharp(Buffer.alloc(3), { raw }).toFile(vips);
  await expect(sharp(vips).metadata()).rejects.toThrow();
});

test("a file whose type was taken for another one is no picture", async () => {
  const kept = await bench.keep(await noise(9, 9).png().toBuffer());
  expect(await bench.prepare({ ...kept, mime: "image/jpeg" })).toBeUndefined();
});

const FORMATS = ["jpeg", "png", "webp", "gif", "avif", "tiff"] as const;

test.each(FORMATS)("a %s that was cut short is no picture", async (format) => {
  const whole = await noise(300, 200)
    .toFormat(format, format === "avif" ? { effort: 0 } : {})
    .toBuffer();
  expect(await bench.prepare(await bench.keep(whole))).toBeDefined();
  for (const share of [0.1, 0.5, 0.9])
    expect(await bench.prepare(await bench.keep(whole.subarray(0, Math.floor(whole.length * share))))).toBeUndefined();
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
      const file = await bench.keep(bytes);
      const picture = await bench.prepare({ ...file, mime: `image/${format}` });
      if (picture) expect(["image/jpeg", "image/png", "image/gif"]).toContain(picture.file.mime);
      expect(readdirSync(join(bench.dir, "bench"))).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test("what is no picture at all is not opened", async () => {
  expect(await bench.prepare(await bench.keep(randomBytes(100)))).toBeUndefined();
  expect(await bench.prepare(await bench.keep(Buffer.from("text")))).toBeUndefined();
});

test("many pictures at once all come out", async () => {
  const sources = await Promise.all(
    [1, 2, 3, 4, 5].map((n) =>
      noise(500 + n, 50)
        .webp()
        .toBuffer(),
    ),
  );
  const pictures = await Promise.all(sources.map(bench.shown));
  expect(pictures.map(({ width }) => width)).toEqual([501, 502, 503, 504, 505]);
});

test("a full disk is no fault of the picture: it can be tried again", async () => {
  const file = await bench.keep(await noise(500, 50).webp().toBuffer());
  const full: MediaStore = { ...bench.files, keep: async () => ({ kind: "no-space" }) };
  await expect(openPictures({ files: full })(file)).rejects.toMatchObject({ code: "ENOSPC" });
  expect(await bench.prepare(file)).toBeDefined();
});

test("a picture that is not kept any more is reported, and the next one is prepared", async () => {
  const file = await bench.keep(await noise(9, 9).png().toBuffer());
  await bench.files.remove(file.sha256);
  await expect(bench.prepare(file)).rejects.toMatchObject({ code: "ENOENT" });
  expect(await bench.prepare(await bench.keep(await noise(9, 9).jpeg().toBuffer()))).toBeDefined();
});

test("left-overs of an earlier run are removed", () => {
  writeFileSync(join(bench.dir, "bench", "left"), "over");
  openPictures({ files: bench.files, dir: join(bench.dir, "bench") });
  expect(readdirSync(join(bench.dir, "bench"))).toEqual([]);
});
