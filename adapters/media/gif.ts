import { type ByteReader, MalformedError, readBytes } from "./byteReader.ts";

const [EXTENSION, IMAGE, TRAILER] = [0x21, 0x2c, 0x3b];
const [GRAPHIC_CONTROL, APPLICATION] = [0xf9, 0xff];

/** Netscape's application extension, and its twin: how often an animation is repeated. */
const LOOPING = new Set(["NETSCAPE2.0", "ANIMEXTS1.0"]);

/**
 * A GIF with all its frames, their times and the loop count, as they are, and nothing else: comments, plain text and other
 * applications' blocks (XMP, colour profiles) are left out, as is whatever follows the end.
 *
 * @throws {MalformedError} While being read, when the blocks are not those of GIF89a or the file ends early.
 */
export async function* bareGif(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  // Its blocks have 255 bytes at most: too little to be worth a write each.
  for await (const part of blocksOf(source)) {
    parts.push(part);
    size += part.length;
    if (size < BATCH_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  yield Buffer.concat(parts);
}

const BATCH_BYTES = 64 * 1024;

async function* blocksOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = readBytes(source);
  const head = await bytes.take(13);
  if (!/^GIF8[79]a$/u.test(latin(head.subarray(0, 6)))) throw new MalformedError("no GIF");
  yield head;
  yield* colours(bytes, head[10] ?? 0);
  for (;;) {
    const [kind] = await bytes.take(1);
    if (kind === IMAGE) yield* image(bytes);
    else if (kind === EXTENSION) yield* extension(bytes);
    else if (kind === TRAILER) break;
    else throw new MalformedError("an unknown block");
  }
  yield Uint8Array.of(TRAILER);
}

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** The table of colours that `flags` announces. */
async function* colours(bytes: ByteReader, flags: number): AsyncGenerator<Uint8Array> {
  if ((flags & 0x80) !== 0) yield bytes.take(3 * 2 ** ((flags & 7) + 1));
}

async function* image(bytes: ByteReader): AsyncGenerator<Uint8Array> {
  const descriptor = await bytes.take(9);
  const flags = descriptor[8] ?? 0;
  yield Uint8Array.of(IMAGE, ...descriptor);
  yield* colours(bytes, flags);
  yield bytes.take(1);
  for await (const block of subBlocks(bytes)) {
    yield Uint8Array.of(block.length);
    yield block;
  }
  yield Uint8Array.of(0);
}

async function* extension(bytes: ByteReader): AsyncGenerator<Uint8Array> {
  const [label = 0] = await bytes.take(1);
  const blocks = subBlocks(bytes);
  const first = (await blocks.next()).value;
  if (first && label === GRAPHIC_CONTROL && first.length === 4)
    yield Uint8Array.of(EXTENSION, label, ...framed(first), 0);
  const isLooping = first !== undefined && label === APPLICATION && LOOPING.has(latin(first));
  const opening = isLooping ? Uint8Array.of(EXTENSION, label, ...framed(first)) : undefined;
  for await (const block of blocks)
    if (opening && block.length === 3 && block[0] === 1) yield Uint8Array.of(...opening, ...framed(block), 0);
}

const framed = (block: Uint8Array): Uint8Array => Uint8Array.of(block.length, ...block);

async function* subBlocks(bytes: ByteReader): AsyncGenerator<Uint8Array, undefined> {
  for (;;) {
    const [length = 0] = await bytes.take(1);
    if (length === 0) return undefined;
    yield await bytes.take(length);
  }
}
