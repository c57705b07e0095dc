import { randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { openNewcomers } from "../../adapters/bitrix24/newcomers.ts";
import { bitrix24Routes } from "../../adapters/web/bitrix24.ts";
import { startPortal } from "../../sandbox/bitrix24/portal.ts";
import { createAlarm } from "../../src/app/alarm.ts";
import { randomToken } from "../../src/app/hash.ts";
import { believe, consented, type InstallParts, type Newcomers } from "../../src/app/install.ts";
import type { Workspace } from "../../src/app/store/workspaces.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { openLines, serve } from "../adapters/web/support.ts";
import { SETTINGS } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

export const APP = {
  clientId: ["local", "a".repeat(8)].join("."),
  clientSecret: randomBytes(12).toString("hex"),
  scopes: ["im", "user_brief", "disk"],
  userId: 1,
};
export const OTHER_APP = { ...APP, clientId: ["local", "b".repeat(8)].join(".") };
/** One announced workspace, its portal, and the web routes by which an application is installed. */
export async function openPlace(options: { newcomers?: Partial<Newcomers> } = {}) {
  const portalClock = { aheadMs: 0 };
  const portal = await startPortal({
    apps: [APP, OTHER_APP],
    limits: { burst: 1_000, drainPerSecond: 1_000 },
    clock: () => Date.now() + portalClock.aheadMs,
  });
  onTestFinished(() => portal.close());
  const { store } = await openTestStore();
  const announce = (host: string, endpoint: string, name = "main"): Promise<Workspace> =>
    store.tx((tx) => {
      const { clientId, clientSecret } = APP;
      const credentials = { kind: "oauth", domain: host, endpoint, clientId, clientSecret } as const;
      return tx.workspaces.add({ name, host, credentials, settings: SETTINGS }, 0);
    });
  const { id } = await announce(portal.host, `${portal.url}/rest/`);
  const clock = { now: Date.now() };
  const lines = openLines();
  const privateHosts = [portal.host];
  const newcomers = openNewcomers({ version: "0", privateHosts, clock: () => clock.now });
  onTestFinished(() => newcomers.close());
  const parts: InstallParts = {
    store,
    newcomers: { ...newcomers, ...options.newcomers },
    wordsIn,
    clock: () => clock.now,
    log: lines.log,
    changed: createAlarm(),
  };
  const never = new AbortController().signal;
  const routes = bitrix24Routes({
    believe: (event) => believe(event, parts, never),
    consented: (consent) => consented(consent, parts, never),
    wordsIn,
    clock: () => clock.now,
  });
  const { url } = await serve([routes], { log: lines.log, trustedProxies: ["127.0.0.1"] });
  const credentials = async () => {
    const known = (await store.read.workspaces.byId(id))?.credentials;
    if (known?.kind !== "oauth") throw new Error("an application was announced");
    return known;
  };
  const state = async (lifeMs = 60_000): Promise<string> => {
    const secret = randomToken();
    await store.tx((tx) => tx.permits.issue(secret, { kind: "oauth-state", workspaceId: id }, clock.now + lifeMs));
    return secret;
  };
  const linkWith = (secret: string) =>
    `${portal.url}/oauth/authorize/?client_id=${APP.clientId}&state=${encodeURIComponent(secret)}`;
  return {
    portal,
    portalClock,
    store,
    id,
    url,
    clock,
    privateHosts,
    lines: lines.lines,
    announce,
    credentials,
    state,
    linkWith,
    install: `${url}/bitrix24/install`,
    events: `${url}/bitrix24/events`,
    back: `${url}/bitrix24/oauth`,
  };
}
