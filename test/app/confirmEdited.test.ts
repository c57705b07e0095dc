import { expect, test } from "vitest";
import { takeBackDeleted } from "../../src/app/recall.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { type Desk, openDesk } from "../support/desk.ts";

/** A question about two people that has not been answered. */
async function openAsked(): Promise<{ desk: Desk; at: Awaited<ReturnType<Desk["say"]>> }> {
  const desk = await openDesk();
  const { store, workspace } = desk;
  await desk.map("anna", 7, "Anna");
  await desk.map("boris", 8, "Boris");
  await store.tx((tx) => tx.workspaces.set(workspace.id, { settings: { ...workspace.settings, confirmAbove: 1 } }));
  const at = await desk.say("/notify @anna, @boris first");
  expect((await desk.wish(at))?.buttons).toHaveLength(2);
  return { desk, at };
}

test.each(["/notify @anna second", "/notify nobody at all"])(
  "edited to “%s”, a command cannot be confirmed as it was",
  async (text) => {
    const { desk, at } = await openAsked();
    await desk.say(text, { at, edited: true });
    const before = await desk.deliveries(at);
    desk.now += 60_000;
    const yes = await desk.say("/notify yes");
    expect((await desk.wish(yes))?.text).toContain("nothing here");
    expect(await desk.deliveries(at)).toEqual(before);
    expect(before.map(({ bitrixId }) => bitrixId)).not.toContain(8);
  },
);

test("what is taken back before it is confirmed cannot be confirmed any more", async () => {
  const { desk, at } = await openAsked();
  const repliedTo = { messageId: at.messageId, author: "Ivan", text: [], media: [], parts: [] };
  const asked = await desk.say("/recall", { repliedTo });
  expect((await desk.wish(asked))?.text).toBe("Taken back.");
  expect((await desk.wish(at))?.buttons).toBeUndefined();
  await desk.say("/notify yes");
  expect(await desk.deliveries(at)).toEqual([]);
});

test("a deleted command cannot be confirmed any more", async () => {
  const { desk, at } = await openAsked();
  await desk.store.tx((tx) => takeBackDeleted(tx, at, { wordsIn, now: desk.now }));
  expect((await desk.wish(at))?.buttons).toBeUndefined();
  await desk.say("/notify yes");
  expect(await desk.deliveries(at)).toEqual([]);
});
