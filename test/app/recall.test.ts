import { expect, test } from "vitest";
import type { MessageRef } from "../../src/core/chat.ts";
import { IVAN } from "../support/desk.ts";
import { type FeedDesk, openFeed } from "../support/feed.ts";

const replyTo = (at: MessageRef) => ({
  repliedTo: { messageId: at.messageId, author: "Ivan", text: [], media: [], parts: [] },
});

/** Anna and Boris have been shown a notification. */
async function shown(options: Parameters<typeof openFeed>[0] = {}, text = "/notify @anna, @boris hello") {
  const desk = await openFeed(options);
  desk.start();
  const at = await desk.say(text);
  await desk.settled(at);
  return { desk, at };
}

const toldAt = (desk: FeedDesk, at: MessageRef) => async () => (await desk.wish(at))?.text;

test("“taken back” is said when the portal has removed it, and not before", async () => {
  const { desk, at } = await shown();
  desk.portal.setDown(true);
  const asked = await desk.say("/recall", replyTo(at));
  await expect.poll(toldAt(desk, asked)).toBe("Being taken back: waiting for Bitrix24.");
  expect([desk.texts(7), desk.texts(8)]).toEqual([["hello"], ["hello"]]);
  desk.portal.setDown(false);
  await expect.poll(toldAt(desk, asked)).toBe("Taken back.");
  expect([desk.texts(7), desk.texts(8)]).toEqual([[], []]);
  expect((await desk.settled(at)).map(({ verdict }) => verdict)).toEqual(["recalled", "recalled"]);
});

test("what never went out is taken back at once", async () => {
  const desk = await openFeed();
  const at = await desk.say("/notify @anna hello");
  const asked = await desk.say("/recall", replyTo(at));
  expect(await toldAt(desk, asked)()).toBe("Taken back.");
  expect(await desk.wish(at)).toMatchObject({ mark: "recalled", markText: "Taken back." });
  desk.start();
  await desk.settled(await desk.say("/notify @anna afterwards"));
  expect(desk.texts(7)).toEqual(["afterwards"]);
});

test.each([
  { error: "ERROR_METHOD_NOT_FOUND", status: 404 },
  { error: "ACCESS_DENIED", status: 403 },
  { error: "ERROR_CORE", status: 400 },
])("a removal that the portal refuses is told by name, and suspends nothing: $error", async ({ error, status }) => {
  const { desk, at } = await shown();
  const body = { error, error_description: "" };
  desk.portal.faults.add({ kind: "reply", status, body, method: "im.notify.delete", times: 9 });
  const asked = await desk.say("/recall", replyTo(at));
  await expect.poll(toldAt(desk, asked)).toMatch(/^Not everything could be taken back[^\n]*\nAnna: .*\nBoris: /u);
  expect((await desk.settled(at)).map(({ verdict, code }) => [verdict, code])).toEqual([
    ["delivered", error],
    ["delivered", error],
  ]);
  expect((await desk.wish(at))?.text).toContain("could not be taken back");
  expect((await desk.store.read.workspaces.byId(desk.workspace.id))?.suspended).toBeUndefined();
});

test("a removal that the portal answered `false` is no removal", async () => {
  const { desk, at } = await shown();
  desk.portal.faults.add({ kind: "reply", status: 200, body: { result: false }, method: "im.notify.delete", times: 2 });
  const asked = await desk.say("/recall", replyTo(at));
  await expect.poll(toldAt(desk, asked)).toContain("Not everything could be taken back");
});

test("a removal whose answer was lost is repeated", async () => {
  const { desk, at } = await shown({}, "/notify @anna hello");
  desk.portal.faults.add({ kind: "reset", executed: true, method: "im.notify.delete" });
  const asked = await desk.say("/recall", replyTo(at));
  await expect.poll(toldAt(desk, asked)).toBe("Taken back.");
});

test("a newer notification with the same tag is not removed in place of the one that it replaced", async () => {
  const { desk, at } = await shown({}, "/notify @anna old #ci");
  await desk.settled(await desk.say("/notify @anna new #ci"));
  const asked = await desk.say("/recall", replyTo(at));
  await expect.poll(toldAt(desk, asked)).toBe("Taken back.");
  expect(desk.texts(7)).toEqual(["new"]);
});

test("a newer notification with the same tag that was asked for while the older one was still being taken back is shown", async () => {
  const { desk, at } = await shown({}, "/notify @anna old #ci");
  desk.portal.faults.add({ kind: "delay", ms: 300, method: "im.notify.delete" });
  const asked = await desk.say("/recall", replyTo(at));
  await desk.settled(await desk.say("/notify @anna new #ci"));
  await expect.poll(toldAt(desk, asked)).toBe("Taken back.");
  expect(desk.texts(7)).toEqual(["new"]);
});

