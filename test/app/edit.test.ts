import { expect, test } from "vitest";
import { supersede } from "../../src/app/accept.ts";
import { isSameContent } from "../../src/app/sameContent.ts";
import type { IncomingMedia } from "../../src/core/chat.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { openDesk } from "../support/desk.ts";
import { notification } from "../support/entries.ts";
import { openFeed } from "../support/feed.ts";

const verdicts = (deliveries: readonly { verdict?: string }[]) => deliveries.map(({ verdict }) => verdict).toSorted();

test("an edit replaces what is shown already, with the same tag, and a repeated edit sends nothing", async () => {
  const desk = await openFeed();
  desk.start();
  const at = await desk.say("/notify @anna Build is red");
  await desk.settled(at);
  await desk.say("/notify @anna Build is green", { at, edited: true });
  const [first, second] = await desk.settled(at);
  expect(desk.texts(7)).toEqual(["Build is green"]);
  expect(second?.tag).toBe(first?.tag);
  await desk.say("/notify @anna Build is green", { at, edited: true });
  expect(await desk.settled(at)).toHaveLength(2);
  expect(desk.portal.allNotifications).toHaveLength(2);
  await expect.poll(() => desk.wish(at)).toMatchObject({ mark: "delivered" });
  expect((await desk.wish(at))?.text).toBeUndefined();
  const status = (await desk.wish(await desk.say("/status")))?.text;
  expect(status).toContain("is green");
  expect(status).not.toContain("is red");
});

test("what still waits is never sent as it was", async () => {
  const desk = await openFeed();
  const at = await desk.say("/notify @anna, @boris Build is red");
  await desk.say("/notify @anna, @boris Build is green", { at, edited: true });
  await desk.say("/notify @anna, @boris Build is blue", { at, edited: true });
  expect(await desk.wish(at)).toMatchObject({ mark: "stored" });
  desk.start();
  expect(verdicts(await desk.settled(at))).toEqual([
    "delivered",
    "delivered",
    "superseded",
    "superseded",
    "superseded",
    "superseded",
  ]);
  expect([desk.texts(7), desk.texts(8)]).toEqual([["Build is blue"], ["Build is blue"]]);
  expect(desk.portal.allNotifications).toHaveLength(2);
  await expect.poll(() => desk.wish(at)).toMatchObject({ mark: "delivered" });
});

test("what a newer version makes pointless is told once, for however many people it waited", async () => {
  const desk = await openFeed();
  const older = await desk.deliveries(await desk.say("/notify @anna, @boris Build is red"));
  const recipients = older.map(({ personId, bitrixId, tag, subTag }) => ({ personId, bitrixId, tag, subTag }));
  const looks: number[] = [];
  await desk.store.tx(async (tx) => {
    const added = await tx.notifications.add(notification(desk.workspace.id, [], { recipients }));
    const newer = await tx.deliveries.ofNotification(added?.notificationId ?? 0);
    const ofNotification = (id: number) => {
      looks.push(id);
      return tx.deliveries.ofNotification(id);
    };
    const counting = { ...tx, deliveries: { ...tx.deliveries, ofNotification } };
    await supersede(counting, newer, { wordsIn, now: desk.now });
  });
  const [first] = older;
  expect(verdicts(await desk.store.read.deliveries.ofNotification(first?.notificationId ?? 0))).toEqual([
    "superseded",
    "superseded",
  ]);
  expect(looks).toEqual([first?.notificationId]);
});

test("an edit while it is being sent follows it, and replaces it", async () => {
  const desk = await openFeed();
  desk.portal.faults.add({ kind: "delay", ms: 300, method: "im.notify.personal.add" });
  const asked = new Promise<void>((resolve) => void desk.portal.onRequest(() => resolve()));
  desk.start();
  const at = await desk.say("/notify @anna Build is red");
  await asked;
  await desk.say("/notify @anna Build is green", { at, edited: true });
  expect(verdicts(await desk.settled(at))).toEqual(["delivered", "delivered"]);
  expect(desk.texts(7)).toEqual(["Build is green"]);
});

