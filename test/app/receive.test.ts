import { expect, test } from "vitest";
import { updateReceipt } from "../../src/app/receipts.ts";
import type { MessageRef } from "../../src/core/chat.ts";
import { plain, plainText } from "../../src/core/richText.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { IVAN, NOW, openDesk } from "../support/desk.ts";

const PHOTO = {
  kind: "picture",
  name: "graph.jpg",
  size: 2_000,
  source: { kind: "telegram", fileId: "file-1", uniqueId: "u1" },
} as const;

test("a command becomes one notification with a delivery for each person named, and shows that it is stored", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  await desk.map("boris", 8);
  const at = await desk.say("/notify @anna, @boris Build is red #ci");
  const deliveries = await desk.deliveries(at);
  expect(deliveries.map(({ bitrixId, state }) => ({ bitrixId, state }))).toEqual([
    { bitrixId: 7, state: "queued" },
    { bitrixId: 8, state: "queued" },
  ]);
  const [notification] = await desk.store.read.notifications.bySource(at);
  expect(notification).toMatchObject({ senderName: "Ivan", origin: "Telegram, Ops", tag: "ci" });
  expect(plainText(notification?.text ?? [])).toBe("Build is red");
  expect(await desk.wish(at)).toMatchObject({ mark: "stored" });
});

test("a message that comes twice notifies once", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const at = await desk.say("/notify @anna once");
  await desk.say("/notify @anna once", { at });
  expect(await desk.deliveries(at)).toHaveLength(1);
});

test("the same tag in the same chat gives the same portal tag; another chat or another person another one", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  await desk.map("boris", 8);
  const [first] = await desk.deliveries(await desk.say("/notify @anna one #CI"));
  const [second, other] = await desk.deliveries(await desk.say("/notify @anna @boris two #ci"));
  expect(first?.tag).toMatch(/^h24\.t\.[0-9a-f]{32}\.7$/u);
  expect(second?.tag).toBe(first?.tag);
  expect(other?.tag).not.toBe(first?.tag);
});

test("a newer notification with the same tag supersedes the older one that still waits", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const first = await desk.say("/notify @anna old #ci");
  await desk.say("/notify @anna new #ci");
  expect(await desk.deliveries(first)).toMatchObject([{ state: "settled", verdict: "superseded" }]);
});

test("some known and some not: the known are notified, the others named with the closest names", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const chat = { platform: "telegram", chatId: "-100", threadId: "" } as const;
  await desk.intake.sighted({ chat, userId: "5", username: "anna", name: "Anna" });
  const at = await desk.say("/notify @anna @anni hello");
  expect(await desk.deliveries(at)).toHaveLength(1);
  const wish = await desk.wish(at);
  expect(wish?.text).toContain("@anni");
  expect(wish?.text).toContain("@anna");
});

test("names of people who are not in this chat are never suggested to an ordinary sender, but to an admin they are", async () => {
  const desk = await openDesk();
  await desk.map("director", 2, "Secret Director");
  const asked = await desk.say("/notify @directo hello");
  expect((await desk.wish(asked))?.text).not.toMatch(/director/u);
  await desk.store.tx((tx) => tx.chats.addAdmin(desk.workspace.id, "telegram", "99"));
  const admin = { ...IVAN, userId: "99", username: "boss" };
  const again = await desk.say("/notify @directo hello", { sender: admin });
  expect((await desk.wish(again))?.text).toContain("@director");
});

test("nobody known: nothing is sent, and the answer says so", async () => {
  const desk = await openDesk();
  const at = await desk.say("/notify @nobody_here hello");
  expect(await desk.deliveries(at)).toEqual([]);
  expect((await desk.wish(at))?.text).toContain("Nobody was notified");
});

test("where only linked people may send, a mapping by name alone does not authorise", async () => {
  const desk = await openDesk({ senders: "linked" });
  await desk.map("ivan", 9);
  await desk.map("anna", 7);
  expect(await desk.deliveries(await desk.say("/notify @anna hello"))).toEqual([]);
  await desk.intake.sighted({ chat: { platform: "telegram", chatId: "-100", threadId: "" }, ...IVAN });
  expect(await desk.deliveries(await desk.say("/notify @anna hello"))).toEqual([]);
  expect((await desk.wish(await desk.say("/whoami")))?.text).toMatch(/^Your username is mapped to/u);
});

test("where only linked people may send, a mapping by id authorises, also of somebody known by name before", async () => {
  const desk = await openDesk({ senders: "linked" });
  await desk.map("ivan", 9);
  await desk.map("anna", 7);
  await desk.intake.sighted({ chat: { platform: "telegram", chatId: "-100", threadId: "" }, ...IVAN });
  await desk.store.tx((tx) =>
    tx.people.map({ workspaceId: desk.workspace.id, bitrixId: 9, platform: "telegram", userId: IVAN.userId }),
  );
  expect(await desk.deliveries(await desk.say("/notify @anna hello"))).toHaveLength(1);
  expect((await desk.wish(await desk.say("/whoami")))?.text).toMatch(/^You are/u);
});

test.each(["anonymous-admin", "channel"] as const)(
  "an %s may send where everyone may, and not where people must be linked",
  async (kind) => {
    const sender = { kind, userId: "1087968824", name: "Group" } as const;
    const open = await openDesk();
    await open.map("anna", 7);
    expect(await open.deliveries(await open.say("/notify @anna hello", { sender }))).toHaveLength(1);
    const linked = await openDesk({ senders: "linked" });
    await linked.map("anna", 7);
    expect(await linked.deliveries(await linked.say("/notify @anna hello", { sender }))).toEqual([]);
  },
);

