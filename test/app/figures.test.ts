import { expect, test } from "vitest";
import { readFigures } from "../../src/app/figures.ts";
import type { Store } from "../../src/app/store/store.ts";
import { FRESH_PACE } from "../../src/core/pacing.ts";
import { NOW, openDesk } from "../support/desk.ts";
import { addPeople, addWorkspace, notification } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const figures = (store: Store, now = NOW) => readFigures(store.read, { now, mediaQuotaBytes: 1, running: new Map() });

async function withDeliveries(count: number) {
  const { store, reopen } = await openTestStore();
  const workspace = await addWorkspace(store);
  const ids = await store.tx(async (tx) => {
    const people = await addPeople(
      tx,
      workspace.id,
      Array.from({ length: count }, (_, index) => index + 1),
    );
    const added = await tx.notifications.add(notification(workspace.id, people, { createdAt: NOW }));
    return added?.deliveryIds ?? [];
  });
  return { store, workspace, ids, reopen };
}

test("whoever concludes a delivery, it counts under its verdict", async () => {
  const { store, workspace, ids } = await withDeliveries(8);
  const verdicts = [
    "delivered",
    "suppressed",
    "refused",
    "undeliverable",
    "unknown",
    "recalled",
    "superseded",
  ] as const;
  await store.tx(async (tx) => {
    for (const [index, verdict] of verdicts.entries())
      await tx.deliveries.settle(ids[index] ?? 0, { kind: "verdict", verdict }, NOW);
    await tx.deliveries.cancel({ workspaceId: workspace.id }, "CANCELLED", NOW);
  });
  const [theirs] = (await figures(store)).workspaces;
  expect(theirs).toMatchObject({ name: "main", notifications: 1, deliveries: 8, replayed: 0 });
  expect(theirs?.verdicts).toEqual({
    delivered: 1,
    suppressed: 1,
    refused: 1,
    undeliverable: 2,
    unknown: 1,
    recalled: 1,
    superseded: 1,
  });
  expect(theirs?.waiting).toEqual({ media: 0, queued: 0, sending: 0 });
});

test("what is undone is not counted, and what is written twice counts once", async () => {
  const { store, ids } = await withDeliveries(1);
  const settle = () =>
    store.tx((tx) => tx.deliveries.settle(ids[0] ?? 0, { kind: "verdict", verdict: "delivered" }, NOW));
  const failed = store.tx(async (tx) => {
    await tx.deliveries.settle(ids[0] ?? 0, { kind: "verdict", verdict: "unknown" }, NOW);
    throw new Error("the disk is full");
  });
  await expect(failed).rejects.toThrow();
  await settle();
  await settle();
  const [theirs] = (await figures(store)).workspaces;
  expect(theirs?.verdicts).toMatchObject({ delivered: 1, unknown: 0 });
});

test("a replay and what comes of it count on, so that what waits is what was put in less what came out", async () => {
  const { store, ids } = await withDeliveries(2);
  const [id = 0] = ids;
  await store.tx((tx) => tx.deliveries.settle(id, { kind: "verdict", verdict: "unknown" }, NOW));
  await store.tx((tx) => tx.deliveries.replay(id, NOW, NOW + 1_000));
  const [replayed] = (await figures(store)).workspaces;
  expect(replayed).toMatchObject({ deliveries: 2, replayed: 1, waiting: { queued: 2 } });
  expect(replayed?.verdicts.unknown).toBe(1);
  await store.tx((tx) => tx.deliveries.settle(id, { kind: "verdict", verdict: "unknown" }, NOW));
  expect((await figures(store)).workspaces[0]?.verdicts.unknown).toBe(2);
});

test("counts outlive a restart and what is forgotten, and go with their workspace", async () => {
  const { store, workspace, ids, reopen } = await withDeliveries(1);
  await store.tx((tx) => tx.deliveries.settle(ids[0] ?? 0, { kind: "verdict", verdict: "delivered" }, NOW));
  await store.tx((tx) => tx.notifications.forget({ workspaceId: workspace.id, before: NOW + 1, limit: 10 }, NOW + 2));
  const again = await reopen();
  expect((await figures(again)).workspaces[0]).toMatchObject({ notifications: 1, verdicts: { delivered: 1 } });
  await again.tx((tx) => tx.workspaces.remove(workspace.id));
  expect((await figures(again)).workspaces).toEqual([]);
  await expect(again.read.tallies.counted()).resolves.toEqual([]);
});

test("a queue is as old as its oldest due delivery, and one that is not due yet has no age", async () => {
  const { store } = await withDeliveries(1);
  const age = async (now: number) => (await figures(store, now)).workspaces[0]?.overdueSeconds;
  expect(await age(NOW + 90_000)).toBe(90);
  expect(await age(NOW - 5_000)).toBe(0);
});

test("updates and answers that wait are counted by platform, with the age of the oldest", async () => {
  const desk = await openDesk();
  const entry = { platform: "telegram", payload: "{}", receivedAt: NOW - 30_000 } as const;
  await desk.store.tx((tx) => tx.inbox.put([{ ...entry, externalId: "1" }]));
  await desk.store.tx((tx) => tx.inbox.put([{ ...entry, externalId: "2", receivedAt: NOW }]));
  await desk.say("/help");
  const seen = await figures(desk.store);
  expect(seen.inbox).toEqual([{ platform: "telegram", count: 2, seconds: 30 }]);
  expect(seen.receipts).toEqual([{ platform: "telegram", count: 1 }]);
});

test("a resting method and a suspended workspace are seen", async () => {
  const { store, workspace } = await withDeliveries(1);
  await store.tx(async (tx) => {
    await tx.pacing.restMethod(workspace.id, "im.notify.personal.add", NOW + 60_000);
    await tx.workspaces.suspend(workspace.id, { code: "NO_AUTH_FOUND", reason: "gone", at: NOW });
  });
  expect((await figures(store)).workspaces[0]).toMatchObject({ restSeconds: 60, suspended: true });
  expect((await figures(store, NOW + 61_000)).workspaces[0]).toMatchObject({ restSeconds: 0 });
});

test("a bucket is never shown fuller than full, though a trial, an insisted question or a fraction went beyond it", async () => {
  const { store, workspace } = await withDeliveries(1);
  const { host } = workspace;
  for (const level of [48.000_000_1, 49, 60]) {
    await store.tx((tx) => tx.pacing.put(host, { ...FRESH_PACE, at: NOW, level, size: 48, lent: 5 }));
    expect((await figures(store)).portals).toMatchObject([{ level: 48, size: 48 }]);
  }
});
