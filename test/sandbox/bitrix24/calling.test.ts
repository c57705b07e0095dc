import { expect, test } from "vitest";
import { appCall, CLIENT_ID, call, notify, portalFor, send, texts } from "./calls.ts";

test("a webhook path and an application token reach the same methods", async () => {
  const portal = await portalFor();
  expect((await call(portal, "profile.json")).json).toMatchObject({ result: { ID: "1", ADMIN: true } });
  expect((await appCall(portal, "profile")).json).toMatchObject({ result: { ID: "1" } });
});

test("a token is read from the query, the body and the Bearer header", async () => {
  const portal = await portalFor();
  const { accessToken } = portal.issueTokens(CLIENT_ID);
  const json = { "content-type": "application/json" };
  const answers = await Promise.all([
    send(`${portal.url}/rest/profile?auth=${accessToken}`),
    send(`${portal.url}/rest/profile`, { access_token: accessToken }),
    send(`${portal.url}/rest/profile`, {}, { ...json, authorization: `Bearer ${accessToken}` }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
});

test("method names and top-level parameter names are matched in any case", async () => {
  const portal = await portalFor();
  await call(portal, "IM.Notify.Personal.ADD", { user_id: 7, Message: "any case" });
  expect(texts(portal)).toEqual(["any case"]);
});

test("form bodies use bracket names, and the body overrides the query", async () => {
  const portal = await portalFor();
  const form = "MESSAGE=from+body%21&ATTACH[0][IMAGE][LINK]=https%3A%2F%2Fmedia.example%2Fp.png";
  await send(`${portal.webhookUrl(1)}im.notify?USER_ID=7&MESSAGE=from+query`, form, {
    "content-type": "application/x-www-form-urlencoded",
  });
  expect(portal.feed(7)).toMatchObject([
    { text: "from body!", attach: { blocks: [{ IMAGE: [{ LINK: "https://media.example/p.png" }] }] } },
  ]);
});

test("multipart fields are parameters too", async () => {
  const portal = await portalFor();
  const form = new FormData();
  form.set("USER_ID", "7");
  form.set("MESSAGE", "multipart");
  await fetch(`${portal.webhookUrl(1)}im.notify`, { method: "POST", body: form });
  expect(texts(portal)).toEqual(["multipart"]);
});

test("malformed JSON is no error by itself: the call goes on without parameters", async () => {
  const portal = await portalFor();
  const byWebhook = await send(`${portal.webhookUrl(1)}im.notify`, '{"USER_ID": 7,');
  expect([byWebhook.status, byWebhook.json.error]).toEqual([400, "USER_ID_EMPTY"]);
  const byToken = await send(`${portal.url}/rest/im.notify`, '{"auth": "x"');
  expect([byToken.status, byToken.json.error]).toEqual([401, "NO_AUTH_FOUND"]);
});

test.each([
  { path: "/rest/1/wrong/profile", status: 403, error: "INVALID_CREDENTIALS" },
  { path: "/rest/profile", status: 401, error: "NO_AUTH_FOUND" },
  { path: "/rest/profile?auth=unknown", status: 401, error: "NO_AUTH_FOUND" },
  { path: "/rest/im.notify.nothing", status: 404, error: "ERROR_METHOD_NOT_FOUND" },
])("$path is refused with $status $error", async ({ path, status, error }) => {
  const portal = await portalFor();
  const answer = await send(`${portal.url}${path}`, {});
  expect([answer.status, answer.json.error]).toEqual([status, error]);
  expect(answer.json.error_description).not.toBe("");
});

test("a webhook of a dismissed owner stops working", async () => {
  const portal = await portalFor();
  portal.setUser({ id: 1, active: false });
  expect((await call(portal, "profile")).json.error).toBe("INVALID_CREDENTIALS");
});

test("a method outside the granted scopes is refused, basic ones are not", async () => {
  const portal = await portalFor({ webhooks: [{ userId: 1, code: "c".repeat(8), scopes: ["im"] }] });
  const answer = await call(portal, "user.get");
  expect([answer.status, answer.json.error]).toEqual([403, "insufficient_scope"]);
  expect((await call(portal, "scope")).json.result).toEqual(["im"]);
  const { result } = (await call(portal, "methods")).json;
  expect(result).toEqual(expect.arrayContaining(["batch", "im.notify.personal.add"]));
  expect(result).not.toEqual(expect.arrayContaining(["user.get"]));
  expect(result, "private methods are not listed").not.toEqual(expect.arrayContaining(["im.notify.get"]));
});

test("app.info needs an application", async () => {
  const portal = await portalFor();
  const refused = await call(portal, "app.info");
  expect([refused.status, refused.json.error]).toEqual([403, "ACCESS_DENIED"]);
  expect((await appCall(portal, "app.info")).json).toMatchObject({ result: { CODE: CLIENT_ID, STATUS: "L" } });
});

test("every success carries the time envelope", async () => {
  const portal = await portalFor({ clock: () => 1_800_000_000_000 });
  expect((await notify(portal)).json.time).toMatchObject({
    start: 1_800_000_000,
    date_start: "2027-01-15T08:00:00+00:00",
    operating: 0,
    operating_reset_at: 1_800_000_600,
  });
});

test("the log shows what was asked, in order, with the answer's status", async () => {
  const portal = await portalFor();
  await notify(portal);
  await call(portal, "nothing");
  expect(portal.requests).toMatchObject([
    { method: "im.notify.personal.add", verb: "POST", body: { USER_ID: 7, MESSAGE: "hello" }, status: 200 },
    { method: "nothing", status: 404 },
  ]);
  expect(portal.requests[0]?.path).toBe(new URL(`${portal.webhookUrl(1)}im.notify.personal.add`).pathname);
});
