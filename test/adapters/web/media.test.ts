import { once } from "node:events";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { request } from "undici";
import { expect, test } from "vitest";
import { type MediaRouteParts, mediaRoutes } from "../../../adapters/web/media.ts";
import type { MediaLink } from "../../../src/app/store/notifications.ts";
import { wordsIn } from "../../../src/messages/catalogue.ts";
import { ask, openLines, serve } from "./support.ts";

const NOW = 1_800_000_000_000;
const CAPABILITY = "c".repeat(22);
const BYTES = Buffer.from("0123456789");

const link = (given: Partial<MediaLink> = {}): MediaLink => ({
  attachmentId: 1,
  deliveryId: 1,
  sha256: "a".repeat(64),
  role: "whole",
  name: "shot.png",
  mime: "image/png",
  size: BYTES.length,
  expiresAt: NOW + 1,
  ...given,
});

const routes = (found: MediaLink | undefined, more: Partial<MediaRouteParts> = {}) =>
  mediaRoutes({
    findLink: async (capability) => (capability === CAPABILITY ? found : undefined),
    openFile: async (_sha256, range) => Readable.from([range ? BYTES.subarray(range.start, range.end) : BYTES]),
    wordsIn,
    clock: () => NOW,
    ...more,
  });

async function serveFile(found: MediaLink | undefined = link(), more: Partial<MediaRouteParts> = {}) {
  const { url } = await serve([routes(found, more)]);
  return `${url}/media/${CAPABILITY}/shot.png`;
}

test("who has the address gets the file, with headers that let nothing run or be guessed", async () => {
  const { status, text, headers } = await ask(await serveFile());
  expect({ status, text }).toEqual({ status: 200, text: "0123456789" });
  expect(headers).toMatchObject({
    "content-type": "image/png",
    "content-length": "10",
    "content-disposition": "inline; filename=\"shot.png\"; filename*=UTF-8''shot.png",
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "accept-ranges": "bytes",
    etag: `"${"a".repeat(64)}"`,
  });
  expect(headers["cache-control"]).toContain("private");
});

test("HEAD has the headers of GET and no body", async () => {
  const { status, text, headers } = await ask(await serveFile(), { method: "HEAD" });
  expect({ status, text, length: headers["content-length"] }).toEqual({ status: 200, text: "", length: "10" });
});

test.each([
  ["image/jpeg", "image/jpeg", "inline"],
  ["image/webp", "image/webp", "inline"],
  ["application/pdf", "application/pdf", "attachment"],
  ["video/mp4", "video/mp4", "attachment"],
  ["audio/ogg", "audio/ogg", "attachment"],
  ["text/plain", "text/plain; charset=utf-8", "attachment"],
  ["image/svg+xml", "application/octet-stream", "attachment"],
  ["text/html", "application/octet-stream", "attachment"],
  ["application/xml", "application/octet-stream", "attachment"],
  ["application/x-msdownload", "application/octet-stream", "attachment"],
])("%s is served as %s, %s", async (mime, contentType, disposition) => {
  const { headers } = await ask(await serveFile(link({ mime })));
  expect(headers["content-type"]).toBe(contentType);
  expect(headers["content-disposition"]).toMatch(new RegExp(`^${disposition};`, "u"));
});

