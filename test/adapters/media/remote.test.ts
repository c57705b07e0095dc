import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, type LookupFunction } from "node:net";
import { buffer } from "node:stream/consumers";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { Agent } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Resolve } from "../../../adapters/media/destination.ts";
import { openRemote, type RemoteOptions, type RemoteRequest } from "../../../adapters/media/remote.ts";
import type { OpenedMedia } from "../../../src/app/ports.ts";
import { PRIVATE_ADDRESSES, PRIVATE_ANSWERS } from "./privateAddresses.ts";

const PUBLIC = "93.184.215.14";

let server: Server;
let port: number;
let answer: RequestListener;
let requests: IncomingMessage[];
/** What each connection was told to connect to. */
let connected: string[];
let logged: string[];

beforeEach(async () => {
  [requests, connected, logged] = [[], [], []];
  answer = (_, response) => response.end("bytes");
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The whole internet is our server; it notes which address was really asked for. */
const internet = (lookup: LookupFunction): Agent =>
  new Agent({
    connect: ({ hostname }, done) => {
      const literal = /^[\d.]+$/u.test(hostname);
      lookup(hostname, { all: true }, (error, found) => {
        if (error) return done(error, null);
        const addresses = typeof found === "string" ? [found] : found.map(({ address }) => address);
        connected.push(...(literal ? [hostname] : addresses));
        const socket = connect(port, "127.0.0.1", () => done(null, socket));
      });
    },
  });

const note = (fields: object, message: string): void => void logged.push(JSON.stringify(fields) + message);
const log = { debug: note, info: note, warn: note, error: note };
const toPublic: Resolve = async () => [PUBLIC];

function remote(options: Partial<RemoteOptions> = {}) {
  const open = openRemote({
    privateHosts: [],
    userAgent: "herald24/test",
    log,
    resolve: toPublic,
    dispatcher: internet,
    ...options,
  });
  return (url: string, request: Partial<RemoteRequest> = {}) =>
    open(url, { maxBytes: 1_000, signal: new AbortController().signal, ...request });
}

async function bytesOf(opened: OpenedMedia): Promise<Buffer> {
  if (opened.kind !== "open") throw new Error(JSON.stringify(opened));
  return buffer(opened.stream);
}

test("a picture at a public address is opened, with its size and type", async () => {
  answer = (_, response) => {
    response.setHeader("content-type", "Image/PNG; charset=binary").setHeader("content-length", 5).end("bytes");
  };
  const opened = await remote()("https://pictures.example/a.png?b=c#d");
  expect(opened).toMatchObject({ kind: "open", size: 5, mime: "image/png" });
  expect((await bytesOf(opened)).toString()).toBe("bytes");
  expect(connected).toEqual([PUBLIC]);
  expect(requests[0]?.url).toBe("/a.png?b=c");
});

test.each(PRIVATE_ADDRESSES)("%s is refused without a connection", async (address) => {
  const opened = await remote()(address);
  expect(opened.kind).toBe("gone");
  expect([connected, requests]).toEqual([[], []]);
});

test.each(PRIVATE_ANSWERS)("a name that leads to %s is refused", async (address) => {
  const opened = await remote({ resolve: async () => [address] })("https://pictures.example/a");
  expect(opened).toEqual({ kind: "gone", reason: "refused: its name leads to a private address" });
  expect(connected).toEqual([]);
});

test("one private address among public ones is enough to refuse a name", async () => {
  const opened = await remote({ resolve: async () => [PUBLIC, "10.0.0.1"] })("https://pictures.example/a");
  expect(opened).toMatchObject({ kind: "gone" });
  expect(connected).toEqual([]);
});

test("a name that turns private after the first answer is not asked about again", async () => {
  const answers = [PUBLIC, "127.0.0.1"];
  let asked = 0;
  const resolve: Resolve = async () => [answers[asked++] ?? "127.0.0.1"];
  await bytesOf(await remote({ resolve })("https://rebinding.example/a"));
  expect({ connected, asked }).toEqual({ connected: [PUBLIC], asked: 1 });
});

test("a redirect to a name that has turned private meanwhile is refused", async () => {
  const answers = [PUBLIC, "127.0.0.1"];
  answer = (_, response) => response.writeHead(302, { location: "/again" }).end();
  const opened = await remote({ resolve: async () => answers.splice(0, 1) })("https://rebinding.example/a");
  expect(opened).toMatchObject({ kind: "gone", reason: expect.stringContaining("private") });
  expect(connected).toEqual([PUBLIC]);
});

test("a listed host is connected to where the one resolution led, under its own name", async () => {
  let asked = 0;
  const resolve: Resolve = async () => {
    asked += 1;
    return ["127.0.0.1"];
  };
  const host = `pictures.test:${port}`;
  const open = openRemote({ privateHosts: [host], userAgent: "herald24/test", log, resolve });
  const opened = await open(`http://${host}/a`, { maxBytes: 10, signal: new AbortController().signal });
  expect((await bytesOf(opened)).toString()).toBe("bytes");
  expect({ asked, host: requests[0]?.headers.host }).toEqual({ asked: 1, host });
});

test.each([
  ["https://169.254.169.254/latest/meta-data/", "private"],
  ["https://localhost/", "private"],
  ["https://[::ffff:127.0.0.1]/", "private"],
  ["//10.0.0.1/", "private"],
  ["http://pictures.example/a", "https"],
  ["https://pictures.example:8443/a", "port"],
  ["https://user:pass@pictures.example/a", "user name"],
  ["https://portal.lan/a", "listed"],
  ["file:///etc/passwd", "neither"],
  ["data:image/png;base64,AAAA", "neither"],
  ["https://[", "no address"],
])("a redirect to %s is refused", async (location, reason) => {
  answer = (_, response) => response.writeHead(302, { location }).end();
  const opened = await remote({ privateHosts: ["portal.lan"] })("https://pictures.example/a");
  expect(opened).toEqual({ kind: "gone", reason: expect.stringContaining(reason) });
  expect(requests).toHaveLength(1);
});

test("five redirects are followed, each resolved anew, without a referrer or a cookie; a sixth is not", async () => {
  let left = 5;
  answer = ({ url }, response) => {
    response.setHeader("set-cookie", "a=b");
    if (left-- > 0) response.writeHead(307, { location: `https://hop${left}.example${url}` }).end();
    else response.end("bytes");
  };
  const names: string[] = [];
  const resolve: Resolve = async (name) => [PUBLIC].filter(() => names.push(name));
  expect((await bytesOf(await remote({ resolve })("https://start.example/a"))).toString()).toBe("bytes");
  expect(names).toEqual(["start", "hop4", "hop3", "hop2", "hop1", "hop0"].map((name) => `${name}.example`));
  for (const { headers } of requests) {
    expect(Object.keys(headers).sort()).toEqual(["accept", "accept-encoding", "connection", "host", "user-agent"]);
  }
  left = 6;
  expect(await remote()("https://start.example/a")).toEqual({ kind: "gone", reason: "too many redirects" });
});

test("an address that redirects to itself comes to an end", async () => {
  answer = ({ url }, response) => response.writeHead(301, { location: url }).end();
  expect(await remote()("https://pictures.example/a")).toMatchObject({ kind: "gone" });
  expect(requests).toHaveLength(6);
});

test.each([
  [404, "gone"],
  [403, "gone"],
  [206, "gone"],
  [302, "gone"],
  [429, "later"],
  [500, "later"],
  [503, "later"],
])("status %s without a place to go means %s", async (status, kind) => {
  answer = (_, response) => response.writeHead(status).end("sorry");
  expect(await remote()("https://pictures.example/a")).toEqual({ kind, reason: `status ${status}` });
});

test.each([
  ["image/png", ["image/*"], "open"],
  ["image/png", ["image/png"], "open"],
  ["text/html", ["image/*"], "gone"],
  ["imagery/png", ["image/*"], "gone"],
  ["", ["image/*"], "gone"],
  ["text/html", undefined, "open"],
] as const)("type %j where %j is wanted: %s", async (mime, accept, kind) => {
  answer = (_, response) => {
    if (mime) response.setHeader("content-type", mime);
    response.end("bytes");
  };
  const opened = await remote()("https://pictures.example/a", accept ? { accept } : {});
  expect(opened.kind).toBe(kind);
  expect(requests[0]?.headers.accept).toBe(accept?.join(", ") ?? "*/*");
  if (opened.kind === "open") await bytesOf(opened);
});

test("what is announced as too big is not read", async () => {
  answer = (_, response) => response.writeHead(200, { "content-length": 1_001 }).write("x");
  expect(await remote()("https://pictures.example/a")).toEqual({ kind: "too-big", limitBytes: 1_000 });
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
  answer = (_, response) => {
    response.write(Buffer.alloc(size));
    response.end();
  };
  const opened = await remote()("https://pictures.example/a");
  expect(opened).not.toHaveProperty("size");
  expect(await lengthBeforeFailure(opened)).toEqual(expected);
});

test.each([
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
] as const)("a body in %s is unpacked, and a bomb no further than the limit", async (encoding, compress) => {
  let size = 900;
  answer = (_, response) => response.setHeader("content-encoding", encoding).end(compress(Buffer.alloc(size, 7)));
  const opened = await remote()("https://pictures.example/a");
  expect(opened).not.toHaveProperty("size");
  expect((await bytesOf(opened)).equals(Buffer.alloc(900, 7))).toBe(true);
  size = 50_000_000;
  const bomb = await remote()("https://pictures.example/a", { maxBytes: 100_000 });
  expect(await lengthBeforeFailure(bomb)).toEqual({ length: 100_001, isWhole: false });
});

test.each(["zstd", "gzip, gzip", "rot13"])("a body in %s is refused", async (encoding) => {
  answer = (_, response) => response.setHeader("content-encoding", encoding).end("bytes");
  expect(await remote()("https://pictures.example/a")).toMatchObject({ kind: "gone" });
});

test("a body that breaks off, or is not packed as it says, fails its reader and nothing else", async () => {
  answer = (_, response) => {
    response.writeHead(200, { "content-length": 100 }).write("x");
    setImmediate(() => response.destroy());
  };
  await expect(remote()("https://pictures.example/a").then(bytesOf)).rejects.toThrow();
  answer = (_, response) => response.setHeader("content-encoding", "gzip").end("no gzip");
  await expect(remote()("https://pictures.example/a").then(bytesOf)).rejects.toThrow();
});

test("a reader that turns away closes the connection", async () => {
  const closed = new Promise<void>((resolve) => {
    answer = (request, response) => {
      request.socket.once("close", () => resolve());
      response.write("x");
    };
  });
  const opened = await remote()("https://pictures.example/a");
  if (opened.kind === "open") opened.stream.destroy();
  await closed;
  expect(opened.kind).toBe("open");
});

test("a server that never answers, stops in the middle, or drips for ever is left", async () => {
  answer = () => undefined;
  expect(await remote({ idleMs: 50 })("https://pictures.example/a")).toMatchObject({ kind: "later" });
  expect(await remote({ totalMs: 50 })("https://pictures.example/a")).toMatchObject({ kind: "later" });
  answer = (_, response) => response.write("x");
  await expect(remote({ idleMs: 50 })("https://pictures.example/a").then(bytesOf)).rejects.toThrow();
  await expect(remote({ totalMs: 200 })("https://pictures.example/a").then(bytesOf)).rejects.toThrow();
});

test("a resolver that never answers is left, too", async () => {
  const resolve: Resolve = () => new Promise(() => undefined);
  expect(await remote({ resolve, totalMs: 50 })("https://pictures.example/a")).toMatchObject({ kind: "later" });
});

test.each([
  ["ENOTFOUND", "gone"],
  ["EAI_AGAIN", "later"],
])("a resolver that fails with %s means %s", async (code, kind) => {
  const resolve: Resolve = async () => {
    throw Object.assign(new Error("getaddrinfo secret.example"), { code });
  };
  expect(await remote({ resolve })("https://pictures.example/a")).toEqual({ kind, reason: code });
});

test("the caller's signal ends everything, with its own reason", async () => {
  const aborted = AbortSignal.abort(new Error("stopping"));
  await expect(remote()("https://pictures.example/a", { signal: aborted })).rejects.toThrow("stopping");
  const controller = new AbortController();
  answer = () => controller.abort(new Error("stopping"));
  await expect(remote()("https://pictures.example/a", { signal: controller.signal })).rejects.toThrow("stopping");
  const later = new AbortController();
  answer = (_, response) => response.write("x");
  const opened = await remote()("https://pictures.example/a", { signal: later.signal });
  later.abort(new Error("stopping"));
  await expect(bytesOf(opened)).rejects.toThrow();
});

test("a failure is logged without path, query or user", async () => {
  answer = (_, response) => response.writeHead(404).end();
  const opened = await remote()("https://pictures.example/hush/a?hush=1");
  const refused = await remote()("https://hush:hush@pictures.example/");
  expect(logged).toHaveLength(2);
  expect(JSON.stringify([logged, opened, refused])).not.toContain("hush");
  expect(logged[0]).toContain("pictures.example");
});
