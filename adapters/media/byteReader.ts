/** The bytes do not have the form that their beginning promised, or end early. */
export class MalformedError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "MalformedError";
  }
}

/** Takes exact amounts from a stream of chunks. */
export interface ByteReader {
  /** The next `count` bytes, to be used before the next call; keep `count` small, they are gathered in memory. */
  take(count: number): Promise<Uint8Array>;
  skip(count: number): Promise<void>;
  /** Goes past the next byte of this value; whatever lies before it is left out. */
  skipPast(value: number): Promise<void>;
  isAtEnd(): Promise<boolean>;
}

const NOTHING = new Uint8Array(0);

/** `take`, `skip` and `skipPast` throw a `MalformedError` when the stream ends before them. */
export function readBytes(source: AsyncIterable<Uint8Array>): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Uint8Array = NOTHING;

  async function more(): Promise<boolean> {
    while (rest.length === 0) {
      const next = await chunks.next();
      if (next.done) return false;
      rest = next.value;
    }
    return true;
  }

  async function upTo(count: number): Promise<Uint8Array> {
    if (!(await more())) throw new MalformedError("ends early");
    const part = rest.subarray(0, count);
    rest = rest.subarray(part.length);
    return part;
  }

  async function gathered(count: number, first: Uint8Array): Promise<Uint8Array> {
    const whole = new Uint8Array(count);
    whole.set(first);
    for (let filled = first.length; filled < count; ) {
      const part = await upTo(count - filled);
      whole.set(part, filled);
      filled += part.length;
    }
    return whole;
  }

  return {
    take: async (count) => {
      if (count === 0) return NOTHING;
      const part = await upTo(count);
      return part.length === count ? part : gathered(count, part);
    },
    skip: async (count) => {
      for (let left = count; left > 0; ) left -= (await upTo(left)).length;
    },
    skipPast: async (value) => {
      for (;;) {
        if (!(await more())) throw new MalformedError("ends early");
        const at = rest.indexOf(value);
        rest = at < 0 ? NOTHING : rest.subarray(at + 1);
        if (at >= 0) return;
      }
    },
    isAtEnd: async () => !(await more()),
  };
}
