import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { slotOf, updateReceipt } from "../../src/app/receipts.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { notification } from "../support/entries.ts";
import { emptyFolder, folderWithWorkspace } from "./support.ts";
import { bytesOf, group, NOW, peopled, settleAll, tracesOf, unique } from "./traces.ts";

test("nothing of an erased person is left in the bytes of the database, and others keep theirs", async () => {
  const { shell } = await folderWithWorkspace();
  const zoya = unique();
  const { store, workspace, him, both, sent, kept } = await peopled(shell, zoya);
  await settleAll(store, [...both.deliveryIds, ...sent.deliveryIds]);
  expect(tracesOf(shell, zoya).length).toBeGreaterThan(8);

  const erased = await shell.run(["people", "erase", "main", zoya.email, "--yes", "--json"]);
  expect(erased.stderr).toBe("");
  expect(erased.json()).toMatchObject({
    kind: "erased",
    scrubbed: true,
    counts: {
      persons: 1,
      accounts: 1,
      sightings: 1,
      notificationsSent: 1,
      notificationsReceived: 2,
      updates: 1,
      rights: 1,
      chats: 1,
    },
  });
  expect(tracesOf(shell, zoya)).toEqual([]);
  expect(existsSync(kept)).toBe(false);
  expect((await store.read.people.list(workspace.id)).map(({ bitrixId }) => bitrixId)).toEqual([8]);
  expect(await store.read.people.byGroup(workspace.id, "oncall")).toMatchObject([{ bitrixId: 8 }]);
  expect((await store.read.deliveries.list({ workspaceId: workspace.id })).map(({ personId }) => personId)).toEqual([
    him.id,
  ]);
  expect((await store.read.inbox.due("telegram", { now: NOW, limit: 9 })).map(({ externalId }) => externalId)).toEqual([
    "2",
  ]);
  const audit = await store.read.audit.list({ workspaceId: workspace.id, limit: 99 });
  expect(audit.map(({ action }) => action)).toContain("people.erase");
  expect(audit.find(({ action }) => action === "link")).toMatchObject({
    actor: expect.stringMatching(/^telegram:erased-[0-9a-f]{8}$/u),
    subject: expect.stringMatching(/^= erased-/u),
  });
});

test("a dry run counts the same and changes nothing", async () => {
  const { shell } = await folderWithWorkspace();
  const zoya = unique();
  const { store, both, sent } = await peopled(shell, zoya);
  await settleAll(store, [...both.deliveryIds, ...sent.deliveryIds]);
  const before = tracesOf(shell, zoya);
  const dry = await shell.run(["people", "erase", "main", `id:${zoya.bitrixId}`, "--dry-run", "--json"]);
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(tracesOf(shell, zoya)).toEqual(before);
  const { counts, cancelled } = dry.json() as { counts: object; cancelled: number };
  const real = (await shell.run(["people", "erase", "main", `id:${zoya.bitrixId}`, "--yes", "--json"])).json();
  expect(real).toMatchObject({ counts, cancelled });
  expect(cancelled).toBe(1);
});

test("a text that somebody else still waits for goes as soon as it has been delivered", async () => {
  const { shell } = await folderWithWorkspace();
  const zoya = unique();
  const { store, workspace, both } = await peopled(shell, zoya);
  await shell.run(["people", "erase", "main", `id:${zoya.bitrixId}`, "--yes"]);
  expect((await store.read.notifications.byId(both.notificationId))?.text).toEqual([{ text: zoya.received }]);
  await settleAll(store, both.deliveryIds);
  const old = { workspaceId: workspace.id, before: 0, limit: 9 };
  expect(await store.tx((tx) => tx.notifications.forget(old, NOW))).toBe(1);
  expect((await store.read.notifications.byId(both.notificationId))?.text).toEqual([]);
});

