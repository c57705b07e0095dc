import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { appCall, appNotify, CLIENT_ID, call, notify, portalFor, texts } from "./calls.ts";

const prefixOf = (text: string) => `MP|${createHash("md5").update(text).digest("hex").slice(0, 5)}|`;

test("an application's tag replaces the older notification in that recipient's feed alone", async () => {
  const portal = await portalFor();
  for (const [USER_ID, MESSAGE] of [
    [7, "old"],
    [8, "other"],
    [7, "new"],
  ]) {
    await appNotify(portal, { USER_ID, MESSAGE, TAG: "build" });
  }
  expect([texts(portal, 7), texts(portal, 8)]).toEqual([["new"], ["other"]]);
  expect(portal.feed(7)[0]?.tag).toBe(`${prefixOf(CLIENT_ID)}build`);
  expect(portal.allNotifications.map(({ state }) => state)).toEqual(["replaced", "shown", "shown"]);
});

test("a tag of 246 characters is stored, one more makes the answer `false` and keeps the older", async () => {
  const portal = await portalFor();
  expect((await appNotify(portal, { TAG: "é".repeat(246) })).json.result).toBe(501);
  expect((await appNotify(portal, { TAG: "t".repeat(247) })).json.result).toBe(false);
  expect((await appNotify(portal, { SUB_TAG: "t".repeat(247) })).json.result).toBe(false);
  expect(texts(portal)).toHaveLength(1);
});

test.each(["0", "", ["x"]])("TAG %o is ignored", async (TAG) => {
  const portal = await portalFor();
  await appNotify(portal, { TAG });
  expect(portal.feed(7)[0]?.tag).toBeUndefined();
});

test.each([
  { tags: "ignored", CLIENT_ID: "herald", kept: 2 },
  { tags: "honoured", CLIENT_ID: undefined, kept: 1 },
  { tags: "needs-client-id", CLIENT_ID: undefined, kept: 2 },
  { tags: "needs-client-id", CLIENT_ID: "herald", kept: 1 },
] as const)("webhook tags $tags with CLIENT_ID $CLIENT_ID leave $kept of 2", async ({ tags, kept, ...parameters }) => {
  const portal = await portalFor({ tags });
  await notify(portal, { TAG: "t", ...parameters });
  await notify(portal, { TAG: "t", ...parameters });
  expect(texts(portal)).toHaveLength(kept);
});

test("deleting by ID works in the caller's own feed only, and wins over a tag", async () => {
  const portal = await portalFor();
  const { result: own } = (await appNotify(portal, { USER_ID: 1, TAG: "t" })).json;
  const { result: foreign } = (await appNotify(portal, { USER_ID: 7, TAG: "t" })).json;
  expect((await appCall(portal, "im.notify.delete", { ID: foreign, TAG: "t" })).json.result).toBe(false);
  expect((await call(portal, "im.notify.delete", { ID: [own] })).json.result).toBe(true);
  expect([texts(portal, 1), texts(portal, 7)]).toEqual([[], ["hello"]]);
});

test("deleting by TAG reaches every recipient and is true even for nothing", async () => {
  const portal = await portalFor();
  await appNotify(portal, { USER_ID: 7, TAG: "t" });
  await appNotify(portal, { USER_ID: 8, TAG: "t" });
  expect((await appCall(portal, "im.notify.delete", { TAG: "t" })).json.result).toBe(true);
  expect([texts(portal, 7), texts(portal, 8)]).toEqual([[], []]);
  expect((await appCall(portal, "im.notify.delete", { TAG: "t" })).json.result).toBe(true);
});

test("deleting by SUB_TAG is false for nothing", async () => {
  const portal = await portalFor();
  await appNotify(portal, { SUB_TAG: "chat" });
  expect((await appCall(portal, "im.notify.delete", { SUB_TAG: "chat" })).json.result).toBe(true);
  expect((await appCall(portal, "im.notify.delete", { SUB_TAG: "chat" })).json.result).toBe(false);
  expect(texts(portal)).toEqual([]);
});

test("a webhook deletes by tag only with the CLIENT_ID it sent", async () => {
  const portal = await portalFor({ tags: "needs-client-id" });
  await notify(portal, { TAG: "t", CLIENT_ID: "herald" });
  expect(portal.feed(7)[0]?.tag).toBe(`${prefixOf("customherald")}t`);
  const refused = await call(portal, "im.notify.delete", { TAG: "t" });
  expect([refused.status, refused.json.error]).toEqual([403, "ACCESS_DENIED"]);
  await call(portal, "im.notify.delete", { TAG: "t", CLIENT_ID: "another" });
  expect(texts(portal)).toHaveLength(1);
  await call(portal, "im.notify.delete", { TAG: "t", CLIENT_ID: "herald" });
  expect(texts(portal)).toEqual([]);
});

test("deleting nothing in particular is PARAMS_ERROR", async () => {
  const answer = await appCall(await portalFor(), "im.notify.delete");
  expect([answer.status, answer.json.error]).toEqual([400, "PARAMS_ERROR"]);
});

test("the caller reads his own feed, newest first, with tags and surviving attachments", async () => {
  const portal = await portalFor();
  const ATTACH = [{ FILE: { LINK: "/disk/1", NAME: "a.txt" } }, { IMAGE: { LINK: "ftp://x" } }];
  await appNotify(portal, { USER_ID: 1, MESSAGE: "first &lt;", TAG: "t", ATTACH });
  await appNotify(portal, { USER_ID: 1, MESSAGE: "second" });
  await appNotify(portal, { USER_ID: 7, MESSAGE: "foreign" });
  const { json } = await call(portal, "im.notify.get");
  expect(json.result).toMatchObject({
    total_count: 2,
    notifications: [
      { text: "second", notify_tag: "", params: [] },
      {
        text: "first &lt;",
        notify_type: 2,
        notify_module: "rest",
        notify_tag: `${prefixOf(CLIENT_ID)}t`,
        params: { ATTACH: [{ BLOCKS: [{ FILE: [{ LINK: "/disk/1" }] }] }] },
      },
    ],
    users: [{ id: 1 }],
  });
  const converted = await call(portal, "im.notify.get", { CONVERT_TEXT: "Y", LIMIT: 1, LAST_ID: 502, LAST_TYPE: 3 });
  expect(converted.json.result).toMatchObject({ notifications: [{ text: "first <" }] });
});

test("an empty feed has neither counters nor chat", async () => {
  expect((await call(await portalFor(), "im.notify.get")).json.result).toEqual({ notifications: [], users: [] });
});

test("the history is searched by three characters or more", async () => {
  const portal = await portalFor();
  await notify(portal, { USER_ID: 1, MESSAGE: "Build is RED" });
  await notify(portal, { USER_ID: 1, MESSAGE: "all fine" });
  const found = await call(portal, "im.notify.history.search", { SEARCH_TEXT: "red" });
  expect(found.json.result).toMatchObject({ total_results: 1, notifications: [{ text: "Build is RED" }] });
  expect((await call(portal, "im.notify.history.search", { SEARCH_TEXT: "re" })).json.error).toBe("SEARCH_TEXT_ERROR");
});
