import { expect, test } from "vitest";
import type { PortalOptions } from "../../sandbox/bitrix24/options.ts";
import type { Portal } from "../../src/app/ports.ts";
import { probeTags } from "../../src/app/probeTags.ts";
import type { Workspace } from "../../src/app/store/workspaces.ts";
import { SETTINGS } from "../support/entries.ts";
import { openTestPortal } from "../support/portal.ts";

const _silent = { debug() {}, info() {}, warn() {}, error() {} };

async function probing(options: PortalOptions = {}, before = async (_method: string): Promise<void> => undefined) {
  const { portal, client } = await openTestPortal(options);
  const workspace: Workspace = {
    id: 1,
    name: "main",
    host: portal.host,
    credentials: { kind: "webhook", url: portal.webhookUrl(1) },
    settings: SETTINGS,
    tags: "unprobed",
    createdAt: 0,
  };
  const waits: number[] = [];
  const asked: Portal = {
    ...client,
    call: async (of, call, signal) => {
      await before(call.method);
      return client.call(of, call, signal);
    },
  };
  const parts = { portal: asked, clock: Date.now, wait: async (ms: number) => void waits.push(ms) };
  return { portal, waits, run: () => probeTags(workspace, 1, parts, new AbortController().signal) };
}

test.each([
  { tags: "honoured", deleteByTag: "works" },
  { tags: "needs-client-id", deleteByTag: "works" },
  { tags: "ignored", deleteByTag: "unknown" },
] as const)(
  "a portal where tags are $tags is found to be so, with nothing left behind",
  async ({ tags, deleteByTag }) => {
    const { portal, run } = await probing({ tags });
    expect(await run()).toMatchObject({ kind: tags, deleteByTag, leftBehind: [] });
    expect(portal.feed(1)).toEqual([]);
    expect(new Set(portal.allNotifications.map(({ recipientId }) => recipientId))).toEqual(new Set([1]));
  },
);

test.each(["honoured", "needs-client-id", "ignored"] as const)(
  "where the feed cannot be read, deleting by id tells that tags are %s",
  async (tags) => {
    const { portal, run } = await probing({ tags, without: ["im.notify.get"] });
    expect(await run()).toMatchObject({ kind: tags, leftBehind: [] });
    expect(portal.feed(1)).toEqual([]);
  },
);

test("other notifications that pour in meanwhile are neither counted nor touched", async () => {
  const { portal, run } = await probing({ tags: "ignored" }, async (method) => {
    if (method !== "im.notify.get" || portal.allNotifications.length > 2) return;
    const address = new URL("im.notify.personal.add", portal.webhookUrl(1));
    for (let each = 0; each < 60; each += 1) {
      const body = JSON.stringify({ USER_ID: 1, MESSAGE: `other ${each}` });
      await fetch(address, { method: "POST", body, headers: { "content-type": "application/json" } });
    }
  });
  expect(await run()).toMatchObject({ kind: "ignored", leftBehind: [] });
  expect(portal.feed(1)).toHaveLength(60);
});

test("a lost answer is no verdict about tags, and what it stood for is deleted all the same", async () => {
  const { portal, run } = await probing({ tags: "ignored" });
  portal.faults.add({ kind: "reset", executed: true, method: "im.notify.personal.add", after: 1 });
  expect(await run()).toMatchObject({ kind: "unknown", leftBehind: [] });
  expect(portal.allNotifications).toHaveLength(2);
  expect(portal.feed(1)).toEqual([]);
});

test("an acting user who switched notifications off cannot be probed", async () => {
  const { portal, run } = await probing();
  portal.setUser({ id: 1, notificationsOff: true });
  expect(await run()).toMatchObject({ kind: "unknown", reason: expect.stringContaining("switched") });
});

test("a portal that wants us slower is waited for", async () => {
  const { portal, waits, run } = await probing({ tags: "honoured" });
  portal.faults.add({ kind: "reply", status: 503, body: { error: "QUERY_LIMIT_EXCEEDED" }, times: 2 });
  expect(await run()).toMatchObject({ kind: "honoured", leftBehind: [] });
  expect(waits).toHaveLength(2);
});

test("notifications that cannot be deleted are named", async () => {
  const { portal, run } = await probing({ tags: "ignored" });
  portal.faults.add({
    kind: "reply",
    status: 500,
    body: { error: "INTERNAL_SERVER_ERROR" },
    method: "im.notify.delete",
    times: 9,
  });
  const ids = (await run()).leftBehind;
  expect(ids.toSorted()).toEqual(portal.feed(1).map(({ id }) => id));
  expect(ids).toHaveLength(2);
});
