import { expect, test } from "vitest";
import { nameOf } from "../../src/app/digest.ts";
import { tickAll } from "../../src/app/incidentTimers.ts";
import { alert, openAlerts } from "../support/alerts.ts";

const MINUTE = 60_000;

test("a storm before somebody's quiet hours is told after them, with what came in them", async () => {
  const { store, clock, parts, addRule, forward, texts, anna } = await openAlerts();
  await addRule("all", { options: { stormAfter: 1 } });
  await store.tx((tx) => tx.quiet.set(anna, { timeZone: "UTC", from: 12 * 60 + 1, until: 14 * 60 }));
  clock.now += 30_000;
  for (const key of ["a", "b", "c"]) await forward(alert({ key, title: key }));
  clock.now += MINUTE;
  await forward(alert({ key: "d", title: "d" }));
  for (let minute = 0; minute < 100; minute += 1) {
    await tickAll(store, parts);
    clock.now += MINUTE;
  }
  expect(await texts()).toEqual(["🟡 Warning\na\nDisk full"]);
  clock.now += 30 * MINUTE;
  await tickAll(store, parts);
  const digest = "3 alerts were held back\n🟡 Warning\nb\n🟡 Warning\nc\n🟡 Warning\nd";
  expect((await texts()).slice(1)).toEqual([digest]);
});

test("what is muted while an update of it waits is not told of, also where it is critical", async () => {
  const { store, clock, parts, workspace, addRule, forward, texts } = await openAlerts();
  await addRule("all");
  await forward(alert({ key: "a", severity: "critical" }));
  await forward(alert({ key: "a", severity: "critical" }));
  const silence = { workspaceId: workspace.id, matcher: {}, createdBy: "cli" };
  await store.tx((tx) => tx.silences.add({ ...silence, createdAt: clock.now, endsAt: clock.now + 60 * MINUTE }));
  clock.now += 30 * MINUTE;
  await tickAll(store, parts);
  expect(await texts()).toEqual(["🔴 Critical\nDisk full"]);
});

test("whoever left the portal hears no more of what they were told of", async () => {
  const { store, clock, addRule, forward, told, anna, bert } = await openAlerts();
  await addRule("all", { targets: [7, 8].map((bitrixId) => ({ kind: "person", bitrixId })) });
  await forward(alert({ key: "a" }));
  await store.tx((tx) => tx.people.leave(anna, clock.now));
  await forward(alert({ key: "a", severity: "critical" }));
  expect([await told(anna), await told(bert)].map(({ length }) => length)).toEqual([1, 2]);
});

test("whoever is on call and has left the portal is passed over, as a substitute too", async () => {
  const { store, clock, workspace, addRule, forward, told, anna, bert } = await openAlerts();
  await store.tx(async (tx) => {
    const turns = { timeZone: "UTC", period: "weekly", handoverMinute: 540, startDate: "2026-01-05" } as const;
    const made = { workspaceId: workspace.id, name: "ops", members: [anna, bert], ...turns };
    const { id: rotationId } = await tx.oncall.set(made, clock.now);
    const instead = { rotationId, personId: anna, from: clock.now, until: clock.now + MINUTE };
    await tx.oncall.override({ ...instead, createdBy: "cli", createdAt: clock.now });
    await tx.people.leave(anna, clock.now);
  });
  await addRule("all", { targets: [{ kind: "oncall", rotation: "ops" }] });
  await forward(alert());
  expect(await told(bert)).toHaveLength(1);
});

test("who was to be called in while a rule was off is called in when it is on again, once", async () => {
  const { store, clock, parts, addRule, forward, told, bert } = await openAlerts();
  const steps = [{ afterMinutes: 5, targets: [{ kind: "person", bitrixId: 8 } as const] }];
  const rule = await addRule("all", { options: { escalation: { steps, repeats: 0 } } });
  await forward(alert());
  const turn = (enabled: boolean) => store.tx((tx) => tx.rules.change(rule?.id ?? 0, { enabled }));
  const pass = async () => {
    clock.now += 6 * MINUTE;
    while (await tickAll(store, parts));
    return (await told(bert)).length;
  };
  await turn(false);
  expect(await pass()).toBe(0);
  await turn(true);
  expect([await pass(), await pass()]).toEqual([1, 1]);
});

test("what the cap has kept from a chat is not made up for by its end", async () => {
  const { store, clock, workspace, addRule, forward, everyIncident } = await openAlerts();
  const chat = { platform: "discord", chatId: "500", threadId: "501" } as const;
  await store.tx((tx) => tx.chats.bind({ ...chat, workspaceId: workspace.id, senders: "everyone" }, clock.now));
  await addRule("all", { targets: [{ kind: "chat", chat }], options: { capPerMinute: 2 } });
  const keys = ["a", "b", "c", "d"];
  for (const key of keys) await forward(alert({ key }));
  clock.now += 2 * MINUTE;
  for (const key of keys) await forward(alert({ key, status: "resolved" }));
  const posts = await Promise.all((await everyIncident()).map(({ id }) => store.read.posts.ofIncident(id)));
  expect(posts.map(({ length }) => length)).toEqual([1, 1, 0, 0]);
});

test("an incident's name is one line of which something is seen, and which turns nothing around it", async () => {
  const { addRule, forward, everyIncident } = await openAlerts();
  await addRule("all");
  const titles = ["\u200B\u200D\uFE0F", "\u202Edb\u2066-1", "db-1\u2028second line", "\n \u200B\n 🔥", "\u0000"];
  for (const title of titles) await forward(alert({ title }));
  expect((await everyIncident()).map(nameOf)).toEqual(["#1", "db-1", "db-1", "🔥", "#5"]);
});
