import { expect, test } from "vitest";
import type { GivenRole } from "../../src/core/permissions.ts";
import { type Desk, IVAN, openDesk } from "../support/desk.ts";

const MINUTE_MS = 60_000;

async function openRoom({ role = "owner" }: { role?: GivenRole | "none" } = {}) {
  const desk = await openDesk();
  const { store, workspace } = desk;
  if (role !== "none") await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId, role));
  const textOf = async (at: Awaited<ReturnType<Desk["say"]>>) => (await desk.wish(at))?.text ?? "";
  /** Binds another chat of the same workspace. */
  const bindAnother = (chatId: string) =>
    store.tx((tx) =>
      tx.chats.bind(
        { platform: "telegram", chatId, threadId: "", workspaceId: workspace.id, senders: "everyone" },
        desk.now,
      ),
    );
  const isBound = async (at: Awaited<ReturnType<Desk["say"]>>) => (await store.read.chats.find(at)) !== undefined;
  const suspended = async () => (await store.read.workspaces.byId(workspace.id))?.suspended?.code;
  const adminChat = () => store.read.chats.adminChat(workspace.id);
  const notices = (chatId: string) =>
    store.tx((tx) => tx.chats.setAdminChat(workspace.id, { platform: "telegram", chatId, threadId: "" }));
  return { desk, store, workspace, textOf, bindAnother, isBound, suspended, adminChat, notices };
}

test("disconnecting is asked for twice, cancels what this chat has queued, and says how many", async () => {
  const { desk, textOf, isBound, suspended } = await openRoom();
  await desk.map("anna", 7);
  const sent = await desk.say("/notify @anna Build is red");
  const asked = await desk.say("/disconnect");
  expect(await textOf(asked)).toContain("1 queued notification would be cancelled");
  expect(await textOf(asked)).toContain("/disconnect yes");
  expect(await isBound(asked)).toBe(true);
  const done = await desk.say("/disconnect yes");
  expect(await textOf(done)).toContain("1 queued notification was cancelled");
  expect(await isBound(done)).toBe(false);
  expect(await desk.deliveries(sent)).toMatchObject([{ verdict: "undeliverable", code: "UNBOUND" }]);
  expect(await suspended()).toBe("DISCONNECTED");
});

test("an answer to a question that nobody asked is only a question", async () => {
  const { desk, textOf, isBound } = await openRoom();
  const first = await desk.say("/disconnect yes");
  expect(await textOf(first)).toContain("would no longer be connected");
  expect(await isBound(first)).toBe(true);
  await desk.say("/отключить да");
  expect(await isBound(first)).toBe(false);
});

test("only the account that asked can answer", async () => {
  const { desk, store, workspace, isBound } = await openRoom();
  await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", "78", "owner"));
  await desk.say("/disconnect");
  const other = await desk.say("/disconnect yes", { sender: { ...IVAN, userId: "78" } });
  expect(await isBound(other)).toBe(true);
  await desk.say("/disconnect yes");
  expect(await isBound(other)).toBe(false);
});

test("an answer in another chat does not count", async () => {
  const { desk, bindAnother, isBound } = await openRoom();
  await bindAnother("-200");
  const here = await desk.say("/disconnect");
  const at = { platform: "telegram", chatId: "-200", threadId: "", messageId: "1" } as const;
  await desk.say("/disconnect yes", { at });
  expect(await isBound(here)).toBe(true);
  expect(await isBound(at)).toBe(true);
});

test("an answer comes too late after ten minutes, and is good for one time only", async () => {
  const { desk, store, workspace, isBound } = await openRoom();
  const asked = await desk.say("/disconnect");
  desk.now += 10 * MINUTE_MS;
  await desk.say("/disconnect yes");
  expect(await isBound(asked)).toBe(true);
  desk.now += 9 * MINUTE_MS;
  await desk.say("/disconnect yes");
  expect(await isBound(asked)).toBe(false);
  await store.tx((tx) => tx.chats.bind({ ...asked, workspaceId: workspace.id, senders: "everyone" }, desk.now));
  await desk.say("/disconnect yes");
  expect(await isBound(asked)).toBe(true);
});

test("a question is asked anew when its consequences have become others", async () => {
  const { desk, store, bindAnother, textOf, isBound, suspended } = await openRoom();
  const other = await bindAnother("-200");
  const asked = await desk.say("/disconnect");
  expect(await textOf(asked)).not.toContain("last chat");
  await store.tx((tx) => tx.chats.unbind(other.id));
  const again = await desk.say("/disconnect yes");
  expect(await textOf(again)).toContain("last chat");
  expect(await isBound(again)).toBe(true);
  await desk.say("/disconnect yes");
  expect(await suspended()).toBe("DISCONNECTED");
});

test("disconnecting one chat of several leaves the workspace alone", async () => {
  const { desk, bindAnother, isBound, suspended } = await openRoom();
  await bindAnother("-200");
  await desk.say("/disconnect");
  const done = await desk.say("/disconnect yes");
  expect(await isBound(done)).toBe(false);
  expect(await suspended()).toBeUndefined();
});

test("somebody without a role cannot, however often they say it", async () => {
  const { desk, isBound } = await openRoom({ role: "none" });
  await desk.say("/disconnect");
  expect(await isBound(await desk.say("/disconnect yes"))).toBe(true);
});

test("an admin who is no owner ends the chat's connection, and the workspace goes on", async () => {
  const { desk, isBound, suspended } = await openRoom({ role: "admin" });
  await desk.say("/disconnect");
  expect(await isBound(await desk.say("/disconnect yes"))).toBe(false);
  expect(await suspended()).toBeUndefined();
});

test("where administrators get their notices, that is told first, and they get none there afterwards", async () => {
  const { desk, store, textOf, adminChat, notices } = await openRoom();
  await notices("-100");
  const warning = "afterwards they come to no chat";
  expect(await textOf(await desk.say("/disconnect"))).toContain(warning);
  expect(await adminChat()).toBeDefined();
  const done = await desk.say("/disconnect yes");
  expect(await textOf(done)).toContain(warning);
  expect(await textOf(done)).toContain("workspace set main admin-chat=");
  expect(await adminChat()).toBeUndefined();
  const audit = await store.read.audit.list({ action: "workspace.admin-chat", limit: 9 });
  expect(audit).toMatchObject([{ actor: "telegram:77", subject: "none" }]);
});

test("notices move to a private chat of an administrator that is connected, never to a group", async () => {
  const { desk, bindAnother, textOf, adminChat, notices } = await openRoom();
  await notices("-100");
  await bindAnother("-200");
  await bindAnother(IVAN.userId);
  await desk.say("/disconnect");
  const done = await desk.say("/disconnect yes");
  expect(await textOf(done)).toContain("private chat of one of them");
  expect(await adminChat()).toMatchObject({ chatId: IVAN.userId });
});

test("notices that come elsewhere stay there", async () => {
  const { desk, textOf, adminChat, notices } = await openRoom();
  await notices("-300");
  await desk.say("/disconnect");
  const done = await desk.say("/disconnect yes");
  expect(await textOf(done)).not.toContain("Notices");
  expect(await adminChat()).toMatchObject({ chatId: "-300" });
});
