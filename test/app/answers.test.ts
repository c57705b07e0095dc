import { expect, test } from "vitest";
import type { Sender } from "../../src/core/chat.ts";
import { IVAN, NOW, openDesk } from "../support/desk.ts";

test.each([
  ["/notify", "Whom shall I notify?"],
  ["/notify Build is red", "Whom shall I notify?"],
  ["/notify id:0 text", "“id:0” is no recipient"],
  ["/notify @anna", "What shall I say?"],
  ["/notify @anna #ci", "What shall I say?"],
  ["/notify @anna \u200f\u2060 \u200b\ufeff\u2800", "What shall I say?"],
])("%s is answered with the corrected form", async (text, answer) => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const at = await desk.say(text);
  const wish = await desk.wish(at);
  expect(wish?.text).toContain(answer);
  expect(wish?.text).toContain("/notify @anna");
  expect(await desk.deliveries(at)).toEqual([]);
});

test.each([
  ["/notify @heads hello", "Nobody is in @heads now.\nNobody was notified.", 0],
  ["/notify @heads, @anna hello", undefined, 1],
])("%s names the group that nobody is in", async (text, answer, count) => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  await desk.store.tx((tx) => tx.people.setGroup(desk.workspace.id, "heads", []));
  const at = await desk.say(text);
  expect(await desk.deliveries(at)).toHaveLength(count);
  const [stored] = await desk.store.read.notifications.bySource(at);
  if (answer === undefined) expect(stored?.senderNote).toBe("Nobody is in @heads now.");
  else expect((await desk.wish(at))?.text).toBe(answer);
});

test("help names /link to those who may use it, and to nobody who cannot be known", async () => {
  const desk = await openDesk();
  const said = async (sender: Sender, language: string) => {
    desk.now += 60_000;
    return (await desk.wish(await desk.say("/help", { sender: { ...sender, language } })))?.text ?? "";
  };
  expect(await said(IVAN, "en")).toContain("/link – prove who you are in Bitrix24.");
  expect(await said(IVAN, "ru")).toContain("/link – доказать, кто вы в Битрикс24.");
  expect(await said({ kind: "anonymous-admin", userId: "1087968824", name: "Ops" }, "en")).not.toContain("/link");
});

test("help names the commands of alerts to administrators alone", async () => {
  const desk = await openDesk();
  const helped = async () => (await desk.wish(await desk.say("/help")))?.text ?? "";
  expect(await helped()).not.toContain("/forward");
  await desk.store.tx((tx) => tx.chats.addAdmin(desk.workspace.id, "telegram", IVAN.userId));
  desk.now += 60_000;
  expect(await helped()).toContain("/forward – alerts of this chat go to people and to other chats. /rules –");
});

test("malformed commands of one sender are answered once a minute", async () => {
  const desk = await openDesk();
  await desk.say("/notify");
  const second = await desk.say("/notify");
  expect(await desk.wish(second)).toBeUndefined();
  desk.now = NOW + 60_000;
  expect((await desk.wish(await desk.say("/notify")))?.text).toContain("Whom");
});

test("a sender is slowed down after twenty commands at once, and told how long to wait", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  for (let command = 0; command < 20; command += 1) await desk.say(`/notify @anna ${command}`);
  const at = await desk.say("/notify @anna one too many");
  expect(await desk.deliveries(at)).toEqual([]);
  expect((await desk.wish(at))?.text).toContain("2 seconds");
});

test("in an unbound chat only help, whoami and connect are answered, once a minute, with this chat's own bind line", async () => {
  const desk = await openDesk({ unbound: true });
  expect(await desk.wish(await desk.say("/notify @anna hello"))).toBeUndefined();
  const first = await desk.say("/help");
  expect((await desk.wish(first))?.text).toContain("chat bind <workspace> --telegram -100");
  expect(await desk.wish(await desk.say("/whoami"))).toBeUndefined();
  desk.now = NOW + 60_000;
  expect((await desk.wish(await desk.say("/connect")))?.text).toContain("-100");
});

test("answers are in the sender's language", async () => {
  const desk = await openDesk();
  const at = await desk.say("/notify", { sender: { ...IVAN, language: "ru-RU" } });
  expect((await desk.wish(at))?.text).toContain("Кого уведомить?");
});

test("status names the verdict of each recipient of the sender's latest notifications", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7, "Anna Smith");
  await desk.say("/notify @anna hello");
  const at = await desk.say("/status");
  expect((await desk.wish(at))?.text).toMatch(/“hello” – Anna Smith: waiting/u);
});

test("every command that names nobody known is answered, however soon after the last", async () => {
  const desk = await openDesk();
  await desk.say("/notify");
  for (const name of ["nobody_a", "nobody_b"]) {
    expect((await desk.wish(await desk.say(`/notify @${name} hello`)))?.text).toContain(name);
  }
});

