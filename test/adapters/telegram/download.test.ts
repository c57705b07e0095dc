import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import type { OpenedMedia } from "../../../src/app/ports.ts";
import type { MediaSource } from "../../../src/core/chat.ts";
import { groupFor } from "./support.ts";

const BYTES = new TextEncoder().encode("every byte of the file, in order");
const signal = (): AbortSignal => AbortSignal.timeout(60_000);

async function sentFor(file: { fileSize?: number } = {}) {
  const house = await groupFor();
  house.sandbox.sendDocument(house.group, house.anna, {
    bytes: BYTES,
    fileName: "log.txt",
    caption: "/notify @anna_k log",
    ...file,
  });
  const [message] = await house.takeIn();
  const source = message?.media[0]?.source ?? expect.fail("no media");
  return { ...house, source, open: (of: MediaSource = source) => house.telegram.openMedia(of, signal()) };
}

const statusesOf = ({ calls }: { calls: readonly { method: string; status: number | undefined }[] }) =>
  calls.filter(({ method }) => method === "file").map(({ status }) => status);

const bytesOf = async (media: OpenedMedia) => (media.kind === "open" ? await buffer(media.stream) : media);

test("the bytes come as a stream with a known size", async () => {
  const { open } = await sentFor();
  const media = await open();
  expect(media).toMatchObject({ kind: "open", size: BYTES.length });
  expect(await bytesOf(media)).toEqual(Buffer.from(BYTES));
});

test("a file above what Telegram lets bots download is too big, not broken", async () => {
  const { open } = await sentFor({ fileSize: 20 * 1_024 * 1_024 + 1 });
  expect(await open()).toEqual({ kind: "too-big", limitBytes: 20_971_520, code: "telegram-too-big" });
});

test("a link that has run out is asked for anew, once", async () => {
  const { sandbox, open } = await sentFor();
  sandbox.faults.add({ method: "file", kind: "reply", status: 404, body: "" });
  expect(await bytesOf(await open())).toEqual(Buffer.from(BYTES));
  sandbox.faults.add({ method: "file", kind: "reply", status: 404, body: "", times: 2 });
  expect(await open()).toMatchObject({ kind: "gone" });
});

test("an id that is not known is gone", async () => {
  const { open } = await sentFor();
  expect(await open({ kind: "telegram", fileId: "nonsense", uniqueId: "x" })).toMatchObject({ kind: "gone" });
  expect(await open({ kind: "text", text: "x" })).toMatchObject({ kind: "gone" });
});

test.each([
  ["getFile", { kind: "reset" }],
  ["getFile", { kind: "429", retryAfter: 3 }],
  ["file", { kind: "reset" }],
  ["file", { kind: "reply", status: 503, body: "" }],
] as const)("trouble with %s (%o) is tried later", async (method, fault) => {
  const { sandbox, open } = await sentFor();
  sandbox.faults.add({ method, ...fault });
  expect(await open()).toMatchObject({ kind: "later" });
});

test("a download that breaks off goes on where it stopped, unseen by whoever reads it", async () => {
  const { sandbox, open } = await sentFor();
  sandbox.faults.add({ method: "file", kind: "cut", afterBytes: 5, times: 3 });
  const media = await open();
  expect(await bytesOf(media)).toEqual(Buffer.from(BYTES));
  expect(statusesOf(sandbox)).toEqual([200, 206, 206, 206]);
});

test("a download that breaks off again and again, or cannot go on, fails without a word of the token", async () => {
  const { sandbox, open } = await sentFor();
  sandbox.faults.add({ method: "file", kind: "cut", afterBytes: 5, times: 4 });
  const tooOften: unknown = await bytesOf(await open()).catch((error: unknown) => error);
  expect(tooOften).toBeInstanceOf(Error);
  expect(String(tooOften)).not.toContain(sandbox.token);
  sandbox.faults.add({ method: "file", kind: "cut", afterBytes: 5 });
  sandbox.faults.add({ method: "file", kind: "reply", status: 200, body: "the whole again, whatever was asked for" });
  const failure: unknown = await bytesOf(await open()).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect(String(failure)).not.toContain(sandbox.token);
});

test.each(["/var/lib/bot/file_1.jpg", "file:///etc/passwd", "photos/../../getMe", "photos//x"])(
  "the path %s is not followed",
  async (path) => {
    const { sandbox, open } = await sentFor();
    const result = { file_id: "F", file_unique_id: "U", file_path: path };
    sandbox.faults.add({ method: "getFile", kind: "reply", status: 200, body: { ok: true, result } });
    expect(await open()).toMatchObject({ kind: "gone" });
    expect(sandbox.calls.some(({ method }) => method === "file")).toBe(false);
  },
);

test("when the caller has given up, so has the download", async () => {
  const { telegram, source } = await sentFor();
  await expect(telegram.openMedia(source, AbortSignal.abort())).rejects.toThrow(/abort/iu);
});
