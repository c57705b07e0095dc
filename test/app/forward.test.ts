import { describe, expect, test } from "vitest";
import { acknowledge, retract } from "../../src/app/incidents.ts";
import { tickAll } from "../../src/app/incidentTimers.ts";
import { alert, openAlerts, sourceChat } from "../support/alerts.ts";
import { addWorkspace, message } from "../support/entries.ts";

const MINUTE = 60_000;

const at = (messageId: string) => ({ kind: "message", at: message(messageId) }) as const;

describe("an alert", () => {
  test("is told to those whom the rule of its chat names, once", async () => {
    const { addRule, forward, told } = await openAlerts();
    await addRule("all");
    await forward(alert({ origin: at("1"), severity: "error", title: "db-1", fields: [{ name: "host", value: "a" }] }));
    const [notification, ...more] = await told();
    expect(more).toEqual([]);
    expect(notification).toMatchObject({
      senderName: "Grafana",
      origin: "Ops",
      facts: { severity: "error", status: "open", fields: [{ name: "host", value: "a" }] },
      deliveries: [{ bitrixId: 7, state: "queued", tag: expect.stringMatching(/^h24\.i\.[0-9a-f]{32}\.7$/u) }],
    });
    expect(notification?.text.map((run) => run.text).join("")).toBe("🟠 Error\ndb-1\nDisk full");
  });

  test("that passes no filter goes nowhere, and neither does one of a chat without rules", async () => {
    const { addRule, forward, everyIncident } = await openAlerts();
    await addRule("ci", { filter: { tags: ["ci"] } });
    await forward(alert());
    await forward(alert({ origin: { kind: "message", at: message("1", "-777") } }));
    expect(await everyIncident()).toEqual([]);
  });

  test("of a chat that belongs to another workspace now is none of the former one's business", async () => {
    const { store, addRule, forward, everyIncident } = await openAlerts();
    await addRule("all");
    const other = await addWorkspace(store, "other");
    await store.tx((tx) => tx.chats.bind({ ...sourceChat, workspaceId: other.id, senders: "everyone" }, 0));
    await forward(alert());
    expect(await everyIncident()).toEqual([]);
  });

  test("that two rules forward to the same person is told by the first", async () => {
    const { addRule, forward, told } = await openAlerts();
    await addRule("one");
    await addRule("two");
    await forward(alert());
    expect(await told()).toHaveLength(1);
  });

  test("that comes back and ends again before that could be told is told once more, as the end that it is", async () => {
    const { clock, addRule, forward, texts, parts, store } = await openAlerts();
    await addRule("all");
    for (const status of ["firing", "resolved", "firing", "resolved"] as const) {
      await forward(alert({ key: "disk", status }));
      clock.now += 10_000;
      await tickAll(store, parts);
    }
    expect(await texts()).toHaveLength(2);
    clock.now += MINUTE;
    await tickAll(store, parts);
    clock.now += 10 * MINUTE;
    expect(await tickAll(store, parts)).toBe(false);
    expect((await texts()).slice(1)).toEqual([
      "✅ Resolved · after 10 s\nDisk full",
      "✅ Resolved · after 30 s · 2 times\nDisk full",
    ]);
  });

  test("that comes again is shown in the same place, at most once in a while, and then as resolved", async () => {
    const { clock, addRule, forward, told, texts, parts, store } = await openAlerts();
    await addRule("all");
    for (let second = 0; second < 3; second += 1) {
      await forward(alert({ key: "disk" }));
      clock.now += 1_000;
    }
    expect(await told()).toHaveLength(1);
    clock.now += MINUTE;
    await tickAll(store, parts);
    clock.now += 3 * MINUTE;
    await forward(alert({ key: "disk", status: "resolved", text: [{ text: "fine" }] }));
    expect(await texts()).toEqual([
      "🟡 Warning\nDisk full",
      "🟡 Warning · 3 times\nDisk full",
      "✅ Resolved · after 4 min · 3 times\nfine",
    ]);
    const tags = new Set((await told()).map(({ deliveries }) => deliveries[0]?.tag));
    expect(tags.size).toBe(1);
  });

  test("that is resolved by what its rule would not forward ends its incident all the same", async () => {
    const { addRule, forward, everyIncident } = await openAlerts();
    await addRule("grave", { filter: { severity: "error" } });
    await forward(alert({ key: "disk", severity: "critical" }));
    await forward(alert({ key: "disk", severity: "info", status: "resolved" }));
    expect(await everyIncident()).toMatchObject([{ status: "resolved" }]);
  });

  test("that comes late does not open again what has ended since", async () => {
    const { clock, addRule, forward, everyIncident } = await openAlerts();
    await addRule("all");
    await forward(alert({ key: "disk", at: 1 }));
    await forward(alert({ key: "disk", at: 3, status: "resolved" }));
    clock.now += 1_000;
    await forward(alert({ key: "disk", at: 2 }));
    expect(await everyIncident()).toMatchObject([{ status: "resolved", count: 1 }]);
  });

  test("of a hook is told by the rules of its own workspace", async () => {
    const { store, workspace, addRule, forward, everyIncident } = await openAlerts();
    const other = await addWorkspace(store, "other");
    const hook = { name: "ci", kind: "generic", createdAt: 0 } as const;
    const hooks = await store.tx(async (tx) => [
      await tx.hooks.add({ ...hook, workspaceId: workspace.id, keyHash: "a" }),
      await tx.hooks.add({ ...hook, workspaceId: other.id, keyHash: "b" }),
    ]);
    for (const [index, each] of hooks.entries()) {
      const hookId = each?.id ?? 0;
      await addRule(`rule ${index}`, { source: { kind: "hook", hookId } });
      await forward(alert({ origin: { kind: "hook", hookId, delivery: "1" } }));
    }
    expect(await everyIncident()).toHaveLength(1);
  });

  test("whose message is edited is told anew, and taken back when it is deleted", async () => {
    const { store, parts, addRule, forward, texts, told } = await openAlerts();
    await addRule("all");
    await forward(alert({ origin: at("5") }));
    await forward(alert({ origin: at("5"), edited: true, text: [{ text: "Disk nearly full" }] }));
    expect((await texts()).at(-1)).toBe("🟡 Warning\nDisk nearly full");
    await store.tx((tx) => retract(tx, message("5"), parts));
    expect((await told()).flatMap(({ deliveries }) => deliveries.map(({ verdict }) => verdict))).toEqual([
      "superseded",
      "recalled",
    ]);
  });

  test("that several messages tell shows the latest, whatever becomes of an earlier one, until none of them is left", async () => {
    const { clock, store, parts, addRule, forward, everyIncident, texts } = await openAlerts();
    await addRule("all", { options: { key: { kind: "shape" }, updateSeconds: 0 } });
    const said = (id: string, free: string, change = {}) =>
      forward(alert({ origin: at(id), text: [{ text: `Disk at ${free} %` }], at: Number(id), ...change }));
    await said("1", "80");
    clock.now += MINUTE;
    await said("2", "90");
    await said("1", "81", { edited: true });
    expect((await texts()).at(-1)).toBe("🟡 Warning · 2 times\nDisk at 90 %");
    await said("1", "99", { edited: true, severity: "critical" });
    expect((await texts()).at(-1)).toBe("🔴 Critical · 2 times\nDisk at 99 %");
    await store.tx((tx) => retract(tx, message("2"), parts));
    expect(await everyIncident()).toMatchObject([{ status: "open" }]);
    await store.tx((tx) => retract(tx, message("1"), parts));
    expect(await everyIncident()).toMatchObject([{ status: "resolved", state: { retracted: true } }]);
  });

  test("that comes again after its message was deleted is news to every target", async () => {
    const { store, parts, workspace, addRule, forward, everyIncident } = await openAlerts();
    const chat = { platform: "discord", chatId: "1", threadId: "2" } as const;
    await store.tx((tx) => tx.chats.bind({ ...chat, workspaceId: workspace.id, senders: "everyone" }, 0));
    await addRule("all", { targets: [{ kind: "chat", chat }], options: { key: { kind: "shape" } } });
    await forward(alert({ origin: at("1") }));
    await store.tx((tx) => retract(tx, message("1"), parts));
    await forward(alert({ origin: at("2") }));
    expect(await everyIncident()).toMatchObject([{ status: "resolved" }, { status: "open", count: 1 }]);
    expect(await store.read.posts.ofIncident(2)).toMatchObject([chat]);
  });

  test("goes to the chats of its targets, but never back to where it was said", async () => {
    const { store, workspace, addRule, forward } = await openAlerts();
    const target = { platform: "discord", chatId: "1", threadId: "2" } as const;
    const chats = [target, sourceChat, { ...target, threadId: "3" }];
    await store.tx((tx) => tx.chats.bind({ ...target, workspaceId: workspace.id, senders: "everyone" }, 0));
    await addRule("all", { targets: chats.map((chat) => ({ kind: "chat", chat })) });
    await forward(alert());
    expect(await store.read.posts.ofIncident(1)).toMatchObject([{ ...target, version: 1 }]);
  });
});