test("what others sent to others about somebody goes too, where it names them", async () => {
  const { shell } = await folderWithWorkspace();
  const zoya = unique();
  const { store, workspace, him } = await peopled(shell, zoya);
  const recipients = [{ personId: him.id, bitrixId: 8, tag: "x", subTag: "s" }];
  const times = { createdAt: NOW, expiresAt: NOW + 9e8, recipients };
  const add = (change: Parameters<typeof notification>[2]) =>
    store.tx((tx) => tx.notifications.add(notification(workspace.id, [], { ...times, ...change })));
  const quoted = await add({ source: group("21"), text: [{ text: `${zoya.shownAs} wrote: ${zoya.sent}` }] });
  const noted = await add({ source: group("22"), senderNote: `Did you mean @${zoya.username}?` });
  const waiting = await add({ source: group("23"), text: [{ text: `ask ${zoya.name}` }] });
  const other = await add({ source: group("24"), text: [{ text: "nothing of hers" }] });
  await settleAll(
    store,
    [quoted, noted, other].flatMap((each) => each?.deliveryIds ?? []),
  );
  await shell.run(["people", "erase", "main", `id:${zoya.bitrixId}`, "--yes"]);
  const textOf = async (of: typeof quoted) => (await store.read.notifications.byId(of?.notificationId ?? 0))?.text;
  expect(await textOf(quoted)).toEqual([]);
  expect(await store.read.notifications.byId(noted?.notificationId ?? 0)).not.toHaveProperty("senderNote");
  expect(await textOf(other)).toEqual([{ text: "nothing of hers" }]);
  await settleAll(store, waiting?.deliveryIds ?? []);
  await store.tx((tx) => tx.notifications.forget({ workspaceId: workspace.id, before: 0, limit: 9 }, NOW));
  expect(await textOf(waiting)).toEqual([]);
});

test("a private dialogue in Discord goes too, which bears the id of a channel of its own", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("people map main --discord 112233445566778899 --bitrix 7");
  const store = await shell.store();
  const [workspace] = await store.read.workspaces.list();
  const workspaceId = workspace?.id ?? 0;
  const dialogue = (threadId: string) => ({ platform: "discord", chatId: "@me", threadId }) as const;
  await store.tx(async (tx) => {
    for (const [threadId, userId] of [
      ["900000000000000001", "112233445566778899"],
      ["900000000000000002", "998877665544332211"],
    ] as const) {
      await tx.chats.bind({ ...dialogue(threadId), workspaceId, senders: "linked" }, NOW);
      await tx.people.sighted({ chat: dialogue(threadId), userId, name: "x" }, NOW);
    }
    await tx.chats.setAdminChat(workspaceId, dialogue("900000000000000001"));
  });
  await shell.run("people erase main id:7 --yes");
  expect((await store.read.chats.list()).map(({ threadId }) => threadId)).toEqual(["900000000000000002"]);
  expect(await store.read.chats.adminChat(workspaceId)).toBeUndefined();
  expect(bytesOf(shell).includes("900000000000000001")).toBe(false);
});

test("what is just being sent is waited for", async () => {
  const { shell } = await folderWithWorkspace();
  const zoya = unique();
  const { store, workspace, alone } = await peopled(shell, zoya);
  await store.tx((tx) => tx.deliveries.claim({ workspaceId: workspace.id, now: NOW, limit: 1 }));
  const erasing = shell.run(["people", "erase", "main", `id:${zoya.bitrixId}`, "--yes", "--json"]);
  const cancelled = async (): Promise<boolean> =>
    (await store.read.deliveries.list({ workspaceId: workspace.id, verdict: "undeliverable" })).length > 0;
  while (!(await cancelled())) await new Promise((resolve) => setImmediate(resolve));
  expect(await store.read.people.byBitrixId(workspace.id, zoya.bitrixId)).toBeDefined();
  await settleAll(store, alone.deliveryIds);
  expect((await erasing).json()).toMatchObject({ kind: "erased" });
  expect(await store.read.people.byBitrixId(workspace.id, zoya.bitrixId)).toBeUndefined();
});

