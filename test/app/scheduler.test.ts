import { expect, onTestFinished, test } from "vitest";
import { createPortal } from "../../adapters/bitrix24/portal.ts";
import type { PortalOptions as SandboxOptions } from "../../sandbox/bitrix24/options.ts";
import { type Portal as Sandbox, startPortal } from "../../sandbox/bitrix24/portal.ts";
import { createAlarm } from "../../src/app/alarm.ts";
import { createBudget } from "../../src/app/budget.ts";
import { deliver } from "../../src/app/deliver.ts";
import { paced } from "../../src/app/paced.ts";
import type { Log } from "../../src/app/ports.ts";
import type { Workspace } from "../../src/app/store/workspaces.ts";
import { FRESH_PACE, type Pace } from "../../src/core/pacing.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { addPeople, message, notification, SETTINGS } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const never = new AbortController().signal;

/** A store, the real client, and as many emulated portals as named, each with a workspace. */
async function openPortals<Name extends string>(portals: Readonly<Record<Name, SandboxOptions>>, totalMs = 10_000) {
  const { store } = await openTestStore();
  const sandboxes = new Map<string, Sandbox>();
  const workspaces = new Map<string, Workspace>();
  for (const [name, options] of Object.entries<SandboxOptions>(portals)) {
    const users = Array.from({ length: 300 }, (_, index) => ({
      id: index + 1,
      name: "P",
      lastName: "",
      active: true,
      admin: true,
    }));
    const sandbox = await startPortal({ tags: "honoured", users, ...options });
    onTestFinished(() => sandbox.close());
    sandboxes.set(name, sandbox);
    const credentials = { kind: "webhook", url: sandbox.webhookUrl(1) } as const;
    workspaces.set(
      name,
      await store.tx(async (tx) => {
        const { id } = await tx.workspaces.add({ name, host: sandbox.host, credentials, settings: SETTINGS }, 0);
        await tx.workspaces.set(id, { tags: "honoured" });
        const added = await tx.workspaces.byId(id);
        if (!added) throw new Error("no workspace");
        return added;
      }),
    );
  }
  const budget = createBudget({ store, clock: Date.now, random: () => 0 });
  const portal = createPortal({
    version: "0",
    privateHosts: [...sandboxes.values()].map(({ host }) => host),
    saveTokens: async () => {},
    spend: budget.spend,
    clock: Date.now,
    log: SILENT,
    limits: { totalMs },
  });
  onTestFinished(() => portal.close());
  const of = <Value>(map: ReadonlyMap<string, Value>, name: Name): Value => {
    const value = map.get(name);
    if (value === undefined) throw new Error(`no portal ${name}`);
    return value;
  };
  const queue = (name: Name, count: number) =>
    store.tx(async (tx) => {
      const { id } = of(workspaces, name);
      const people = await addPeople(
        tx,
        id,
        Array.from({ length: count }, (_, index) => index + 1),
      );
      const recipients = people.map((personId, index) => ({
        personId,
        bitrixId: index + 1,
        tag: `t.${index}`,
        subTag: "s",
      }));
      const now = Date.now();
      const entry = { source: message(name), createdAt: now, expiresAt: now + 3_600_000, recipients };
      await tx.notifications.add(notification(id, [], entry));
    });
  const start = () => {
    const stop = new AbortController();
    const meter = { portalAnswered: () => {}, operating: () => {} };
    const alarms = { alarm: createAlarm(), receiptAlarm: createAlarm() };
    const parts = { store, portal, budget, wordsIn, clock: Date.now, random: () => 0, log: SILENT, meter, ...alarms };
    const running = deliver(parts, { stop: stop.signal, abort: never });
    onTestFinished(async () => {
      stop.abort();
      await running;
    });
  };
  return {
    store,
    budget,
    portal,
    queue,
    start,
    sandbox: (name: Name) => of(sandboxes, name),
    workspace: (name: Name) => of(workspaces, name),
    paceOf: async (name: Name) => (await store.read.pacing.get(of(sandboxes, name).host)) ?? FRESH_PACE,
    setPace: (name: Name, pace: Partial<Pace>) =>
      store.tx((tx) => tx.pacing.put(of(sandboxes, name).host, { ...FRESH_PACE, ...pace })),
  };
}

test("a portal that accepts and never answers costs another nothing, is asked alone and without work, and is served once it answers", async () => {
  const { sandbox, queue, start, paceOf } = await openPortals({ silent: {}, healthy: {} }, 3_000);
  sandbox("silent").faults.add({ kind: "hang", executed: false, times: 1_000_000 });
  await queue("silent", 300);
  await queue("healthy", 300);
  start();
  await expect.poll(() => sandbox("healthy").allNotifications.length).toBe(300);
  await expect.poll(async () => (await paceOf("silent")).failures).toBeGreaterThanOrEqual(2);
  const methods = sandbox("silent").requests.map(({ method }) => method);
  expect(methods.filter((method) => method === "batch").length).toBeLessThanOrEqual(8);
  expect(methods.slice(methods.indexOf("profile")).every((method) => method === "profile")).toBe(true);
  sandbox("silent").faults.clear();
  await expect
    .poll(() => new Set(sandbox("silent").allNotifications.map(({ recipientId }) => recipientId)).size)
    .toBe(300);
  expect(await paceOf("silent")).toMatchObject({ failures: 0 });
});