describe("who has it", () => {
  test("is said once, shown to all, and calls nobody in any more", async () => {
    const { store, clock, parts, addRule, forward, texts, bert, told } = await openAlerts();
    const escalation = {
      steps: [{ afterMinutes: 5, targets: [{ kind: "person", bitrixId: 8 } as const] }],
      repeats: 0,
    };
    await addRule("all", { options: { escalation } });
    await forward(alert());
    const have = (name: string) =>
      store.tx(async (tx) => {
        const incident = await tx.incidents.byId(1);
        return incident && acknowledge(tx, { incident, by: { name } }, parts);
      });
    expect(await have("Anna")).toBe("acknowledged");
    expect(await have("Bert")).toBe("already");
    expect((await texts()).at(-1)).toBe("👤 Warning · Anna has it since 13:00\nDisk full");
    clock.now += 10 * MINUTE;
    await tickAll(store, parts);
    expect(await told(bert)).toEqual([]);
  });

  test("is asked of the next ones when nobody says so, through every round", async () => {
    const { store, clock, parts, addRule, forward, bert, told } = await openAlerts();
    const escalation = {
      steps: [{ afterMinutes: 5, targets: [{ kind: "person", bitrixId: 8 } as const] }],
      repeats: 1,
    };
    await addRule("all", { options: { escalation } });
    await forward(alert());
    for (let minute = 0; minute < 30; minute += 1) {
      clock.now += MINUTE;
      await tickAll(store, parts);
    }
    expect((await told(bert)).map(({ priority }) => priority)).toEqual(["urgent", "urgent"]);
  });
});

