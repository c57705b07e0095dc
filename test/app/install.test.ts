import { randomBytes } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Portal, startPortal } from "../../sandbox/bitrix24/portal.ts";
import type { Newcomers } from "../../src/app/install.ts";
import { keepTokens } from "../../src/app/keepTokens.ts";
import { APP, OTHER_APP, openPlace } from "./installPlace.ts";

const EMPLOYEE = 7;

const asked = (portal: Portal): string[] => portal.requests.map(({ method }) => method);

describe("an installation", () => {
  test.each(["event", "iframe"] as const)("announced by %s is verified, then its tokens are kept", async (form) => {
    const place = await openPlace();
    const { portal, install, credentials, store, id } = place;
    const answer = await portal.install(install, { clientId: APP.clientId, form });
    expect(answer.status).toBe(200);
    expect(answer.text.includes("installFinish")).toBe(form === "iframe");
    // The last one proves whose the token is: this authorisation server does not name portals of its own accord.
    expect(asked(portal)).toEqual(["app.info", "profile", "oauth/token"]);
    expect(await credentials()).toMatchObject({
      memberId: portal.memberId,
      applicationToken: portal.applicationTokenOf(APP.clientId),
      tokens: { clientEndpoint: `${portal.url}/rest/`, memberId: portal.memberId },
    });
    expect(await store.read.chores.due(Infinity, 9)).toMatchObject([{ work: { kind: "explore", workspaceId: id } }]);
    expect(await store.read.audit.list({ workspaceId: id, limit: 1 })).toMatchObject([{ action: "workspace.install" }]);
  });

  test("resumes what was suspended", async () => {
    const { portal, install, store, id } = await openPlace();
    await store.tx((tx) => tx.workspaces.suspend(id, { code: "NOT_INSTALLED", reason: "", at: 0 }));
    await portal.install(install, { clientId: APP.clientId });
    expect((await store.read.workspaces.byId(id))?.suspended).toBeUndefined();
  });

  test.each([
    ["with a true token", {}],
    ["with an invented token", { "auth[access_token]": "f".repeat(40) }],
  ])("of a portal that nobody announced is refused %s, and to see it is like any other refusal", async (_, token) => {
    const refusedOf = async (forged: Readonly<Record<string, string>>, clientId = APP.clientId) => {
      const { portal, install, credentials } = await openPlace();
      const answer = await portal.install(install, { clientId, forged: { ...token, ...forged } });
      expect((await credentials()).tokens).toBeUndefined();
      return { answer, asked: asked(portal) };
    };
    const stranger = await refusedOf({ "auth[domain]": "stranger.bitrix24.example" });
    expect(stranger).toEqual({ answer: { status: 403, text: "forbidden" }, asked: ["app.info"] });
    expect(await refusedOf({}, OTHER_APP.clientId)).toEqual(stranger);
  });

  test("whose identity nobody confirms is refused, and the next one with the true identity is believed", async () => {
    const { portal, install, credentials } = await openPlace();
    const forged = { "auth[member_id]": randomBytes(16).toString("hex") };
    expect((await portal.install(install, { clientId: APP.clientId, forged })).status).toBe(403);
    expect(await credentials()).not.toHaveProperty("memberId");
    expect(await credentials()).not.toHaveProperty("tokens");
    expect((await portal.install(install, { clientId: APP.clientId })).status).toBe(200);
    expect((await credentials()).memberId).toBe(portal.memberId);
  });

  test.each([
    ["names no portal", { memberId: "" }],
    ["names another portal", { memberId: "b".repeat(32) }],
  ])("is refused where the proof %s", async (_, { memberId }) => {
    const tokens = { accessToken: "a", refreshToken: "r", lifeSeconds: 3_600, serverEndpoint: "https://a.example/" };
    const renew: Newcomers["renew"] = async () => ({ kind: "tokens", ...tokens, memberId });
    const { portal, install, credentials } = await openPlace({ newcomers: { renew } });
    expect((await portal.install(install, { clientId: APP.clientId })).status).toBe(403);
    expect(await credentials()).not.toHaveProperty("tokens");
  });

  test("is believed at once where the authorisation server names the portal, and refused where it names another", async () => {
    const named = { member_id: "" };
    const result = { client_id: APP.clientId, install: named };
    const appInfo: Newcomers["appInfo"] = async () => ({ kind: "result", result });
    const { portal, install, credentials } = await openPlace({ newcomers: { appInfo } });
    named.member_id = "c".repeat(32);
    expect((await portal.install(install, { clientId: APP.clientId })).status).toBe(403);
    expect(asked(portal)).toEqual([]);
    named.member_id = portal.memberId;
    expect((await portal.install(install, { clientId: APP.clientId })).status).toBe(200);
    expect(asked(portal)).toEqual(["profile"]);
    expect((await credentials()).memberId).toBe(portal.memberId);
  });

  test("that names an authorisation server of its own is refused, and that server hears nothing", async () => {
    const { portal, install, credentials } = await openPlace();
    const stranger = await startPortal();
    onTestFinished(() => stranger.close());
    for (const address of [
      `${stranger.url}/rest/`,
      "http://oauth.bitrix.info/rest/",
      "https://evil.example/rest/",
      "x",
    ]) {
      const forged = { "auth[server_endpoint]": address, "auth[client_endpoint]": `${stranger.url}/rest/` };
      expect((await portal.install(install, { clientId: APP.clientId, forged })).status, address).toBe(403);
    }
    expect([stranger.requests, portal.requests]).toEqual([[], []]);
    expect((await credentials()).tokens).toBeUndefined();
  });

  test("asks the portal that was announced, whatever address the event gives", async () => {
    const { portal, install, credentials } = await openPlace();
    const stranger = await startPortal();
    onTestFinished(() => stranger.close());
    const forged = { "auth[client_endpoint]": `${stranger.url}/rest/` };
    expect((await portal.install(install, { clientId: APP.clientId, forged })).status).toBe(200);
    expect(stranger.requests).toEqual([]);
    expect((await credentials()).tokens?.clientEndpoint).toBe(`${portal.url}/rest/`);
  });

  test.each([
    ["an invented token", { "auth[access_token]": "f".repeat(40) }],
    ["no token", { "auth[access_token]": "" }],
    ["no identity", { "auth[member_id]": "" }],
  ])("with %s is refused", async (_, forged) => {
    const { portal, install, credentials } = await openPlace();
    expect((await portal.install(install, { clientId: APP.clientId, forged })).status).toBe(403);
    expect((await credentials()).tokens).toBeUndefined();
  });

  test("of another application on the same portal is refused", async () => {
    const { portal, install, credentials } = await openPlace();
    expect((await portal.install(install, { clientId: OTHER_APP.clientId })).status).toBe(403);
    expect((await credentials()).tokens).toBeUndefined();
  });

  test("with a token of another portal is refused by the one that was announced", async () => {
    const { portal, install, announce, store, privateHosts } = await openPlace();
    const other = await startPortal({ apps: [APP] });
    onTestFinished(() => other.close());
    privateHosts.push(other.host);
    const victim = await announce(other.host, `${other.url}/rest/`, "victim");
    // The attacker's own portal vouches for the token; the victim's does not take it.
    const forged = { "auth[domain]": other.host, "auth[member_id]": other.memberId };
    expect((await portal.install(install, { clientId: APP.clientId, forged })).status).toBe(403);
    expect(asked(other)).toEqual(["profile"]);
    expect((await store.read.workspaces.byId(victim.id))?.credentials).not.toHaveProperty("tokens");
  });

  test("with a foreign member_id is refused once the portal's own is known", async () => {
    const { portal, install, credentials } = await openPlace();
    await portal.install(install, { clientId: APP.clientId });
    const before = await credentials();
    const forged = { "auth[member_id]": randomBytes(16).toString("hex") };
    expect((await portal.install(install, { clientId: APP.clientId, forged })).status).toBe(403);
    expect(await credentials()).toEqual(before);
  });

  test("by an employee does not take the place of the administrator's", async () => {
    const { portal, install, credentials } = await openPlace();
    await portal.install(install, { clientId: APP.clientId });
    const before = await credentials();
    const forged = { "auth[application_token]": "a".repeat(32) };
    const attempt = await portal.install(install, { clientId: APP.clientId, userId: EMPLOYEE, forged });
    expect(attempt.status).toBe(403);
    const page = await portal.install(install, { clientId: APP.clientId, userId: EMPLOYEE, form: "iframe" });
    expect(page.status).toBe(200);
    expect(await credentials()).toEqual(before);
  });

  test("whose tokens were lost goes on as soon as an administrator opens its page, and nobody else takes its place", async () => {
    const { portal, install, credentials, store, id } = await openPlace();
    await portal.install(install, { clientId: APP.clientId });
    const before = await credentials();
    await store.tx((tx) => tx.workspaces.suspend(id, { code: "INVALID_GRANT", reason: "", at: 0 }));
    const page = { clientId: APP.clientId, form: "iframe" } as const;
    expect((await portal.install(install, { ...page, userId: EMPLOYEE })).status).toBe(403);
    expect(await credentials()).toEqual(before);
    expect((await store.read.workspaces.byId(id))?.suspended).toBeDefined();
    expect((await portal.install(install, page)).status).toBe(200);
    expect((await credentials()).tokens?.refreshToken).not.toBe(before.tokens?.refreshToken);
    expect((await store.read.workspaces.byId(id))?.suspended).toBeUndefined();
  });

  test("is followed to the name that the portal has now", async () => {
    const { portal, install, credentials, store, id } = await openPlace();
    await store.tx(async (tx) => {
      const known = await credentials();
      const renamed = { ...known, memberId: portal.memberId, domain: "old.example" };
      await tx.workspaces.set(id, { host: "old.example", credentials: renamed });
    });
    expect((await portal.install(install, { clientId: APP.clientId })).status).toBe(200);
    expect(await store.read.workspaces.byId(id)).toMatchObject({ host: portal.host });
  });

  test("a body that is no form, and one that is too large, are answered without a hint", async () => {
    const { install, events } = await openPlace();
    const post = (address: string, body: string) => fetch(address, { method: "POST", body });
    expect((await post(install, "{}")).status).toBe(403);
    expect((await post(events, `a=${"x".repeat(70_000)}`)).status).toBe(413);
    expect(await (await post(install, "event=ONAPPINSTALL")).text()).toBe("forbidden");
  });

  test("a flood of one address is slowed down", async () => {
    const { install } = await openPlace();
    const post = () => fetch(install, { method: "POST", body: "" });
    const statuses = await Promise.all(Array.from({ length: 40 }, async () => (await post()).status));
    expect(new Set(statuses)).toEqual(new Set([403, 429]));
  });
});

