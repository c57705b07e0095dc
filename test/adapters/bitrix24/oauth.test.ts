import { describe, expect, test } from "vitest";
import type { Credentials, Workspace } from "../../../src/app/store/workspaces.ts";
import {
  APP,
  clientFor,
  json,
  NEVER,
  notifyCall,
  oauthWorkspace,
  sandboxPortal,
  serverFor,
  workspaceOf,
} from "./support.ts";

const refreshes = (sandbox: { requests: readonly { method: string }[] }): number =>
  sandbox.requests.filter(({ method }) => method === "oauth/token").length;

const tokensOf = (credentials: Credentials | undefined) =>
  credentials?.kind === "oauth" ? credentials.tokens : undefined;

async function installed() {
  const sandbox = await sandboxPortal();
  const tokens = sandbox.issueTokens(APP.clientId);
  return { sandbox, tokens, workspace: oauthWorkspace(sandbox, tokens) };
}

test("a call carries the token in its body, never in its address", async () => {
  const { sandbox, tokens, workspace } = await installed();
  const { portal } = clientFor();
  expect(await portal.call(workspace, notifyCall({ TAG: "a" }), NEVER)).toMatchObject({ kind: "result", result: 501 });
  expect(sandbox.requests[0]?.path).not.toContain(tokens.accessToken);
  await portal.batch(workspace, [notifyCall({ TAG: "a" }), notifyCall({ TAG: "b" })], NEVER);
  expect(sandbox.feed(7)).toHaveLength(2);
});

test("an expired token is renewed, stored, and only then used for the call's one repetition", async () => {
  const { sandbox, tokens, workspace } = await installed();
  sandbox.expireTokens();
  const order: string[] = [];
  sandbox.onRequest(({ method }) => order.push(method));
  const saved: Credentials[] = [];
  const saveTokens = async (_: number, credentials: Credentials): Promise<void> => {
    order.push("saved");
    saved.push(credentials);
  };
  const { portal } = clientFor({ saveTokens });
  expect(await portal.call(workspace, notifyCall(), NEVER)).toMatchObject({ kind: "result", result: 501 });
  expect(order).toEqual(["im.notify.personal.add", "oauth/token", "saved", "im.notify.personal.add"]);
  expect(tokensOf(saved[0])).toMatchObject({ clientEndpoint: `${sandbox.url}/rest/`, memberId: sandbox.memberId });
  expect(tokensOf(saved[0])?.accessToken).not.toBe(tokens.accessToken);
  expect(tokensOf(saved[0])?.refreshToken).not.toBe(tokens.refreshToken);
});

test("callers that still hold the old token share one refresh, and later ones need none", async () => {
  const { sandbox, workspace } = await installed();
  sandbox.expireTokens();
  const { portal, saved } = clientFor();
  const calls = Array.from({ length: 6 }, () => portal.call(workspace, notifyCall(), NEVER));
  for (const reply of await Promise.all(calls)) expect(reply.kind).toBe("result");
  expect(await portal.call(workspace, notifyCall(), NEVER)).toMatchObject({ kind: "result" });
  expect(refreshes(sandbox)).toBe(1);
  expect(saved).toHaveLength(1);
});

test("a token in its last minute is renewed before it is used", async () => {
  const { sandbox, workspace, tokens } = await installed();
  const { portal } = clientFor({ clock: () => tokens.expiresAt - 59_000 });
  expect(await portal.call(workspace, notifyCall(), NEVER)).toMatchObject({ kind: "result" });
  expect(sandbox.requests.map(({ method }) => method)).toEqual(["oauth/token", "im.notify.personal.add"]);
});

test("a token that somebody else has renewed is taken from the store", async () => {
  const { sandbox, workspace } = await installed();
  sandbox.expireTokens();
  const fresh = oauthWorkspace(sandbox, sandbox.issueTokens(APP.clientId)).credentials;
  const { portal } = clientFor({ reload: async () => fresh });
  expect(await portal.call(workspace, notifyCall(), NEVER)).toMatchObject({ kind: "result" });
  expect(refreshes(sandbox)).toBe(0);
});

test("new tokens that could not be stored are not used, and stored at the next call", async () => {
  const { sandbox, workspace } = await installed();
  sandbox.expireTokens();
  let full = true;
  const saved: Credentials[] = [];
  const saveTokens = async (_: number, credentials: Credentials): Promise<void> => {
    if (full) throw new Error("disk full");
    saved.push(credentials);
  };
  const { portal } = clientFor({ saveTokens });
  expect(await portal.call(workspace, notifyCall(), NEVER)).toMatchObject({ kind: "unsent" });
  expect(sandbox.feed(7)).toEqual([]);
  full = false;
  expect(await portal.call(workspace, notifyCall(), NEVER)).toMatchObject({ kind: "result" });
  expect(refreshes(sandbox)).toBe(1);
  expect(saved).toHaveLength(1);
});

