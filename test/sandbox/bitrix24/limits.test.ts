import { expect, test } from "vitest";
import type { PortalOptions } from "../../../sandbox/bitrix24/options.ts";
import { appNotify, CLIENT_ID, call, notify, portalFor, send } from "./calls.ts";

/** A portal whose time passes only when the test, or the portal's own latency, lets it. */
async function frozenPortal(options: PortalOptions) {
  let now = 1_800_000_000_000;
  const pass = (ms: number) => {
    now += ms;
  };
  const portal = await portalFor({ ...options, clock: () => now, sleep: async (ms) => pass(ms) });
  return { portal, pass, now: () => now };
}

test("fifty requests at once, then two a second; the surplus is QUERY_LIMIT_EXCEEDED", async () => {
  const { portal, pass } = await frozenPortal({ limits: { burst: 50, drainPerSecond: 2 } });
  const statuses = async (count: number) => {
    const answers = await Promise.all(Array.from({ length: count }, () => call(portal, "profile")));
    return answers.filter(({ status }) => status === 200).length;
  };
  expect(await statuses(60)).toBe(50);
  pass(1_000);
  expect(await statuses(5)).toBe(2);
  const refused = await call(portal, "profile");
  expect([refused.status, refused.json.error]).toEqual([503, "QUERY_LIMIT_EXCEEDED"]);
  pass(3_600_000);
  expect(await statuses(60)).toBe(50);
});

test("a batch is one request for the rate limit", async () => {
  const { portal } = await frozenPortal({ limits: { burst: 1, drainPerSecond: 2 } });
  const cmd = Array.from({ length: 20 }, () => "profile");
  expect((await call(portal, "batch", { cmd })).json.result).toMatchObject({ result_error: [] });
  expect((await call(portal, "profile")).status).toBe(503);
});

test("the call that crosses the operating limit succeeds, the next is refused until the reset", async () => {
  const { portal, pass, now } = await frozenPortal({ operatingLimitSeconds: 100, secondsPerNotification: 60 });
  expect((await notify(portal)).json.time).toMatchObject({ operating: 60, duration: 60 });
  const last = await notify(portal);
  expect(last.json.time).toMatchObject({ operating: 120 });
  const refused = await notify(portal);
  expect([refused.status, refused.json.error]).toEqual([429, "OPERATION_TIME_LIMIT"]);
  expect((await call(portal, "im.notify.system.add", { USER_ID: 7, MESSAGE: "other method" })).status).toBe(200);
  expect((await appNotify(portal)).status).toBe(200);
  const { operating_reset_at: resetAt } = last.json.time as { operating_reset_at: number };
  pass(resetAt * 1_000 - now() - 1);
  expect((await notify(portal)).status).toBe(429);
  pass(1);
  expect((await notify(portal)).status).toBe(200);
});

test("inside a batch the operating limit is told by command, and batch itself is exempt", async () => {
  const { portal } = await frozenPortal({ operatingLimitSeconds: 10, secondsPerNotification: 6 });
  const cmd = ["a", "b", "c"].map((text) => `im.notify?USER_ID=7&MESSAGE=${text}`);
  const { status, json } = await call(portal, "batch", { cmd });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    result: { result: [501, 502], result_error: { 2: { error: "OPERATION_TIME_LIMIT" } } },
    time: { operating: 0 },
  });
});

test("calls of a tenth of a second or less are not added to the operating time", async () => {
  const { portal } = await frozenPortal({ secondsPerNotification: 0.1 });
  expect((await notify(portal)).json.time).toMatchObject({ operating: 0 });
  const { portal: strict } = await frozenPortal({ secondsPerNotification: 0.04, operatingThresholdSeconds: 0 });
  expect((await notify(strict)).json.time).toMatchObject({ operating: 0.04 });
});

test("without the limiter there is no operating time in the replies", async () => {
  const { portal } = await frozenPortal({ operatingLimitSeconds: "off", secondsPerNotification: 500 });
  await notify(portal);
  const { json } = await notify(portal);
  expect(json).toMatchObject({ result: 502 });
  expect(json.time).not.toHaveProperty("operating");
});

test("an access token expires after an hour", async () => {
  const { portal, pass } = await frozenPortal({});
  const { accessToken } = portal.issueTokens(CLIENT_ID);
  pass(3_599_999);
  expect((await send(`${portal.url}/rest/profile`, { auth: accessToken })).status).toBe(200);
  pass(1);
  const expired = await send(`${portal.url}/rest/profile`, { auth: accessToken });
  expect([expired.status, expired.json.error]).toEqual([401, "expired_token"]);
});
