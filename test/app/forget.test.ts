import { expect, test } from "vitest";
import { forgetTexts } from "../../src/app/forget.ts";
import { addPeople, addWorkspace, message, notification, SETTINGS } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const DAY_MS = 86_400_000;
const NOW = 1_700_000_000_000;
const SIGNAL = new AbortController().signal;

async function opened() {
  const { store } = await openTestStore();
  const workspace = await addWorkspace(store);
  const clock = { now: NOW };
  const [person = 0] = await store.tx((tx) => addPeople(tx, workspace.id, [7]));
  const add = (change: Parameters<typeof notification>[2]) =>
    store.tx(async (tx) => {
      const entry = notification(workspace.id, [person], {
        createdAt: NOW,
        senderNote: "Not found: olga",
        tag: "ci",
        ...change,
      });
      const added = await tx.notifications.add(entry);
      if (!added) throw new Error("not added");
      const [delivery = 0] = added.deliveryIds;
      return { id: added.notificationId, delivery, source: entry.source };
    });
  const settle = (id: number) =>
    store.tx((tx) =>
      tx.deliveries.settle(id, { kind: "verdict", verdict: "undeliverable", code: "DEADLINE" }, clock.now),
    );
  const run = () => forgetTexts({ store, clock: () => clock.now, log: silent }, SIGNAL);
  return { store, workspace, clock, add, settle, run };
}

test("texts are kept sixty days, then only what counts", async () => {
  const { store, clock, add, settle, run } = await opened();
  const { id, delivery } = await add({});
  await settle(delivery);
  clock.now = NOW + 59 * DAY_MS;
  expect(await run()).toBe(0);
  expect((await store.read.notifications.byId(id))?.text).toEqual([{ text: "Build is red" }]);
  clock.now = NOW + 60 * DAY_MS + 1;
  expect(await run()).toBe(1);
  const left = await store.read.notifications.byId(id);
  expect(left).toMatchObject({ text: [], senderName: "", origin: "", forgottenAt: clock.now });
  expect([left?.tag, left?.senderNote, left?.link]).toEqual([undefined, undefined, undefined]);
  expect(await store.read.deliveries.byId(delivery)).toMatchObject({ verdict: "undeliverable", code: "DEADLINE" });
  expect(await run()).toBe(0);
});

test("a workspace chooses for how long", async () => {
  const { store, workspace, clock, add, settle, run } = await opened();
  await settle((await add({})).delivery);
  await store.tx((tx) => tx.workspaces.set(workspace.id, { settings: { ...SETTINGS, keepTextsDays: 1 } }));
  clock.now = NOW + DAY_MS + 1;
  expect(await run()).toBe(1);
});

test("what somebody still waits for is not forgotten", async () => {
  const { clock, add, settle, run } = await opened();
  const { delivery } = await add({});
  clock.now = NOW + 90 * DAY_MS;
  expect(await run()).toBe(0);
  await settle(delivery);
  expect(await run()).toBe(1);
});

test("what has been forgotten cannot be sent again", async () => {
  const { store, clock, add, settle, run } = await opened();
  const { delivery } = await add({});
  await settle(delivery);
  clock.now = NOW + 90 * DAY_MS;
  await run();
  expect(await store.tx((tx) => tx.deliveries.replay(delivery, clock.now, clock.now + DAY_MS))).toBe(false);
});

test("attachments and what the chat was told go too", async () => {
  const { store, clock, add, run } = await opened();
  const { id, delivery, source } = await add({
    attachments: [{ kind: "file", name: "plan.txt", source: { kind: "text", text: "secret plan" } }],
  });
  await store.tx(async (tx) => {
    await tx.deliveries.cancel({ deliveryId: delivery }, "CANCELLED", NOW);
    await tx.receipts.wish("slot", { ...source, platform: "telegram" }, { text: "Anna: cancelled" }, NOW);
    await tx.receipts.wish("other", message("9"), { text: "help" }, NOW);
    await tx.receipts.update("other", { shownVersion: 1 });
  });
  clock.now = NOW + 61 * DAY_MS;
  await run();
  expect(await store.read.media.attachmentsOf(id)).toEqual([]);
  expect(await store.read.receipts.bySlot("slot")).toBeUndefined();
  expect(await store.read.receipts.bySlot("other")).toBeUndefined();
});
