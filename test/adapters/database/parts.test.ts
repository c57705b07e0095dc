import { expect, test } from "vitest";
import type { NewNotification } from "../../../src/app/store/notifications.ts";
import { addPeople, addWorkspace, message, notification } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

async function opened() {
  const { store } = await openTestStore();
  const { id: workspaceId } = await addWorkspace(store);
  const [anna = 0, bert = 0] = await store.tx((db) => addPeople(db, workspaceId, [1, 2]));
  const add = async (change: Partial<NewNotification> = {}) => {
    const recipients = [{ personId: anna, bitrixId: 1, tag: "t", subTag: "s" }];
    const entry = notification(workspaceId, [], { recipients, ...change });
    const added = await store.tx((db) => db.notifications.add(entry));
    const delivery = await store.read.deliveries.byId(added?.deliveryIds[0] ?? 0);
    if (delivery === undefined) throw new Error("the delivery is there");
    return delivery;
  };
  const claim = (now: number, limit = 50) => store.tx((db) => db.deliveries.claim({ workspaceId, now, limit }));
  const deliver = (id: number) =>
    store.tx((db) => db.deliveries.settle(id, { kind: "verdict", verdict: "delivered" }, 1));
  return { store, workspaceId, anna, bert, add, claim, deliver };
}

test("a delivery is one part until it gets more, each a delivery like the first with a tag of its own", async () => {
  const { store, add } = await opened();
  const first = await add({ createdAt: 5 });
  expect(first).toMatchObject({ part: 1, parts: 1, tag: "t" });
  await store.tx((db) => db.deliveries.addParts(first, 3, 9));
  const all = await store.read.deliveries.ofNotification(first.notificationId);
  const [, second, third] = all;
  expect(all).toEqual([
    { ...first, parts: 3 },
    { ...first, id: second?.id, part: 2, parts: 3, tag: "t.2", dueAt: 9 },
    { ...first, id: third?.id, part: 3, parts: 3, tag: "t.3", dueAt: 9 },
  ]);
  expect((await store.read.deliveries.expired(first.createdAt + 86_400_000)).map(({ part }) => part)).toEqual([
    1, 2, 3,
  ]);
});

test("adding parts again changes nothing, and another recipient's delivery stays whole", async () => {
  const { store, anna, bert, add, deliver } = await opened();
  const recipients = [anna, bert].map((personId) => ({ personId, bitrixId: personId, tag: "t", subTag: "s" }));
  const first = await add({ recipients });
  await store.tx((db) => db.deliveries.addParts(first, 2, 9));
  const before = await store.read.deliveries.ofNotification(first.notificationId);
  expect(before.map(({ personId, part, parts }) => [personId, part, parts])).toEqual([
    [anna, 1, 2],
    [bert, 1, 1],
    [anna, 2, 2],
  ]);
  await deliver(before[2]?.id ?? 0);
  const settled = await store.read.deliveries.ofNotification(first.notificationId);
  await store.tx((db) => db.deliveries.addParts(first, 2, 99));
  expect(await store.read.deliveries.ofNotification(first.notificationId)).toEqual(settled);
});

test("a message that was split into parts is still known when it is received again", async () => {
  const { store, add } = await opened();
  const source = message("5");
  const first = await add({ source });
  await store.tx((db) => db.deliveries.addParts(first, 2, 0));
  await expect(add({ source })).rejects.toThrow("the delivery is there");
});

test("parts wait for the first one and go out in order", async () => {
  const { store, add, claim, deliver } = await opened();
  const first = await add();
  await claim(0);
  await store.tx((db) => db.deliveries.addParts(first, 3, 0));
  expect(await claim(0)).toEqual([]);
  await deliver(first.id);
  const [second] = await claim(0, 1);
  expect(second).toMatchObject({ part: 2 });
  expect(await claim(0)).toEqual([]);
  await deliver(second?.id ?? 0);
  expect(await claim(0)).toMatchObject([{ part: 3 }]);
});

test("a newer notification with the same tag overtakes all parts of the older one, though they were made after it", async () => {
  const { store, add, claim } = await opened();
  const older = await add();
  await claim(0);
  const newer = await add();
  await store.tx((db) => db.deliveries.addParts(older, 3, 0));
  const [, , part2, part3] = [...(await store.read.deliveries.list({}))].sort((a, b) => a.id - b.id);
  if (part2 === undefined || part3 === undefined) throw new Error("the parts are there");
  expect((await store.read.deliveries.overtaken(newer)).map(({ id }) => id)).toEqual([part2.id, part3.id]);
  expect(await store.read.deliveries.overtaken(part2)).toEqual([]);
  expect(part3).toMatchObject({ tag: "t.3", part: 3 });
  const lookalike = await add({ recipients: [{ personId: newer.personId, bitrixId: 1, tag: "t.2", subTag: "s" }] });
  expect(await store.read.deliveries.overtaken(lookalike)).toEqual([]);
});

test("each part is cancelled and replayed by itself, and all of them with their notification's chat", async () => {
  const { store, add, deliver } = await opened();
  const first = await add({ source: message("1", "-5") });
  await store.tx((db) => db.deliveries.addParts(first, 3, 0));
  const [, second, third] = await store.read.deliveries.ofNotification(first.notificationId);
  await deliver(first.id);
  const cancel = (which: object) => store.tx((db) => db.deliveries.cancel(which, "CANCELLED", 9));
  expect(await cancel({ deliveryId: second?.id })).toBe(1);
  expect(await cancel({ chat: message("", "-5") })).toBe(1);
  expect(await store.tx((db) => db.deliveries.replay(third?.id ?? 0, 10, 500))).toBe(true);
  const rows = await store.read.deliveries.ofNotification(first.notificationId);
  expect(rows.map(({ state, verdict }) => verdict ?? state)).toEqual(["delivered", "undeliverable", "queued"]);
});