describe("who is not to be disturbed", () => {
  test("hears in the morning what came at night, apart from what is critical", async () => {
    const { store, clock, parts, addRule, forward, texts, anna } = await openAlerts();
    await addRule("all");
    await store.tx((tx) => tx.quiet.set(anna, { timeZone: "UTC", from: 0, until: 14 * 60 }));
    await forward(alert({ key: "a", title: "db-1" }));
    await forward(alert({ key: "b", severity: "critical" }));
    expect(await texts()).toEqual(["🔴 Critical\nDisk full"]);
    clock.now += 2 * 60 * MINUTE;
    await tickAll(store, parts);
    expect((await texts()).slice(1)).toEqual(["1 alert was held back\n🟡 Warning\ndb-1"]);
    await forward(alert({ key: "a", status: "resolved" }));
    expect((await texts()).at(-1)).toBe("✅ Resolved · after 2 h\nDisk full");
  });

  test("hears once in the morning what two rules would have told", async () => {
    const { store, clock, parts, addRule, forward, texts, anna } = await openAlerts();
    await addRule("one");
    await addRule("two");
    await store.tx((tx) => tx.quiet.set(anna, { timeZone: "UTC", from: 0, until: 14 * 60 }));
    await forward(alert({ title: "db-1" }));
    clock.now += 2 * 60 * MINUTE;
    await tickAll(store, parts);
    expect(await texts()).toEqual(["1 alert was held back\n🟡 Warning\ndb-1"]);
  });

  test("hears nothing of what is muted, but how it ends when it was told before", async () => {
    const { store, clock, workspace, addRule, forward, texts } = await openAlerts();
    await addRule("all");
    await forward(alert({ key: "a", tags: ["ci"] }));
    const silence = { workspaceId: workspace.id, matcher: { tags: ["ci"] }, createdBy: "cli" };
    await store.tx((tx) => tx.silences.add({ ...silence, createdAt: clock.now, endsAt: clock.now + MINUTE }));
    await forward(alert({ key: "b", tags: ["ci"] }));
    await forward(alert({ key: "a", tags: ["ci"], status: "resolved" }));
    expect(await texts()).toEqual(["🟡 Warning\nDisk full", "✅ Resolved\nDisk full"]);
  });

  test("hears of the graver one of two that have the same cause, and of the other when that is over", async () => {
    const { store, clock, parts, addRule, forward, texts } = await openAlerts();
    await addRule("all", { options: { inhibitBy: ["host"] } });
    const host = [{ name: "host", value: "db-1" }];
    await forward(alert({ key: "down", fields: host, severity: "critical", text: [{ text: "down" }] }));
    await forward(alert({ key: "slow", fields: host, text: [{ text: "slow" }] }));
    clock.now += 2 * MINUTE;
    await tickAll(store, parts);
    expect(await texts()).toEqual(["🔴 Critical\ndown"]);
    await forward(
      alert({ key: "down", fields: host, severity: "critical", status: "resolved", text: [{ text: "up" }] }),
    );
    clock.now += 2 * MINUTE;
    await tickAll(store, parts);
    expect((await texts()).at(-1)).toBe("🟡 Warning\nslow");
  });
});

