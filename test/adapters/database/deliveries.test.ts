import { expect, test } from "vitest";
import type { Settlement } from "../../../src/app/store/deliveries.ts";
import type { NewNotification } from "../../../src/app/store/notifications.ts";
import type { IncomingMedia } from "../../../src/core/chat.ts";
import { addPeople, addWorkspace, message, notification } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

const PICTURE: IncomingMedia = {
  kind: "picture",
  name: "p.jpg",
  source: { kind: "telegram", fileId: "f", uniqueId: "u" },
};
const WITH_MEDIA = { attachments: [PICTURE] };
const DELIVERED = { kind: "verdict", verdict: "delivered", portalNotificationId: 5 } as const;
const again = (dueAt: number, doubtful = false): Settlement => ({ kind: "again", dueAt, code: "BUSY", doubtful });

async function opened() {
  const { store } = await openTestStore();
  const { id: workspaceId, host } = await addWorkspace(store);
  const [anna = 0, bert = 0] = await store.tx((db) => addPeople(db, workspaceId, [1, 2]));
  const add = async (people: readonly number[], change: Partial<NewNotification> = {}) => {
    const added = await store.tx((db) => db.notifications.add(notification(workspaceId, people, change)));
    return {
      notificationId: added?.notificationId ?? 0,
      ids: added?.deliveryIds ?? [],
      first: added?.deliveryIds[0] ?? 0,
    };
  };
  const claim = async (now: number, limit = 50) =>
    (await store.tx((db) => db.deliveries.claim({ workspaceId, now, limit }))).map(({ id }) => id);
  const settle = (id: number, settlement: Settlement = DELIVERED, now = 0) =>
    store.tx((db) => db.deliveries.settle(id, settlement, now));
  return { store, workspaceId, host, anna, bert, add, claim, settle };
}

test("a source message is delivered to each person once, however often it is received", async () => {
  const { store, anna, bert, add } = await opened();
  const source = message("5");
  expect((await add([anna, anna], { source })).ids).toHaveLength(1);
  expect((await add([anna, bert], { source })).ids).toHaveLength(1);
  expect((await add([bert, anna], { source })).ids).toHaveLength(0);
  expect(await store.read.notifications.bySource(source)).toHaveLength(2);
  expect((await add([anna], { source: message("5", "-200") })).ids).toHaveLength(1);
});

test("a notification is read as it was written", async () => {
  const { store, workspaceId, anna } = await opened();
  const entry = notification(workspaceId, [anna], { tag: "ci", senderNote: "note", link: "https://t.me/c/1/2" });
  const added = await store.tx((db) => db.notifications.add(entry));
  const { attachments: _, recipients: __, ...rest } = entry;
  const id = added?.notificationId ?? 0;
  expect(await store.read.notifications.byId(id)).toEqual({ id, priority: "normal", ...rest });
  expect(await store.read.notifications.bySender("telegram", entry.senderUserId, { limit: 5, workspaceId })).toEqual([
    { id, priority: "normal", ...rest },
  ]);
});

test("tags are remembered per chat or topic, each once, the latest first", async () => {
  const { store, workspaceId, anna, add } = await opened();
  for (const [tag, thread] of [
    ["a", ""],
    ["b", "7"],
    ["a", "7"],
    ["c", ""],
  ]) {
    await add([anna], { source: message(`${tag}${thread}`, "-1", thread), ...(tag && { tag }) });
  }
  expect(await store.read.notifications.recentTags(message("", "-1"), 2, workspaceId)).toEqual(["c", "a"]);
  expect(await store.read.notifications.recentTags(message("", "-1", "7"), 9, workspaceId)).toEqual(["a", "b"]);
});

test("what is due is claimed once, oldest first", async () => {
  const { anna, bert, add, claim } = await opened();
  const [a, b] = [await add([anna]), await add([bert])];
  expect(await claim(0, 1)).toEqual([a.first]);
  expect(await claim(0)).toEqual([b.first]);
  expect(await claim(0)).toEqual([]);
});

test("chats take turns: a flood from one does not delay another", async () => {
  const { store, workspaceId, add, claim } = await opened();
  const people = await store.tx((db) =>
    addPeople(
      db,
      workspaceId,
      Array.from({ length: 12 }, (_, index) => 10 + index),
    ),
  );
  const flood = await add(people.slice(0, 10), { source: message("1", "-1") });
  const late = await add(people.slice(10), { source: message("1", "-2") });
  expect((await claim(0, 4)).sort((a, b) => a - b)).toEqual([...flood.ids.slice(0, 2), ...late.ids]);
});

