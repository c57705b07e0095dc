import { expect, test } from "vitest";
import { addPeople, addWorkspace, notification } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

test("what a transaction wrote is read afterwards, also by a store opened anew", async () => {
  const { store, reopen } = await openTestStore();
  const workspace = await addWorkspace(store);
  expect(await store.read.workspaces.byName("main")).toEqual(workspace);
  expect(await (await reopen()).read.workspaces.byId(workspace.id)).toEqual(workspace);
});

test("a transaction that rejects leaves nothing behind, and the next one goes on", async () => {
  const { store } = await openTestStore();
  const broken = store.tx(async (db) => {
    await db.cursors.put("1", "2", 0);
    throw new Error("stop");
  });
  await expect(broken).rejects.toThrow("stop");
  expect(await store.read.cursors.get("1")).toBeUndefined();
  await store.tx((db) => db.cursors.put("1", "3", 0));
  expect(await store.read.cursors.get("1")).toBe("3");
});

test("a delivery goes from the command to its verdict", async () => {
  const { store } = await openTestStore();
  const { id: workspaceId, host } = await addWorkspace(store);
  const added = await store.tx(async (db) =>
    db.notifications.add(notification(workspaceId, await addPeople(db, workspaceId, [1, 2]))),
  );
  expect(added?.deliveryIds).toHaveLength(2);
  expect(await store.read.deliveries.dueHosts()).toEqual([{ host, workspaceId, dueAt: 0 }]);
  const claimed = await store.tx((db) => db.deliveries.claim({ workspaceId, now: 1, limit: 50 }));
  expect(claimed).toMatchObject([
    { state: "sending", bitrixId: 1, host },
    { state: "sending", bitrixId: 2 },
  ]);
  for (const { id } of claimed) {
    await store.tx((db) =>
      db.deliveries.settle(id, { kind: "verdict", verdict: "delivered", portalNotificationId: 9 }, 2),
    );
  }
  expect(await store.read.deliveries.list({})).toMatchObject([
    { state: "settled", verdict: "delivered", attempts: 1, settledAt: 2 },
    { state: "settled", verdict: "delivered", portalNotificationId: 9 },
  ]);
});

test("transactions run one after the other, in the order they were asked for", async () => {
  const { store } = await openTestStore();
  const order: string[] = [];
  const first = store.tx(async (db) => {
    order.push("first begins");
    await new Promise((resolve) => setImmediate(resolve));
    await db.cursors.put("1", "first", 0);
    order.push("first ends");
  });
  const second = store.tx(async (db) => {
    order.push(`second sees ${await db.cursors.get("1")}`);
  });
  await Promise.all([first, second]);
  expect(order).toEqual(["first begins", "first ends", "second sees first"]);
});

test("a transaction inside another one is refused instead of waiting for ever", async () => {
  const { store } = await openTestStore();
  await expect(store.tx(() => store.tx(async () => undefined))).rejects.toThrow("inside another one");
});

test("what is not committed yet is not read", async () => {
  const { store } = await openTestStore();
  await store.tx(async (db) => {
    await db.cursors.put("1", "2", 0);
    expect(await store.read.cursors.get("1")).toBeUndefined();
    expect(await db.cursors.get("1")).toBe("2");
  });
});

test("a commit of another process is noticed, also one made before the waiting began; our own is not", async () => {
  const { store, reopen } = await openTestStore();
  const other = await reopen();
  const stop = new AbortController();
  await other.tx((db) => db.cursors.put("1", "1", 0));
  await store.changedElsewhere(stop.signal);

  await store.tx((db) => db.cursors.put("1", "2", 0));
  let noticed = false;
  const waiting = store.changedElsewhere(stop.signal).then(() => {
    noticed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(noticed).toBe(false);
  const written = other.tx((db) => db.cursors.put("1", "3", 0));
  await Promise.all([written, waiting]);
  stop.abort();
});

test("waiting for a change ends with its signal, and with the store", async () => {
  const { store } = await openTestStore();
  const stop = new AbortController();
  const waiting = store.changedElsewhere(stop.signal);
  stop.abort();
  await waiting;
  const closing = store.changedElsewhere(new AbortController().signal);
  await store.close();
  await closing;
  await expect(store.tx(async () => undefined)).rejects.toThrow("closed");
});
