import { finished, Readable } from "node:stream";

/** How often one stream is continued: a line that breaks more often is given up, and the caller begins anew. */
const MOST_RESUMED = 3;

export interface Resumable {
  /** Of the whole, in bytes. */
  readonly size: number;
  /** The bytes from offset `from` to the end; undefined when the source does not give a part of the same whole. */
  readonly openAt: (from: number) => Promise<Readable | undefined>;
}

/** One stream over a source that breaks off: it is continued at the byte where it stopped. Fails as `first` did where that is impossible. */
export function resuming(first: Readable, { size, openAt }: Resumable): Readable {
  let current: Readable | undefined;
  let from = 0;
  let resumed = 0;
  const out = new Readable({
    // Begun by the first reader: a failure before there is one would have nobody to hear it.
    read: () => void (current ?? follow(first)).resume(),
    destroy: (error, done) => {
      (current ?? first).destroy();
      done(error);
    },
  });
  first.on("error", () => undefined);

  function follow(source: Readable): Readable {
    current = source;
    source.on("data", (chunk: Buffer) => {
      from += chunk.length;
      if (!out.push(chunk)) source.pause();
    });
    finished(source, { writable: false }, (failure) => {
      const ending =
        failure ?? (from < size ? new Error(`the source ended after ${from} of ${size} bytes`) : undefined);
      if (ending) void carryOn(ending);
      else out.push(null);
    });
    return source;
  }

  async function carryOn(failure: Error): Promise<void> {
    if (out.destroyed) return;
    resumed += 1;
    const next = resumed > MOST_RESUMED ? undefined : await openAt(from).catch(() => undefined);
    if (next && !out.destroyed) return void follow(next);
    next?.on("error", () => undefined).destroy();
    out.destroy(failure);
  }

  return out;
}

/**
 * Whether an answer is what was asked for with `Range: bytes=<from>-`: the rest of a whole of `size` bytes. RFC 9110: a server
 * may as well ignore the field, and then sends the whole with status 200.
 */
export function isRest(
  answer: { status: number; contentRange: unknown },
  { from, size }: { from: number; size: number },
): boolean {
  return answer.status === 206 && answer.contentRange === `bytes ${from}-${size - 1}/${size}`;
}