test("several of one recipient may share a claim, in order, but no second claim while one is under way", async () => {
  const { anna, add, claim, settle } = await opened();
  const ids = [await add([anna]), await add([anna]), await add([anna])].map(({ first }) => first);
  expect(await claim(0, 2)).toEqual(ids.slice(0, 2));
  expect(await claim(0)).toEqual([]);
  await settle(ids[0] ?? 0);
  expect(await claim(0)).toEqual([]);
  await settle(ids[1] ?? 0);
  expect(await claim(0)).toEqual(ids.slice(2));
});

test("one that waits for a retry holds back later ones to the same recipient alone", async () => {
  const { store, anna, bert, add, claim, settle, host, workspaceId } = await opened();
  const first = await add([anna]);
  await claim(0);
  await settle(first.first, again(100));
  const [held, free] = [await add([anna]), await add([bert])];
  expect(await claim(50)).toEqual(free.ids);
  expect(await store.read.deliveries.dueHosts()).toEqual([{ host, workspaceId, dueAt: 100 }]);
  expect(await claim(100)).toEqual([first.first, held.first]);
});

test("one that waits for its media holds back later ones for 15 s", async () => {
  const { store, anna, add, claim, host, workspaceId } = await opened();
  await add([anna], WITH_MEDIA);
  expect(await store.read.deliveries.dueHosts()).toEqual([]);
  const later = await add([anna], { createdAt: 1 });
  expect(await store.read.deliveries.dueHosts()).toEqual([{ host, workspaceId, dueAt: 15_000 }]);
  expect(await claim(14_999)).toEqual([]);
  expect(await claim(15_000)).toEqual(later.ids);
});

test("once its media are there, it goes out before the later ones", async () => {
  const { store, anna, add, claim } = await opened();
  const first = await add([anna], WITH_MEDIA);
  const later = await add([anna], { createdAt: 1 });
  await store.tx((db) => db.deliveries.releaseMedia(first.notificationId, 2));
  expect(await claim(2)).toEqual([first.first, later.first]);
});

test("a suspended workspace has no work, and what is under way or settled is none", async () => {
  const { store, workspaceId, host, anna, add, claim, settle } = await opened();
  const { first } = await add([anna], { createdAt: 3 });
  expect(await store.read.deliveries.dueHosts()).toEqual([{ host, workspaceId, dueAt: 3 }]);
  await store.tx((db) => db.workspaces.suspend(workspaceId, { code: "c", reason: "r", at: 0 }));
  expect(await store.read.deliveries.dueHosts()).toEqual([]);
  await store.tx((db) => db.workspaces.resume(workspaceId));
  await claim(3);
  expect(await store.read.deliveries.dueHosts()).toEqual([]);
  await settle(first);
  expect(await store.read.deliveries.dueHosts()).toEqual([]);
});

test("a settlement counts the attempt, and a doubt once had stays, through a replay too", async () => {
  const { store, anna, add, claim, settle } = await opened();
  const { first } = await add([anna]);
  await claim(0);
  await settle(first, again(5.2, true));
  expect(await store.read.deliveries.byId(first)).toMatchObject({
    state: "queued",
    attempts: 1,
    doubtful: true,
    dueAt: 6,
  });
  await claim(6);
  await settle(first, again(7, false));
  expect(await store.read.deliveries.byId(first)).toMatchObject({ attempts: 2, doubtful: true });
  await claim(7);
  await settle(first, { kind: "verdict", verdict: "unknown", code: "TIMEOUT" }, 8);
  expect(await store.read.deliveries.byId(first)).toMatchObject({
    verdict: "unknown",
    code: "TIMEOUT",
    attempts: 3,
    settledAt: 8,
  });
  expect(await store.tx((db) => db.deliveries.replay(first, 9, 500))).toBe(true);
  const replayed = await store.read.deliveries.byId(first);
  expect(replayed).toMatchObject({ state: "queued", doubtful: true, attempts: 0, dueAt: 9 });
  expect([replayed?.verdict, replayed?.code, replayed?.settledAt]).toEqual([undefined, undefined, undefined]);
});

test("a retry that comes after the verdict changes nothing", async () => {
  const { store, anna, add, claim, settle } = await opened();
  const { first } = await add([anna]);
  await claim(0);
  await settle(first);
  await settle(first, again(9));
  expect(await store.read.deliveries.byId(first)).toMatchObject({ state: "settled", verdict: "delivered" });
});