test("who is added gets it, from who is named no more it is taken back, also while it is on its way there", async () => {
  const desk = await openFeed();
  desk.start();
  const at = await desk.say("/notify @anna hello");
  await desk.settled(at);
  desk.portal.faults.add({ kind: "delay", ms: 300, method: "im.notify.personal.add" });
  await desk.say("/notify @boris hello", { at, edited: true });
  await desk.settled(at);
  expect([desk.texts(7), desk.texts(8)]).toEqual([[], ["hello"]]);
  desk.portal.faults.add({ kind: "delay", ms: 300, method: "im.notify.personal.add" });
  const asked = new Promise<void>((resolve) => void desk.portal.onNotification(() => resolve()));
  await desk.say("/notify @anna, @boris hello again", { at, edited: true });
  await asked;
  await desk.say("/notify @boris hello again", { at, edited: true });
  await desk.settled(at);
  expect([desk.texts(7), desk.texts(8)]).toEqual([[], ["hello again"]]);
  await expect.poll(() => desk.wish(at)).toMatchObject({ mark: "delivered" });
});

test.each([
  ["/notify @anna one", "/notify @anna two #ci"],
  ["/notify @anna one #ci", "/notify @anna two #build"],
  ["/notify @anna one #ci", "/notify @anna two"],
])("an edit of the tag takes the one with the former tag back: %s, %s", async (before, after) => {
  const desk = await openFeed();
  desk.start();
  const at = await desk.say(before);
  await desk.settled(at);
  await desk.say(after, { at, edited: true });
  expect(verdicts(await desk.settled(at))).toEqual(["delivered", "recalled"]);
  expect(desk.texts(7)).toEqual(["two"]);
});

test("an edit of what a newer notification with the same tag has replaced is told, and shows nothing over the newer one", async () => {
  const desk = await openFeed();
  desk.start();
  const at = await desk.say("/notify @anna red #ci");
  await desk.settled(at);
  await desk.settled(await desk.say("/notify @anna green #ci"));
  await desk.say("/notify @anna reddish #ci", { at, edited: true });
  expect((await desk.wish(at))?.text).toContain("a newer notification with the same tag");
  await desk.settled(at);
  expect(desk.texts(7)).toEqual(["green"]);
});

test("what has been taken back is not sent again by an edit", async () => {
  const desk = await openFeed();
  desk.start();
  const at = await desk.say("/notify @anna hello");
  await desk.settled(at);
  await desk.say("/recall", { repliedTo: { messageId: at.messageId, author: "Ivan", text: [], media: [], parts: [] } });
  await desk.settled(at);
  await desk.say("/notify @anna hello you", { at, edited: true });
  expect((await desk.wish(at))?.text).toContain("has been taken back");
  expect(desk.texts(7)).toEqual([]);
});

test("an edit that cannot be understood is answered and changes nothing; undoing it takes the answer away", async () => {
  const desk = await openFeed();
  desk.start();
  const at = await desk.say("/notify @anna hello");
  await desk.settled(at);
  const told = async (text: string) => {
    await desk.say(text, { at, edited: true });
    return (await desk.wish(at))?.text;
  };
  expect(await told("/notify hello")).toMatch(/^The change was not sent: /u);
  expect(await told("/notify @nobody hello")).toMatch(/^The change was not sent: Not found: @nobody/u);
  expect(await told("/notify @anna")).toMatch(/^The change was not sent: nothing would be left/u);
  expect(await told("/notify @anna hello")).toBeUndefined();
  await desk.settled(at);
  expect(desk.portal.allNotifications).toHaveLength(1);
});

