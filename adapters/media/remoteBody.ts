import { PassThrough, pipeline, Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

export interface BodyOptions {
  readonly encoding: string | undefined;
  readonly maxBytes: number;
  /** Called once when nothing more will be read, whatever the cause. */
  readonly done: () => void;
}

/**
 * The body as it is meant, decompressed if need be. It fails one byte after `maxBytes`, so that whoever keeps it sees that
 * it is too big, and no bomb unfolds further. Absent when its encoding is unknown.
 */
export function openBody(body: Readable, { encoding, maxBytes, done }: BodyOptions): Readable | undefined {
  const decoder = decoderOf(encoding);
  if (!decoder) return undefined;
  // Failures come out of the last stream; the callback is what keeps the others from ending the process.
  const plain = pipeline(body, decoder, () => undefined);
  const stream = Readable.from(capped(plain, maxBytes), { objectMode: false });
  stream.once("close", () => {
    plain.destroy();
    body.destroy();
    done();
  });
  return stream;
}

/** RFC 9110, 8.4.1. A list of encodings is not honest for media and not undone. */
function decoderOf(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase() ?? "identity") {
    case "":
    case "identity":
      return new PassThrough();
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      return undefined;
  }
}

async function* capped(source: AsyncIterable<unknown>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let left = maxBytes + 1;
  for await (const chunk of source) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("no bytes");
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) throw new Error("larger than allowed");
  }
}
