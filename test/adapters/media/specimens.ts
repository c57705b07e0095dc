import { crc32 } from "node:zlib";
import type { Sharp } from "sharp";
import sharp from "sharp";

/** A picture that no encoder can make small, so that cutting it short takes pixels away. */
export const noise = (width: number, height: number): Sharp =>
  sharp({
    create: { width, height, channels: 3, background: "#888", noise: { type: "gaussian", mean: 128, sigma: 40 } },
  });

/** Frames of different colours, to be encoded as GIF, WebP or TIFF. */
export async function animation(frames: number, width: number, height: number): Promise<Sharp> {
  const pictures: Buffer[] = [];
  for (let frame = 0; frame < frames; frame += 1) {
    const background = { r: frame * 80, g: 20, b: 200 };
    pictures.push(
      await sharp({ create: { width, height, channels: 3, background } })
        .png()
        .toBuffer(),
    );
  }
  return sharp(pictures, { join: { animated: true } });
}

export const XMP = `<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Creator="Anna Secret"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

/** Traces of metadata of every kind, none of which may be in what is served. */
export const METADATA = [
  ...["Exif\0\0", "GPS", "Telltale", "Anna Secret", "http://ns.adobe.com", "xmpmeta", "XMP Data", "ICC_PROFILE"],
  ...["ICCRGBG1", "Photoshop", "8BIM", "eXIf", "iCCP", "iTXt", "tEXt", "prVt", "acsp", "<script"],
];

export const anyOf = (bytes: Buffer, traces: readonly string[]): boolean =>
  traces.some((trace) => bytes.includes(trace));

/** One chunk of a PNG. */
export function chunk(type: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** A PNG of one bit a pixel with these packed pixels, however many they are. */
export function pngOf(width: number, height: number, packed: Uint8Array): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 1;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", packed), chunk("IEND", Buffer.alloc(0))]);
}

export function withJpegComment(jpeg: Buffer, text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.from([0xff, 0xfe, 0, body.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

/** The same GIF with a comment, an XMP packet and a block of a strange application before its first block. */
export function withGifBlocks(gif: Buffer, comment: Uint8Array = Buffer.from("Anna Secret")): Buffer {
  const flags = gif[10] ?? 0;
  const at = 13 + ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  const block = (text: Uint8Array | string): Buffer => {
    const body = Buffer.from(text);
    return Buffer.concat([Buffer.from([body.length]), body]);
  };
  const application = (name: string, text: string): Buffer =>
    Buffer.concat([Buffer.from([0x21, 0xff]), block(name), block(text.slice(0, 255)), Buffer.from([0])]);
  const written = Buffer.concat([Buffer.from([0x21, 0xfe]), block(comment), Buffer.from([0])]);
  const blocks = [written, application("XMP DataXMP", XMP.slice(60)), application("ICCRGBG1012", "acsp")];
  return Buffer.concat([gif.subarray(0, at), ...blocks, gif.subarray(at)]);
}
