import { expect, test } from "vitest";
import { IVAN } from "../support/desk.ts";
import { names, noted, openRoom } from "./connectRoom.ts";

test.each(["/connect CODE", "look: CODE", "/notify id:7 CODE", "[portal](CODE)"])(
  "in a group, %j is deleted and its author told to renew the webhook",
  async (text) => {
    const room = await openRoom();
    const { portal, removed, desk, work, textOf, store, workspace } = room;
    await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId));
    const at = await desk.say(text.replace("CODE", portal.webhookUrl(1)));
    await work();
    expect(removed).toMatchObject([at]);
    expect(await textOf(at)).toContain("I deleted it");
    expect(portal.requests).toEqual([]);
    expect(await desk.deliveries(at)).toEqual([]);
  },
);

test("where it may not be deleted, its author is asked to do so", async () => {
  const room = await openRoom({ removal: { kind: "not-allowed", reason: "rights" } });
  const at = await room.desk.say(`/connect ${room.portal.webhookUrl(1)}`);
  await room.work();
  expect(await room.textOf(at)).toContain("delete it yourself");
});

test.each(["/connect CODE", "here it is: CODE", "/notify id:7 CODE"])(
  "a set-up code shown in a group by %j does not work any more, and its author is told",
  async (text) => {
    const room = await openRoom();
    const code = await room.invite();
    const at = await room.desk.say(text.replace("CODE", code.toUpperCase()));
    expect(await room.textOf(at)).toContain("does not work any more");
    expect(await room.desk.deliveries(at)).toEqual([]);
    await room.privately(`/connect ${code} ${room.portal.webhookUrl(1)} acme`);
    await room.work();
    expect(await names(room)).toEqual(["main"]);
    expect(await noted(room)).toEqual([
      "telegram:77 connect.refused wrong-code",
      "telegram:77 connect.leaked set-up code",
    ]);
  },
);

test("a set-up code that comes together with its webhook is ended too, and both are told", async () => {
  const room = await openRoom();
  const code = await room.invite();
  const at = await room.desk.say(`/connect ${code} ${room.portal.webhookUrl(1)}`);
  await room.work();
  expect(room.removed).toMatchObject([at]);
  expect(await room.textOf(at)).toMatch(/make a new webhook[\s\S]*set-up code was shown/u);
  expect(await room.store.read.permits.isGood(code, "invitation", room.desk.now)).toBe(false);
  expect(await noted(room)).toEqual(["telegram:77 connect.leaked webhook, set-up code"]);
});

test("what only looks like a set-up code is left alone", async () => {
  const room = await openRoom();
  const at = await room.desk.say(`the sum is ${"0d".repeat(16)}`);
  expect(await room.textOf(at)).toBe("");
  expect(await noted(room)).toEqual([]);
});

test("many webhooks in one group are all deleted, and their authors are warned in moderation", async () => {
  const room = await openRoom();
  const { desk, portal, removed, work, textOf } = room;
  const said = [];
  for (const userId of ["77", "77", "77", "78", "78", "79", "80", "81", "82", "83"])
    said.push(await desk.say(`look ${portal.webhookUrl(1)}`, { sender: { ...IVAN, userId } }));
  await work();
  expect(removed).toHaveLength(said.length);
  const warned = await Promise.all(said.map(async (at) => ((await textOf(at)) === "" ? "-" : "told")));
  expect(warned).toEqual(["told", "-", "-", "told", "-", "told", "told", "told", "told", "-"]);
  desk.now += 60_000;
  const next = await desk.say(`look ${portal.webhookUrl(1)}`);
  await work();
  expect(await textOf(next)).toContain("I deleted it");
});

test("a webhook in any other command in private is kept back and deleted, not sent on", async () => {
  const room = await openRoom();
  const at = await room.privately(`/notify id:7 use ${room.portal.webhookUrl(1)}`);
  await room.work();
  expect(await room.desk.deliveries(at)).toEqual([]);
  expect(room.removed).toMatchObject([at]);
  expect(await room.textOf(at)).toMatch(/which is a secret[\s\S]*I deleted your message/u);
});

test("a slash command with a webhook in its text is answered, and comes to nothing else", async () => {
  const room = await openRoom();
  const interaction = { applicationId: "1", token: "t", expiresAt: room.desk.now + 60_000 };
  const text = `use ${room.portal.webhookUrl(1)}`;
  const at = await room.desk.say(text, { interaction, command: "notify", options: { to: "id:7", text } });
  await room.work();
  expect(await room.desk.deliveries(at)).toEqual([]);
  expect(room.removed).toEqual([]);
  expect(await room.textOf(at)).toContain("which is a secret");
});
