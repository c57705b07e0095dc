import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { PostFile, PostSaying } from "../../../src/app/poster.ts";
import { groupFor } from "./support.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

const saying = (change: Partial<PostSaying> = {}): PostSaying => ({
  text: [{ text: "Disk " }, { text: "full", styles: ["bold"] }],
  files: [],
  buttons: [],
  silent: false,
  author: "Grafana",
  key: "k",
  ...change,
});

const file = (name: string, change: Partial<PostFile> = {}): PostFile => ({
  sha256: "a".repeat(64),
  size: PNG.length,
  mime: "image/png",
  name,
  picture: true,
  open: async () => Readable.from([PNG]),
  ...change,
});

async function setUp(given: Parameters<typeof groupFor>[0] = {}) {
  const house = await groupFor(given);
  const place = { platform: "telegram", chatId: String(house.group.id), threadId: "" } as const;
  return { ...house, place, poster: house.telegram.poster };
}

test("a post has entities and a button, and is edited and removed in place", async () => {
  const { sandbox, group, place, poster } = await setUp();
  const posted = await poster.post(place, saying({ buttons: [{ label: "I have it", data: "ack:1" }] }));
  const id = posted.kind === "done" ? (posted.messageIds[0] ?? "") : "";
  const [stored] = sandbox.postsOf(group);
  expect(stored?.message).toMatchObject({ text: "Disk full", entities: [{ type: "bold", offset: 5, length: 4 }] });
  expect(JSON.stringify(stored?.message.reply_markup)).toContain("ack:1");
  expect(await poster.edit(place, id, saying({ text: [{ text: "over" }] }))).toMatchObject({ kind: "done" });
  expect(await poster.edit(place, id, saying({ text: [{ text: "over" }] }))).toMatchObject({ kind: "done" });
  expect(JSON.stringify(sandbox.postsOf(group)[0]?.message.reply_markup)).not.toContain("ack:1");
  expect(await poster.remove(place, id)).toMatchObject({ kind: "done" });
  expect(await poster.remove(place, id)).toMatchObject({ kind: "gone" });
  expect(await poster.edit(place, id, saying())).toMatchObject({ kind: "gone" });
});

test("nothing is sent to be parsed, and what is silent rings nobody", async () => {
  const { sandbox, place, poster } = await setUp();
  await poster.post(place, saying({ text: [{ text: "<b>x</b> *y*" }], silent: true }));
  const call = sandbox.calls.find(({ method }) => method === "sendMessage");
  expect(call?.payload).not.toHaveProperty("parse_mode");
  expect(call?.payload).toMatchObject({ text: "<b>x</b> *y*", disable_notification: true });
});

test("several pictures are an album, one is a photo, and documents go apart from them", async () => {
  const { sandbox, group, place, poster } = await setUp();
  const log = file("build.log", { mime: "text/plain", picture: false });
  const messages = poster.arrange({ text: [{ text: "x" }], files: [file("a.png"), file("b.png"), log] });
  expect(messages.map(({ files }) => files.map(({ name }) => name))).toEqual([[], ["a.png", "b.png"], ["build.log"]]);
  for (const message of messages) expect(await poster.post(place, saying(message))).toMatchObject({ kind: "done" });
  const shown = sandbox.postsOf(group).map(({ message }) => message);
  expect(shown.map(({ photo, document }) => (photo ? "photo" : document ? "document" : "text"))).toEqual([
    "text",
    "photo",
    "photo",
    "document",
  ]);
  expect(shown[1]?.media_group_id).toBe(shown[2]?.media_group_id);
  expect(shown[3]?.document?.file_name).toBe("build.log");
});

test("what belongs to a post is a reply to it, also when that is gone", async () => {
  const { sandbox, group, place, poster } = await setUp();
  const posted = await poster.post(place, saying());
  const replyTo = posted.kind === "done" ? (posted.messageIds[0] ?? "") : "";
  const answer = saying({ text: [], files: [file("a.png")], replyTo });
  await poster.post(place, answer);
  expect(String(sandbox.postsOf(group)[1]?.message.reply_to_message?.message_id)).toBe(replyTo);
  await poster.remove(place, replyTo);
  expect(await poster.post(place, answer)).toMatchObject({ kind: "done" });
});

test("a picture too heavy for a photo, or that Telegram takes for none, goes as a document", async () => {
  const { sandbox, group, place, poster } = await setUp();
  expect(
    await poster.post(place, saying({ text: [], files: [file("big.png", { size: 11 * 1024 * 1024 })] })),
  ).toMatchObject({ kind: "done" });
  const refusal = { ok: false, error_code: 400, description: "Bad Request: PHOTO_INVALID_DIMENSIONS" };
  sandbox.faults.add({ method: "sendPhoto", kind: "reply", status: 400, body: refusal });
  expect(await poster.post(place, saying({ text: [], files: [file("wide.png")] }))).toMatchObject({ kind: "done" });
  expect(sandbox.postsOf(group).map(({ message }) => message.document !== undefined)).toEqual([true, true]);
});

test("failures say what they mean: wait, doubt, or no way at all", async () => {
  const { sandbox, group, place, poster } = await setUp();
  sandbox.faults.add({ method: "sendMessage", kind: "429", retryAfter: 7 });
  expect(await poster.post(place, saying())).toMatchObject({ kind: "later", afterMs: 7_000 });
  sandbox.faults.add({ method: "sendMessage", kind: "reset", executed: true });
  expect(await poster.post(place, saying())).toMatchObject({ kind: "unknown" });
  expect(sandbox.postsOf(group)).toHaveLength(1);
  sandbox.faults.add({ method: "editMessageText", kind: "reset" });
  const id = String(sandbox.postsOf(group)[0]?.message.message_id);
  expect(await poster.edit(place, id, saying({ text: [{ text: "y" }] }))).toMatchObject({ kind: "later" });
  expect(await poster.post({ ...place, chatId: "-1009" }, saying())).toMatchObject({ kind: "impossible" });
});