test("only what was settled and not delivered is replayed, with a fresh deadline", async () => {
  const { store, anna, bert, add, settle } = await opened();
  const { notificationId, ids } = await add([anna, bert], { expiresAt: 100 });
  const [one = 0, two = 0] = ids;
  expect(await store.tx((db) => db.deliveries.replay(one, 0, 500))).toBe(false);
  await settle(one);
  await settle(two, { kind: "verdict", verdict: "undeliverable", code: "DEADLINE" });
  expect(await store.tx((db) => db.deliveries.replay(one, 200, 500))).toBe(false);
  expect(await store.tx((db) => db.deliveries.replay(two, 200, 500))).toBe(true);
  expect((await store.read.notifications.byId(notificationId))?.expiresAt).toBe(500);
  expect(await store.read.deliveries.expired(499)).toEqual([]);
  expect(await store.read.deliveries.expired(500)).toMatchObject([{ id: two }]);
});

test("what was being sent when a process ended is found again", async () => {
  const { store, anna, add, claim } = await opened();
  const { first } = await add([anna]);
  expect(await store.read.deliveries.interrupted()).toEqual([]);
  await claim(0);
  expect(await store.read.deliveries.interrupted()).toMatchObject([{ id: first, state: "sending" }]);
});

test("a newer one with the same tag finds the older ones that still wait", async () => {
  const { store, workspaceId, anna, bert, add, claim } = await opened();
  const tagged = (personId: number) => ({ recipients: [{ personId, bitrixId: 1, tag: "same", subTag: "s" }] });
  const sent = await add([], tagged(anna));
  await claim(0);
  const queued = await add([], tagged(anna));
  const media = await add([], { ...tagged(anna), ...WITH_MEDIA });
  await add([], tagged(bert));
  await add([anna]);
  const newest = await add([], tagged(anna));
  const delivery = await store.read.deliveries.byId(newest.first);
  if (delivery === undefined) throw new Error("the delivery is there");
  expect((await store.read.deliveries.overtaken(delivery)).map(({ id }) => id)).toEqual([queued.first, media.first]);
  expect(await store.read.deliveries.list({ workspaceId, state: "sending" })).toMatchObject([{ id: sent.first }]);
});

test("cancelling reaches what waits and matches, and says how many", async () => {
  const { store, workspaceId, anna, bert, add, claim } = await opened();
  const sending = await add([anna]);
  await claim(0);
  const topic = await add([anna, bert], { source: message("1", "-5", "7") });
  const media = await add([anna], { source: message("2", "-5"), ...WITH_MEDIA });
  const cancel = (which: object) => store.tx((db) => db.deliveries.cancel(which, "CANCELLED", 9));
  expect(await cancel({ personId: bert })).toBe(1);
  expect(await cancel({ chat: message("", "-5", "8") })).toBe(0);
  expect(await cancel({ chat: message("", "-5", "7") })).toBe(1);
  expect(await cancel({ chat: message("", "-5") })).toBe(1);
  expect(await cancel({ deliveryId: sending.first })).toBe(0);
  expect(await cancel({ workspaceId })).toBe(0);
  for (const id of [...topic.ids, ...media.ids]) {
    expect(await store.read.deliveries.byId(id)).toMatchObject({
      verdict: "undeliverable",
      code: "CANCELLED",
      settledAt: 9,
    });
  }
});

test("lists show the newest first and filter by state and verdict; attempts are kept in order", async () => {
  const { store, anna, bert, add, settle } = await opened();
  const [one, two] = (await add([anna, bert])).ids;
  await settle(one ?? 0);
  const listed = async (filter: object) => (await store.read.deliveries.list(filter)).map(({ id }) => id);
  expect(await listed({})).toEqual([two, one]);
  expect(await listed({ limit: 1 })).toEqual([two]);
  expect(await listed({ verdict: "delivered" })).toEqual([one]);
  expect(await listed({ state: "queued" })).toEqual([two]);
  const attempt = (at: number) => ({ deliveryId: one ?? 0, at, outcome: "retry", code: `C${at}` });
  await store.tx(async (db) => {
    await db.deliveries.recordAttempt(attempt(1));
    await db.deliveries.recordAttempt(attempt(2));
  });
  expect(await store.read.deliveries.attemptsOf(one ?? 0)).toEqual([attempt(1), attempt(2)]);
});
