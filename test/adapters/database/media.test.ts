import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { IncomingMedia } from "../../../src/core/chat.ts";
import { addPeople, addWorkspace, notification } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

const PICTURE: IncomingMedia = {
  kind: "picture",
  name: "p.jpg",
  mime: "image/jpeg",
  size: 5,
  spoiler: true,
  source: { kind: "telegram", fileId: "f", uniqueId: "u" },
};
const NOTE: IncomingMedia = { kind: "file", name: "n.txt", source: { kind: "text", text: "whole" } };

async function opened() {
  const { store } = await openTestStore();
  const { id } = await addWorkspace(store);
  const added = await store.tx(async (db) =>
    db.notifications.add(
      notification(id, await addPeople(db, id, [1]), { attachments: [PICTURE, NOTE], createdAt: 5 }),
    ),
  );
  const notificationId = added?.notificationId ?? 0;
  const [first, second] = await store.read.media.attachmentsOf(notificationId);
  if (first === undefined || second === undefined) throw new Error("both attachments are there");
  return { store, notificationId, first, second, deliveryId: added?.deliveryIds[0] ?? 0 };
}

test("attachments keep their order and what is known of them", async () => {
  const { first, second, notificationId } = await opened();
  expect(first).toEqual({ ...PICTURE, id: first.id, notificationId, ordinal: 0, state: "pending", attempts: 0 });
  expect(second).toEqual({ ...NOTE, id: second.id, notificationId, ordinal: 1, state: "pending", attempts: 0 });
});

test("an attachment is due until it is kept or left out, later when it failed", async () => {
  const { store, notificationId, first, second } = await opened();
  const due = async (now: number) => (await store.read.media.due(now, 9)).map(({ id, attempts }) => [id, attempts]);
  expect(await due(4)).toEqual([]);
  expect(await due(5)).toEqual([
    [first.id, 0],
    [second.id, 0],
  ]);
  await store.tx((db) => db.media.again(first.id, 50));
  expect(await due(49)).toEqual([[second.id, 0]]);
  expect(await due(50)).toEqual([
    [second.id, 0],
    [first.id, 1],
  ]);
  await store.tx((db) => db.media.kept(first.id, { sha256: "aa", size: 4, mime: "image/png" }));
  expect(await store.read.media.pendingOf(notificationId)).toBe(1);
  await store.tx((db) => db.media.leftOut(second.id, "too-big:5"));
  expect(await store.read.media.pendingOf(notificationId)).toBe(0);
  expect(await due(99)).toEqual([]);
  expect(await store.read.media.attachmentsOf(notificationId)).toMatchObject([
    { state: "kept", sha256: "aa", keptSize: 4, keptMime: "image/png" },
    { state: "left-out", reason: "too-big:5" },
  ]);
});

test("a link is found by its capability alone, and repeated for its delivery", async () => {
  const { store, first, deliveryId } = await opened();
  const link = { attachmentId: first.id, deliveryId, sha256: "aa", name: "p", mime: "m", size: 4, expiresAt: 9 };
  const [capability, newer] = [randomUUID(), randomUUID()];
  await store.tx((db) => db.media.addLink(capability, link));
  expect(await store.read.media.byCapability(capability)).toEqual(link);
  expect(await store.read.media.byCapability(randomUUID())).toBeUndefined();
  expect(await store.read.media.linkOf(first.id, deliveryId)).toEqual({ capability, link });
  expect(await store.read.media.linkOf(first.id, deliveryId + 1)).toBeUndefined();
  await store.tx((db) => db.media.addLink(newer, { ...link, expiresAt: 99 }));
  expect(await store.read.media.byCapability(capability)).toBeUndefined();
  expect(await store.read.media.linkOf(first.id, deliveryId)).toMatchObject({
    capability: newer,
    link: { expiresAt: 99 },
  });
});
