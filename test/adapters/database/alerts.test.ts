import { beforeEach, describe, expect, test } from "vitest";
import type { Incident } from "../../../src/app/store/incidents.ts";
import type { Repositories, Store } from "../../../src/app/store/store.ts";
import { DEFAULT_OPTIONS, type RuleDefinition } from "../../../src/core/rule.ts";
import { alert as anyAlert } from "../../support/alerts.ts";
import { addPeople, addWorkspace, message } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

const NOW = 1_000_000;

const definition = (change: Partial<RuleDefinition> = {}): RuleDefinition => ({
  source: { kind: "chat", chat: { platform: "telegram", chatId: "-100", threadId: "5" } },
  filter: { tags: ["ci"] },
  targets: [{ kind: "person", bitrixId: 7 }],
  options: DEFAULT_OPTIONS,
  ...change,
});

const alert = anyAlert({ origin: { kind: "message", at: message("1") }, at: NOW });

const incident = (of: { workspaceId: number; ruleId: number }, change: Partial<Incident> = {}) => ({
  ...of,
  keyHash: "k",
  status: "open" as const,
  severity: "warning" as const,
  count: 1,
  version: 1,
  alert,
  state: {},
  openedAt: NOW,
  updatedAt: NOW,
  ...change,
});

let store: Store;
let tx: <T>(work: (db: Repositories) => Promise<T>) => Promise<T>;
let workspaceId: number;
let ruleId: number;

beforeEach(async () => {
  ({ store } = await openTestStore());
  tx = (work) => store.tx(work);
  workspaceId = (await addWorkspace(store)).id;
  const rule = await tx((db) => db.rules.add({ workspaceId, name: "builds", ...definition() }, NOW));
  ruleId = rule?.id ?? 0;
});

describe("rules", () => {
  test("are kept whole, in their order, each name once in a workspace", async () => {
    const second = await tx((db) => db.rules.add({ workspaceId, name: "disks", ...definition() }, NOW));
    expect(await tx((db) => db.rules.add({ workspaceId, name: "builds", ...definition() }, NOW))).toBeUndefined();
    expect((await store.read.rules.list(workspaceId)).map(({ name }) => name)).toEqual(["builds", "disks"]);
    await tx((db) => db.rules.change(second?.id ?? 0, { position: 0, filter: { words: ["disk"] } }));
    const [first] = await store.read.rules.list(workspaceId);
    expect(first).toMatchObject({ name: "disks", ...definition({ filter: { words: ["disk"] } }) });
  });

  test("are found by the chat that they listen to, as long as they are enabled", async () => {
    const { source } = definition();
    const elsewhere = { kind: "chat", chat: { platform: "telegram", chatId: "-1", threadId: "" } } as const;
    expect((await store.read.rules.listeningTo(source)).map(({ id }) => id)).toEqual([ruleId]);
    expect(await store.read.rules.listeningTo(elsewhere)).toEqual([]);
    expect(await store.read.rules.watched("telegram")).toMatchObject([source.kind === "chat" && source.chat]);
    expect(await store.read.rules.watched("discord")).toEqual([]);
    await tx((db) => db.rules.change(ruleId, { enabled: false }));
    expect(await store.read.rules.listeningTo(source)).toEqual([]);
    expect(await store.read.rules.watched("telegram")).toEqual([]);
  });

  test("move along when a group gets another id, with all that they forward to it", async () => {
    const group = { platform: "telegram", chatId: "-1", threadId: "" } as const;
    const stays = { platform: "discord", chatId: "-1", threadId: "" } as const;
    const [before, after] = ["-1", "-1001"].map((chatId) => {
      const chat = { kind: "chat", chat: { ...group, chatId } } as const;
      const targets = [chat, { kind: "chat", chat: stays }, { kind: "person", bitrixId: 7 }] as const;
      const options = {
        ...definition().options,
        escalation: { steps: [{ afterMinutes: 5, targets: [chat] }], repeats: 1 },
      };
      return definition({ source: chat, targets, options });
    });
    const made = await tx((db) => db.rules.add({ workspaceId, name: "groups", ...definition(), ...before }, NOW));
    const other = await store.read.rules.byId(ruleId);
    await tx((db) => db.rules.migrate("-1", "-1001"));
    expect(await store.read.rules.byId(made?.id ?? 0)).toMatchObject({ ...after });
    expect((await store.read.rules.listeningTo({ kind: "chat", chat: { ...group, chatId: "-1001" } })).length).toBe(1);
    expect(await store.read.rules.listeningTo({ kind: "chat", chat: group })).toEqual([]);
    expect(await store.read.rules.byId(ruleId)).toEqual(other);
  });
});