test("an account that belongs to nobody is erased by its id", async () => {
  const { shell } = await folderWithWorkspace();
  const { userId, shownAs } = unique();
  const store = await shell.store();
  await store.tx((tx) => tx.people.sighted({ chat: group("1"), userId, name: shownAs }, NOW));
  const erased = await shell.run(["people", "erase", "main", "--telegram", userId, "--yes", "--json"]);
  expect(erased.json()).toMatchObject({ counts: { sightings: 1 } });
  expect(bytesOf(shell).includes(shownAs)).toBe(false);
});

test("nothing is erased without being asked for twice", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("people map main --telegram @anna --bitrix 7");
  expect(await shell.run("people erase main id:7")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--yes"),
  });
  expect((await shell.run("people erase main id:70 --yes")).code).toBe(2);
  expect((await shell.run("people list main --json")).json()).toHaveLength(1);
});

test("whoever sent what still waited is told that it was cancelled, and not whose data was erased", async () => {
  const { shell } = await folderWithWorkspace();
  const zoya = unique();
  const { store, both, sent, him } = await peopled(shell, zoya);
  const dry = await shell.run(["people", "erase", "main", `id:${zoya.bitrixId}`, "--dry-run"]);
  expect(dry.stdout).toContain("3 queued deliveries would be cancelled");
  const wishOf = async (slot: string) => (await store.read.receipts.bySlot(slot))?.wish;
  for (const messageId of ["1", "2", "3"]) {
    const source = group(messageId);
    await store.tx((tx) => tx.receipts.wish(slotOf(source), source, { mark: "stored", text: zoya.name }, NOW));
  }
  const erased = await shell.run(["people", "erase", "main", `id:${zoya.bitrixId}`, "--yes"]);
  expect(erased.stdout).toContain("3 queued deliveries were cancelled; 2 messages in the chats will say so.");
  const note = "1 delivery was cancelled: the recipient’s data was erased.";
  expect(await wishOf(slotOf(group("1")))).toEqual({ mark: "failed", markText: "Not delivered.", text: note });
  expect(await wishOf(slotOf(group("2")))).toMatchObject({ mark: "stored", text: note });
  expect(await wishOf(slotOf(group("3")))).toBeUndefined();
  expect(tracesOf(shell, zoya).filter((trace) => trace !== "received")).toEqual([]);
  const [audited] = await store.read.audit.list({ action: "people.erase", limit: 1 });
  expect(audited?.subject).toMatch(/^erased-[0-9a-f]{8}: 3 cancelled$/u);
  // What becomes of those who wait still does not wipe the note away.
  await settleAll(store, both.deliveryIds);
  await store.tx((tx) => updateReceipt(tx, both.notificationId, { wordsIn, now: NOW }));
  expect((await wishOf(slotOf(group("2"))))?.text).toBe(note);
  expect((await store.read.deliveries.list({})).map(({ personId }) => personId)).toEqual([him.id]);
  expect(sent.deliveryIds).toHaveLength(1);
});

test("a backup is erased by restoring it elsewhere, as the documentation says", async () => {
  const { shell } = await folderWithWorkspace();
  const zoya = unique();
  await peopled(shell, zoya);
  const old = join(shell.cwd, "old.backup");
  await shell.run(["backup", old]);
  const cleaned = emptyFolder();
  mkdirSync(join(cleaned.cwd, "data"));
  copyFileSync(join(shell.cwd, "data", "secret.key"), join(cleaned.cwd, "data", "secret.key"));
  for (const line of [
    ["restore", old],
    ["people", "erase", "main", `id:${zoya.bitrixId}`, "--yes"],
    ["backup", "cleaned.backup"],
  ])
    expect(await cleaned.run(line), line.join(" ")).toMatchObject({ code: 0, stderr: "" });
  const bytes = readFileSync(join(cleaned.cwd, "cleaned.backup"));
  for (const trace of [zoya.name, zoya.email, zoya.username, zoya.userId, zoya.sent, zoya.file])
    expect(bytes.includes(trace)).toBe(false);
  expect(readFileSync(old).includes(zoya.email)).toBe(true);
});