test("a graver one speaks for another of its cause however many others are open", async () => {
  const { addRule, forward, texts } = await openAlerts();
  await addRule("all", { options: { inhibitBy: ["host"], capPerMinute: 2_000, stormAfter: 2_000 } });
  const on = (host: string) => [{ name: "host", value: host }];
  await forward(alert({ key: "down", fields: on("db-1"), severity: "critical" }));
  for (let each = 0; each < 501; each += 1) await forward(alert({ key: `k${each}`, fields: on(`web-${each}`) }));
  await forward(alert({ key: "slow", fields: on("db-1"), text: [{ text: "slow" }] }));
  await forward(alert({ key: "other", fields: on("db-2"), text: [{ text: "other" }] }));
  const told = (await texts()).join("\n");
  expect(told).toContain("other");
  expect(told).not.toContain("slow");
});

test("a storm gives each person at most one visible notification an incident and one digest, and hides nothing critical", async () => {
  const { store, clock, parts, addRule, forward, told, everyIncident, anna, bert } = await openAlerts();
  await addRule("all", { targets: [7, 8].map((bitrixId) => ({ kind: "person", bitrixId })) });
  for (let each = 0; each < 500; each += 1) {
    const key = each % 20;
    const severity = key % 5 === 0 ? "critical" : "warning";
    await forward(alert({ key: `k${key}`, severity, text: [{ text: `trouble ${key}` }] }));
    clock.now += 120;
  }
  for (let second = 0; second < 300; second += 1) {
    clock.now += 1_000;
    await tickAll(store, parts);
  }
  const incidents = await everyIncident();
  expect(incidents).toHaveLength(20);
  for (const person of [anna, bert]) {
    const notifications = await told(person);
    const digests = notifications.filter(({ priority }) => priority === "digest");
    expect(digests).toHaveLength(1);
    const visible = new Set(
      notifications
        .flatMap(({ deliveries }) => deliveries.map(({ tag }) => tag))
        .filter((tag) => tag.startsWith("h24.i.")),
    );
    expect(visible.size).toBeLessThanOrEqual(incidents.length);
    const seen = new Set(notifications.map(({ incidentId }) => incidentId));
    for (const { id, severity } of incidents) if (severity === "critical") expect(seen).toContain(id);
  }
  const concerned = await Promise.all(incidents.map(({ id }) => store.read.incidents.persons(id)));
  expect(concerned.flat().every(({ toldVersion }) => toldVersion > 0)).toBe(true);
});

test("what is over says how long it took, in seconds where that was less than a minute", async () => {
  const { addRule, forward, texts, clock } = await openAlerts();
  await addRule("all");
  for (const [index, lasted] of [40_000, 125_000, 0].entries()) {
    const key = `k${index}`;
    await forward(alert({ origin: at(`${index}1`), key }));
    clock.now += lasted;
    await forward(alert({ origin: at(`${index}2`), key, status: "resolved", at: clock.now }));
  }
  expect((await texts()).filter((text) => text.startsWith("✅")).map((text) => text.split("\n")[0])).toEqual([
    "✅ Resolved · after 40 s",
    "✅ Resolved · after 2 min",
    "✅ Resolved",
  ]);
});

test("what is over took as long as its source says, however late it told us", async () => {
  const { addRule, forward, texts, clock } = await openAlerts();
  await addRule("all");
  const startedAt = clock.now - 3_600_000;
  await forward(alert({ origin: at("1"), key: "dated", startedAt, at: clock.now }));
  await forward(alert({ origin: at("2"), key: "dated", status: "resolved", startedAt, at: startedAt + 2_520_000 }));
  await forward(alert({ origin: at("3"), key: "begun", startedAt, at: clock.now }));
  await forward(alert({ origin: at("4"), key: "begun", status: "resolved", at: clock.now }));
  await forward(alert({ origin: at("5"), key: "never-told", status: "resolved", startedAt, at: startedAt + 1_000 }));
  expect((await texts()).filter((text) => text.startsWith("✅")).map((text) => text.split("\n")[0])).toEqual([
    "✅ Resolved · after 42 min",
    "✅ Resolved · after 1 h",
    "✅ Resolved · after 1 s",
  ]);
});
