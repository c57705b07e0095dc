import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isRest, resuming } from "../../src/app/resume.ts";

/** The bytes from `from` on, in pieces, breaking off after `length` of them. */
function broken(bytes: Buffer, { from, length }: { from: number; length: number }): Readable {
  return Readable.from(
    (async function* () {
      for (let at = from; at < Math.min(from + length, bytes.length); at += 3) {
        await turn();
        yield bytes.subarray(at, Math.min(at + 3, from + length));
      }
      if (from + length < bytes.length) throw new Error("reset");
    })(),
    { objectMode: false },
  );
}

/** A source that breaks off after each of `lengths` bytes, one after the other, and then no more. */
function sourceOf(bytes: Buffer, lengths: readonly number[]) {
  const asked: number[] = [];
  const [first = bytes.length, ...others] = lengths;
  const openAt = async (from: number): Promise<Readable> => {
    asked.push(from);
    return broken(bytes, { from, length: others.shift() ?? bytes.length });
  };
  const stream = resuming(broken(bytes, { from: 0, length: first }), { size: bytes.length, openAt });
  return { stream, asked };
}

test("wherever a source breaks off, up to three times, every byte arrives once and in order", async () => {
  const lengths = fc.array(fc.nat({ max: 40 }), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), lengths, async (whole, breaks) => {
      const bytes = Buffer.from(whole);
      expect(await buffer(sourceOf(bytes, breaks).stream)).toEqual(bytes);
    }),
    { numRuns: 60 },
  );
});

test("at the fourth break it fails as the source did", async () => {
  const { stream, asked } = sourceOf(Buffer.alloc(100), [10, 10, 10, 10]);
  await expect(buffer(stream)).rejects.toThrow("reset");
  expect(asked).toEqual([10, 20, 30]);
});

test("a source that ends too early without any failure is continued as well", async () => {
  const bytes = Buffer.from("all of it");
  const openAt = async (from: number) => Readable.from([bytes.subarray(from)]);
  expect(await buffer(resuming(Readable.from([bytes.subarray(0, 4)]), { size: bytes.length, openAt }))).toEqual(bytes);
});

test.each([
  ["gives no part", async () => undefined],
  ["cannot be reached", () => Promise.reject(new Error("unreachable"))],
])("a source that %s fails as it broke off", async (_, openAt) => {
  const stream = resuming(broken(Buffer.alloc(9), { from: 0, length: 3 }), { size: 9, openAt });
  await expect(buffer(stream)).rejects.toThrow("reset");
});

test("whoever stops reading ends the source too, and nothing is opened any more", async () => {
  const first = broken(Buffer.alloc(1_000), { from: 0, length: 30 });
  const asked: number[] = [];
  const openAt = async (from: number) => void asked.push(from);
  const stream = resuming(first, { size: 1_000, openAt: async (from) => openAt(from).then(() => undefined) });
  await new Promise((resolve) => stream.once("data", resolve));
  stream.destroy();
  await new Promise((resolve) => (first.closed ? resolve(undefined) : first.once("close", resolve)));
  expect(asked).toEqual([]);
});

test("a source that fails before anybody reads is continued once somebody does", async () => {
  const bytes = Buffer.from("all of it");
  const first = new Readable({ read: () => undefined });
  const stream = resuming(first, { size: bytes.length, openAt: async (from) => Readable.from([bytes.subarray(from)]) });
  first.destroy(new Error("reset"));
  await turn();
  expect(await buffer(stream)).toEqual(bytes);
});

test("a source that is closed without a word fails, and is not waited for", async () => {
  const first = new Readable({ read: () => undefined });
  const stream = resuming(first, { size: 9, openAt: async () => undefined });
  first.destroy();
  await expect(buffer(stream)).rejects.toThrow();
});

test("a reader that is slow holds the source up instead of the whole being kept", async () => {
  let given = 0;
  const first = new Readable({
    read() {
      given += 1;
      this.push(given > 200 ? null : Buffer.alloc(16_384));
    },
  });
  const stream = resuming(first, { size: 200 * 16_384, openAt: async () => undefined });
  stream.read(0);
  for (let turns = 0; turns < 50; turns += 1) await turn();
  expect(given).toBeLessThan(20);
  expect(await buffer(stream)).toHaveLength(200 * 16_384);
});

test.each([
  [{ status: 206, contentRange: "bytes 5-9/10" }, true],
  [{ status: 200, contentRange: undefined }, false],
  [{ status: 206, contentRange: "bytes 0-9/10" }, false],
  [{ status: 206, contentRange: "bytes 5-9/11" }, false],
  [{ status: 206, contentRange: "bytes 5-9/*" }, false],
  [{ status: 416, contentRange: "bytes */10" }, false],
])("an answer %j from byte 5 of 10 is its rest: %s", (answer, rest) => {
  expect(isRest(answer, { from: 5, size: 10 })).toBe(rest);
});
