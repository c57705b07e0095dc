import { expect, test } from "vitest";
import { DEFAULT_USERS } from "../../../sandbox/bitrix24/users.ts";
import { appCall, CLIENT_ID, call, notify, portalFor, texts } from "./calls.ts";

test("a personal notification shows the webhook's owner, a system one nobody", async () => {
  const portal = await portalFor({ firstNotificationId: 90 });
  expect((await notify(portal)).json.result).toBe(90);
  expect((await call(portal, "im.notify.system.add", { USER_ID: 7, MESSAGE: "sys" })).json.result).toBe(91);
  expect((await call(portal, "im.notify", { USER_ID: 7, MESSAGE: "odd", TYPE: "system" })).json.result).toBe(92);
  expect(portal.feed(7)).toMatchObject([
    { id: 90, type: "personal", authorId: 1, text: "hello" },
    { id: 91, type: "system", authorId: 0, text: "sys" },
    { id: 92, type: "personal" },
  ]);
});

test("an application's system notification begins with the application's name", async () => {
  const portal = await portalFor();
  await appCall(portal, "im.notify.system.add", { USER_ID: 7, MESSAGE: "sys" });
  expect(texts(portal)).toEqual([`${CLIENT_ID}\nsys`]);
});

test.each([
  { recipient: "7xyz", to: 7 },
  { recipient: true, to: 1 },
  { recipient: [99], to: 1 },
  { recipient: 7.9, to: 7 },
])("USER_ID $recipient is cast as PHP does and reaches user $to", async ({ recipient, to }) => {
  const portal = await portalFor();
  await notify(portal, { USER_ID: recipient });
  expect(texts(portal, to)).toEqual(["hello"]);
});

test.each([{ USER_ID: "abc" }, { USER_ID: 0 }, { USER_ID: -7 }, { USER_ID: [] }, { USER_ID: null }])(
  "%o is USER_ID_EMPTY",
  async (parameters) => {
    const answer = await notify(await portalFor(), parameters);
    expect([answer.status, answer.json.error]).toEqual([400, "USER_ID_EMPTY"]);
  },
);

test("TO overrides USER_ID", async () => {
  const portal = await portalFor();
  await notify(portal, { TO: 8 });
  expect([texts(portal, 7), texts(portal, 8)]).toEqual([[], ["hello"]]);
});

test.each([{ MESSAGE: "  \n\t " }, { MESSAGE: 42 }, { MESSAGE: ["x"] }, { MESSAGE: null }])(
  "%o is MESSAGE_EMPTY",
  async (parameters) => {
    const answer = await notify(await portalFor(), parameters);
    expect([answer.status, answer.json.error]).toEqual([400, "MESSAGE_EMPTY"]);
  },
);

test("unknown, dismissed and technical recipients are `false` with HTTP 200", async () => {
  const bot = { id: 20, name: "Bot", lastName: "", active: true, type: "bot" } as const;
  const portal = await portalFor({ users: [...DEFAULT_USERS, bot] });
  for (const USER_ID of [12_345, 9, 20]) {
    const answer = await notify(portal, { USER_ID });
    expect([answer.status, answer.json.result]).toEqual([200, false]);
  }
  expect(portal.allNotifications).toEqual([]);
});

test("extranet users and the sender himself are reached", async () => {
  const portal = await portalFor();
  portal.setUser({ id: 30, name: "Guest", type: "extranet" });
  await notify(portal, { USER_ID: 30 });
  await notify(portal, { USER_ID: 1 });
  expect([texts(portal, 30), texts(portal, 1)]).toEqual([["hello"], ["hello"]]);
});

test("who switched notifications off gets a Unix time for an id and nothing in the feed", async () => {
  const portal = await portalFor({ clock: () => 1_800_000_000_999 });
  portal.setUser({ id: 7, notificationsOff: true });
  expect((await notify(portal)).json.result).toBe(1_800_000_000);
  expect(portal.allNotifications).toEqual([]);
});

test("MESSAGE_OUT is kept, but not when it is 0", async () => {
  const portal = await portalFor();
  await notify(portal, { MESSAGE_OUT: "plain" });
  await notify(portal, { MESSAGE_OUT: "0" });
  expect(portal.feed(7).map(({ messageOut }) => messageOut)).toEqual(["plain", undefined]);
});

test("whoever listens hears of a notification before its answer goes out", async () => {
  const portal = await portalFor();
  const heard = new Promise((resolve) => {
    portal.onNotification(({ text }) => resolve([text, portal.requests.at(-1)?.status]));
  });
  await notify(portal);
  expect(await heard).toEqual(["hello", undefined]);
});
