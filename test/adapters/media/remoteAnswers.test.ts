import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Resolve } from "../../../adapters/media/destination.ts";
import type { OpenedMedia } from "../../../src/app/ports.ts";
import { bytesOf, type Internet, openInternet } from "./internet.ts";

let internet: Internet;

beforeEach(async () => {
  internet = await openInternet();
});

afterEach(() => internet.close());

test.each([
  [404, "gone"],
  [403, "gone"],
  [206, "gone"],
  [302, "gone"],
  [429, "later"],
  [500, "later"],
  [503, "later"],
])("status %s without a place to go means %s", async (status, kind) => {
  internet.answer = (_, response) => response.writeHead(status).end("sorry");
  expect(await internet.remote()("https://pictures.example/a")).toEqual({ kind, reason: `status ${status}` });
});

test.each([
  ["image/png", ["image/*"], "open"],
  ["image/png", ["image/png"], "open"],
  ["text/html", ["image/*"], "gone"],
  ["imagery/png", ["image/*"], "gone"],
  ["", ["image/*"], "gone"],
  ["text/html", undefined, "open"],
] as const)("type %j where %j is wanted: %s", async (mime, accept, kind) => {
  internet.answer = (_, response) => {
    if (mime) response.setHeader("content-type", mime);
    response.end("bytes");
  };
  const opened = await internet.remote()("https://pictures.example/a", accept ? { accept } : {});
  expect(opened.kind).toBe(kind);
  expect(internet.requests[0]?.headers.accept).toBe(accept?.join(", ") ?? "*/*");
  if (opened.kind === "open") await bytesOf(opened);
});

test("what is announced as too big is not read", async () => {
  internet.answer = (_, response) => response.writeHead(200, { "content-length": 1_001 }).write("x");
  expect(await internet.remote()("https://pictures.example/a")).toEqual({ kind: "too-big", limitBytes: 1_000 });
});

async function lengthBeforeFailure(opened: OpenedMedia): Promise<{ length: number; isWhole: boolean }> {
  if (opened.kind !== "open") throw new Error(JSON.stringify(opened));
  let length = 0;
  try {
    for await (const chunk of opened.stream) length += chunk.length;
    return { length, isWhole: true };
  } catch {
    return { length, isWhole: false };
  }
}

test.each([
  [1_000, { length: 1_000, isWhole: true }],
  [1_001, { length: 1_001, isWhole: false }],
  [100_000, { length: 1_001, isWhole: false }],
])("of %s unannounced bytes a reader with room for 1,000 gets %j", async (size, expected) => {
  internet.answer = (_, response) => {
    response.write(Buffer.alloc(size));
    response.end();
  };
  const opened = await internet.remote()("https://pictures.example/a");
  expect(opened).not.toHaveProperty("size");
  expect(await lengthBeforeFailure(opened)).toEqual(expected);
});

test.each([
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
] as const)("a body in %s is unpacked, and a bomb no further than the limit", async (encoding, compress) => {
  let size = 900;
  internet.answer = (_, response) =>
    response.setHeader("content-encoding", encoding).end(compress(Buffer.alloc(size, 7)));
  const opened = await internet.remote()("https://pictures.example/a");
  expect(opened).not.toHaveProperty("size");
  expect((await bytesOf(opened)).equals(Buffer.alloc(900, 7))).toBe(true);
  size = 50_000_000;
  const bomb = await internet.remote()("https://pictures.example/a", { maxBytes: 100_000 });
  expect(await lengthBeforeFailure(bomb)).toEqual({ length: 100_001, isWhole: false });
});

test.each(["zstd", "gzip, gzip", "rot13"])("a body in %s is refused", async (encoding) => {
  internet.answer = (_, response) => response.setHeader("content-encoding", encoding).end("bytes");
  expect(await internet.remote()("https://pictures.example/a")).toMatchObject({ kind: "gone" });
});

test("a body that breaks off, or is not packed as it says, fails its reader and nothing else", async () => {
  internet.answer = (_, response) => {
    response.writeHead(200, { "content-length": 100 }).write("x");
    setImmediate(() => response.destroy());
  };
  await expect(internet.remote()("https://pictures.example/a").then(bytesOf)).rejects.toThrow();
  internet.answer = (_, response) => response.setHeader("content-encoding", "gzip").end("no gzip");
  await expect(internet.remote()("https://pictures.example/a").then(bytesOf)).rejects.toThrow();
});

test("a reader that turns away closes the connection", async () => {
  const closed = new Promise<void>((resolve) => {
    internet.answer = (request, response) => {
      request.socket.once("close", () => resolve());
      response.write("x");
    };
  });
  const opened = await internet.remote()("https://pictures.example/a");
  if (opened.kind === "open") opened.stream.destroy();
  await closed;
  expect(opened.kind).toBe("open");
});

test("a server that never answers, stops in the middle, or drips for ever is left", async () => {
  internet.answer = () => undefined;
  expect(await internet.remote({ idleMs: 50 })("https://pictures.example/a")).toMatchObject({ kind: "later" });
  expect(await internet.remote({ totalMs: 50 })("https://pictures.example/a")).toMatchObject({ kind: "later" });
  internet.answer = (_, response) => response.write("x");
  await expect(internet.remote({ idleMs: 50 })("https://pictures.example/a").then(bytesOf)).rejects.toThrow();
  await expect(internet.remote({ totalMs: 200 })("https://pictures.example/a").then(bytesOf)).rejects.toThrow();
});

test("a resolver that never answers is left, too", async () => {
  const resolve: Resolve = () => new Promise(() => undefined);
  expect(await internet.remote({ resolve, totalMs: 50 })("https://pictures.example/a")).toMatchObject({
    kind: "later",
  });
});

test.each([
  ["ENOTFOUND", "gone"],
  ["EAI_AGAIN", "later"],
])("a resolver that fails with %s means %s", async (code, kind) => {
  const resolve: Resolve = async () => {
    throw Object.assign(new Error("getaddrinfo secret.example"), { code });
  };
  expect(await internet.remote({ resolve })("https://pictures.example/a")).toEqual({ kind, reason: code });
});

test("the caller's signal ends everything, with its own reason", async () => {
  const aborted = AbortSignal.abort(new Error("stopping"));
  await expect(internet.remote()("https://pictures.example/a", { signal: aborted })).rejects.toThrow("stopping");
  const controller = new AbortController();
  internet.answer = () => controller.abort(new Error("stopping"));
  await expect(internet.remote()("https://pictures.example/a", { signal: controller.signal })).rejects.toThrow(
    "stopping",
  );
  const later = new AbortController();
  internet.answer = (_, response) => response.write("x");
  const opened = await internet.remote()("https://pictures.example/a", { signal: later.signal });
  later.abort(new Error("stopping"));
  await expect(bytesOf(opened)).rejects.toThrow();
});

test("a failure is logged without path, query or user", async () => {
  internet.answer = (_, response) => response.writeHead(404).end();
  const opened = await internet.remote()("https://pictures.example/hush/a?hush=1");
  const refused = await internet.remote()("https://hush:hush@pictures.example/");
  expect(internet.logged).toHaveLength(2);
  expect(JSON.stringify([internet.logged, opened, refused])).not.toContain("hush");
  expect(internet.logged[0]).toContain("pictures.example");
});