test("a reply takes the replied message's text and media along", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const at = await desk.say("/notify @anna look", {
    repliedTo: { messageId: "900", author: "Maria", text: plain("disk is full"), media: [PHOTO], parts: [] },
  });
  const [notification] = await desk.store.read.notifications.bySource(at);
  expect(plainText(notification?.text ?? [])).toBe("look\n\nMaria wrote:\ndisk is full");
  expect(await desk.store.read.media.attachmentsOf(notification?.id ?? 0)).toMatchObject([{ name: "graph.jpg" }]);
  expect(await desk.deliveries(at)).toMatchObject([{ state: "media" }]);
});

test("a member of an album that comes late follows to the same people, and no file is sent twice", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const named = (name: string) => ({ ...PHOTO, name, source: { ...PHOTO.source, fileId: name, uniqueId: name } });
  const text = plain("/notify @anna album");
  const at = await desk.say(text, { media: [named("a"), named("b")] });
  await desk.say(text, { at, media: [named("a"), named("b"), named("c")] });
  const parts = ["beside", "late"].map((words) => ({ kind: "caption" as const, text: plain(words) }));
  await desk.say(text, { at, media: [named("a"), named("b"), named("c"), named("d")], parts: parts.slice(0, 1) });
  await desk.say(text, { at, media: ["a", "b", "c", "d", "e"].map(named), parts });
  const followUps = await Promise.all(
    [1, 2, 3].map((number) =>
      desk.store.read.notifications.bySource({ ...at, messageId: `${at.messageId}+${number}` }),
    ),
  );
  const said = "More attachments to “album”";
  expect(followUps.flat().map((sent) => plainText(sent.text))).toEqual([said, `${said}\nbeside`, `${said}\nlate`]);
  const names = await Promise.all(
    followUps.flat().map(async ({ id }) => (await desk.store.read.media.attachmentsOf(id)).map((file) => file.name)),
  );
  expect(names).toEqual([["c"], ["d"], ["e"]]);
});

test("a form's text is only text: no recipient and no tag is read from it", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  await desk.map("boris", 8);
  const at = await desk.say("@boris pay #now", {
    command: "notify",
    options: { to: "@anna", text: "@boris pay #now", tag: "#ci" },
  });
  expect((await desk.deliveries(at)).map(({ bitrixId }) => bitrixId)).toEqual([7]);
  const [notification] = await desk.store.read.notifications.bySource(at);
  expect(plainText(notification?.text ?? [])).toBe("@boris pay #now");
  expect(notification?.tag).toBe("ci");
});

test("the receipt of an album counts its late members too: not delivered until they are, and failed when they fail", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7, "Anna");
  const named = (name: string) => ({ ...PHOTO, name, source: { ...PHOTO.source, fileId: name, uniqueId: name } });
  const text = plain("/notify @anna album");
  const at = await desk.say(text, { media: [named("a")] });
  const settle = async (of: MessageRef, verdict: "delivered" | "refused") => {
    const [delivery] = await desk.deliveries(of);
    await desk.store.tx(async (tx) => {
      await tx.deliveries.settle(delivery?.id ?? 0, { kind: "verdict", verdict, code: "ERROR_CORE" }, NOW);
      await updateReceipt(tx, delivery?.notificationId ?? 0, { wordsIn, now: NOW });
    });
  };
  await settle(at, "delivered");
  expect(await desk.wish(at)).toMatchObject({ mark: "delivered" });
  for (let command = 0; command < 25; command += 1) await desk.say("/help");
  await desk.say(text, { at, media: [named("a"), named("b")] });
  expect(await desk.wish(at)).toMatchObject({ mark: "stored" });
  await settle({ ...at, messageId: `${at.messageId}+1` }, "refused");
  const wish = await desk.wish(at);
  expect(wish?.mark).toBe("failed");
  expect(wish?.text).toContain("Anna: refused");
});

test("somebody picked by id is that account or nobody: a namesake on the other platform is not meant", async () => {
  const desk = await openDesk();
  await desk.store.tx((tx) =>
    tx.people.map({ workspaceId: desk.workspace.id, bitrixId: 7, platform: "discord", username: "anna" }),
  );
  const picked = [
    { text: "/notify " },
    { text: "Anna", mention: { userId: "5", username: "anna" } },
    { text: " hello" },
  ];
  expect(await desk.deliveries(await desk.say(picked))).toEqual([]);
  expect(await desk.deliveries(await desk.say("/notify @anna hello"))).toHaveLength(1);
});

test("the edit of a command that was malformed is the command", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const at = await desk.say("/notify Build is red");
  await desk.say("/notify @anna Build is red", { at, edited: true });
  expect(await desk.deliveries(at)).toMatchObject([{ bitrixId: 7, state: "queued" }]);
  const wish = await desk.wish(at);
  expect(wish).toMatchObject({ mark: "stored" });
  expect(wish?.text).toBeUndefined();
});

test("a command that waited in the inbox while its group became a supergroup is dealt with as any other", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const former = await desk.deliveries(await desk.say("/notify @anna one #ci"));
  await desk.intake.migrated("-100", "-1002", []);
  const late = await desk.deliveries(await desk.say("/notify @anna two #ci"));
  expect(late).toMatchObject([{ bitrixId: 7, tag: former[0]?.tag }]);
});