test("a Cyrillic name arrives whole, and cannot break out of its header", async () => {
  const { headers } = await ask(await serveFile(link({ name: 'Отчёт (май)"\r\nX-Bad: 1.pdf' })));
  const disposition = String(headers["content-disposition"]);
  expect(headers["x-bad"]).toBeUndefined();
  expect(disposition).toContain('filename="_____ (___)___X-Bad_ 1.pdf"');
  const encoded = /filename\*=UTF-8''(?<name>[\w%.~!#$&+^`|-]+)$/u.exec(disposition)?.groups?.name ?? "";
  expect(decodeURIComponent(encoded)).toBe("Отчёт (май)___X-Bad_ 1.pdf");
});

test.each([
  ["bytes=2-4", "234", "bytes 2-4/10"],
  ["bytes=7-", "789", "bytes 7-9/10"],
  ["bytes=-3", "789", "bytes 7-9/10"],
  ["bytes=5-99", "56789", "bytes 5-9/10"],
  ["bytes=-99", "0123456789", "bytes 0-9/10"],
])("%s is a part", async (range, text, contentRange) => {
  const answer = await ask(await serveFile(), { headers: { range } });
  expect(answer).toMatchObject({ status: 206, text });
  expect(answer.headers).toMatchObject({ "content-range": contentRange, "content-length": String(text.length) });
});

test.each(["bytes=10-", "bytes=99-100", "bytes=-0"])("%s cannot be satisfied", async (range) => {
  const { status, headers } = await ask(await serveFile(), { headers: { range } });
  expect({ status, range: headers["content-range"] }).toEqual({ status: 416, range: "bytes */10" });
});

test.each([
  { range: "bytes=4-2" },
  { range: "bytes=0-1,3-4" },
  { range: "items=0-1" },
  { range: "bytes=-" },
  { range: "bytes=2-4", "if-range": '"another"' },
])("%j is answered with the whole", async (headers) => {
  expect(await ask(await serveFile(), { headers })).toMatchObject({ status: 200, text: "0123456789" });
});

test("a part of the same bytes is continued", async () => {
  const headers = { range: "bytes=2-4", "if-range": `"${"a".repeat(64)}"` };
  expect((await ask(await serveFile(), { headers })).status).toBe(206);
});

test.each([`"${"a".repeat(64)}"`, `"b", W/"${"a".repeat(64)}"`, "*"])(
  "what the viewer has is not sent again: %s",
  async (tag) => {
    const { status, text } = await ask(await serveFile(), { headers: { "if-none-match": tag } });
    expect({ status, text }).toEqual({ status: 304, text: "" });
  },
);

test("an empty file is served", async () => {
  const openFile = async () => Readable.from([]);
  const { status, headers } = await ask(await serveFile(link({ size: 0 }), { openFile }));
  expect({ status, length: headers["content-length"] }).toEqual({ status: 200, length: "0" });
});

test.each([
  ["unknown", undefined, 404, "Nothing here"],
  ["expired", link({ expiresAt: NOW }), 410, "No longer available"],
  ["revoked", link({ revokedAt: NOW - 1 }), 410, "No longer available"],
])("a link that is %s shows a page", async (_what, found, status, title) => {
  const { url } = await serve([routes(found)]);
  const answer = await ask(`${url}/media/${CAPABILITY}/x`);
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(`<h1>${title}</h1>`);
  expect(answer.headers).toMatchObject({ "cache-control": "no-store", "content-type": "text/html; charset=UTF-8" });
});

test("a link whose file is not kept any more shows the page of what is gone", async () => {
  const url = await serveFile(link(), { openFile: async () => undefined });
  expect((await ask(url)).status).toBe(410);
  expect((await ask(url, { method: "HEAD" })).status).toBe(410);
});

test.each([
  ["ru-RU,ru;q=0.9,en;q=0.8", "ru"],
  ["uk, ru;q=0.8, en;q=0.7", "ru"],
  ["en;q=0.5, ru;q=0.9", "ru"],
  ["en-GB, ru;q=0.9", "en"],
  ["de", "en"],
  ["ru;q=0, en", "en"],
  ["", "en"],
])("the page for %j is in %s", async (acceptLanguage, language) => {
  const { url } = await serve([routes(undefined)]);
  const { text } = await ask(`${url}/media/x/y`, { headers: { "accept-language": acceptLanguage } });
  expect(text).toContain(`<html lang="${language}">`);
  expect(text).toContain(wordsIn(language === "ru" ? "ru" : "en").say("page-absent-title"));
});

test("a client that asks too often must wait, another need not, and with time it may again", async () => {
  let now = NOW;
  const parts = routes(link({ expiresAt: NOW * 2 }), { rate: { burst: 2, perSecond: 0.5 }, clock: () => now });
  const { url } = await serve([parts], { trustedProxies: ["127.0.0.1"] });
  const statusFor = async (client: string) => {
    const { status, headers } = await ask(`${url}/media/${CAPABILITY}/x`, { headers: { "x-forwarded-for": client } });
    return headers["retry-after"] === undefined ? status : `${status} after ${String(headers["retry-after"])}`;
  };
  expect([await statusFor("2001:db8::1"), await statusFor("2001:db8::2"), await statusFor("2001:db8::3")]).toEqual([
    200,
    200,
    "429 after 2",
  ]);
  expect(await statusFor("2001:db8:0:1::1")).toBe(200);
  now += 2_000;
  expect(await statusFor("2001:db8::1")).toBe(200);
});

test("no log line holds the capability or the name of the file", async () => {
  const { log, lines, until } = openLines();
  const openFile = () => Promise.reject(new Error(`cannot open ${CAPABILITY}`));
  const { url } = await serve([routes(link(), { openFile })], { log });
  expect(await ask(`${url}/media/${CAPABILITY}/secret%20name.png`)).toMatchObject({
    status: 500,
    text: "internal error",
  });
  const { fields } = await until("request");
  expect(fields).toMatchObject({ route: "/media/:capability/:name", status: 500 });
  expect(JSON.stringify(lines)).not.toContain(CAPABILITY);
  expect(JSON.stringify(lines)).not.toContain("secret");
});

test("a file that cannot be read to its end cuts the connection instead of passing for whole", async () => {
  const openFile = async () =>
    Readable.from(
      (async function* () {
        yield BYTES.subarray(0, 4);
        throw new Error("EIO: /a/path");
      })(),
    );
  const { body } = await request(await serveFile(link(), { openFile }));
  await expect(body.text()).rejects.toThrow();
});

test("a reader who leaves closes the file", async () => {
  const closed = Promise.withResolvers<void>();
  const file = new Readable({
    read() {
      this.push(Buffer.alloc(64 * 1024));
    },
    destroy(error, callback) {
      closed.resolve();
      callback(error);
    },
  });
  const url = new URL(await serveFile(link({ size: 1e12 }), { openFile: async () => file }));
  const socket = connect(Number(url.port), url.hostname);
  socket.write(`GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`);
  await once(socket, "data");
  socket.destroy();
  await closed.promise;
  expect(file.destroyed).toBe(true);
});
