import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { FRESH_PACE } from "../../../src/core/pacing.ts";
import { addPeople, addWorkspace, message, notification, SETTINGS } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

test("a workspace keeps what is set, and only that changes", async () => {
  const { store } = await openTestStore();
  const workspace = await addWorkspace(store, "main", 5);
  expect(workspace).toMatchObject({ tags: "unprobed", settings: SETTINGS, createdAt: 5 });
  const credentials = { kind: "oauth", domain: "d", clientId: "c", clientSecret: "s" } as const;
  await store.tx((db) => db.workspaces.set(workspace.id, { credentials, tags: "honoured", probedAt: 7 }));
  await store.tx((db) => db.workspaces.set(workspace.id, {}));
  expect(await store.read.workspaces.byName("main")).toEqual({
    ...workspace,
    credentials,
    tags: "honoured",
    probedAt: 7,
  });
});

test("settings that a row is too old to have are what they are by default", async () => {
  const { store, file } = await openTestStore();
  const { id } = await addWorkspace(store);
  const other = new Database(file);
  other.exec("update workspaces set settings = json_remove(settings, '$.externalLinks', '$.maxNotificationMegabytes')");
  other.close();
  const settings = { ...SETTINGS, externalLinks: false, maxNotificationMegabytes: 200 };
  expect((await store.read.workspaces.byId(id))?.settings).toEqual(settings);
  await store.tx((db) => db.workspaces.set(id, { settings: { ...settings, externalLinks: true } }));
  expect((await store.read.workspaces.byId(id))?.settings.externalLinks).toBe(true);
});

test("a workspace is suspended with its reason, and resumed", async () => {
  const { store } = await openTestStore();
  const workspace = await addWorkspace(store);
  const why = { code: "OVERLOAD_LIMIT", reason: "closed by hand", at: 3 };
  await store.tx((db) => db.workspaces.suspend(workspace.id, why));
  expect((await store.read.workspaces.byId(workspace.id))?.suspended).toEqual(why);
  await store.tx((db) => db.workspaces.resume(workspace.id));
  expect(await store.read.workspaces.byId(workspace.id)).toEqual(workspace);
});

test("removing a workspace removes all that belongs to it, and nothing else", async () => {
  const { store } = await openTestStore();
  const [gone, stays] = [await addWorkspace(store, "gone"), await addWorkspace(store, "stays")];
  for (const { id } of [gone, stays]) {
    await store.tx(async (db) => {
      await db.chats.bind({ ...message("1", `-${id}`), workspaceId: id, senders: "everyone" }, 0);
      await db.chats.addAdmin(id, "telegram", "7");
      await db.people.map({ workspaceId: id, bitrixId: 1, platform: "telegram", userId: "7" });
      await db.notifications.add(notification(id, await addPeople(db, id, [1, 2])));
    });
  }
  await store.tx((db) => db.workspaces.remove(gone.id));
  expect(await store.read.workspaces.list()).toEqual([stays]);
  expect(await store.read.deliveries.list({ workspaceId: gone.id })).toEqual([]);
  expect(await store.read.deliveries.list({})).toHaveLength(2);
  expect(await store.read.chats.list()).toHaveLength(1);
  expect(await store.read.people.list(gone.id)).toEqual([]);
});

test("a topic's own binding comes before that of its chat", async () => {
  const { store } = await openTestStore();
  const [a, b] = [await addWorkspace(store, "a"), await addWorkspace(store, "b")];
  await store.tx(async (db) => {
    await db.chats.bind({ ...message("", "-1"), workspaceId: a.id, senders: "everyone" }, 0);
    await db.chats.bind({ ...message("", "-1", "7"), workspaceId: b.id, senders: "linked" }, 0);
  });
  expect(await store.read.chats.find(message("1", "-1", "7"))).toMatchObject({ workspaceId: b.id, senders: "linked" });
  expect(await store.read.chats.find(message("1", "-1", "8"))).toMatchObject({ workspaceId: a.id });
  expect(await store.read.chats.find({ ...message("1", "-1"), platform: "discord" })).toBeUndefined();
  const [, topic] = await store.read.chats.list();
  await store.tx((db) => db.chats.unbind(topic?.id ?? 0));
  expect(await store.read.chats.find(message("1", "-1", "7"))).toMatchObject({ workspaceId: a.id });
});

test("binding a chat again changes where it leads and keeps its tags' scope", async () => {
  const { store } = await openTestStore();
  const { id: workspaceId } = await addWorkspace(store);
  const bind = (senders: "everyone" | "list", now: number) =>
    store.tx((db) => db.chats.bind({ ...message("", "-1"), workspaceId, senders }, now));
  const first = await bind("everyone", 1);
  expect(await bind("list", 2)).toEqual({ ...first, senders: "list" });
});

