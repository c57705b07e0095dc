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
    await db.cursors.put("1", "2");
    throw new Error("stop");
  });
  await expect(broken).rejects.toThrow("stop");
  expect(await store.read.cursors.get("1")).toBeUndefined();
  await store.tx((db) => db.cursors.put("1", "3"));
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