test("a flood from many addresses is slowed down too: nobody makes us flood the authorisation server", async () => {
  const { install } = await openPlace();
  const post = (client: number) =>
    fetch(install, { method: "POST", body: "", headers: { "x-forwarded-for": `203.0.113.${client}` } });
  const statuses = await Promise.all(Array.from({ length: 120 }, async (_, client) => (await post(client)).status));
  expect(new Set(statuses)).toEqual(new Set([403, 429]));
});

describe("later events", () => {
  test("the removal of the application drops its tokens and suspends, and the queue is kept", async () => {
    const { portal, install, events, credentials, store, id } = await openPlace();
    await portal.install(install, { clientId: APP.clientId });
    const answers = await portal.uninstall({ clientId: APP.clientId, handlerUrl: events });
    expect(answers).toMatchObject([{ status: 200 }]);
    expect(await credentials()).not.toHaveProperty("tokens");
    expect(await credentials()).not.toHaveProperty("applicationToken");
    expect((await store.read.workspaces.byId(id))?.suspended).toMatchObject({ code: "UNINSTALLED" });
    expect((await portal.install(install, { clientId: APP.clientId })).status).toBe(200);
    expect((await store.read.workspaces.byId(id))?.suspended).toBeUndefined();
  });

  test.each([
    ["a wrong application token", { "auth[application_token]": "a".repeat(32) }],
    ["none", { "auth[application_token]": "" }],
    ["a foreign member_id", { "auth[member_id]": "b".repeat(32) }],
  ])("a removal with %s is refused and changes nothing", async (_, forged) => {
    const { portal, install, events, credentials, store, id } = await openPlace();
    await portal.install(install, { clientId: APP.clientId });
    const before = await credentials();
    const [answer] = await portal.uninstall({ clientId: APP.clientId, handlerUrl: events, forged });
    expect(answer?.status).toBe(403);
    expect(await credentials()).toEqual(before);
    expect((await store.read.workspaces.byId(id))?.suspended).toBeUndefined();
  });

  test("nothing removes an application that never proved itself", async () => {
    const { portal, events, store, id } = await openPlace();
    const [answer] = await portal.uninstall({ clientId: APP.clientId, handlerUrl: events });
    expect(answer?.status).toBe(403);
    expect((await store.read.workspaces.byId(id))?.suspended).toBeUndefined();
  });

  test("a change of the application brings a new application token, which counts from then on", async () => {
    const { portal, install, events, credentials } = await openPlace();
    await portal.install(install, { clientId: APP.clientId });
    const old = portal.applicationTokenOf(APP.clientId);
    expect((await portal.update(events, { clientId: APP.clientId })).status).toBe(200);
    expect((await credentials()).applicationToken).toBe(portal.applicationTokenOf(APP.clientId));
    const forged = { "auth[application_token]": old };
    const [answer] = await portal.uninstall({ clientId: APP.clientId, handlerUrl: events, forged });
    expect(answer?.status).toBe(403);
  });

  test("a change with an invented token is refused", async () => {
    const { portal, install, events, credentials } = await openPlace();
    await portal.install(install, { clientId: APP.clientId });
    const before = await credentials();
    const forged = { "auth[access_token]": "f".repeat(40), "auth[application_token]": "c".repeat(32) };
    expect((await portal.update(events, { clientId: APP.clientId, forged })).status).toBe(403);
    expect(await credentials()).toEqual(before);
  });
});

test("renewed tokens are stored beside what has changed meanwhile, and not at all after a removal", async () => {
  const { portal, install, store, id, credentials } = await openPlace();
  await portal.install(install, { clientId: APP.clientId });
  const { applicationToken: _, ...older } = await credentials();
  const tokens = older.tokens && { ...older.tokens, accessToken: "renewed" };
  await store.tx((tx) => keepTokens(tx, id, { ...older, ...(tokens ? { tokens } : {}) }));
  expect(await credentials()).toMatchObject({
    applicationToken: portal.applicationTokenOf(APP.clientId),
    tokens: { accessToken: "renewed" },
  });
  const { tokens: __, ...removed } = older;
  await store.tx((tx) => tx.workspaces.set(id, { credentials: removed }));
  await store.tx((tx) => keepTokens(tx, id, { ...older, ...(tokens ? { tokens } : {}) }));
  expect((await credentials()).tokens).toBeUndefined();
});