test("where tags are ignored, one's own feed is reached by id, and of the others it is said that nothing can be done", async () => {
  const { desk, at } = await shown({ tags: "ignored", actsAs: 1 }, "/notify @anna, id:1 hello");
  const asked = await desk.say("/recall", replyTo(at));
  await expect.poll(toldAt(desk, asked)).toMatch(/Anna: Bitrix24 did not remove it/u);
  expect([desk.texts(7), desk.texts(1)]).toEqual([["hello"], []]);
});

test("what was being sent when it was taken back is removed after all, also over a restart", async () => {
  const desk = await openFeed();
  desk.portal.faults.add({ kind: "hang", executed: true, method: "im.notify.personal.add" });
  const sent = new Promise<void>((resolve) => void desk.portal.onNotification(() => resolve()));
  desk.start();
  const at = await desk.say("/notify @anna hello");
  await sent;
  const asked = await desk.say("/recall", replyTo(at));
  expect(await toldAt(desk, asked)()).toContain("Being taken back");
  await desk.stop();
  desk.start();
  await expect.poll(toldAt(desk, asked)).toBe("Taken back.");
  expect(desk.texts(7)).toEqual([]);
});

test("what had been given up is taken back as well, so that neither a replay nor an edit shows it", async () => {
  const desk = await openFeed();
  const at = await desk.say("/notify @anna hello");
  await desk.store.tx((tx) => tx.deliveries.cancel({ workspaceId: desk.workspace.id }, "CANCELLED", desk.now));
  await desk.say("/recall", replyTo(at));
  expect(await desk.deliveries(at)).toMatchObject([{ verdict: "recalled" }]);
  expect(await desk.wish(at)).toMatchObject({ mark: "recalled", markText: "Taken back." });
  await desk.say("/notify @anna hello again", { at, edited: true });
  expect(await desk.deliveries(at)).toHaveLength(1);
  expect(await toldAt(desk, at)()).toContain("has been taken back");
});

test.each([
  [
    "was in doubt",
    { kind: "reply", status: 400, body: { error: "WRONG_ENCODING" }, executed: true } as const,
    "unknown",
  ],
  ["was given up in doubt", { kind: "reset", executed: true } as const, "undeliverable"],
])(
  "what %s, and was replayed, is removed all the same when it is taken back before it is sent",
  async (_, fault, verdict) => {
    const desk = await openFeed();
    desk.portal.faults.add({ ...fault, method: "im.notify.personal.add" });
    const at = await desk.say("/notify @anna hello");
    const [delivery] = await desk.deliveries(at);
    if (!delivery) throw new Error("nothing was accepted");
    desk.start();
    const tried = async () => (await desk.store.read.deliveries.attemptsOf(delivery.id)).length;
    await expect.poll(tried).toBe(1);
    await desk.stop();
    const { id, workspaceId } = delivery;
    await desk.store.tx((tx) => tx.deliveries.cancel({ workspaceId, deliveryId: id }, "CANCELLED", desk.now));
    expect(await desk.deliveries(at)).toMatchObject([{ verdict }]);
    expect(desk.portal.feed(7)).toHaveLength(1);
    expect(await desk.store.tx((tx) => tx.deliveries.replay(id, desk.now, desk.now + 3_600_000))).toBe(true);
    const asked = await desk.say("/recall", replyTo(at));
    expect(await toldAt(desk, asked)()).toContain("Being taken back");
    desk.start();
    await expect.poll(toldAt(desk, asked)).toBe("Taken back.");
    expect(desk.portal.feed(7)).toHaveLength(0);
  },
);

test("once its text has been erased its sender is told that administrators may still take it back, and they may", async () => {
  const { desk, at } = await shown();
  await desk.stop();
  const { workspace } = desk;
  const which = { workspaceId: workspace.id, before: desk.now + 1, limit: 10 };
  expect(await desk.store.tx((tx) => tx.notifications.forget(which, desk.now + 1))).toBe(1);
  const asked = await desk.say("/recall", replyTo(at));
  expect(await toldAt(desk, asked)()).toContain("only administrators may still take it back");
  await desk.store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId));
  const again = await desk.say("/recall", replyTo(at));
  desk.start();
  await expect.poll(toldAt(desk, again)).toBe("Taken back.");
  expect(desk.portal.feed(7).length + desk.portal.feed(8).length).toBe(0);
});
