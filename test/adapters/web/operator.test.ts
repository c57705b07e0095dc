import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { healthRoutes } from "../../../adapters/web/health.ts";
import { createMetrics } from "../../../adapters/web/metrics.ts";
import { metricsRoutes } from "../../../adapters/web/metricsRoute.ts";
import { startWeb } from "../../../adapters/web/server.ts";
import type { Figures, WorkspaceFigures } from "../../../src/app/figures.ts";
import { ask, openLines, serve } from "./support.ts";

const ADMIN_TOKEN = "t".repeat(32);

const fine = { name: "database", look: async () => ({ ok: true }) };

const REMOTE = { "x-forwarded-for": "203.0.113.9" };

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test("it says that it is alive", async () => {
  const { url } = await serve([healthRoutes({ checks: [] })]);
  expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200, text: "ok" });
});

test("it is ready when every check is well", async () => {
  const { url } = await serve([healthRoutes({ checks: [fine] })]);
  const { status, text } = await ask(`${url}/readyz`);
  expect({ status, body: JSON.parse(text) }).toEqual({
    status: 200,
    body: { ready: true, checks: [{ name: "database", ok: true }] },
  });
});

test("a check that is not well, fails or hangs makes it not ready, and says which", async () => {
  const checks = [
    fine,
    { name: "telegram", look: async () => ({ ok: false, detail: "token refused" }) },
    { name: "discord", look: () => Promise.reject(new TypeError("at /a/path")) },
    { name: "portals", look: () => new Promise<never>(() => undefined) },
  ];
  const { url } = await serve([healthRoutes({ checks, patienceMs: 20 })]);
  const { status, text } = await ask(`${url}/readyz`);
  expect({ status, body: JSON.parse(text) }).toEqual({
    status: 503,
    body: {
      ready: false,
      checks: [
        { name: "database", ok: true },
        { name: "telegram", ok: false, detail: "token refused" },
        { name: "discord", ok: false, detail: "TypeError" },
        {
          name: "portals",
          ok: false,
          detail: "no answer within 20 ms",
          causes: [{ of: "portals", cause: "silent", reason: "no answer within 20 ms" }],
        },
      ],
    },
  });
});

test("details of readiness are for the operator alone", async () => {
  const checks = [{ name: "portals", look: async () => ({ ok: false, detail: "acme is suspended" }) }];
  const { url } = await serve([healthRoutes({ checks, adminToken: ADMIN_TOKEN })]);
  expect((await ask(`${url}/readyz`, { headers: REMOTE })).text).not.toContain("acme");
  expect((await ask(`${url}/readyz`, { headers: { ...REMOTE, ...bearer(ADMIN_TOKEN) } })).text).toContain("acme");
});

/** Of a house in which nothing has happened yet. */
const QUIET: Figures = {
  workspaces: [],
  portals: [],
  inbox: [],
  receipts: [],
  chores: 0,
  mediaBytes: 0,
  mediaQuotaBytes: 1,
  running: new Map(),
};

const workspace = (name: string, change: Partial<WorkspaceFigures> = {}): WorkspaceFigures => ({
  name,
  notifications: 0,
  deliveries: 0,
  replayed: 0,
  verdicts: { delivered: 0, suppressed: 0, refused: 0, undeliverable: 0, unknown: 0, recalled: 0, superseded: 0 },
  waiting: { media: 0, queued: 0, sending: 0 },
  overdueSeconds: 0,
  suspended: false,
  restSeconds: 0,
  ...change,
});

test("what the process measures by itself is shown by workspace and platform", async () => {
  const metrics = createMetrics();
  metrics.chatLimited("telegram");
  metrics.portalAnswered("acme", 0.3);
  metrics.operating("acme", 12.5);
  const { url } = await serve([metricsRoutes({ metrics })]);
  const { status, text, headers } = await ask(`${url}/metrics`);
  expect(status).toBe(200);
  expect(headers["content-type"]).toContain("text/plain");
  expect(text.split("\n")).toEqual(
    expect.arrayContaining([
      'herald24_chat_limited_total{platform="telegram"} 1',
      // Before it happens for the first time, so that Prometheus sees the first time.
      'herald24_chat_limited_total{platform="discord"} 0',
      'herald24_shed_total{platform="telegram",bound="chat"} 0',
      'herald24_shed_total{platform="discord",bound="workspace"} 0',
      'herald24_portal_seconds_count{workspace="acme"} 1',
      'herald24_portal_seconds_bucket{le="0.5",workspace="acme"} 1',
      'herald24_operating_seconds{workspace="acme"} 12.5',
    ]),
  );
});

test("the portal's account of its time is forgotten when it is older than what it counts", async () => {
  let now = 0;
  const metrics = createMetrics(() => now);
  metrics.operating("acme", 12.5);
  now = 599_999;
  expect(await metrics.text()).toContain("herald24_operating_seconds{");
  now = 600_000;
  expect(await metrics.text()).not.toContain("herald24_operating_seconds{");
});