test("one caller's abort does not take the refresh away from another", async () => {
  const { sandbox, workspace } = await installed();
  sandbox.expireTokens();
  const controller = new AbortController();
  const stopped = new Error("stopping");
  sandbox.onRequest(({ method }) => {
    if (method === "oauth/token") controller.abort(stopped);
  });
  const { portal } = clientFor();
  const aborted = portal.call(workspace, notifyCall(), controller.signal);
  const other = portal.call(workspace, notifyCall({ MESSAGE: "other" }), NEVER);
  await expect(aborted).rejects.toBe(stopped);
  expect(await other).toMatchObject({ kind: "result" });
  expect(refreshes(sandbox)).toBe(1);
});

describe("when no new tokens come", () => {
  test("a refresh token that is used up is an error for the operator, after one refresh", async () => {
    const { sandbox, workspace } = await installed();
    sandbox.revokeTokens();
    const { portal, saved } = clientFor();
    const reply = await portal.call(workspace, notifyCall(), NEVER);
    expect(reply).toMatchObject({ kind: "error", code: "INVALID_GRANT" });
    expect(refreshes(sandbox)).toBe(1);
    expect(saved).toEqual([]);
  });

  test("a portal that does not take the new token either is told as it is", async () => {
    const { sandbox, workspace } = await installed();
    const body = { error: "expired_token", error_description: "" };
    sandbox.faults.add({
      kind: "reply",
      status: 401,
      body: body,
      times: 2,
      method: "im.notify.personal.add",
    });
    const { portal } = clientFor();
    expect(await portal.call(workspace, notifyCall(), NEVER)).toMatchObject({ kind: "error", code: "EXPIRED_TOKEN" });
    expect(refreshes(sandbox)).toBe(1);
  });

  test.each([
    [{ kind: "html", status: 500 } as const],
    [{ kind: "html", status: 503 } as const],
    [{ kind: "html", status: 200 } as const],
    [{ kind: "reset", executed: false } as const],
    [{ kind: "truncate" } as const],
  ])("the authorisation server's fault %j leaves the call unsent and the tokens alone", async (fault) => {
    const { sandbox, workspace } = await installed();
    sandbox.expireTokens();
    sandbox.faults.add({ ...fault, method: "oauth/token" });
    const { portal, saved, log } = clientFor();
    const reply = await portal.call(workspace, notifyCall(), NEVER);
    expect(reply).toMatchObject({ kind: "unsent" });
    expect(saved).toEqual([]);
    expect(JSON.stringify(reply) + log.lines.join()).not.toContain(APP.clientSecret);
  });

  test("an application that is not installed yet makes no request", async () => {
    const { sandbox, workspace } = await installed();
    const { clientId, clientSecret } = APP;
    const bare: Workspace = workspaceOf({ kind: "oauth", domain: sandbox.host, clientId, clientSecret }, sandbox.host);
    const { portal } = clientFor();
    expect(await portal.call(bare, notifyCall(), NEVER)).toMatchObject({ kind: "error", code: "NOT_INSTALLED" });
    expect(sandbox.requests).toEqual([]);
    expect(workspace.host).toBe(sandbox.host);
  });

  test("an authorisation server that is neither Bitrix24's nor listed is never told the secret", async () => {
    const server = await serverFor((_, response) => json(response, 200, {}));
    const { sandbox, tokens } = await installed();
    const workspace = oauthWorkspace(sandbox, tokens);
    if (workspace.credentials.kind !== "oauth" || !workspace.credentials.tokens) throw new Error("unexpected");
    const stray = { ...workspace.credentials.tokens, serverEndpoint: `http://${server.host}/rest/` };
    sandbox.expireTokens();
    const { portal } = clientFor({ privateHosts: [sandbox.host] });
    const reply = await portal.call(
      { ...workspace, credentials: { ...workspace.credentials, tokens: stray } },
      notifyCall(),
      NEVER,
    );
    expect(reply).toMatchObject({ kind: "error", code: "AUTH_SERVER_NOT_ALLOWED" });
    expect(server.requests).toEqual([]);
  });
});

test("a portal renamed at the authorisation server is called at its new endpoint", async () => {
  const { sandbox, tokens, workspace } = await installed();
  const answers = { access_token: tokens.accessToken, refresh_token: "r", expires_in: "3600", member_id: "m" };
  const auth = await serverFor((_, response) =>
    json(response, 200, { ...answers, client_endpoint: `${sandbox.url}/rest` }),
  );
  if (workspace.credentials.kind !== "oauth" || !workspace.credentials.tokens) throw new Error("unexpected");
  const old = { clientEndpoint: "http://127.0.0.1:9/rest/", serverEndpoint: `http://${auth.host}/rest/` };
  const used = { ...workspace.credentials.tokens, ...old, accessToken: "old", expiresAt: 0 };
  const { portal, saved } = clientFor();
  const renamed = { ...workspace, credentials: { ...workspace.credentials, tokens: used } };
  expect(await portal.call(renamed, notifyCall(), NEVER)).toMatchObject({ kind: "result" });
  expect(tokensOf(saved[0])).toMatchObject({ clientEndpoint: `${sandbox.url}/rest/`, refreshToken: "r" });
});
