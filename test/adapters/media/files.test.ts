import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openMediaFiles } from "../../../adapters/media/files.ts";
import type { MediaStore } from "../../../src/app/ports.ts";

const MEGABYTE = 1024 * 1024;

let dir: string;
let files: MediaStore;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "herald24-media-"));
  files = openMediaFiles({ dir });
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const streamOf = (...chunks: readonly Uint8Array[]): Readable => Readable.from(chunks);

const keep = (bytes: Uint8Array) =>
  files.keep({ stream: streamOf(bytes), size: bytes.length, claimedName: "claimed.jpg" }, MEGABYTE);

const stored = (): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

test("bytes are kept under their hash and come back unchanged", async () => {
  const bytes = randomBytes(300_000);
  const kept = await files.keep(
    { stream: streamOf(bytes.subarray(0, 7), bytes.subarray(7)), claimedName: "a" },
    MEGABYTE,
  );
  expect(kept).toMatchObject({ kind: "kept", file: { sha256: hashOf(bytes), size: 300_000 } });
  const opened = await files.open(hashOf(bytes));
  expect(opened && hashOf(await buffer(opened))).toBe(hashOf(bytes));
  expect(stored()).toEqual([hashOf(bytes)]);
});

test("a range holds its bytes and not the one at its end", async () => {
  const bytes = Buffer.from("0123456789");
  await keep(bytes);
  const part = async (start: number, end: number): Promise<string> => {
    const opened = await files.open(hashOf(bytes), { start, end });
    return opened ? (await buffer(opened)).toString() : "absent";
  };
  expect([await part(0, 10), await part(2, 5), await part(9, 10), await part(4, 4)]).toEqual([
    "0123456789",
    "234",
    "9",
    "",
  ]);
});

test("equal bytes kept at the same time are one file", async () => {
  const bytes = randomBytes(200_000);
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => keep(bytes)));
  expect(outcomes.map(({ kind }) => kind)).toEqual(Array(8).fill("kept"));
  expect(stored()).toEqual([hashOf(bytes)]);
});

test("a source larger than allowed is cut off, and nothing of it stays", async () => {
  const stream = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(64 * 1024);
    })(),
  );
  expect(await files.keep({ stream, claimedName: "endless" }, MEGABYTE)).toEqual({
    kind: "too-big",
    limitBytes: MEGABYTE,
  });
  expect(stream.destroyed).toBe(true);
  expect(stored()).toEqual([]);
});

test("a source that announces too much is not read at all", async () => {
  let reads = 0;
  const stream = new Readable({
    read() {
      reads += 1;
      this.push(Buffer.alloc(10));
    },
  });
  const outcome = await files.keep({ stream, size: MEGABYTE + 1, claimedName: "a" }, MEGABYTE);
  expect(outcome).toEqual({ kind: "too-big", limitBytes: MEGABYTE });
  expect({ reads, destroyed: stream.destroyed }).toEqual({ reads: 0, destroyed: true });
});

test("exactly the limit is allowed", async () => {
  expect(await keep(Buffer.alloc(MEGABYTE))).toMatchObject({ kind: "kept", file: { size: MEGABYTE } });
});

test.each([
  ["shorter", 11],
  ["longer", 9],
])("a source that is %s than announced is broken", async (_how, size) => {
  const outcome = await files.keep({ stream: streamOf(Buffer.alloc(10)), size, claimedName: "a" }, MEGABYTE);
  expect(outcome).toEqual({ kind: "broken", reason: `received 10 bytes of ${size}` });
  expect(stored()).toEqual([]);
});

test("a source that fails is broken, and its message, which may hold an address, is not repeated", async () => {
  const failing = (error: Error): Readable =>
    Readable.from(
      (async function* () {
        yield Buffer.alloc(10);
        throw error;
      })(),
    );
  const reset = Object.assign(new Error("GET https://secret.example/x failed"), { code: "ECONNRESET" });
  expect(await files.keep({ stream: failing(reset), claimedName: "a" }, MEGABYTE)).toEqual({
    kind: "broken",
    reason: "ECONNRESET",
  });
  expect(await files.keep({ stream: failing(new TypeError("secret")), claimedName: "a" }, MEGABYTE)).toEqual({
    kind: "broken",
    reason: "TypeError",
  });
  expect(stored()).toEqual([]);
});

test("a source that was destroyed before it is kept is broken", async () => {
  const stream = streamOf(Buffer.alloc(10));
  stream.destroy();
  expect(await files.keep({ stream, claimedName: "a" }, MEGABYTE)).toMatchObject({ kind: "broken" });
});

test.each(["ENOSPC", "EDQUOT"])("%s while writing means that there is no space", async (code) => {
  const stream = new Readable({
    read() {
      this.destroy(Object.assign(new Error("write"), { code }));
    },
  });
  expect(await files.keep({ stream, claimedName: "a" }, MEGABYTE)).toEqual({ kind: "no-space" });
});

test("what an earlier run left half received is removed, what it kept stays", async () => {
  const bytes = randomBytes(10);
  await keep(bytes);
  await mkdir(join(dir, "incoming"), { recursive: true });
  await writeFile(join(dir, "incoming", "left-over"), "half");
  const again = openMediaFiles({ dir });
  expect(await readdir(join(dir, "incoming"))).toEqual([]);
  const opened = await again.open(hashOf(bytes));
  expect(opened && (await buffer(opened))).toEqual(bytes);
});

test("what was removed, or never kept, is absent", async () => {
  const bytes = randomBytes(10);
  await keep(bytes);
  await files.remove(hashOf(bytes));
  await files.remove(hashOf(bytes));
  expect(await files.open(hashOf(bytes))).toBeUndefined();
});

test.each(["", "../../secret", "A".repeat(64), `${"a".repeat(64)}/x`])("%j is no name of a kept file", async (name) => {
  await expect(async () => files.open(name)).rejects.toThrow(RangeError);
  await expect(async () => files.remove(name)).rejects.toThrow(RangeError);
});
