import { expect, test } from "vitest";
import { erase } from "../../../adapters/database/erasure/erase.ts";
import type { Incident } from "../../../src/app/store/incidents.ts";
import type { Store } from "../../../src/app/store/store.ts";
import { alert, definition } from "../../support/alerts.ts";
import { addPeople, addWorkspace, notification } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

const NOW = Date.now();

const taken = async (
  store: Store,
  workspaceId: number,
  by: Pick<Incident, "acknowledgedBy" | "acknowledgedPersonId">,
) =>
  store.tx(async (tx) => {
    const name = `rule ${Math.random()}`;
    const rule = await tx.rules.add({ workspaceId, name, ...definition() }, NOW);
    const times = { openedAt: NOW, updatedAt: NOW, acknowledgedAt: NOW };
    const row = {
      workspaceId,
      ruleId: rule?.id ?? 0,
      keyHash: "k",
      status: "acknowledged",
      severity: "error",
      count: 1,
    } as const;
    return (await tx.incidents.add({ ...row, version: 2, alert: alert(), state: {}, ...times, ...by })).id;
  });

test("who had an incident is erased with them, by account or by name, and nobody else's name is", async () => {
  const { store, databaseUrl, secretKeys } = await openTestStore();
  const [workspace, other] = [await addWorkspace(store), await addWorkspace(store, "other")];
  const zoya = await store.tx(async (tx) => {
    const account = { platform: "telegram", userId: "4242424242", username: "zoya_z" } as const;
    const mapped = { workspaceId: workspace.id, bitrixId: 77_777, name: "Zoya Orlova", ...account };
    const linked = await tx.people.link(mapped);
    await tx.people.sighted(
      { chat: { platform: "telegram", chatId: "-100", threadId: "" }, ...account, name: "Zoë" },
      NOW,
    );
    return linked.kind === "linked" ? linked.person.id : 0;
  });
  const asPerson = await taken(store, workspace.id, { acknowledgedBy: "Zoya Orlova", acknowledgedPersonId: zoya });
  const asShown = await taken(store, workspace.id, { acknowledgedBy: "Zoë" });
  const byAnother = await taken(store, workspace.id, { acknowledgedBy: "Zoëlle" });
  const elsewhere = await taken(store, other.id, { acknowledgedBy: "Zoë" });
  const facts = { severity: "error", status: "open", fields: [{ name: "owner", value: "Zoya Orlova" }] } as const;
  const told = await store.tx(async (tx) => {
    const added = await tx.notifications.add({
      ...notification(workspace.id, await addPeople(tx, workspace.id, [8])),
      facts,
    });
    for (const id of added?.deliveryIds ?? [])
      await tx.deliveries.settle(id, { kind: "verdict", verdict: "delivered" }, NOW);
    return added?.notificationId ?? 0;
  });
  const actor = "telegram:4242424242";
  await store.tx(async (tx) => {
    const entry = { at: NOW, workspaceId: workspace.id, action: "incident.acknowledge", subject: "incident x" };
    await tx.audit.append({ ...entry, actor });
    await tx.audit.append({ ...entry, actor: "bitrix:77777" });
  });
  const who = { workspaceId: workspace.id, personId: zoya };
  const erasure = erase({ databaseUrl, secretKeys, who, now: NOW, dryRun: false });
  expect(erasure).toMatchObject({ kind: "erased", counts: { acknowledgements: 2, notificationsAbout: 1, audit: 2 } });
  const names = async (...ids: readonly number[]) =>
    Promise.all(ids.map(async (id) => (await store.read.incidents.byId(id))?.acknowledgedBy));
  expect(await names(asPerson, asShown, byAnother, elsewhere)).toEqual([undefined, undefined, "Zoëlle", "Zoë"]);
  expect((await store.read.incidents.byId(asPerson))?.status).toBe("acknowledged");
  expect((await store.read.notifications.byId(told))?.facts).toBeUndefined();
  const trail = await store.read.audit.list({ limit: 10 });
  expect(
    trail.every(({ actor: name }) => name.startsWith("telegram:erased-") || name.startsWith("bitrix:erased-")),
  ).toBe(true);
});

test("what somebody wrote is erased from its incidents; of others' trouble that names them, the name alone while it is not over", async () => {
  const { store, databaseUrl, secretKeys } = await openTestStore();
  const workspace = await addWorkspace(store);
  const account = { platform: "telegram", userId: "4242424242" } as const;
  const mapped = { workspaceId: workspace.id, bitrixId: 77_777, name: "Zoya Orlova", ...account };
  const linked = await store.tx((tx) => tx.people.link(mapped));
  const personId = linked.kind === "linked" ? linked.person.id : 0;
  const incident = async (status: Incident["status"], said: Parameters<typeof alert>[0]) =>
    store.tx(async (tx) => {
      const name = `rule ${Math.random()}`;
      const rule = await tx.rules.add({ workspaceId: workspace.id, name, ...definition() }, NOW);
      const known = { workspaceId: workspace.id, ruleId: rule?.id ?? 0, keyHash: "k", severity: "error" } as const;
      const row = { ...known, status, count: 1, version: 1, alert: alert(said), state: {}, timerAt: NOW + 9e6 };
      return (await tx.incidents.add({ ...row, openedAt: NOW, updatedAt: NOW })).id;
    });
  const text = [{ text: "Disk of Zoya Orlova is full" }];
  const own = await incident("open", { author: { kind: "person", id: "4242424242", name: "Z." } });
  const [open, over] = [await incident("open", { text }), await incident("resolved", { text })];
  const stranger = await incident("open", { text: [{ text: "Disk of Zoya Orlovas is full" }] });
  const erasure = erase({
    databaseUrl,
    secretKeys,
    who: { workspaceId: workspace.id, personId },
    now: NOW,
    dryRun: false,
  });
  expect(erasure).toMatchObject({ kind: "erased", counts: { incidents: 3 } });
  const { pseudonym } = erasure as Extract<typeof erasure, { kind: "erased" }>;
  const [theirs, left, gone, other] = await Promise.all(
    [own, open, over, stranger].map((id) => store.read.incidents.byId(id)),
  );
  expect([theirs?.alert, theirs?.timerAt, gone?.alert]).toEqual([undefined, undefined, undefined]);
  expect(left).toMatchObject({ timerAt: NOW + 9e6, alert: { text: [{ text: `Disk of ${pseudonym} is full` }] } });
  expect(other?.alert?.text).toEqual([{ text: "Disk of Zoya Orlovas is full" }]);
});
