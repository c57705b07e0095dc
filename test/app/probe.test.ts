import { expect, onTestFinished, test } from "vitest";
import { createPortal } from "../../adapters/bitrix24/portal.ts";
import type { PortalOptions } from "../../sandbox/bitrix24/options.ts";
import { startPortal } from "../../sandbox/bitrix24/portal.ts";
import type { Capabilities } from "../../src/app/capabilities.ts";
import { probePortal } from "../../src/app/probe.ts";
import type { Credentials, Workspace } from "../../src/app/store/workspaces.ts";
import { SETTINGS } from "../support/entries.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const CLIENT = "local.app";

interface Personality {
  readonly name: string;
  readonly portal: PortalOptions;
  /** Reached by an application instead of a webhook. */
  readonly oauth?: true;
  /** What the portal is known as; its own address of the loopback when absent. */
  readonly host?: string;
  readonly found: Partial<Capabilities>;
}

const hook = (...scopes: string[]) => [{ userId: 1, code: "c".repeat(16), scopes }];
const app = (...scopes: string[]) => [{ clientId: CLIENT, clientSecret: "s".repeat(20), scopes, userId: 1 }];
const CLOUD = "acme.bitrix24.de";

const PERSONALITIES: readonly Personality[] = [
  {
    name: "the cloud, by an application",
    portal: { apps: app("im", "user_basic", "disk") },
    oauth: true,
    host: CLOUD,
    found: {
      edition: "cloud",
      rest: "available",
      tags: "honoured",
      deleteByTag: "works",
      drive: "usable",
      lookUp: "exact-email",
      plan: "ordinary",
      methodTime: "counted",
      scopes: ["im", "user_basic", "disk"],
      userId: 1,
    },
  },
  {
    name: "the cloud's largest tariff, by an application",
    portal: { apps: app("im"), license: "en_ent250" },
    oauth: true,
    host: CLOUD,
    found: { edition: "cloud", plan: "enterprise", lookUp: "none", drive: "no-scope" },
  },
  {
    name: "the cloud by a webhook whose tags are ignored",
    portal: { tags: "ignored", webhooks: hook("im", "user_basic") },
    host: CLOUD,
    found: { edition: "cloud", tags: "ignored", deleteByTag: "unknown", lookUp: "exact-email", drive: "no-scope" },
  },
  {
    name: "a webhook whose tags need a CLIENT_ID",
    portal: { tags: "needs-client-id" },
    host: CLOUD,
    found: { tags: "needs-client-id", deleteByTag: "works" },
  },
  {
    name: "a webhook whose tags are honoured as they are",
    portal: { tags: "honoured" },
    host: CLOUD,
    found: { tags: "honoured", deleteByTag: "works" },
  },
  {
    name: "an old server of somebody's own",
    portal: {
      tags: "ignored",
      without: ["im.notify.get", "im.notify.history.search", "im.search.user.list"],
      operatingLimitSeconds: "off",
    },
    found: {
      edition: "on-premise",
      tags: "ignored",
      missing: ["im.search.user.list"],
      plan: "own",
      methodTime: "not-counted",
    },
  },
  {
    name: "an own server, by an application",
    portal: { apps: app("im", "disk"), license: "ru_selfhosted", without: ["disk.storage.getlist"] },
    oauth: true,
    found: { edition: "on-premise", plan: "own", tags: "honoured", drive: "absent" },
  },
  {
    name: "a webhook that may only see the short directory",
    portal: { webhooks: hook("im", "user_brief", "disk") },
    host: CLOUD,
    found: { lookUp: "names", drive: "usable" },
  },
  {
    name: "a webhook for nothing but the messenger",
    portal: { webhooks: hook("im") },
    host: CLOUD,
    found: { lookUp: "none", drive: "no-scope", scopes: ["im"] },
  },
  {
    name: "the cloud with its limiter off",
    portal: { operatingLimitSeconds: "off", limits: "off" },
    host: CLOUD,
    found: { edition: "cloud", plan: "ordinary", methodTime: "not-counted" },
  },
  {
    name: "a portal whose clock is five minutes ahead",
    portal: { clock: () => Date.now() + 300_000 },
    host: CLOUD,
    found: { aheadSeconds: expect.closeTo(300, -1) },
  },
  {
    name: "a tariff without REST",
    portal: { refuses: { status: 401, error: "WRONG_LICENSE", description: "REST is not available" } },
    host: CLOUD,
    found: { rest: "none", tags: "unknown" },
  },
  {
    name: "a free tariff",
    portal: {
      refuses: { status: 403, error: "ACCESS_DENIED", description: "REST is available only on commercial plans" },
    },
    host: CLOUD,
    found: { rest: "none" },
  },
];

async function probe({ portal: options, oauth, host }: Personality) {
  const portal = await startPortal(options);
  onTestFinished(() => portal.close());
  const client = createPortal({
    version: "0.0.0-test",
    privateHosts: [portal.host],
    saveTokens: async () => undefined,
    clock: options.clock ?? Date.now,
    log: silent,
  });
  onTestFinished(() => client.close());
  const credentials: Credentials = oauth
    ? { kind: "oauth", domain: portal.host, clientId: CLIENT, clientSecret: "s".repeat(20), tokens: tokensOf() }
    : { kind: "webhook", url: portal.webhookUrl(1) };
  function tokensOf() {
    const { accessToken, refreshToken, expiresAt } = portal.issueTokens(CLIENT);
    const [clientEndpoint, serverEndpoint] = [`${portal.url}/rest/`, `${portal.url}/rest/`];
    return { accessToken, refreshToken, expiresAt, clientEndpoint, serverEndpoint, memberId: portal.memberId };
  }
  const workspace: Workspace = {
    id: 1,
    name: "main",
    host: host ?? portal.host,
    credentials,
    settings: SETTINGS,
    tags: "unprobed",
    createdAt: 0,
  };
  const parts = { portal: client, clock: Date.now, wait: async () => undefined };
  return { portal, probed: await probePortal(workspace, parts, new AbortController().signal) };
}

test.each(PERSONALITIES)("$name is named for what it is", async (personality) => {
  const { portal, probed } = await probe(personality);
  expect(probed).toMatchObject({ capabilities: personality.found });
  const received = portal.allNotifications.map(({ recipientId }) => recipientId);
  expect(received.filter((id) => id !== 1)).toEqual([]);
  expect(portal.feed(1)).toEqual([]);
});

test("a probe stays far below what the portal takes in one go", async () => {
  const { portal } = await probe({
    name: "",
    portal: { apps: app("im", "user_basic", "disk") },
    oauth: true,
    found: {},
  });
  expect(portal.requests.length).toBeLessThan(25);
});

test("a portal that cannot be reached was not probed", async () => {
  const { probed } = await probe({ name: "", portal: { refuses: { status: 401, error: "NO_AUTH_FOUND" } }, found: {} });
  expect(probed).toMatchObject({ kind: "failed", reason: "NO_AUTH_FOUND" });
});