test("a group that becomes a supergroup takes its binding, sightings, receipts and admin chat along", async () => {
  const { store } = await openTestStore();
  const { id: workspaceId } = await addWorkspace(store);
  const before = await store.tx(async (db) => {
    await db.people.map({ workspaceId, bitrixId: 1, platform: "telegram", userId: "7", name: "Anna" });
    await db.people.sighted({ chat: message("", "-1"), userId: "7", name: "Anna" }, 0);
    await db.receipts.wish("s", message("5", "-1"), { mark: "stored" }, 0);
    await db.chats.setAdminChat(workspaceId, message("", "-1"));
    return db.chats.bind({ ...message("", "-1"), workspaceId, senders: "everyone" }, 0);
  });
  await store.tx((db) => db.chats.migrate("-1", "-1001"));
  await store.tx((db) => db.chats.migrate("-1", "-1001"));
  const now = message("", "-1001");
  expect(await store.read.chats.find(now)).toEqual({ ...before, chatId: "-1001" });
  // What was written before and is dealt with afterwards still comes from the bound chat.
  expect(await store.read.chats.find(message("", "-1"))).toEqual({ ...before, chatId: "-1001" });
  for (const chat of [now, message("", "-1")])
    expect(await store.read.people.addressable(workspaceId, chat)).toHaveLength(1);
  expect(await store.read.chats.adminChat(workspaceId)).toEqual({
    platform: "telegram",
    chatId: "-1001",
    threadId: "",
  });
  // Message 5 of the supergroup is another message.
  const place = { platform: "telegram", chatId: "-1001", threadId: "" };
  expect((await store.read.receipts.bySlot("s"))?.target).toEqual(place);
  await store.tx((db) => db.receipts.wish("s", message("5", "-1"), { mark: "delivered" }, 1));
  expect((await store.read.receipts.bySlot("s"))?.target).toEqual(place);
});

test("a supergroup that was bound by its new id already stays bound as it is, and is known by the old id too", async () => {
  const { store } = await openTestStore();
  const { id: workspaceId } = await addWorkspace(store);
  const bind = (chatId: string, senders: "everyone" | "list") =>
    store.tx((db) => db.chats.bind({ ...message("", chatId), workspaceId, senders }, 0));
  const old = await bind("-1", "everyone");
  const taken = await bind("-1001", "list");
  await store.tx((db) => db.chats.migrate("-1", "-1001"));
  const bound = { ...taken, tagScope: old.tagScope };
  expect(await store.read.chats.list()).toEqual([bound]);
  expect(await store.read.chats.find(message("", "-1"))).toEqual(bound);
  await store.tx((db) => db.chats.unbind(taken.id));
  expect(await store.read.chats.find(message("", "-1"))).toBeUndefined();
});

test("admins are added once and removed once", async () => {
  const { store } = await openTestStore();
  const { id } = await addWorkspace(store);
  await store.tx(async (db) => {
    await db.chats.addAdmin(id, "telegram", "7");
    await db.chats.addAdmin(id, "telegram", "7");
    await db.chats.addAdmin(id, "discord", "7");
  });
  expect(await store.tx((db) => db.chats.removeAdmin(id, "telegram", "7"))).toBe(true);
  expect(await store.tx((db) => db.chats.removeAdmin(id, "telegram", "7"))).toBe(false);
  expect(await store.read.chats.listAdmins(id)).toEqual([{ platform: "discord", userId: "7", role: "admin" }]);
});

test("pace, rests of methods and cursors are what was put last", async () => {
  const { store } = await openTestStore();
  const { id } = await addWorkspace(store);
  expect(await store.read.pacing.get("h")).toBeUndefined();
  expect(await store.read.pacing.methodRest(id, "m")).toBe(0);
  const time = { roundTrip: 0.2, perCall: 0.04 };
  const pace = { ...FRESH_PACE, level: 3.25, at: 4, blockedUntil: 7, refusals: 1, size: 246, failures: 2, time };
  await store.tx(async (db) => {
    await db.pacing.put("h", { ...pace, level: 1 });
    await db.pacing.put("h", pace);
    await db.pacing.restMethod(id, "m", 8);
    await db.pacing.restMethod(id, "m", 9);
    await db.cursors.put("c", "1", 5);
    await db.cursors.put("c", "2", 6);
  });
  expect(await store.read.pacing.get("h")).toEqual(pace);
  expect(await store.read.pacing.methodRest(id, "m")).toBe(9);
  expect([await store.read.cursors.get("c"), await store.read.cursors.writtenAt("c")]).toEqual(["2", 6]);
  expect(await store.read.cursors.writtenAt("unknown")).toBe(0);
});

test("the audit is listed newest first, of one workspace or of all", async () => {
  const { store } = await openTestStore();
  const entry = (at: number) => ({ at, actor: "cli", action: "bind", subject: `chat ${at}` });
  const first = { ...entry(1), workspaceId: 1 };
  const third = { ...entry(3), workspaceId: 2 };
  await store.tx(async (db) => {
    for (const one of [first, entry(2), third]) await db.audit.append(one);
  });
  expect(await store.read.audit.list({ limit: 2 })).toEqual([third, entry(2)]);
  expect(await store.read.audit.list({ workspaceId: 1, limit: 9 })).toEqual([first]);
});
