import { expect, test } from "vitest";
import { openFeed } from "../support/feed.ts";

/** Anna, whose feed is out of reach, and the acting user have been shown red; then it was edited to green. */
async function redEditedToGreen() {
  const desk = await openFeed({ tags: "ignored" });
  desk.start();
  await desk.map("me", 1, "Admin");
  const at = await desk.say("/notify @anna, @me red");
  await desk.settled(at);
  const edit = async (text: string) => {
    await desk.say(`/notify @anna, @me ${text}`, { at, edited: true });
    return desk.settled(at);
  };
  await edit("green");
  await expect.poll(async () => (await desk.wish(at))?.text).toContain("Anna: not delivered");
  return { desk, at, edit };
}

test("where the portal ignores tags, an edit is only sent where the former version could be removed", async () => {
  const desk = await openFeed({ tags: "ignored" });
  desk.start();
  await desk.map("me", 1, "Admin");
  const at = await desk.say("/notify @anna, @me red");
  await desk.settled(at);
  await desk.say("/notify @anna, @me green", { at, edited: true });
  const deliveries = await desk.settled(at);
  expect([desk.texts(7), desk.texts(1)]).toEqual([["red"], ["green"]]);
  expect(deliveries.filter(({ bitrixId }) => bitrixId === 7).at(-1)).toMatchObject({
    verdict: "undeliverable",
    code: "NOT_REPLACED",
  });
  await expect
    .poll(async () => (await desk.wish(at))?.text)
    .toMatch(/^Anna: not delivered: the former version[^\n]*$/u);
});

test("where the portal ignores tags, an edit back to what is shown replaces nothing, and nothing is complained of", async () => {
  const { desk, at, edit } = await redEditedToGreen();
  const back = await edit("red");
  expect([desk.texts(7), desk.texts(1)]).toEqual([["red"], ["red"]]);
  expect(back.filter(({ bitrixId }) => bitrixId === 7).at(-1)).toMatchObject({
    verdict: "delivered",
    code: "UNCHANGED",
  });
  await expect.poll(() => desk.wish(at)).toMatchObject({ mark: "delivered" });
  expect((await desk.wish(at))?.text).toBeUndefined();
  await edit("blue");
  expect([desk.texts(7), desk.texts(1)]).toEqual([["red"], ["blue"]]);
  await expect.poll(async () => (await desk.wish(at))?.text).toContain("Anna: not delivered");
  await edit("red");
  const asked = await desk.say("/recall", {
    repliedTo: { messageId: at.messageId, author: "Ivan", text: [], media: [], parts: [] },
  });
  await expect.poll(async () => (await desk.wish(asked))?.text).toMatch(/^Not everything[^\n]*\nAnna: [^\n]*$/u);
  expect([desk.texts(7), desk.texts(1)]).toEqual([["red"], []]);
  await expect.poll(async () => (await desk.wish(at))?.text).toContain("Anna: ");
});

test("where the portal ignores tags, an edit back to what may have been shown stays in doubt", async () => {
  const desk = await openFeed({ tags: "ignored" });
  desk.portal.faults.add({ kind: "reset", executed: true, method: "im.notify.personal.add" });
  desk.start();
  const at = await desk.say("/notify @anna red");
  await desk.settled(at);
  await desk.say("/notify @anna green", { at, edited: true });
  await desk.settled(at);
  await desk.say("/notify @anna red", { at, edited: true });
  expect((await desk.settled(at)).at(-1)).toMatchObject({ verdict: "unknown" });
  expect(desk.texts(7)).toEqual(["red"]);
});

test("where the portal ignores tags, an edit of what still waits is simply sent", async () => {
  const desk = await openFeed({ tags: "ignored" });
  const at = await desk.say("/notify @anna red");
  await desk.say("/notify @anna green", { at, edited: true });
  desk.start();
  await desk.settled(at);
  expect(desk.texts(7)).toEqual(["green"]);
  await expect.poll(() => desk.wish(at)).toMatchObject({ mark: "delivered" });
});

test("where the portal ignores tags, who was left out and is named again at once is not shown two versions", async () => {
  const desk = await openFeed({ tags: "ignored" });
  desk.start();
  const at = await desk.say("/notify @anna Build is red");
  await desk.settled(at);
  // Else a look at the queue may fall between the two.
  await desk.stop();
  await desk.say("/notify @boris Build is green", { at, edited: true });
  await desk.say("/notify @anna Build is blue", { at, edited: true });
  desk.start();
  await desk.settled(at);
  expect([desk.texts(7), desk.texts(8)]).toEqual([["Build is red"], []]);
});
