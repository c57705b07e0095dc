import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { IVAN } from "../support/desk.ts";
import { made, names, noted, openRoom, SCOPES } from "./connectRoom.ts";

test("a set-up code and a webhook in private make a workspace whose owner is the asker", async () => {
  const room = await openRoom();
  const { portal, store, privately, invite, work, textOf, removed } = room;
  const at = await privately(`/connect ${await invite()} ${portal.webhookUrl(1)} acme`);
  await work();
  const workspace = await made(room);
  expect(workspace).toMatchObject({ host: portal.host, tags: "ignored", capabilities: { scopes: SCOPES } });
  expect(await store.read.chats.listAdmins(workspace.id)).toEqual([
    { platform: "telegram", userId: "77", role: "owner" },
  ]);
  expect(await store.read.chats.find(at)).toMatchObject({ workspaceId: workspace.id });
  expect(await store.read.chats.adminChat(workspace.id)).toMatchObject({ chatId: "77" });
  const text = await textOf(at);
  expect(workspace.name).toMatch(/^acme-\w{4}$/u);
  expect(text).toContain(`connected as the workspace ${workspace.name}`);
  expect(text).toContain("I deleted your message");
  expect(text).toContain("ignores tags");
  expect(removed).toMatchObject([at]);
  expect(portal.feed(1)).toEqual([]);
});

test("without a name the workspace is called after its portal, and scopes that are missing are named", async () => {
  const room = await openRoom({ webhooks: [{ userId: 1, code: "c".repeat(16), scopes: ["im"] }] });
  const at = await room.privately(`/connect ${await room.invite()} ${room.portal.webhookUrl(1)}`);
  await room.work();
  expect((await made(room)).name).toMatch(/^portal-127-\w{4}$/u);
  const text = await room.textOf(at);
  for (const scope of ["user_basic", "disk", "imbot"]) expect(text).toContain(`The scope ${scope} is not granted`);
  expect(text).not.toContain("The scope im is not");
});

test("one code makes one workspace, even when it is used twice at the same moment", async () => {
  const room = await openRoom();
  const code = await room.invite();
  const first = await room.privately(`/connect ${code} ${room.portal.webhookUrl(1)} one`);
  const second = await room.privately(`/connect ${code} ${room.portal.webhookUrl(1)} two`, {
    sender: { ...IVAN, userId: "78" },
  });
  await room.work();
  expect(await names(room)).toHaveLength(2);
  const answers = [await room.textOf(first), await room.textOf(second)];
  expect(answers.filter((text) => text.includes("Nothing was connected"))).toHaveLength(1);
});

test("an owner needs no code, just pastes the address, and renews the webhook of the same portal", async () => {
  const room = await openRoom();
  const { store, workspace, portal, privately, work, textOf } = room;
  await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId, "owner"));
  await privately(`look here, that is ours: ${portal.webhookUrl(1)}`);
  await work();
  const { id, name } = await made(room);
  await store.tx((tx) => tx.workspaces.suspend(id, { code: "INVALID_CREDENTIALS", reason: "", at: 0 }));
  const again = await privately(`/connect ${portal.webhookUrl(1)} ${name.replace(/-\w{4}$/u, "")}`);
  await work();
  expect((await made(room)).suspended).toBeUndefined();
  expect(await textOf(again)).toContain("uses the new webhook");
});

test("a set-up code that comes with a renewal is used up by it", async () => {
  const room = await openRoom();
  const { portal, privately, invite, work, textOf } = room;
  const [first, second] = [await invite(), await invite()];
  await privately(`/connect ${first} ${portal.webhookUrl(1)}`);
  await work();
  await privately(`/connect ${second} ${portal.webhookUrl(1)}`);
  await work();
  await made(room);
  for (const code of [first, second]) {
    const at = await privately(`/connect ${code} ${portal.webhookUrl(1)}`, { sender: { ...IVAN, userId: "78" } });
    expect(await textOf(at)).not.toContain("connected as");
  }
  await work();
  expect(await noted(room)).toEqual(Array(2).fill(`telegram:78 connect.refused wrong-code`));
});

test("what a renewed webhook may do is known at once, before the portal is looked into", async () => {
  const scopes = ["im", "disk"];
  const room = await openRoom({ webhooks: [{ userId: 1, code: "d".repeat(16), scopes }] });
  const { store, portal, privately, invite, work } = room;
  await privately(`/connect ${await invite()} ${portal.webhookUrl(1)}`);
  await work();
  const { id, capabilities } = await made(room);
  if (!capabilities) throw new Error("it was looked into");
  const before = { ...capabilities, scopes: ["im"], drive: "no-scope" } as const;
  await store.tx((tx) => tx.workspaces.set(id, { capabilities: before }));
  await privately(portal.webhookUrl(1));
  await room.work("connect");
  expect((await made(room)).capabilities).toMatchObject({ scopes, drive: "unknown", lookUp: "none" });
});

test.each([
  ["in capitals", (code: string) => code.toUpperCase()],
  ["in groups", (code: string) => (code.match(/.{4}/gu) ?? []).join(" ")],
  ["with dashes", (code: string) => (code.match(/.{8}/gu) ?? []).join("-").toUpperCase()],
])("a set-up code %s is the same code, and no name", async (_, typed) => {
  const room = await openRoom();
  const code = await room.invite();
  await room.privately(`/connect ${room.portal.webhookUrl(1)} ${typed(code)}`);
  await room.work();
  expect((await made(room)).name).toMatch(/^portal-127-\w{4}$/u);
  expect(await room.store.read.permits.isGood(code, "invitation", room.desk.now)).toBe(false);
});

test("whether another workspace has the wanted name already is not to be seen", async () => {
  const room = await openRoom();
  await room.privately(`/connect ${await room.invite()} ${room.portal.webhookUrl(1)} main`);
  await room.work();
  expect((await made(room)).name).toMatch(/^main-\w{4}$/u);
});

test("neither the webhook nor the code is ever written down in clear, logged or said", async () => {
  const room = await openRoom();
  const code = await room.invite();
  const at = await room.privately(`/connect ${code} ${room.portal.webhookUrl(1)} acme`);
  await room.desk.say(`/connect ${room.portal.webhookUrl(1)}`);
  const bytes = () => {
    const folder = dirname(room.desk.file);
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1"));
  };
  const before = bytes();
  await room.work();
  const places = [...before, ...bytes(), JSON.stringify(room.lines), await room.textOf(at)].join("\n");
  expect(places).toContain("acme");
  for (const secret of [code, room.codeOf]) expect(places).not.toContain(secret);
});
