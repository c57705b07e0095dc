import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { IncomingMedia } from "../../../src/core/chat.ts";
import { addPeople, addWorkspace, notification } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

const FILE: IncomingMedia = { kind: "file", name: "n.txt", source: { kind: "text", text: "whole" } };
const PREVIEW = { sha256: "pp", size: 2, mime: "image/jpeg" };
const kept = (sha256: string, size = 10) => ({ sha256, size, mime: "image/png" });

async function opened() {
  const { store } = await openTestStore();
  const { id: workspaceId } = await addWorkspace(store);
  const people = await store.tx((db) => addPeople(db, workspaceId, [1, 2]));
  const add = async (createdAt = 0) => {
    const entry = notification(workspaceId, people, { attachments: [FILE], createdAt });
    const added = await store.tx((db) => db.notifications.add(entry));
    const notificationId = added?.notificationId ?? 0;
    const [attachment] = await store.read.media.attachmentsOf(notificationId);
    return { notificationId, attachmentId: attachment?.id ?? 0, deliveryIds: added?.deliveryIds ?? [] };
  };
  const settle = (ids: readonly number[]) =>
    store.tx(async (db) => {
      for (const id of ids) await db.deliveries.settle(id, { kind: "verdict", verdict: "delivered" }, 1);
    });
  const link = (attachmentId: number, deliveryId: number, change: object = {}) => {
    const values = { role: "whole", name: "p", mime: "m", size: 4, sha256: "aa", expiresAt: 100, ...change } as const;
    return store.tx((db) => db.media.addLink(randomUUID(), { attachmentId, deliveryId, ...values }));
  };
  const unused = async (now = 0, limit = 9) => (await store.read.media.unused(now, limit)).map(({ sha256 }) => sha256);
  const leftovers = async (before = 0) =>
    (await store.read.media.driveLeftovers(before, 9)).map(({ attachmentId }) => attachmentId);
  return { store, workspaceId, add, settle, link, unused, leftovers };
}

test("the same content counts once, whoever has it and however often it is kept; forgotten, it counts no more", async () => {
  const { store, add } = await opened();
  const [one, two] = [await add(), await add()];
  expect(await store.read.media.storedBytes()).toBe(0);
  for (const { attachmentId } of [one, two, two]) {
    await store.tx((db) => db.media.kept(attachmentId, { ...kept("aa"), preview: PREVIEW }, 1));
  }
  expect(await store.read.media.storedBytes()).toBe(12);
  await store.tx((db) => db.media.forget("aa"));
  expect(await store.read.media.storedBytes()).toBe(2);
});

test("a file is needed as long as one delivery of one notification with it waits, its preview as well", async () => {
  const { store, add, settle, unused } = await opened();
  const [one, two] = [await add(), await add()];
  for (const { attachmentId } of [one, two]) {
    await store.tx((db) => db.media.kept(attachmentId, { ...kept("aa"), preview: PREVIEW }, 1));
  }
  await settle(one.deliveryIds);
  await settle(two.deliveryIds.slice(1));
  expect(await unused()).toEqual([]);
  await settle(two.deliveryIds);
  expect((await unused()).toSorted()).toEqual(["aa", "pp"]);
  expect(await store.read.media.unused(0, 1)).toEqual([kept("aa")]);
});

test("a file is needed as long as a link to it is neither expired nor revoked", async () => {
  const { store, add, settle, link, unused } = await opened();
  const { attachmentId, deliveryIds } = await add();
  const [first = 0, second = 0] = deliveryIds;
  await store.tx((db) => db.media.kept(attachmentId, { ...kept("aa"), preview: PREVIEW }, 1));
  await settle(deliveryIds);
  await link(attachmentId, first);
  await link(attachmentId, second, { expiresAt: 200 });
  await link(attachmentId, first, { role: "preview", sha256: "pp" });
  expect(await unused(99)).toEqual([]);
  expect(await unused(100)).toEqual(["pp"]);
  await store.tx((db) => db.media.revoke({ deliveryId: second }, 50));
  expect(await unused(99)).toEqual([]);
  expect(await unused(100)).toEqual(["aa", "pp"]);
});

test("what nobody needs is listed from the one kept longest ago; kept again, a file is young", async () => {
  const { store, add, settle, unused } = await opened();
  for (const [sha256, now] of [
    ["aa", 3],
    ["bb", 1],
    ["cc", 2],
    ["bb", 4],
  ] as const) {
    const { attachmentId, deliveryIds } = await add();
    await store.tx((db) => db.media.kept(attachmentId, kept(sha256), now));
    await settle(deliveryIds);
  }
  expect(await unused()).toEqual(["cc", "aa", "bb"]);
  expect(await unused(0, 2)).toEqual(["cc", "aa"]);
});

test("files on the Drive are left over once they are old, until they are removed; uploaded again, they are there", async () => {
  const { store, workspaceId, add, leftovers } = await opened();
  const [old, young] = [await add(10), await add(20)];
  const drive = { fileId: 5, detailUrl: "https://b.example/d/5" };
  const driveOf = async () => (await store.read.media.attachmentsOf(old.notificationId))[0]?.drive;
  expect(await leftovers(99)).toEqual([]);
  for (const { attachmentId } of [old, young]) await store.tx((db) => db.media.uploaded(attachmentId, drive));
  expect(await driveOf()).toEqual(drive);
  expect(await store.read.media.driveLeftovers(20, 9)).toEqual([
    { attachmentId: old.attachmentId, workspaceId, fileId: 5, trace: expect.stringMatching(/^[0-9a-f]{16}$/u) },
  ]);
  expect(await store.read.media.driveLeftovers(99, 1)).toHaveLength(1);
  await store.tx((db) => db.media.driveRemoved(old.attachmentId));
  expect(await leftovers(20)).toEqual([]);
  expect(await driveOf()).toBeUndefined();
  await store.tx((db) => db.media.uploaded(old.attachmentId, { ...drive, fileId: 6 }));
  expect(await driveOf()).toEqual({ ...drive, fileId: 6 });
});

test("a file on the Drive is left over when every recipient's access was ended, and wanted again after a replay", async () => {
  const { store, add, leftovers } = await opened();
  const { attachmentId, deliveryIds } = await add();
  const [first = 0, second = 0] = deliveryIds;
  await store.tx((db) => db.media.uploaded(attachmentId, { fileId: 5, detailUrl: "https://b.example/d/5" }));
  await store.tx((db) => db.media.revoke({ deliveryId: first }, 1));
  expect(await leftovers()).toEqual([]);
  await store.tx((db) => db.media.revoke({ deliveryId: second }, 1));
  expect(await leftovers()).toEqual([attachmentId]);
  await store.tx(async (db) => {
    await db.deliveries.settle(second, { kind: "verdict", verdict: "recalled" }, 2);
    await db.deliveries.replay(second, 3, 500);
  });
  expect(await leftovers()).toEqual([]);
});
