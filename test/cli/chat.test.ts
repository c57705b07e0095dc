import { expect, test } from "vitest";
import { addWaiting } from "./deliveries.ts";
import { folderWithWorkspace } from "./support.ts";

const GUILD = "112233445566778899";

test("a chat is bound, listed, changed and unbound by the same flags", async () => {
  const { shell } = await folderWithWorkspace();
  expect(await shell.run("chat bind main --telegram -100123 --topic 5")).toMatchObject({ code: 0 });
  expect(await shell.run(`chat bind main --discord ${GUILD} --senders linked`)).toMatchObject({ code: 0 });
  expect(await shell.run(`chat bind main --discord ${GUILD} --senders list`)).toMatchObject({ code: 0 });
  expect((await shell.run("chat list --json")).json()).toMatchObject([
    { workspace: "main", platform: "telegram", chatId: "-100123", threadId: "5", senders: "everyone" },
    { workspace: "main", platform: "discord", chatId: GUILD, threadId: null, senders: "list" },
  ]);
  expect(await shell.run("chat unbind --telegram -100123 --topic 5")).toMatchObject({ code: 0 });
  expect(await shell.run("chat unbind 2")).toMatchObject({ code: 0 });
  expect((await shell.run("chat list main --json")).json()).toEqual([]);
});

test.each([
  "chat bind main",
  "chat bind main --telegram general",
  "chat bind main --telegram -1 --discord 112233445566778899",
  "chat bind main --telegram -1 --channel 112233445566778899",
  "chat bind main --topic 5",
  "chat bind main --telegram -1 --topic five",
  "chat bind main --discord releases",
  "chat bind main --discord @me",
  "chat bind main --telegram -1 --senders friends",
  "chat bind other --telegram -1",
  "chat unbind",
  "chat unbind 77",
  "chat unbind --telegram -1",
])("%s is wrong input and changes nothing", async (line) => {
  const { shell } = await folderWithWorkspace();
  expect(await shell.run(line)).toMatchObject({ code: 2, stdout: "" });
  expect((await shell.run("chat list --json")).json()).toEqual([]);
});

test("a chat that is bound to another workspace stays there", async () => {
  const { shell, portal } = await folderWithWorkspace();
  await shell.run("workspace add second --webhook -", portal.webhookUrl(1));
  await shell.run("chat bind main --telegram -5");
  expect(await shell.run("chat bind second --telegram -5")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("main"),
  });
  expect((await shell.run("chat list --json")).json()).toMatchObject([{ workspace: "main" }]);
});

test("unbinding cancels what is queued from that chat, says how many, and tells the senders", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("chat bind main --telegram -5");
  const store = await shell.store();
  const slot = await addWaiting(store, { chatId: "-5", bitrixIds: [7, 8] });
  await addWaiting(store, { chatId: "-6", bitrixIds: [7] });
  expect((await shell.run("chat unbind --telegram -5 --json")).json()).toMatchObject({ cancelled: 2 });
  expect((await shell.run("deliveries list --state queued --json")).json()).toHaveLength(1);
  expect((await store.read.receipts.bySlot(slot))?.wish).toMatchObject({ mark: "failed" });
});

test("unbinding a supergroup cancels what was queued while it was a group with another id too", async () => {
  const { shell } = await folderWithWorkspace();
  await shell.run("chat bind main --telegram -5");
  const store = await shell.store();
  await addWaiting(store, { chatId: "-5", bitrixIds: [7, 8] });
  await store.tx((tx) => tx.chats.migrate("-5", "-1005"));
  await addWaiting(store, { chatId: "-1005", bitrixIds: [9] });
  expect((await shell.run("chat unbind --telegram -1005 --json")).json()).toMatchObject({ cancelled: 3 });
});

test("administrators are named by id only", async () => {
  const { shell } = await folderWithWorkspace();
  expect(await shell.run("admin add main --telegram @anna")).toMatchObject({ code: 2 });
  expect(await shell.run("admin add main --telegram 4242")).toMatchObject({ code: 0 });
  const admin = { platform: "telegram", userId: "4242", role: "admin" };
  expect((await shell.run("admin list main --json")).json()).toEqual([admin]);
  expect(await shell.run("admin add main --telegram 4242 --role boss")).toMatchObject({ code: 2 });
  expect(await shell.run("admin add main --telegram 4242 --role sender")).toMatchObject({ code: 0 });
  expect((await shell.run("admin list main --json")).json()).toEqual([{ ...admin, role: "sender" }]);
  expect(await shell.run("admin remove main --telegram 4242")).toMatchObject({ code: 0 });
  expect(await shell.run("admin remove main --telegram 4242")).toMatchObject({ code: 2 });
});