test("what was replaced before it was sent is not shown as delivered, and the sender is told why", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7, "Anna");
  const first = await desk.say("/notify @anna old #ci");
  await desk.say("/notify @anna new #ci");
  expect(await desk.wish(first)).toMatchObject({
    mark: "failed",
    text: "Anna: replaced by a newer one with the same tag",
  });
});

test("anonymous administrators of different chats share neither their rate nor their notifications", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const elsewhere = { platform: "telegram", chatId: "-200", threadId: "" } as const;
  await desk.store.tx((tx) =>
    tx.chats.bind({ ...elsewhere, workspaceId: desk.workspace.id, senders: "everyone" }, NOW),
  );
  const sender = { kind: "anonymous-admin", userId: "1087968824", name: "Group" } as const;
  for (let command = 0; command < 20; command += 1) await desk.say(`/notify @anna secret ${command}`, { sender });
  const at = { ...elsewhere, messageId: "900" };
  await desk.say("/status", { sender, at });
  expect((await desk.wish(at))?.text).toBe("You have sent nothing from here yet.");
});

test("status says what keeps a delivery waiting, in the asker's language", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7, "Anna");
  const at = await desk.say("/notify @anna hello");
  const asked = async (language: string) =>
    (await desk.wish(await desk.say("/status", { sender: { ...IVAN, language } })))?.text;
  const [delivery] = await desk.deliveries(at);
  const again = { kind: "again", dueAt: desk.now + 1, code: "NO_ANSWER", doubtful: true } as const;
  await desk.store.tx((tx) => tx.deliveries.settle(delivery?.id ?? 0, again, desk.now));
  expect(await asked("en")).toContain("Anna: waiting (the portal did not answer)");
  const suspended = { code: "NO_AUTH_FOUND", reason: "x", at: desk.now };
  await desk.store.tx((tx) => tx.workspaces.suspend(desk.workspace.id, suspended));
  expect(await asked("en")).toContain("Anna: waiting (the connection to Bitrix24 is suspended)");
  expect(await asked("ru")).toContain("Anna: ожидает отправки (связь с Битрикс24 приостановлена)");
});

test("a group does not learn from /status what its asker sent from elsewhere; the asker alone does", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const dialogue = { platform: "telegram", chatId: "77", threadId: "" } as const;
  await desk.store.tx((tx) => tx.chats.bind({ ...dialogue, workspaceId: desk.workspace.id, senders: "everyone" }, NOW));
  const inPrivate = { place: { kind: "private", title: "Ivan" } } as const;
  await desk.say("/notify @anna salary", { ...inPrivate, at: { ...dialogue, messageId: "1" } });
  await desk.say("/notify @anna outage");
  const inGroup = (await desk.wish(await desk.say("/status")))?.text;
  expect(inGroup).toContain("outage");
  expect(inGroup).not.toContain("salary");
  const alone = await desk.say("/status", { ...inPrivate, at: { ...dialogue, messageId: "2" } });
  expect((await desk.wish(alone))?.text).toMatch(/outage[\s\S]*salary/u);
});

test("a receipt can name its notification by its first words, where it comes to stand apart from it", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const aboutOf = async (text: string) => (await desk.wish(await desk.say(`/notify @anna ${text}`)))?.about;
  expect(await aboutOf("Build\nis red")).toBe("“Build is red”:");
  expect(await aboutOf("🚀".repeat(61))).toBe(`“${"🚀".repeat(60)}…”:`);
});

test("one channel of a Discord server does not learn from /status what its asker sent from another one", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const server = { platform: "discord", chatId: "900000000000000001" } as const;
  const { id: workspaceId } = desk.workspace;
  await desk.store.tx((tx) => tx.chats.bind({ ...server, threadId: "", workspaceId, senders: "everyone" }, NOW));
  await desk.say("!notify @anna salary", { at: { ...server, threadId: "1", messageId: "10" } });
  await desk.say("!notify @anna outage", { at: { ...server, threadId: "2", messageId: "20" } });
  const at = { ...server, threadId: "2", messageId: "21" };
  await desk.say("!status", { at });
  const told = (await desk.wish(at))?.text;
  expect(told).toContain("outage");
  expect(told).not.toContain("salary");
});

test("an edit by whom may not send makes nobody known, whatever ids it names", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const at = await desk.say("/notify @anna hello");
  const binding = await desk.store.read.chats.find(at);
  await desk.store.tx((tx) => tx.chats.setSenders(binding?.id ?? 0, "linked"));
  await desk.say("/notify @anna, id:999 hello", { at, edited: true });
  expect(await desk.store.read.people.byBitrixId(desk.workspace.id, 999)).toBeUndefined();
});
