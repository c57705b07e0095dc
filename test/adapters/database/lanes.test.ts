import { expect, test } from "vitest";
import { noTurns, type Priority, type Turns } from "../../../src/core/turns.ts";
import { addPeople, addWorkspace, message, notification } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

async function openLanes() {
  const { store } = await openTestStore();
  const { id: workspaceId, host } = await addWorkspace(store);
  const [person = 0, other = 0] = await store.tx((db) => addPeople(db, workspaceId, [7, 8]));
  let messages = 0;
  /** One delivery; answers its id. */
  const add = async (priority: Priority, { to = person, tag = "", chat = "-1" } = {}): Promise<number> => {
    messages += 1;
    const recipients = [{ personId: to, bitrixId: to, tag: `${tag || messages}.${to}`, subTag: "s" }];
    const entry = { source: message(String(messages), chat), priority, recipients };
    const added = await store.tx((db) => db.notifications.add(notification(workspaceId, [], entry)));
    return added?.deliveryIds[0] ?? 0;
  };
  const claim = async (limit: number, turns: Turns = noTurns()): Promise<number[]> => {
    const claimed = await store.tx((db) => db.deliveries.claim({ workspaceId, now: 0, limit, turns }));
    return claimed.map(({ id }) => id);
  };
  const settle = (id: number) =>
    store.tx((db) => db.deliveries.settle(id, { kind: "verdict", verdict: "delivered" }, 0));
  return { store, workspaceId, host, person, other, add, claim, settle };
}

test("what is urgent goes first, digests last, and each keeps its priority", async () => {
  const { add, claim, store, other } = await openLanes();
  const digest = await add("digest");
  const normal = await add("normal", { to: other });
  const urgent = await add("urgent");
  expect(await claim(1)).toEqual([urgent]);
  expect(await claim(5)).toEqual([normal]);
  expect(await store.read.deliveries.byId(digest)).toMatchObject({ state: "queued", priority: "digest" });
});

test("to one recipient the urgent overtakes only what has another tag, and never what is under way", async () => {
  const { add, claim, settle } = await openLanes();
  const older = await add("normal", { tag: "ci" });
  const urgent = await add("urgent", { tag: "ci" });
  expect(await claim(1)).toEqual([older]);
  expect(await claim(5)).toEqual([]);
  await settle(older);
  expect(await claim(5)).toEqual([urgent]);
});

test("a request holds the older with the same tag before the newer, whatever their priorities", async () => {
  const { add, claim } = await openLanes();
  const older = await add("digest", { tag: "ci" });
  const between = await add("normal");
  const urgent = await add("urgent", { tag: "ci" });
  expect(await claim(5)).toEqual([between, older, urgent]);
});

test("from claim to claim chats take turns, even with one place in each", async () => {
  const { add, claim, settle, store, workspaceId } = await openLanes();
  const people = await store.tx((db) => addPeople(db, workspaceId, [11, 12, 13, 14, 15, 16]));
  const flood = [];
  for (const to of people.slice(0, 4)) flood.push(await add("normal", { to }));
  const late = [];
  for (const to of people.slice(4)) late.push(await add("normal", { to, chat: "-2" }));
  const turns = noTurns();
  const order = [];
  for (let place = 0; place < 6; place += 1) {
    const [id = 0] = await claim(1, turns);
    order.push(id);
    await settle(id);
  }
  expect(order).toEqual([flood[0], late[0], flood[1], late[1], flood[2], flood[3]]);
});

test("what waits for a portal is counted by workspace, chat and priority, but for suspended workspaces", async () => {
  const { add, claim, store, host, workspaceId, other } = await openLanes();
  await add("normal");
  await add("urgent", { to: other });
  await add("normal", { to: other, chat: "-2" });
  expect(await store.read.deliveries.waitingFor(host)).toEqual([
    { workspaceId, chat: "telegram/-1/", priority: "normal", count: 1 },
    { workspaceId, chat: "telegram/-2/", priority: "normal", count: 1 },
    { workspaceId, chat: "telegram/-1/", priority: "urgent", count: 1 },
  ]);
  await store.tx((tx) => tx.workspaces.suspend(workspaceId, { code: "NO_AUTH_FOUND", reason: "gone", at: 1 }));
  expect(await store.read.deliveries.waitingFor(host)).toEqual([]);
  await store.tx((tx) => tx.workspaces.resume(workspaceId));
  await claim(9);
  expect(await store.read.deliveries.waitingFor(host)).toEqual([]);
});