test("an edit by whom may not send any more changes nothing, and neither does one for too many people", async () => {
  const desk = await openFeed();
  const { store, workspace } = desk;
  const at = await desk.say("/notify @anna hello");
  const settings = { ...workspace.settings, confirmAbove: 1 };
  await store.tx((tx) => tx.workspaces.set(workspace.id, { settings }));
  await desk.say("/notify @anna, @boris, id:9 hello", { at, edited: true });
  expect((await desk.wish(at))?.text).toContain("reach 2 people more");
  const binding = await store.read.chats.find(at);
  await store.tx((tx) => tx.chats.setSenders(binding?.id ?? 0, "linked"));
  await desk.say("/notify @anna hello, Anna", { at, edited: true });
  expect((await desk.wish(at))?.text).toContain("Only people linked");
  expect(await desk.deliveries(at)).toHaveLength(1);
  expect(await store.read.notifications.sentBy(at)).toHaveLength(1);
});

test("the same text with other files, or with files that nothing is known of, does not count as the same", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const sent = async (files: readonly string[], text = "red") => {
    const media = files.map((uniqueId): IncomingMedia => {
      return { kind: "picture", name: "a.jpg", source: { kind: "telegram", fileId: uniqueId, uniqueId } };
    });
    const [notification] = await desk.store.read.notifications.sentBy(
      await desk.say(`/notify @anna ${text}`, { media }),
    );
    if (!notification) throw new Error("nothing was sent");
    return notification;
  };
  const { read } = desk.store;
  const first = await sent(["a"]);
  expect(await isSameContent(read, first, await sent(["a"]))).toBe(true);
  for (const other of [await sent(["b"]), await sent([]), await sent(["a", "b"]), await sent(["a"], "green")]) {
    expect(await isSameContent(read, first, other)).toBe(false);
    expect(await isSameContent(read, other, first)).toBe(false);
  }
  expect(await isSameContent(read, first, { ...first, forgottenAt: 1 })).toBe(false);
});

test("an edit survives a restart at any moment", async () => {
  const desk = await openFeed();
  desk.portal.faults.add({ kind: "hang", executed: true, method: "im.notify.personal.add" });
  const sent = new Promise<void>((resolve) => void desk.portal.onNotification(() => resolve()));
  desk.start();
  const at = await desk.say("/notify @anna red");
  await sent;
  await desk.say("/notify @anna green", { at, edited: true });
  await desk.stop();
  desk.start();
  await desk.settled(at);
  expect(desk.texts(7)).toEqual(["green"]);
});

test("an edited caption replaces the whole album, with what came late of it; new addresses of the same files are no change", async () => {
  const desk = await openDesk();
  await desk.map("anna", 7);
  const photo = (uniqueId: string, fileId = uniqueId): IncomingMedia => ({
    kind: "picture",
    name: `${uniqueId}.jpg`,
    source: { kind: "telegram", fileId, uniqueId },
  });
  const at = await desk.say("/notify @anna red", { media: [photo("a")] });
  await desk.say("/notify @anna red", { at, media: [photo("a"), photo("b")] });
  const media = [photo("a", "other"), photo("b", "other")];
  await desk.say("/notify @anna green", { at, media, edited: true });
  await desk.say("/notify @anna green", { at, media: [photo("a"), photo("b")], edited: true });
  const sent = await desk.store.read.notifications.sentBy(at);
  const of = async (id: number) => ({
    deliveries: (await desk.store.read.deliveries.ofNotification(id)).map(({ verdict, state }) => verdict ?? state),
    files: (await desk.store.read.media.attachmentsOf(id)).map(({ name }) => name),
  });
  expect(await Promise.all(sent.map(({ id }) => of(id)))).toEqual([
    { deliveries: ["superseded"], files: ["a.jpg"] },
    { deliveries: ["recalled"], files: ["b.jpg"] },
    { deliveries: ["media"], files: ["a.jpg", "b.jpg"] },
  ]);
  expect(await desk.wish(at)).toMatchObject({ mark: "stored" });
});

test("whom an edit leaves out is not sent the former version by a replay", async () => {
  const desk = await openFeed();
  const at = await desk.say("/notify @boris Build is red");
  await desk.store.tx((tx) => tx.deliveries.cancel({ workspaceId: desk.workspace.id }, "CANCELLED", desk.now));
  desk.start();
  await desk.say("/notify @anna Build is green", { at, edited: true });
  expect(verdicts(await desk.settled(at))).toEqual(["delivered", "recalled"]);
});
