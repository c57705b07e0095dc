import { type ByteReader, MalformedError, readBytes } from "./byteReader.ts";

/** What a look at the structure of a file says; the pixels are not decoded. */
export interface Survey {
  /** Nothing but what is needed to show the pixels: no metadata, no comment, no thumbnail, nothing behind the end. */
  readonly isBare: boolean;
  readonly frames: number;
}

const NOT_BARE: Survey = { isBare: false, frames: 1 };
const BARE: Survey = { isBare: true, frames: 1 };

/** Malformed files are not bare. */
async function survey(look: () => Promise<Survey>): Promise<Survey> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof MalformedError) return NOT_BARE;
    throw error;
  }
}

const same = (bytes: Uint8Array, expected: readonly number[]): boolean =>
  expected.every((value, index) => bytes[index] === value);

const wordAt = (bytes: Uint8Array, offset: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset);

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** W3C PNG, third edition: the pixels, their colours, and animation. Text, time, Exif, profiles and private chunks are not here. */
const PNG_CHUNKS = new Set(
  ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].concat(
    ["gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "pHYs"],
    ["acTL", "fcTL", "fdAT"],
  ),
);

export function surveyPng(source: AsyncIterable<Uint8Array>): Promise<Survey> {
  return survey(async () => {
    const bytes = readBytes(source);
    if (!same(await bytes.take(8), PNG_SIGNATURE)) return NOT_BARE;
    for (let frames = 1; ; ) {
      const head = await bytes.take(8);
      const length = wordAt(head, 0);
      const type = String.fromCharCode(...head.subarray(4));
      if (!PNG_CHUNKS.has(type)) return NOT_BARE;
      if (type === "IEND") {
        await bytes.skip(4);
        return { isBare: length === 0 && (await bytes.isAtEnd()), frames };
      }
      // The bit depth: browsers show 16 bits a channel no better than 8.
      if (type === "IHDR" && (length !== 13 || ((await bytes.take(13))[8] ?? 16) > 8)) return NOT_BARE;
      else if (type === "acTL" && length === 8) frames = wordAt(await bytes.take(8), 0);
      else if (type !== "IHDR") await bytes.skip(length);
      await bytes.skip(4);
    }
  });
}

/** ITU T.81: quantisation and Huffman tables, restart interval, baseline to progressive frames. */
const JPEG_PLAIN = new Set([0xdb, 0xc4, 0xdd, 0xc0, 0xc1, 0xc2]);
const JPEG_FRAMES = new Set([0xc0, 0xc1, 0xc2]);
const [START_OF_SCAN, END_OF_IMAGE, APP0, APP14] = [0xda, 0xd9, 0xe0, 0xee];

export function surveyJpeg(source: AsyncIterable<Uint8Array>): Promise<Survey> {
  return survey(async () => {
    const bytes = readBytes(source);
    if (!same(await bytes.take(2), [0xff, 0xd8])) return NOT_BARE;
    let marker = await nextMarker(bytes);
    while (marker !== END_OF_IMAGE) {
      if (!(await isPlainSegment(bytes, marker))) return NOT_BARE;
      marker = marker === START_OF_SCAN ? await markerAfterScan(bytes) : await nextMarker(bytes);
    }
    return (await bytes.isAtEnd()) ? BARE : NOT_BARE;
  });
}

async function nextMarker(bytes: ByteReader): Promise<number> {
  const [prefix, marker = 0] = await bytes.take(2);
  if (prefix !== 0xff) throw new MalformedError("no marker where one is due");
  return marker;
}

/** Within a scan 0xFF is followed by 0, or by one of the eight restart markers. */
async function markerAfterScan(bytes: ByteReader): Promise<number> {
  for (;;) {
    await bytes.skipPast(0xff);
    const [marker = 0] = await bytes.take(1);
    if (marker !== 0 && (marker < 0xd0 || marker > 0xd7)) return marker;
  }
}

async function isPlainSegment(bytes: ByteReader, marker: number): Promise<boolean> {
  const [high = 0, low = 0] = await bytes.take(2);
  const body = await bytes.take(Math.max(high * 256 + low - 2, 0));
  // Four components are inks, which not every client can show.
  if (JPEG_FRAMES.has(marker)) return body[5] === 1 || body[5] === 3;
  // JFIF 1.02 without a thumbnail; Adobe's marker says only how colours are coded.
  if (marker === APP0) return body.length === 14 && same(body, [0x4a, 0x46, 0x49, 0x46, 0]);
  if (marker === APP14) return body.length === 12 && same(body, [0x41, 0x64, 0x6f, 0x62, 0x65]);
  return JPEG_PLAIN.has(marker) || marker === START_OF_SCAN;
}
