import { expect, test } from "vitest";
import { createAlarm } from "../../src/app/alarm.ts";
import { settleShipment } from "../../src/app/settle.ts";
import { claimShipment } from "../../src/app/shipment.ts";
import type { PortalReply } from "../../src/core/verdict.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { addPeople, addWorkspace, notification } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const NOW_S = 1_790_000_000;
const NOW = NOW_S * 1_000;
const HELD_BACK: PortalReply = { kind: "unsent", reason: "held back", heldBack: true };

/** A workspace, and what claims and settlements need besides; no portal is called. */
async function openWorkspace() {
  const { store } = await openTestStore();
  const workspace = await addWorkspace(store);
  const nothing = () => {};
  const unused = () => Promise.reject(new Error("no portal is called"));
  const parts = {
    store,
    portal: { call: unused, batch: unused },
    wordsIn,
    clock: () => NOW,
    random: () => 0,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    meter: { portalAnswered: nothing, operating: nothing },
    alarm: createAlarm(),
    receiptAlarm: createAlarm(),
  };
  return { store, workspace, parts };
}

/** Three deliveries to three people, claimed together, and the portal's answers written down. */
async function settled(...replies: readonly [PortalReply, PortalReply, PortalReply]) {
  const { store, workspace, parts } = await openWorkspace();
  const ids = await store.tx(async (tx) => {
    const people = await addPeople(tx, workspace.id, [7, 8, 9]);
    return (await tx.notifications.add(notification(workspace.id, people, { createdAt: NOW })))?.deliveryIds ?? [];
  });
  const shipment = await claimShipment({ workspaceId: workspace.id, limit: 50 }, parts);
  if (!shipment) throw new Error("nothing was claimed");
  await settleShipment(shipment, { replies, seconds: 1 }, parts);
  const deliveries = await Promise.all(ids.map((id) => store.read.deliveries.byId(id)));
  return { store, workspace, deliveries };
}

test("what ends unsent, however much of it, keeps nothing behind it waiting", async () => {
  const { store, workspace, parts } = await openWorkspace();
  const people = await store.tx(async (tx) => {
    const ids = await addPeople(tx, workspace.id, [7, 8, 9]);
    await tx.notifications.add(notification(workspace.id, ids, { createdAt: 0, expiresAt: NOW }));
    await tx.notifications.add(notification(workspace.id, ids.slice(0, 1), { createdAt: NOW }));
    return ids;
  });
  const shipment = await claimShipment({ workspaceId: workspace.id, limit: people.length - 1 }, parts);
  expect(shipment?.deliveries.map(({ createdAt }) => createdAt)).toEqual([NOW]);
  expect((await store.read.deliveries.list({ code: "DEADLINE" })).length).toBe(people.length);
});

test("what was held back is queued again as it was, and does not count against the portal", async () => {
  const { store, workspace, deliveries } = await settled(
    { kind: "error", status: 200, code: "EXPIRED_TOKEN", description: "" },
    HELD_BACK,
    HELD_BACK,
  );
  expect(deliveries.map((delivery) => delivery?.attempts)).toEqual([1, 0, 0]);
  expect(deliveries[1]).toMatchObject({ state: "queued", dueAt: NOW });
  expect(deliveries[1]).not.toHaveProperty("code");
  expect(await store.read.deliveries.attemptsOf(deliveries[1]?.id ?? 0)).toEqual([]);
  expect(await store.read.pacing.get(workspace.host)).toMatchObject({ refusals: 0, blockedUntil: 0 });
});

test("an id that looks like the clock is not remembered as the portal's highest, whatever became of the delivery", async () => {
  // Outside of what the portal's own time makes a fake id, and yet hardly a real one.
  const { store, workspace, deliveries } = await settled(
    { kind: "result", result: 501, startedAt: NOW_S },
    { kind: "result", result: NOW_S, startedAt: NOW_S - 1_000 },
    { kind: "result", result: 502, startedAt: NOW_S },
  );
  expect(deliveries.map((delivery) => delivery?.verdict)).toEqual(["delivered", "delivered", "delivered"]);
  expect(await store.read.workspaces.byId(workspace.id)).toMatchObject({ lastNotificationId: 502 });
});
