import { afterEach, beforeEach, expect, test } from "vitest";
import type { Resolve } from "../../../adapters/media/destination.ts";
import { openRemote } from "../../../adapters/media/remote.ts";
import { bytesOf, type Internet, openInternet, PUBLIC } from "./internet.ts";
import { PRIVATE_ADDRESSES, PRIVATE_ANSWERS } from "./privateAddresses.ts";

let internet: Internet;

beforeEach(async () => {
  internet = await openInternet();
});

afterEach(() => internet.close());

test("a picture at a public address is opened, with its size and type", async () => {
  internet.answer = (_, response) => {
    response.setHeader("content-type", "Image/PNG; charset=binary").setHeader("content-length", 5).end("bytes");
  };
  const opened = await internet.remote()("https://pictures.example/a.png?b=c#d");
  expect(opened).toMatchObject({ kind: "open", size: 5, mime: "image/png" });
  expect((await bytesOf(opened)).toString()).toBe("bytes");
  expect(internet.connected).toEqual([PUBLIC]);
  expect(internet.requests[0]?.url).toBe("/a.png?b=c");
});

test.each(PRIVATE_ADDRESSES)("%s is refused without a connection", async (address) => {
  const opened = await internet.remote()(address);
  expect(opened.kind).toBe("gone");
  expect([internet.connected, internet.requests]).toEqual([[], []]);
});

test.each(PRIVATE_ANSWERS)("a name that leads to %s is refused", async (address) => {
  const opened = await internet.remote({ resolve: async () => [address] })("https://pictures.example/a");
  expect(opened).toEqual({ kind: "gone", reason: "refused: its name leads to a private address" });
  expect(internet.connected).toEqual([]);
});

test("one private address among public ones is enough to refuse a name", async () => {
  const opened = await internet.remote({ resolve: async () => [PUBLIC, "10.0.0.1"] })("https://pictures.example/a");
  expect(opened).toMatchObject({ kind: "gone" });
  expect(internet.connected).toEqual([]);
});

test("a name that turns private after the first answer is not asked about again", async () => {
  const answers = [PUBLIC, "127.0.0.1"];
  let asked = 0;
  const resolve: Resolve = async () => [answers[asked++] ?? "127.0.0.1"];
  await bytesOf(await internet.remote({ resolve })("https://rebinding.example/a"));
  expect({ connected: internet.connected, asked }).toEqual({ connected: [PUBLIC], asked: 1 });
});

test("a redirect to a name that has turned private meanwhile is refused", async () => {
  const answers = [PUBLIC, "127.0.0.1"];
  internet.answer = (_, response) => response.writeHead(302, { location: "/again" }).end();
  const opened = await internet.remote({ resolve: async () => answers.splice(0, 1) })("https://rebinding.example/a");
  expect(opened).toMatchObject({ kind: "gone", reason: expect.stringContaining("private") });
  expect(internet.connected).toEqual([PUBLIC]);
});

test("a listed host is connected to where the one resolution led, under its own name", async () => {
  let asked = 0;
  const resolve: Resolve = async () => {
    asked += 1;
    return ["127.0.0.1"];
  };
  const host = `pictures.test:${internet.port}`;
  const open = openRemote({ privateHosts: [host], userAgent: "herald24/test", log: internet.log, resolve });
  const opened = await open(`http://${host}/a`, { maxBytes: 10, signal: new AbortController().signal });
  expect((await bytesOf(opened)).toString()).toBe("bytes");
  expect({ asked, host: internet.requests[0]?.headers.host }).toEqual({ asked: 1, host });
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
  internet.answer = (_, response) => response.writeHead(302, { location }).end();
  const opened = await internet.remote({ privateHosts: ["portal.lan"] })("https://pictures.example/a");
  expect(opened).toEqual({ kind: "gone", reason: expect.stringContaining(reason) });
  expect(internet.requests).toHaveLength(1);
});

test("five redirects are followed, each resolved anew, without a referrer or a cookie; a sixth is not", async () => {
  let left = 5;
  internet.answer = ({ url }, response) => {
    response.setHeader("set-cookie", "a=b");
    if (left-- > 0) response.writeHead(307, { location: `https://hop${left}.example${url}` }).end();
    else response.end("bytes");
  };
  const names: string[] = [];
  const resolve: Resolve = async (name) => [PUBLIC].filter(() => names.push(name));
  expect((await bytesOf(await internet.remote({ resolve })("https://start.example/a"))).toString()).toBe("bytes");
  expect(names).toEqual(["start", "hop4", "hop3", "hop2", "hop1", "hop0"].map((name) => `${name}.example`));
  for (const { headers } of internet.requests) {
    expect(Object.keys(headers).sort()).toEqual(["accept", "accept-encoding", "connection", "host", "user-agent"]);
  }
  left = 6;
  expect(await internet.remote()("https://start.example/a")).toEqual({ kind: "gone", reason: "too many redirects" });
});

test("an address that redirects to itself comes to an end", async () => {
  internet.answer = ({ url }, response) => response.writeHead(301, { location: url }).end();
  expect(await internet.remote()("https://pictures.example/a")).toMatchObject({ kind: "gone" });
  expect(internet.requests).toHaveLength(6);
});
