import { expect, test } from "vitest";
import { IVAN } from "../support/desk.ts";
import { HOUR_MS, made, names, noted, openRoom, type Room } from "./connectRoom.ts";

test.each([
  ["no code", async () => ""],
  ["an invented code", async () => "0".repeat(32)],
  [
    "an expired code",
    async (room: Room) => {
      const code = await room.invite();
      room.desk.now += HOUR_MS;
      return code;
    },
  ],
])("with %s nobody is asked anything, and the answer says what it takes", async (_, codeOf) => {
  const room = await openRoom();
  const at = await room.privately(`/connect ${await codeOf(room)} ${room.portal.webhookUrl(1)}`);
  await room.work();
  expect(room.portal.requests).toEqual([]);
  expect(await names(room)).toEqual(["main"]);
  expect(await room.textOf(at)).toContain("npx herald24 workspace invite");
});

test("a code outlives a webhook that does not work", async () => {
  const room = await openRoom();
  const code = await room.invite();
  const wrong = room.portal.webhookUrl(1).replace(room.codeOf, "z".repeat(16));
  const at = await room.privately(`/connect ${code} ${wrong}`);
  await room.work();
  expect(await room.textOf(at)).toContain("INVALID_CREDENTIALS");
  expect(await noted(room)).toEqual([`telegram:77 connect.refused INVALID_CREDENTIALS: ${room.portal.host}`]);
  await room.privately(`/connect ${code} ${room.portal.webhookUrl(1)} acme`);
  await room.work();
  expect((await made(room)).host).toBe(room.portal.host);
});

test("somebody who may only send is no administrator", async () => {
  const room = await openRoom();
  const { store, workspace, portal, privately, work } = room;
  await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId, "sender"));
  await privately(`/connect ${portal.webhookUrl(1)}`);
  await work();
  expect(portal.requests).toEqual([]);
});

test("what somebody who may not connect wrote is deleted, and why is said and written down", async () => {
  const room = await openRoom();
  const { portal, removed, work, textOf } = room;
  const at = await room.privately(`/connect https://acme.bitrix24.example/rest/1/${room.codeOf}/`);
  await work();
  expect(removed).toMatchObject([at]);
  expect(await textOf(at)).toMatch(/takes a set-up code.*\n.*I deleted your message/u);
  expect(portal.requests).toEqual([]);
  expect(await noted(room)).toEqual(["telegram:77 connect.refused not-allowed: acme.bitrix24.example"]);
});

test("where the bot may not delete in private, the author is asked to", async () => {
  const room = await openRoom({ removal: { kind: "not-allowed", reason: "rights" } });
  const at = await room.privately(`/connect ${room.portal.webhookUrl(1)}`, { sender: { ...IVAN, language: "ru" } });
  await room.work();
  expect(await room.textOf(at)).toMatch(/код подключения[\s\S]*Удалите, пожалуйста/u);
});

const ATTEMPTS = 10;

test("somebody who keeps trying has to wait; every message goes, and the trail grows by one line a minute", async () => {
  const room = await openRoom();
  const { removed, work, textOf } = room;
  const wrong = `/connect ${"0".repeat(32)} https://acme.bitrix24.example/rest/1/${room.codeOf}/`;
  for (let count = 0; count < ATTEMPTS; count += 1) await room.privately(wrong);
  const late = await room.privately(wrong);
  const later = await room.privately(wrong);
  await work();
  expect(removed).toHaveLength(ATTEMPTS + 2);
  expect(await textOf(late)).toContain("Too many");
  expect(await textOf(later)).toBe("");
  const trail = await noted(room);
  expect(trail.filter((line) => line.includes("throttled"))).toHaveLength(1);
  expect(trail.filter((line) => line.includes("wrong-code"))).toHaveLength(ATTEMPTS);
});

test.each([
  ["of a host that answers nothing", "http://127.0.0.1:9/rest/1/CODE/", /unreachable: 127.0.0.1:9$/u],
  ["of a private network", "http://192.168.0.1/rest/1/CODE/", /malformed$/u],
])("a webhook %s comes to nothing, and that is written down", async (_, address, subject) => {
  const room = await openRoom({ listed: ["127.0.0.1:9"] });
  const at = await room.privately(`/connect ${await room.invite()} ${address.replace("CODE", room.codeOf)}`);
  await room.work();
  expect(await room.textOf(at)).toContain("Nothing was connected");
  expect(await noted(room)).toEqual([expect.stringMatching(subject)]);
  expect(await names(room)).toEqual(["main"]);
});

test("a webhook without the one right that matters comes to nothing, and the code stays good", async () => {
  const room = await openRoom({ webhooks: [{ userId: 1, code: "e".repeat(16), scopes: ["disk"] }] });
  const code = await room.invite();
  const at = await room.privately(`/connect ${code} ${room.portal.webhookUrl(1)}`);
  await room.work();
  expect(await room.textOf(at)).toContain("The scope im is not granted: without it nothing can be sent");
  expect(await noted(room)).toEqual([`telegram:77 connect.refused no scope im: ${room.portal.host}`]);
  expect(await room.store.read.permits.isGood(code, "invitation", room.desk.now)).toBe(true);
});

test.each([
  ["a code that is not whole", (code: string) => code.slice(0, 30)],
  ["part of a code in groups", (code: string) => (code.slice(4).match(/.{4}/gu) ?? []).join(" ")],
  ["a sentence", () => "our new portal"],
])("%s beside the address is not taken for a name, even from an owner", async (_, beside) => {
  const room = await openRoom();
  const { store, workspace, portal } = room;
  await store.tx((tx) => tx.chats.addAdmin(workspace.id, "telegram", IVAN.userId, "owner"));
  const typed = beside(await room.invite());
  const at = await room.privately(`/connect ${portal.webhookUrl(1)} ${typed}`);
  await room.work();
  expect(await room.textOf(at)).toContain("there may only be a set-up code");
  expect(await room.textOf(at)).not.toContain(typed);
  expect(await names(room)).toEqual(["main"]);
  expect(await noted(room)).toEqual(["telegram:77 connect.refused malformed"]);
});