describe("incidents", () => {
  const add = (change: Partial<Incident> = {}) =>
    tx((db) => db.incidents.add(incident({ workspaceId, ruleId }, change)));

  test("are found by their key while they are open, and for a while after", async () => {
    const { id, ...added } = await add();
    expect(await store.read.incidents.byKey(ruleId, "k")).toEqual({ id, ...added });
    await tx((db) => db.incidents.save({ id, ...added, status: "resolved", resolvedAt: NOW + 5 }));
    expect(await store.read.incidents.byKey(ruleId, "k")).toBeUndefined();
    expect((await store.read.incidents.byKey(ruleId, "k", NOW + 5))?.id).toBe(id);
    expect(await store.read.incidents.byKey(ruleId, "k", NOW + 6)).toBeUndefined();
  });

  test("have at most one open for a key", async () => {
    await add();
    await expect(add()).rejects.toThrow();
  });

  test("are due when their timer says so, and not once it is taken away", async () => {
    const added = await add({ timerAt: NOW + 10 });
    expect(await store.read.incidents.nextDue()).toBe(NOW + 10);
    expect(await store.read.incidents.due(NOW + 9, 10)).toEqual([]);
    expect((await store.read.incidents.due(NOW + 10, 10)).map(({ id }) => id)).toEqual([added.id]);
    const { timerAt: _, ...rest } = added;
    await tx((db) => db.incidents.save(rest));
    expect(await store.read.incidents.nextDue()).toBeUndefined();
  });

  test("are found by what they were made of, and by what shows them", async () => {
    const { id } = await add();
    const place = { platform: "discord", chatId: "8", threadId: "9" } as const;
    await tx(async (db) => {
      await db.incidents.addSource(id, message("77"), NOW);
      await db.incidents.addSource(id, message("77"), NOW);
      await db.posts.want({ workspaceId, incidentId: id, ...place, version: 1 }, NOW);
      const [post] = await db.posts.ofIncident(id);
      await db.posts.update(post?.id ?? 0, { messageIds: ["500", "501"], post: "posted", shownVersion: 1 });
    });
    expect((await store.read.incidents.bySource(message("77"))).map((found) => found.id)).toEqual([id]);
    expect((await store.read.incidents.byPost({ ...place, messageId: "501" }))?.id).toBe(id);
    expect(await store.read.incidents.byPost({ ...place, threadId: "1", messageId: "501" })).toBeUndefined();
  });

  test("know whom they concern, and whose digest is due", async () => {
    const { id } = await add();
    const [anna = 0] = await tx((db) => addPeople(db, workspaceId, [7]));
    await tx((db) => db.incidents.concern(id, { personId: anna, toldVersion: 0, held: "storm", heldUntil: NOW + 60 }));
    expect(await store.read.incidents.nextHeld()).toBe(NOW + 60);
    expect(await store.read.incidents.heldDue(NOW + 59, 10)).toEqual([]);
    expect(await store.read.incidents.heldDue(NOW + 60, 10)).toEqual([anna]);
    expect(await store.read.incidents.heldOf(anna)).toEqual([id]);
    await tx((db) => db.incidents.concern(id, { personId: anna, toldVersion: 1 }));
    expect(await store.read.incidents.persons(id)).toEqual([{ personId: anna, toldVersion: 1 }]);
    expect(await store.read.incidents.nextHeld()).toBeUndefined();
  });

  test("lose their texts when these are old, and the map of ids later", async () => {
    const { id } = await add({ status: "resolved", resolvedAt: NOW });
    await tx((db) => db.incidents.addSource(id, message("1"), NOW));
    const forget = (before: number, of = workspaceId) =>
      tx((db) => db.incidents.forget({ workspaceId: of, before, limit: 10 }));
    expect([await forget(NOW), await forget(NOW + 1, workspaceId + 1), await forget(NOW + 1)]).toEqual([0, 0, 1]);
    expect((await store.read.incidents.byId(id))?.alert).toBeUndefined();
    expect(await store.read.incidents.bySource(message("1"))).toHaveLength(1);
    await tx((db) => db.incidents.prune(NOW + 1));
    expect(await store.read.incidents.bySource(message("1"))).toEqual([]);
  });
});