test("figures are read anew for each scrape, and those that cannot be read are left out of it", async () => {
  const metrics = createMetrics();
  let read = async (): Promise<Figures> => ({
    ...QUIET,
    workspaces: [workspace("acme", { deliveries: 3 })],
    chores: 2,
  });
  metrics.watch(() => read());
  expect(await metrics.text()).toContain('herald24_deliveries_accepted_total{workspace="acme"} 3');
  expect(await metrics.text()).toContain('herald24_deliveries_accepted_total{workspace="acme"} 3');
  read = () => Promise.reject(new Error("locked"));
  const text = await metrics.text();
  expect(text).not.toMatch(/^herald24_(?!alerts_given_up|chat_limited|shed|operating|portal_seconds|chat)/mu);
  read = async () => QUIET;
  expect(await metrics.text()).toContain("herald24_chores_depth 0");
});

test("labels stay bounded however many workspaces there are, and none of them goes uncounted", async () => {
  const metrics = createMetrics();
  const many = Array.from({ length: 1_005 }, (_, index) =>
    workspace(`w${index}`, {
      deliveries: 1,
      verdicts: { ...workspace("").verdicts, unknown: 2 },
      waiting: { media: 0, queued: 1, sending: 0 },
      overdueSeconds: index,
      suspended: index > 1_002,
    }),
  );
  metrics.watch(async () => ({ ...QUIET, workspaces: many }));
  for (const { name } of many) metrics.portalAnswered(name, 1);
  const text = await metrics.text();
  expect(text).not.toContain('workspace="w1000"');
  expect(text.split("\n")).toEqual(
    expect.arrayContaining([
      'herald24_deliveries_accepted_total{workspace="w999"} 1',
      'herald24_deliveries_accepted_total{workspace="other"} 5',
      'herald24_verdicts_total{workspace="other",verdict="unknown"} 10',
      'herald24_queue_depth{workspace="other",state="queued"} 5',
      'herald24_queue_overdue_seconds{workspace="other"} 1004',
      'herald24_workspaces_suspended{workspace="other"} 2',
      'herald24_portal_seconds_count{workspace="other"} 5',
    ]),
  );
});

test("the documentation explains every metric, and no other", async () => {
  const metrics = createMetrics();
  const shown = [...(await metrics.text()).matchAll(/^# TYPE (?<name>herald24_\w+)/gmu)].map(
    ({ groups }) => groups?.name,
  );
  const page = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `herald24_"));
  const explained = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/herald24_\w+/gu)].map(([name]) => name),
  );
  expect(shown.length).toBeGreaterThan(10);
  expect(explained.sort()).toEqual(shown.sort());
});

test("portals beyond the first share a label too, which shows the fullest of them", async () => {
  const metrics = createMetrics();
  const portals = Array.from({ length: 1_003 }, (_, index) => ({
    host: `p${index}`,
    level: index,
    size: index === 1_001 ? 1 : 48,
    drainPerSecond: 2,
    waitSeconds: 0,
  }));
  metrics.watch(async () => ({ ...QUIET, portals }));
  const text = await metrics.text();
  expect(text).not.toContain('portal="p1000"');
  expect(text).toContain('herald24_portal_bucket_level{portal="other"} 1001');
  expect(text).toContain('herald24_portal_bucket_size{portal="other"} 1');
});

test.each([
  ["asked on this machine", {}, [], 200],
  ["through a proxy on this machine that is not trusted", REMOTE, [], 401],
  ["under a foreign host name", { host: "rebound.example.org" }, [], 401],
  ["through a trusted proxy for a stranger", REMOTE, ["127.0.0.0/8"], 401],
  ["through a trusted proxy for this machine", { "x-forwarded-for": "127.0.0.1" }, ["127.0.0.1"], 200],
  ["by a stranger who claims to be local", { "x-forwarded-for": "127.0.0.1, 203.0.113.9" }, ["127.0.0.1"], 401],
  ["with what is no address", { "x-forwarded-for": "localhost" }, ["127.0.0.1"], 401],
  ["with the token", { ...REMOTE, ...bearer(ADMIN_TOKEN) }, [], 200],
  ["with another token", { ...REMOTE, ...bearer("u".repeat(32)) }, [], 401],
  ["with the token as a password", { ...REMOTE, authorization: `Basic ${ADMIN_TOKEN}` }, [], 401],
])("metrics %s", async (_how, headers, trustedProxies, status) => {
  const metrics = createMetrics();
  const { url } = await serve([metricsRoutes({ metrics, adminToken: ADMIN_TOKEN })], { trustedProxies });
  expect((await ask(`${url}/metrics`, { headers })).status).toBe(status);
});

test("without an ADMIN_TOKEN no token opens the metrics", async () => {
  const { url } = await serve([metricsRoutes({ metrics: createMetrics() })]);
  expect((await ask(`${url}/metrics`, { headers: { ...REMOTE, ...bearer("undefined") } })).status).toBe(401);
});

test("a trusted proxy that is no address is refused at the start", async () => {
  const start = startWeb({
    host: "127.0.0.1",
    port: 0,
    trustedProxies: ["10.0.0.0/33"],
    log: openLines().log,
    routes: [],
  });
  await expect(start).rejects.toThrow('TRUSTED_PROXIES: "10.0.0.0/33" must be an address or a range');
});
