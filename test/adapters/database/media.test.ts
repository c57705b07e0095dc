import { randomUUID } from "node:crypto";
import Database from "better-sqlite3";
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

const WHOLE = { sha256: "aa", role: "whole", name: "p", mime: "m", size: 4 } as const;

async function opened() {
  const { store, file } = await openTestStore();
  const { id } = await addWorkspace(store);
  const added = await store.tx(async (db) =>
    db.notifications.add(
      notification(id, await addPeople(db, id, [1, 2]), { attachments: [PICTURE, NOTE], createdAt: 5 }),
    ),
  );
  const notificationId = added?.notificationId ?? 0;
  const [deliveryId = 0, otherId = 0] = added?.deliveryIds ?? [];
  const [first, second] = await store.read.media.attachmentsOf(notificationId);
  if (first === undefined || second === undefined) throw new Error("both attachments are there");
  return { store, file, notificationId, first, second, deliveryId, otherId };
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
  await store.tx((db) => db.media.kept(first.id, { sha256: "aa", size: 4, mime: "image/png" }, 60));
  expect(await store.read.media.pendingOf(notificationId)).toBe(1);
  await store.tx((db) => db.media.leftOut(second.id, "too-big:5"));
  expect(await store.read.media.pendingOf(notificationId)).toBe(0);
  expect(await due(99)).toEqual([]);
  expect(await store.read.media.attachmentsOf(notificationId)).toMatchObject([
    { state: "kept", sha256: "aa", keptSize: 4, keptMime: "image/png" },
    { state: "left-out", reason: "too-big:5" },
  ]);
});

test("a picture keeps its measures and preview; kept again as a plain file, it has none", async () => {
  const { store, notificationId, first } = await opened();
  const preview = { sha256: "pp", size: 2, mime: "image/jpeg" };
  const picture = { sha256: "aa", size: 4, mime: "image/png", width: 40, height: 30, preview };
  const kept = async () => (await store.read.media.attachmentsOf(notificationId))[0];
  await store.tx((db) => db.media.kept(first.id, picture, 60));
  expect(await kept()).toMatchObject({ state: "kept", sha256: "aa", width: 40, height: 30, preview });
  await store.tx((db) => db.media.kept(first.id, { sha256: "bb", size: 4, mime: "image/tiff" }, 60));
  const { id, source, ...rest } = { ...PICTURE, ...first };
  const plain = { ...rest, id, source, state: "kept", sha256: "bb", keptSize: 4, keptMime: "image/tiff" };
  expect(await kept()).toEqual(plain);
});

test("a link is found by its capability alone, and repeated for its delivery", async () => {
  const { store, first, deliveryId } = await opened();
  const link = { attachmentId: first.id, deliveryId, ...WHOLE, expiresAt: 9 };
  const [capability, newer] = [randomUUID(), randomUUID()];
  await store.tx((db) => db.media.addLink(capability, link));
  expect(await store.read.media.byCapability(capability)).toEqual(link);
  expect(await store.read.media.byCapability(randomUUID())).toBeUndefined();
  expect(await store.read.media.linkOf(first.id, deliveryId, "whole")).toEqual({ capability, link });
  expect(await store.read.media.linkOf(first.id, deliveryId, "preview")).toBeUndefined();
  expect(await store.read.media.linkOf(first.id, deliveryId + 1, "whole")).toBeUndefined();
  await store.tx((db) => db.media.addLink(newer, { ...link, expiresAt: 99 }));
  expect(await store.read.media.byCapability(capability)).toBeUndefined();
  expect(await store.read.media.linkOf(first.id, deliveryId, "whole")).toMatchObject({
    capability: newer,
    link: { expiresAt: 99 },
  });
});

test("a picture and its preview have addresses of their own", async () => {
  const { store, first, deliveryId } = await opened();
  const shared = { attachmentId: first.id, deliveryId, ...WHOLE, expiresAt: 9 };
  const [whole, preview] = [randomUUID(), randomUUID()];
  await store.tx(async (db) => {
    await db.media.addLink(whole, shared);
    await db.media.addLink(preview, { ...shared, role: "preview", sha256: "pp" });
  });
  expect(await store.read.media.byCapability(whole)).toMatchObject({ role: "whole", sha256: "aa" });
  expect(await store.read.media.linkOf(first.id, deliveryId, "preview")).toMatchObject({
    capability: preview,
    link: { role: "preview", sha256: "pp" },
  });
});

test("revoking ends the links of one delivery or of the whole notification, each once", async () => {
  const { store, notificationId, first, second, deliveryId, otherId } = await opened();
  const add = (attachmentId: number, delivery: number) =>
    store.tx((db) => db.media.addLink(randomUUID(), { attachmentId, deliveryId: delivery, ...WHOLE, expiresAt: 9 }));
  for (const attachment of [first, second]) for (const id of [deliveryId, otherId]) await add(attachment.id, id);
  const revoke = (which: { notificationId: number } | { deliveryId: number }, now: number) =>
    store.tx((db) => db.media.revoke(which, now));
  const revokedAt = async (attachmentId: number, delivery: number) =>
    (await store.read.media.linkOf(attachmentId, delivery, "whole"))?.link.revokedAt;
  expect(await revoke({ deliveryId }, 5)).toBe(2);
  expect([await revokedAt(first.id, deliveryId), await revokedAt(first.id, otherId)]).toEqual([5, undefined]);
  expect(await revoke({ notificationId }, 6)).toBe(2);
  expect([await revokedAt(second.id, deliveryId), await revokedAt(second.id, otherId)]).toEqual([5, 6]);
  expect(await revoke({ notificationId }, 7)).toBe(0);
});

test("an attachment whose source cannot be opened hides no other, and a link that cannot be is made anew", async () => {
  const { store, file, notificationId, first, second, deliveryId } = await opened();
  const link = { ...WHOLE, attachmentId: first.id, deliveryId, expiresAt: 100 };
  await store.tx((db) => db.media.addLink("former", link));
  const raw = new Database(file);
  raw.exec(`update attachments set source = x'00' where id = ${first.id}; update media_links set capability = x'00'`);
  raw.close();
  const unreadable = { id: first.id, source: { kind: "unreadable" } };
  expect(await store.read.media.due(10, 9)).toMatchObject([unreadable, { id: second.id, source: NOTE.source }]);
  expect(await store.read.media.attachmentsOf(notificationId)).toMatchObject([unreadable, { id: second.id }]);
  expect(await store.read.media.linkOf(first.id, deliveryId, "whole")).toBeUndefined();
  await store.tx((db) => db.media.addLink("newer", link));
  expect(await store.read.media.linkOf(first.id, deliveryId, "whole")).toMatchObject({ capability: "newer" });
});
