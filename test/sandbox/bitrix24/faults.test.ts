import { Agent } from "undici";
import { expect, onTestFinished, test } from "vitest";
import type { Portal } from "../../../sandbox/bitrix24/portal.ts";
import { call, notify, portalFor, send, texts } from "./calls.ts";

/** A call whose connection is not shared, so that torn ones do not spill over; resolves to what went wrong. */
async function failureOf(portal: Portal, method: string, body: object): Promise<unknown> {
  const dispatcher = new Agent({ keepAliveTimeout: 1 });
  onTestFinished(() => dispatcher.destroy());
  const response = dispatcher.request({
    origin: portal.url,
    path: new URL(`${portal.webhookUrl(1)}${method}`).pathname,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return response.then(({ body: answer }) => answer.text()).catch((error: { code: string }) => error.code);
}

const PARAMETERS = { USER_ID: 7, MESSAGE: "hello" };
const TORN = "UND_ERR_SOCKET";

test("an announced reply comes instead of the call, once, then the portal is itself again", async () => {
  const portal = await portalFor();
  portal.faults.add({ kind: "reply", status: 503, body: { error: "OVERLOAD_LIMIT" }, headers: { "retry-after": "9" } });
  const struck = await notify(portal);
  expect([struck.status, struck.json.error, struck.headers["retry-after"]]).toEqual([503, "OVERLOAD_LIMIT", "9"]);
  expect(texts(portal)).toEqual([]);
  expect((await notify(portal)).json.result).toBe(501);
  expect(portal.faults.pending).toBe(0);
});

test("a fault can wait, repeat, and be aimed at one method", async () => {
  const portal = await portalFor();
  portal.faults.add({ method: "im.NOTIFY", after: 1, times: 2, kind: "reply", status: 500, body: "<h1>oops</h1>" });
  const statuses: number[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    expect((await call(portal, "profile")).status).toBe(200);
    statuses.push((await call(portal, "im.notify", PARAMETERS)).status);
  }
  expect(statuses).toEqual([200, 500, 500, 200]);
});

test("cleared faults never strike", async () => {
  const portal = await portalFor();
  portal.faults.add({ kind: "html", times: 3 });
  portal.faults.clear();
  expect((await notify(portal)).status).toBe(200);
});

test.each([true, false])("a reset tears the connection; executed: %o", async (executed) => {
  const portal = await portalFor();
  portal.faults.add({ kind: "reset", executed });
  expect(await failureOf(portal, "im.notify", PARAMETERS)).toBe(TORN);
  expect(texts(portal)).toHaveLength(executed ? 1 : 0);
  expect(portal.requests.at(-1)?.status).toBeUndefined();
});

test("a truncated answer promises more than it brings, after the call took effect", async () => {
  const portal = await portalFor();
  portal.faults.add({ kind: "truncate" });
  expect(await failureOf(portal, "im.notify", PARAMETERS)).toBe(TORN);
  expect(texts(portal)).toEqual(["hello"]);
});

test.each([true, false])("a hanging call never answers; executed: %o", async (executed) => {
  const portal = await portalFor();
  portal.faults.add({ kind: "hang", executed });
  const stored = new Promise((resolve) => portal.onNotification(resolve));
  const arrived = new Promise((resolve) => portal.onRequest(resolve));
  const outcome = failureOf(portal, "im.notify", PARAMETERS);
  await (executed ? stored : arrived);
  await portal.close();
  expect(await outcome).toBe(TORN);
  expect(texts(portal)).toHaveLength(executed ? 1 : 0);
});

test.each([true, false])("an HTML page from the edge; executed: %o", async (executed) => {
  const portal = await portalFor();
  portal.faults.add({ kind: "html", executed });
  const struck = await notify(portal);
  expect([struck.status, struck.headers["content-type"]]).toEqual([502, "text/html; charset=utf-8"]);
  expect(texts(portal)).toHaveLength(executed ? 1 : 0);
});

test("a delayed call takes its time and succeeds", async () => {
  const slept: number[] = [];
  const portal = await portalFor({ sleep: async (ms) => void slept.push(ms) });
  portal.faults.add({ kind: "delay", ms: 5_000 });
  expect((await notify(portal)).status).toBe(200);
  expect(slept).toEqual([5_000]);
});

const CMD = {
  a: "im.notify?USER_ID=7&MESSAGE=a",
  b: "im.notify.system.add?USER_ID=7&MESSAGE=b",
  c: "im.notify?USER_ID=7&MESSAGE=c",
};

test("a JSON reply for a method inside a batch is that command's error", async () => {
  const portal = await portalFor();
  portal.faults.add({ method: "im.notify.system.add", kind: "reply", status: 500, body: { error: "ERROR_CORE" } });
  expect((await call(portal, "batch", { cmd: CMD })).json.result).toMatchObject({
    result: { a: 501, c: 502 },
    result_error: { b: { error: "ERROR_CORE" } },
  });
  portal.faults.add({ method: "im.notify.system.add", kind: "reply", status: 200, body: { result: false } });
  expect((await call(portal, "batch", { cmd: CMD })).json.result).toMatchObject({ result: { b: false } });
});

test.each([
  { executed: true, shown: ["a", "b", "c"] },
  { executed: false, shown: ["a"] },
])("a reset in the middle of a batch, executed: $executed, leaves $shown", async ({ executed, shown }) => {
  const portal = await portalFor();
  portal.faults.add({ method: "im.notify.system.add", kind: "reset", executed });
  expect(await failureOf(portal, "batch", { cmd: CMD })).toBe(TORN);
  expect(texts(portal)).toEqual(shown);
});

test("a fault without a method strikes requests, not the commands inside", async () => {
  const portal = await portalFor();
  portal.faults.add({ after: 1, kind: "html" });
  expect((await call(portal, "batch", { cmd: CMD })).status).toBe(200);
  expect((await notify(portal)).status).toBe(502);
});

test("the authorisation server can fail too", async () => {
  const portal = await portalFor();
  portal.faults.add({ method: "oauth/token", kind: "html", status: 500 });
  expect((await notify(portal)).status).toBe(200);
  expect((await send(`${portal.url}/oauth/token/?grant_type=refresh_token`)).status).toBe(500);
});

test("a portal that is down answers 503 with HTML to everything", async () => {
  const portal = await portalFor();
  portal.setDown(true);
  expect((await notify(portal)).status).toBe(503);
  expect((await notify(portal)).text).toContain("<html>");
  portal.setDown(false);
  expect((await notify(portal)).status).toBe(200);
});

test("a paused portal refuses connections and comes back on its port with its feeds", async () => {
  const portal = await portalFor();
  await notify(portal);
  await portal.pause();
  expect(await failureOf(portal, "im.notify", PARAMETERS)).toBe("ECONNREFUSED");
  await portal.resume();
  await notify(portal, { MESSAGE: "back" });
  expect(texts(portal)).toEqual(["hello", "back"]);
});

test("a renamed portal sends every request to the same path at its new address", async () => {
  const [portal, renamed] = await Promise.all([portalFor(), portalFor()]);
  portal.renameTo(renamed.url);
  const answer = await notify(portal);
  const path = portal.requests.at(-1)?.path;
  expect([answer.status, answer.headers.location]).toEqual([302, `${renamed.url}${path}`]);
  expect(texts(portal)).toEqual([]);
  portal.renameTo(undefined);
  expect((await notify(portal)).status).toBe(200);
});
