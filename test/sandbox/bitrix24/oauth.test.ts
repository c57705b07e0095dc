import { expect, test } from "vitest";
import type { Portal } from "../../../sandbox/bitrix24/portal.ts";
import { type Answered, APP, CLIENT_ID, portalFor, send } from "./calls.ts";

function token(portal: Portal, query: Record<string, string>): Promise<Answered> {
  const keys = { client_id: CLIENT_ID, client_secret: APP.clientSecret };
  return send(`${portal.url}/oauth/token/?${new URLSearchParams({ ...keys, ...query })}`);
}

const refresh = (portal: Portal, refreshToken: string) =>
  token(portal, { grant_type: "refresh_token", refresh_token: refreshToken });

test("a refresh gives a new pair, and where to use it", async () => {
  const portal = await portalFor();
  const { refreshToken } = portal.issueTokens(CLIENT_ID);
  portal.expireTokens();
  const { status, json } = await refresh(portal, refreshToken);
  expect(status).toBe(200);
  expect(json).toMatchObject({
    expires_in: 3_600,
    client_endpoint: `${portal.url}/rest/`,
    server_endpoint: `${portal.url}/rest/`,
    member_id: portal.memberId,
    scope: "im,user_basic",
    user_id: 1,
  });
  expect(portal.memberId).toMatch(/^[0-9a-f]{32}$/u);
  expect((await send(`${String(json.client_endpoint)}profile`, { auth: json.access_token })).status).toBe(200);
});

test("a refresh token works once; its successor works", async () => {
  const portal = await portalFor();
  const { refreshToken } = portal.issueTokens(CLIENT_ID);
  const { json } = await refresh(portal, refreshToken);
  expect((await refresh(portal, refreshToken)).json.error).toBe("invalid_grant");
  expect((await refresh(portal, String(json.refresh_token))).status).toBe(200);
});

test("a code is exchanged once, within thirty seconds", async () => {
  let now = 0;
  const portal = await portalFor({ clock: () => now });
  const exchange = (code: string) => token(portal, { grant_type: "authorization_code", code });
  const code = portal.issueCode(CLIENT_ID);
  expect((await exchange(code)).status).toBe(200);
  expect((await exchange(code)).json.error).toBe("invalid_grant");
  const late = portal.issueCode(CLIENT_ID);
  now += 30_000;
  expect((await exchange(late)).json.error).toBe("invalid_grant");
});

test.each([
  { query: {}, error: "invalid_request" },
  { query: { grant_type: "password" }, error: "invalid_request" },
  { query: { grant_type: "refresh_token", client_secret: "wrong" }, error: "invalid_client" },
  { query: { grant_type: "refresh_token", client_id: "other" }, error: "invalid_client" },
  { query: { grant_type: "refresh_token", refresh_token: "unknown" }, error: "invalid_grant" },
])("$query is $error", async ({ query, error }) => {
  const answer = await token(await portalFor(), query as Record<string, string>);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.json.error).toBe(error);
});

test("expired, revoked and dismissed tokens are told apart", async () => {
  const portal = await portalFor();
  const { accessToken, refreshToken } = portal.issueTokens(CLIENT_ID);
  const error = async () => (await send(`${portal.url}/rest/profile`, { auth: accessToken })).json.error;
  portal.setUser({ id: 1, active: false });
  expect(await error()).toBe("authorization_error");
  portal.expireTokens();
  expect(await error()).toBe("expired_token");
  portal.revokeTokens();
  expect(await error()).toBe("NO_AUTH_FOUND");
  expect((await refresh(portal, refreshToken)).json.error).toBe("invalid_grant");
});
