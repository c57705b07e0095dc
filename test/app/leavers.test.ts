import { expect, test } from "vitest";
import type { PortalOptions } from "../../sandbox/bitrix24/options.ts";
import { checkPeople, findHeads } from "../../src/app/leavers.ts";
import { tendPortal } from "../../src/app/portalUpkeep.ts";
import { FRESH_PACE } from "../../src/core/pacing.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { SETTINGS } from "../support/entries.ts";
import { openTestPortal } from "../support/portal.ts";
import { openTestStore } from "../support/store.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const NOW = 1_700_000_000_000;
const DAY_MS = 86_400_000;
const ADMINS = { platform: "telegram", chatId: "-9", threadId: "" } as const;
const SIGNAL = new AbortController().signal;

/** A workspace of an emulated portal whose Anna (7), Boris (8) and Dmitri (9, gone) are mapped. */
async function opened(options: PortalOptions = {}) {
  const { store } = await openTestStore();
  const { portal, client } = await openTestPortal(options);
  const credentials = { kind: "webhook", url: portal.webhookUrl(1) } as const;
  const workspace = await store.tx(async (tx) => {
    const added = await tx.workspaces.add({ name: "main", host: portal.host, credentials, settings: SETTINGS }, NOW);
    await tx.chats.setAdminChat(added.id, ADMINS);
    for (const [username, bitrixId, name] of [
      ["anna", 7, "Anna"],
      ["boris", 8, "Boris"],
      ["dima", 9, "Dmitri"],
    ] as const)
      await tx.people.map({ workspaceId: added.id, bitrixId, name, platform: "telegram", username });
    return added;
  });
  const clock = { now: NOW };
  const waits: number[] = [];
  const parts = {
    store,
    portal: client,
    clock: () => clock.now,
    log: silent,
    wordsIn,
    wait: async (ms: number) => void waits.push(ms),
    receiptAlarm: { ring() {} },
  };
  const gone = async () =>
    (await store.read.people.list(workspace.id)).filter((each) => each.leftAt !== undefined).map((each) => each.name);
  const notices = async () => {
    clock.now += 1;
    return (await store.read.receipts.due("telegram", clock.now, 99)).map(({ wish }) => wish.text);
  };
  return { store, portal, workspace, parts, clock, waits, gone, notices };
}

test("whoever left is marked, and administrators hear of it once", async () => {
  const { workspace, parts, gone, notices } = await opened();
  await checkPeople(workspace, parts, SIGNAL);
  expect(await gone()).toEqual(["Dmitri"]);
  await checkPeople(workspace, parts, SIGNAL);
  const told = await notices();
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("Dmitri is no active user");
});

test("whoever came back is not marked any more", async () => {
  const { portal, workspace, parts, gone } = await opened();
  await checkPeople(workspace, parts, SIGNAL);
  portal.setUser({ id: 9, active: true });
  await checkPeople(workspace, parts, SIGNAL);
  expect(await gone()).toEqual([]);
});

test("a portal that does not answer leaves everybody as they were", async () => {
  const { portal, workspace, parts, gone } = await opened();
  await portal.pause();
  await checkPeople(workspace, parts, SIGNAL);
  expect(await gone()).toEqual([]);
});

test("many people are looked up fifty at a time, with pauses", async () => {
  const { store, portal, workspace, parts, waits, gone } = await opened();
  await store.tx(async (tx) => {
    for (let bitrixId = 1_000; bitrixId < 1_117; bitrixId += 1)
      await tx.people.addPerson({ workspaceId: workspace.id, bitrixId, name: `Nobody ${bitrixId}` });
  });
  await checkPeople(workspace, parts, SIGNAL);
  expect(portal.requests.filter(({ method }) => method === "batch")).toHaveLength(3);
  expect(waits).toHaveLength(2);
  expect(await gone()).toHaveLength(118);
});

test("a group that stands for a department follows whoever heads it", async () => {
  const departments = [{ id: 5, name: "Sales", heads: [7] }];
  const { store, workspace, parts } = await opened({ departments });
  expect(await findHeads(workspace, 5, parts, SIGNAL)).toEqual([7]);
  await store.tx(async (tx) => {
    await tx.people.setGroup(workspace.id, "heads", []);
    await tx.people.setDepartment(workspace.id, "heads", 5);
  });
  await checkPeople(workspace, parts, SIGNAL);
  await checkPeople(workspace, parts, SIGNAL);
  const heads = await store.read.people.byGroup(workspace.id, "heads");
  expect(heads?.map(({ bitrixId }) => bitrixId)).toEqual([7]);
  const noted = await store.read.audit.list({ workspaceId: workspace.id, action: "group", limit: 9 });
  expect(noted.map(({ actor, action, subject }) => `${actor} ${action} ${subject}`)).toEqual([
    "herald24 group.heads @heads: heads of department 5: id:7",
  ]);
});

test("a department that the portal does not tell about leaves the group as it is", async () => {
  const { store, workspace, parts } = await opened({ without: ["im.department.managers.get"] });
  await store.tx(async (tx) => {
    const anna = await tx.people.byBitrixId(workspace.id, 7);
    await tx.people.setGroup(workspace.id, "heads", [anna?.id ?? 0]);
    await tx.people.setDepartment(workspace.id, "heads", 5);
  });
  await checkPeople(workspace, parts, SIGNAL);
  expect(await store.read.people.byGroup(workspace.id, "heads")).toMatchObject([{ bitrixId: 7 }]);
});

test("people are checked every day, and a portal that is known by its answers is probed every week", async () => {
  const { store, portal, workspace, parts, clock } = await opened();
  const measured = { ...FRESH_PACE, time: { roundTrip: 0.1, perCall: 0.02 } };
  await store.tx((tx) => tx.pacing.put(workspace.host, measured));
  const asked = (method: string): number => portal.requests.filter((each) => each.method === method).length;
  await tendPortal(workspace.id, parts, SIGNAL);
  expect(portal.requests).toHaveLength(0);
  clock.now += DAY_MS;
  await tendPortal(workspace.id, parts, SIGNAL);
  expect([asked("batch"), asked("im.notify.get") > 0]).toEqual([1, true]);
  const probed = (await store.read.workspaces.byId(workspace.id))?.capabilities;
  expect(probed).toMatchObject({ tags: "ignored", lookUp: "exact-email" });
  const before = asked("im.notify.get");
  clock.now += DAY_MS;
  await tendPortal(workspace.id, parts, SIGNAL);
  expect([asked("batch"), asked("im.notify.get")]).toEqual([2, before]);
  clock.now += 6 * DAY_MS;
  await tendPortal(workspace.id, parts, SIGNAL);
  expect(asked("im.notify.get")).toBeGreaterThan(before);
});

test("who left and who came back is in the audit trail", async () => {
  const { store, portal, workspace, parts } = await opened();
  await checkPeople(workspace, parts, SIGNAL);
  portal.setUser({ id: 9, active: true });
  await checkPeople(workspace, parts, SIGNAL);
  const noted = await store.read.audit.list({ workspaceId: workspace.id, limit: 9 });
  expect(noted.map(({ actor, action, subject }) => `${actor} ${action} ${subject}`)).toEqual([
    "herald24 people.back id:9",
    "herald24 people.left id:9",
  ]);
});