test("a workspace whose time is spent has its turn as soon as it has time again, however much another of its portal has queued", async () => {
  const { sandbox, workspace, queue, start, store, setPace } = await openPortals({ one: {} });
  // The bucket is by far the bottleneck, and no answer is ever waited for.
  await setPace("one", { level: 48, at: Date.now(), trialAt: Date.now() + 3_600_000, drainPerSecond: 1 });
  await queue("one", 300);
  await store.tx(async (tx) => {
    const { host, credentials } = workspace("one");
    const now = Date.now();
    const { id } = await tx.workspaces.add({ name: "resting", host, credentials, settings: SETTINGS }, now);
    await tx.pacing.restMethod(id, "im.notify.personal.add", now + 2_500);
    const [personId = 0] = await addPeople(tx, id, [1]);
    const recipients = [{ personId, bitrixId: 1, tag: "resting", subTag: "s" }];
    await tx.notifications.add(notification(id, [], { createdAt: now, expiresAt: now + 3_600_000, recipients }));
  });
  start();
  await expect.poll(() => sandbox("one").allNotifications.length).toBe(301);
  const place = sandbox("one").allNotifications.findIndex(({ tag }) => tag?.includes("resting"));
  expect(place).toBeGreaterThan(0);
  expect(place).toBeLessThan(250);
});

test("questions and deliveries share one bucket: neither is refused, and neither waits for all of the other", async () => {
  const { sandbox, workspace, queue, start, budget, portal, setPace } = await openPortals({ one: {} });
  // Two requests are left of the burst, for more than thirty that are wanted.
  await setPace("one", { level: 46, at: Date.now(), trialAt: Date.now() + 3_600_000, size: 48, drainPerSecond: 10 });
  const others = paced(portal, budget);
  await queue("one", 300);
  start();
  const asked = Array.from({ length: 30 }, () =>
    others.call(workspace("one"), { method: "profile", params: {} }, never),
  );
  expect((await Promise.all(asked)).map(({ kind }) => kind)).toEqual(asked.map(() => "result"));
  await expect.poll(() => sandbox("one").allNotifications.length).toBe(300);
  const methods = sandbox("one").requests.map(({ method }) => method);
  expect(methods.slice(0, methods.lastIndexOf("profile"))).toContain("batch");
  expect(sandbox("one").requests.filter(({ status }) => status === 503)).toEqual([]);
});

test("every request of a call is booked: what a batch cannot carry goes alone, and counts", async () => {
  const { workspace, budget, portal, paceOf, setPace, sandbox } = await openPortals({ one: {} });
  // So slow that the time that this machine takes between the requests drains nothing.
  await setPace("one", { drainPerSecond: 0.001 });
  const call = (text: string) => ({ method: "im.notify.personal.add", params: { USER_ID: 1, MESSAGE: text } });
  const calls = [call("a"), call("$result[0]"), call("b"), call("c")];
  await paced(portal, budget).batch(workspace("one"), calls, never);
  expect(sandbox("one").requests).toHaveLength(3);
  const { level } = await paceOf("one");
  expect(level).toBeGreaterThan(2);
  expect(level).toBeLessThanOrEqual(3);
});

test("a portal that rests is not called, unless somebody insists; then an answer ends its rest", async () => {
  const { workspace, budget, portal, sandbox, setPace, paceOf } = await openPortals({ one: {} });
  await setPace("one", { failures: 3, failedAt: 1, blockedUntil: Date.now() + 60_000 });
  const profile = { method: "profile", params: {} };
  const reply = await paced(portal, budget).call(workspace("one"), profile, never);
  expect(reply).toMatchObject({ kind: "unsent" });
  expect(sandbox("one").requests).toEqual([]);
  expect(await paced(portal, budget, { insist: true }).call(workspace("one"), profile, never)).toMatchObject({
    kind: "result",
  });
  const pace = await paceOf("one");
  expect(pace.failures).toBe(0);
  expect(pace.blockedUntil).toBeLessThanOrEqual(Date.now());
});

test("what a reply to a question says of the limits holds for deliveries, too", async () => {
  const { workspace, budget, portal, sandbox, paceOf } = await openPortals({ one: {} });
  const refusals = [
    { status: 503, body: { error: "QUERY_LIMIT_EXCEEDED" } },
    { status: 429, body: "<html></html>", headers: { "retry-after": "7" } },
    { status: 503, body: "<html></html>" },
  ] as const;
  for (const refusal of refusals) {
    sandbox("one").faults.add({ kind: "reply", ...refusal });
    const before = Date.now();
    await paced(portal, budget, { insist: true }).call(workspace("one"), { method: "profile", params: {} }, never);
    const { blockedUntil, level, size } = await paceOf("one");
    expect(blockedUntil - before).toBeGreaterThanOrEqual("headers" in refusal ? 7_000 : 1_000);
    expect(level).toBe(size);
  }
});

test("one notification, as a probe sends it, tells how long a portal works on each; other questions do not", async () => {
  const { budget, portal, workspace, paceOf } = await openPortals({ one: { secondsPerNotification: 0.2 } });
  const ask = (method: string, params: Readonly<Record<string, unknown>> = {}) =>
    paced(portal, budget).call(workspace("one"), { method, params }, never);
  await ask("user.get");
  expect((await paceOf("one")).time).toEqual({ roundTrip: 0, perCall: 0 });
  await ask("im.notify.personal.add", { USER_ID: 1, MESSAGE: "Hello" });
  const { time, clock } = await paceOf("one");
  // Timers may fire a millisecond early, and a busy machine late.
  expect(time.perCall).toBeGreaterThan(0.19);
  expect(time.roundTrip).toBeGreaterThan(0);
  expect(clock.heard).toBeGreaterThan(0);
});