describe("posts", () => {
  test("follow the incident's version, and a newer one replaces what has not gone out yet", async () => {
    const { id } = await tx((db) => db.incidents.add(incident({ workspaceId, ruleId })));
    const place = { platform: "telegram", chatId: "-5", threadId: "" } as const;
    const want = (version: number) =>
      tx((db) => db.posts.want({ workspaceId, incidentId: id, ...place, version }, NOW));
    await want(1);
    await want(2);
    const due = await store.read.posts.due("telegram", NOW, 10);
    expect(due).toMatchObject([{ ...place, version: 2, shownVersion: 0, post: "none", messageIds: [] }]);
    await tx((db) => db.posts.update(due[0]?.id ?? 0, { shownVersion: 2, post: "posted", messageIds: ["1"] }));
    expect(await store.read.posts.due("telegram", NOW, 10)).toEqual([]);
    await tx((db) => db.posts.follow(id, 3, NOW));
    expect(await store.read.posts.nextDue("telegram")).toBe(NOW);
  });

  test("go to a group's new id, where what was posted is not there to be edited", async () => {
    const { id } = await tx((db) => db.incidents.add(incident({ workspaceId, ruleId })));
    const place = { platform: "telegram", chatId: "-5", threadId: "" } as const;
    await tx((db) => db.posts.want({ workspaceId, incidentId: id, ...place, version: 1 }, NOW));
    const [post] = await store.read.posts.ofIncident(id);
    await tx((db) => db.posts.update(post?.id ?? 0, { shownVersion: 1, post: "posted", messageIds: ["1", "", "2"] }));
    await tx((db) => db.chats.migrate("-5", "-1005"));
    expect(await store.read.posts.ofIncident(id)).toMatchObject([{ chatId: "-1005", post: "posted", messageIds: [] }]);
  });

  test("keep the address of a webhook sealed", async () => {
    const { id } = await tx((db) => db.incidents.add(incident({ workspaceId, ruleId })));
    const webhook = `https://discord.example/${"x".repeat(10)}`;
    const place = { platform: "discord", chatId: "webhook", threadId: "1" } as const;
    await tx((db) => db.posts.want({ workspaceId, incidentId: id, ...place, version: 1, webhook }, NOW));
    expect((await store.read.posts.ofIncident(id))[0]?.webhook).toBe(webhook);
  });

  test("are known again by what they said, for as long as that is asked about", async () => {
    await tx((db) => db.posts.said(workspaceId, ["a", "b", "a"], NOW));
    expect((await store.read.posts.wasSaid(workspaceId, ["a", "c"], NOW)).toSorted()).toEqual(["a"]);
    expect(await store.read.posts.wasSaid(workspaceId, ["a"], NOW + 1)).toEqual([]);
    await tx((db) => db.posts.forgetSaid(NOW + 1));
    expect(await store.read.posts.wasSaid(workspaceId, ["a"], 0)).toEqual([]);
  });
});

describe("silences, quiet hours and rotations", () => {
  test("a silence holds until its end, unless it is ended before", async () => {
    const silence = { workspaceId, matcher: { tags: ["ci"] }, createdBy: "cli", createdAt: NOW, endsAt: NOW + 10 };
    const id = await tx((db) => db.silences.add(silence));
    expect(await store.read.silences.live(workspaceId, NOW + 9)).toEqual([{ id, ...silence }]);
    expect(await store.read.silences.live(workspaceId, NOW + 10)).toEqual([]);
    expect(await tx((db) => db.silences.end(id, workspaceId + 1, NOW))).toBe(false);
    expect(await tx((db) => db.silences.end(id, workspaceId, NOW))).toBe(true);
    expect(await store.read.silences.live(workspaceId, NOW)).toEqual([]);
  });

  test("a person has quiet hours until they are taken away", async () => {
    const [anna = 0] = await tx((db) => addPeople(db, workspaceId, [7]));
    const hours = { timeZone: "Europe/Berlin", from: 1_320, until: 420 };
    await tx((db) => db.quiet.set(anna, hours));
    expect(await store.read.quiet.of(anna)).toEqual(hours);
    await tx((db) => db.quiet.set(anna, undefined));
    expect(await store.read.quiet.of(anna)).toBeUndefined();
  });

  test("a rotation keeps the order of its members, and its overrides", async () => {
    const [anna = 0, bert = 0] = await tx((db) => addPeople(db, workspaceId, [7, 8]));
    const rotation = {
      workspaceId,
      name: "ops",
      timeZone: "Europe/Berlin",
      period: "weekly" as const,
      handoverMinute: 540,
      startDate: "2026-01-05",
    };
    const made = await tx((db) => db.oncall.set({ ...rotation, members: [bert, anna, bert] }, NOW));
    expect(await store.read.oncall.byName(workspaceId, "ops")).toEqual({ ...made, members: [bert, anna, bert] });
    const changed = await tx((db) => db.oncall.set({ ...rotation, members: [anna] }, NOW));
    expect(changed).toEqual({ ...made, members: [anna] });
    const override = { rotationId: made.id, personId: bert, from: 5, until: 10, createdBy: "cli", createdAt: NOW };
    const { id } = await tx((db) => db.oncall.override(override));
    expect(await store.read.oncall.overrides(made.id, 9)).toMatchObject([{ id, personId: bert }]);
    expect(await store.read.oncall.overrides(made.id, 10)).toEqual([]);
  });
});
