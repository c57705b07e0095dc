import { expect, test } from "vitest";
import { createAckLinks } from "../../src/app/ackLink.ts";
import { blocksOf, LINK_LIFE_MS } from "../../src/app/blocks.ts";
import type { KeptAttachment } from "../../src/app/store/notifications.ts";
import type { IncomingMedia } from "../../src/core/chat.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { addPeople, addWorkspace, notification } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const A = "a".repeat(64);
const B = "b".repeat(64);
const HOUR = 3_600_000;

async function opened(...given: readonly { media?: Partial<IncomingMedia>; kept?: Partial<KeptAttachment> }[]) {
  const { store } = await openTestStore();
  const workspace = await addWorkspace(store);
  const attachments = given.map(({ media }, index): IncomingMedia => {
    const source = { kind: "telegram", fileId: `${index}`, uniqueId: `${index}` } as const;
    return { kind: "picture", name: "a.png", source, ...media };
  });
  const id = await store.tx(async (tx) => {
    const [person = 0] = await addPeople(tx, workspace.id, [7]);
    const added = await tx.notifications.add({ ...notification(workspace.id, [person]), attachments });
    for (const { id: attachmentId, ordinal } of await tx.media.attachmentsOf(added?.notificationId ?? 0)) {
      const kept = given[ordinal]?.kept;
      if (kept) await tx.media.kept(attachmentId, { sha256: A, size: 9, mime: "image/png", ...kept }, 1);
    }
    return added?.notificationId ?? 0;
  });
  const written = (now: number) =>
    store.tx(async (tx) => {
      const [stored, [delivery]] = [await tx.notifications.byId(id), await tx.deliveries.ofNotification(id)];
      if (!stored || !delivery) throw new Error("it was added");
      const publicUrl = "https://media.example";
      const found = await tx.media.attachmentsOf(id);
      const linking = { tx, delivery, publicUrl, clock: () => now };
      return blocksOf({ notification: stored, attachments: found }, wordsIn("en"), linking);
    });
  return { store, id, written };
}

const capability = /\/media\/(?<capability>[\w-]{22,})\//u;
const pixels = { width: 4, height: 3 };

test.each([
  { what: "a sticker", name: "sticker-1.webp", mime: "image/png", shown: "sticker-1.png" },
  { what: "a scan", name: "скан.TIFF", mime: "image/jpeg", shown: "скан.jpg" },
  { what: "a photo", name: "photo.JPEG", mime: "image/jpeg", shown: "photo.JPEG" },
  { what: "a nameless picture", name: "picture", mime: "image/gif", shown: "picture.gif" },
])("$what is called what it is served as, wherever its name stands", async ({ name, mime, shown }) => {
  const preview = { sha256: B, size: 2, mime: "image/jpeg" };
  const { written, store } = await opened({ media: { name }, kept: { mime, ...pixels, preview } });
  const { blocks } = await written(1);
  const [item] = (blocks[0]?.IMAGE ?? []) as readonly { NAME: string; LINK: string; PREVIEW: string }[];
  expect(item?.NAME).toBe(shown);
  expect(decodeURIComponent(item?.LINK ?? "")).toMatch(new RegExp(`/${shown}$`, "u"));
  expect(item?.PREVIEW).toMatch(/\.jpe?g$/iu);
  const link = await store.read.media.byCapability(capability.exec(item?.LINK ?? "")?.groups?.capability ?? "");
  expect(link).toMatchObject({ name: shown, mime });
});

test.each([
  { what: "hidden by its sender", media: { spoiler: true as const }, kept: pixels },
  { what: "that cannot be decoded", media: {}, kept: {} },
  { what: "sent under the name of something else", media: { kind: "file" as const, name: "a.txt" }, kept: pixels },
])("a picture $what goes as a file", async ({ media, kept }) => {
  const { written } = await opened({ media, kept });
  expect((await written(1)).blocks.map((block) => Object.keys(block))).toEqual([["FILE"]]);
});

test("a document that says it is a picture, and is one, is shown as such", async () => {
  const { written } = await opened({ media: { kind: "file", name: "a.avif", mime: "image/avif" }, kept: pixels });
  expect((await written(1)).blocks.map((block) => Object.keys(block))).toEqual([["IMAGE"]]);
});

test.each([
  ["scan.PNG", undefined, "IMAGE"],
  ["document-7", "application/octet-stream", "IMAGE"],
  ["a.png", "application/zip", "FILE"],
  ["a.png.exe", undefined, "FILE"],
])("a document %s that is a picture, and said to be %s, is shown as %s", async (name, mime, block) => {
  const media = { kind: "file" as const, name, ...(mime ? { mime } : {}) };
  const { written } = await opened({ media, kept: pixels });
  expect((await written(1)).blocks.map((each) => Object.keys(each))).toEqual([[block]]);
});

test("a repeated attempt carries the same address; one that has ended, or leads to other bytes, is made anew", async () => {
  const { written, store, id } = await opened({ kept: pixels });
  const addressAt = async (now: number) => capability.exec(JSON.stringify(await written(now)))?.groups?.capability;
  const first = await addressAt(1);
  expect(await addressAt(HOUR)).toBe(first);
  const late = await addressAt(LINK_LIFE_MS + HOUR);
  expect(late).not.toBe(first);
  expect(await store.read.media.byCapability(first ?? "")).toBeUndefined();
  const [attachment] = await store.read.media.attachmentsOf(id);
  await store.tx((tx) => tx.media.kept(attachment?.id ?? 0, { sha256: B, size: 9, mime: "image/png", ...pixels }, 1));
  const other = await addressAt(LINK_LIFE_MS + HOUR);
  expect(await store.read.media.byCapability(other ?? "")).toMatchObject({ sha256: B });
});

test("however many attachments are left out, each is named and every reason is told", async () => {
  const names = Array.from({ length: 25 }, (_, index) => `${"очень длинное имя ".repeat(8)}${index}.zip`);
  const { written, store, id } = await opened(...names.map((name) => ({ media: { kind: "file" as const, name } })));
  await store.tx(async (tx) => {
    for (const { id: attachmentId, ordinal } of await tx.media.attachmentsOf(id))
      await tx.media.leftOut(attachmentId, ordinal % 2 === 0 ? "telegram-too-big:20" : "gone");
  });
  const { notes } = await written(1);
  expect(notes).toHaveLength(2);
  const text = notes.join("\n");
  expect(Array.from(text).length).toBeLessThan(3_000);
  for (let index = 0; index < 25; index += 1) expect(text).toContain(` ${index}.zip`);
  expect(text).toContain("20 MB");
});

const FACTS = {
  severity: "critical",
  status: "open",
  fields: [{ name: "host", value: "db1" }],
  acknowledge: "0f3a",
} as const;

async function tellingFacts(more: { publicUrl?: string; acknowledge?: boolean }) {
  const { store } = await openTestStore();
  const workspace = await addWorkspace(store);
  const { acknowledge, ...shown } = FACTS;
  const facts = more.acknowledge === false ? shown : { ...shown, acknowledge };
  return store.tx(async (tx) => {
    const [person = 0] = await addPeople(tx, workspace.id, [7]);
    const added = await tx.notifications.add({ ...notification(workspace.id, [person]), facts });
    const id = added?.notificationId ?? 0;
    const [stored, [delivery]] = [await tx.notifications.byId(id), await tx.deliveries.ofNotification(id)];
    if (!stored || !delivery) throw new Error("it was added");
    const ackPath = createAckLinks([new Uint8Array(32)]).path;
    const linking = { tx, delivery, publicUrl: more.publicUrl, ackPath, clock: () => 1 };
    return blocksOf({ notification: stored, attachments: [] }, wordsIn("en"), linking);
  });
}

test("a recipient of an incident has a link of their own by which they take it; outside of Bitrix24 it stands in the text", async () => {
  const { blocks, notes, outside } = await tellingFacts({ publicUrl: "https://herald.example" });
  const [grid, link] = blocks;
  expect(grid).toEqual({ GRID: [{ DISPLAY: "LINE", NAME: "host", VALUE: "db1" }] });
  const address = expect.stringMatching(/^https:\/\/herald\.example\/ack\/0f3a\/1\/[\w-]{22}$/u);
  expect(link).toEqual({ LINK: [{ NAME: "✋ I have it", LINK: address }] });
  expect(outside).toEqual(["host: db1", expect.stringMatching(/I have it: https:\/\/herald\.example\/ack\//u)]);
  expect(notes).toEqual([]);
});

test("without a public address the way to say it is a command, and where nothing is left to say there is none", async () => {
  const { blocks, notes } = await tellingFacts({});
  expect(blocks).toHaveLength(1);
  expect(notes).toEqual([expect.stringContaining("/ack")]);
  const over = await tellingFacts({ publicUrl: "https://herald.example", acknowledge: false });
  expect(over.blocks).toHaveLength(1);
  expect(over.notes).toEqual([]);
});
