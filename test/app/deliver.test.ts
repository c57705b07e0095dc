import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { createPortal } from "../../adapters/bitrix24/portal.ts";
import type { PortalOptions as SandboxOptions } from "../../sandbox/bitrix24/options.ts";
import { startPortal } from "../../sandbox/bitrix24/portal.ts";
import { createAlarm } from "../../src/app/alarm.ts";
import { deliver } from "../../src/app/deliver.ts";
import type { Log, Meter } from "../../src/app/ports.ts";
import type { Delivery } from "../../src/app/store/deliveries.ts";
import type { Store } from "../../src/app/store/store.ts";
import type { Settings, Workspace } from "../../src/app/store/workspaces.ts";
import { supervise } from "../../src/app/supervise.ts";
import { FRESH_PACE } from "../../src/core/pacing.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { message, notification, SETTINGS } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const METER: Meter = { portalAnswered: () => {}, operating: () => {} };
const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A real store, the real client and an emulated portal; the loop runs until the test ends. */
async function openOutbox(
  options: SandboxOptions & { workspaceTags?: Workspace["tags"]; settings?: Partial<Settings>; totalMs?: number } = {},
) {
  const { workspaceTags = "honoured", settings, totalMs = 30_000, ...sandboxOptions } = options;
  const sandbox = await startPortal({ tags: "honoured", ...sandboxOptions });
  onTestFinished(() => sandbox.close());
  const { store, reopen, file } = await openTestStore();
  const workspace = await store.tx(async (tx) => {
    const credentials = { kind: "webhook", url: sandbox.webhookUrl(1) } as const;
    const added = await tx.workspaces.add(
      { name: "main", host: sandbox.host, credentials, settings: { ...SETTINGS, ...settings } },
      Date.now(),
    );
    await tx.workspaces.set(added.id, { tags: workspaceTags });
    return added;
  });
  const portal = createPortal({
    version: "0.0.0",
    privateHosts: [sandbox.host],
    saveTokens: async () => {},
    clock: Date.now,
    log: SILENT,
    limits: { totalMs },
  });
  onTestFinished(() => portal.close());
  const alarm = createAlarm();
  const queue = async (
    messageId: string,
    bitrixIds: readonly number[],
    change: { tag?: string; expiresAt?: number } = {},
  ) => {
    const deliveryIds = await store.tx(async (tx) => {
      const persons = [];
      for (const bitrixId of bitrixIds) {
        const known = await tx.people.byBitrixId(workspace.id, bitrixId);
        persons.push(known ?? (await tx.people.addPerson({ workspaceId: workspace.id, bitrixId })));
      }
      const { tag = messageId, expiresAt = Date.now() + 3_600_000 } = change;
      const added = await tx.notifications.add({
        ...notification(workspace.id, [], { source: message(messageId), createdAt: Date.now(), expiresAt }),
        recipients: persons.map(({ id, bitrixId }) => ({
          personId: id,
          bitrixId,
          tag: `${tag}.${bitrixId}`,
          subTag: "s",
        })),
      });
      if (!added) throw new Error("nothing was added");
      return added.deliveryIds;
    });
    // Not before the commit: whoever is woken looks at once.
    alarm.ring();
    return deliveryIds;
  };
  const start = (given: Store = store) => {
    const stop = new AbortController();
    const abort = new AbortController();
    const parts = {
      store: given,
      portal,
      wordsIn,
      clock: Date.now,
      random: () => 0,
      log: SILENT,
      meter: METER,
      alarm,
      receiptAlarm: createAlarm(),
    };
    const signals = { stop: stop.signal, abort: abort.signal };
    const running = supervise("deliver", SILENT, () => deliver(parts, signals), stop.signal);
    const end = async () => {
      stop.abort();
      await running;
    };
    onTestFinished(end);
    return { end };
  };
  const verdictsOf = (ids: readonly number[]): Promise<readonly Delivery[]> =>
    expect
      .poll(async () => settledOf(await Promise.all(ids.map((id) => store.read.deliveries.byId(id)))))
      .toHaveLength(ids.length)
      .then(async () => settledOf(await Promise.all(ids.map((id) => store.read.deliveries.byId(id)))));
  return { sandbox, store, workspace, queue, start, verdictsOf, reopen, file };
}

const settledOf = (deliveries: readonly (Delivery | undefined)[]): readonly Delivery[] =>
  deliveries.filter((delivery) => delivery?.state === "settled").filter((delivery) => delivery !== undefined);

test("what is due goes out in one batch, each with a verdict and the portal's id", async () => {
  const { sandbox, queue, start, verdictsOf } = await openOutbox();
  const ids = await queue("1", [1, 7, 8]);
  start();
  const verdicts = await verdictsOf(ids);
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(["delivered", "delivered", "delivered"]);
  expect(verdicts.map(({ portalNotificationId }) => portalNotificationId)).toEqual([501, 502, 503]);
  expect(sandbox.requests.map(({ method }) => method)).toEqual(["batch"]);
});

test("the items of a batch have verdicts of their own: unknown, dismissed and suppressed recipients are never delivered", async () => {
  const { sandbox, queue, start, verdictsOf } = await openOutbox();
  sandbox.setUser({ id: 8, notificationsOff: true });
  const ids = await queue("1", [7, 8, 9, 404]);
  start();
  expect((await verdictsOf(ids)).map(({ verdict, code }) => [verdict, code])).toEqual([
    ["delivered", undefined],
    ["suppressed", undefined],
    ["refused", "RESULT_FALSE"],
    ["refused", "RESULT_FALSE"],
  ]);
});

test("a refusal for rate and an outage are waited out, and the notification appears once", async () => {
  const { sandbox, queue, start, verdictsOf } = await openOutbox({ tags: "ignored", workspaceTags: "ignored" });
  sandbox.faults.add({ kind: "reply", status: 503, body: { error: "QUERY_LIMIT_EXCEEDED" } });
  sandbox.faults.add({ kind: "html", status: 503 });
  const ids = await queue("1", [7]);
  start();
  expect(await verdictsOf(ids)).toMatchObject([{ verdict: "delivered" }]);
  expect(sandbox.feed(7)).toHaveLength(1);
});

test("an answer lost after execution is repeated with the same tag where tags are honoured: one is visible", async () => {
  const { sandbox, queue, start, verdictsOf } = await openOutbox();
  sandbox.faults.add({ kind: "reset", executed: true });
  const ids = await queue("1", [7]);
  start();
  expect(await verdictsOf(ids)).toMatchObject([{ verdict: "delivered", doubtful: true }]);
  expect(sandbox.allNotifications).toHaveLength(2);
  expect(sandbox.feed(7)).toHaveLength(1);
});

test.each([
  { kind: "reset", executed: true },
  { kind: "truncate" },
  { kind: "html", status: 502 },
  { kind: "hang", executed: true },
] as const)("after $kind nothing is repeated where tags are ignored: the doubt is told", async (fault) => {
  const hasty = fault.kind === "hang" ? { totalMs: 500 } : {};
  const tags = { tags: "ignored", workspaceTags: "ignored" } as const;
  const { sandbox, queue, start, verdictsOf } = await openOutbox({ ...tags, ...hasty });
  sandbox.faults.add(fault);
  const ids = await queue("1", [7]);
  start();
  expect(await verdictsOf(ids)).toMatchObject([{ verdict: "unknown" }]);
  expect(sandbox.feed(7).length).toBeLessThanOrEqual(1);
  expect(sandbox.requests).toHaveLength(1);
});

test("deliveries that were being sent when the service died are repeated where that is harmless and told where it is not", async () => {
  for (const [tags, verdict] of [
    ["honoured", "delivered"],
    ["ignored", "unknown"],
  ] as const) {
    const { store, workspace, queue, start, verdictsOf } = await openOutbox({ tags, workspaceTags: tags });
    const ids = await queue("1", [7]);
    await store.tx((tx) => tx.deliveries.claim({ workspaceId: workspace.id, now: Date.now(), limit: 50 }));
    start();
    expect(await verdictsOf(ids)).toMatchObject([{ verdict }]);
  }
});

test("a webhook that the portal no longer knows suspends the workspace; what waits is sent when it is resumed", async () => {
  const { sandbox, store, workspace, queue, start, verdictsOf } = await openOutbox();
  sandbox.faults.add({ kind: "reply", status: 403, body: { error: "INVALID_CREDENTIALS" } });
  const ids = await queue("1", [7]);
  start();
  await expect
    .poll(async () => (await store.read.workspaces.byId(workspace.id))?.suspended?.code)
    .toBe("INVALID_CREDENTIALS");
  expect(await store.read.deliveries.byId(ids[0] ?? 0)).toMatchObject({ state: "queued" });
  await store.tx((tx) => tx.workspaces.resume(workspace.id));
  expect(await verdictsOf(ids)).toMatchObject([{ verdict: "delivered" }]);
});

test("what is past its deadline is not sent any more", async () => {
  const { sandbox, queue, start, verdictsOf } = await openOutbox();
  const ids = await queue("1", [7], { expiresAt: Date.now() - 1 });
  start();
  expect(await verdictsOf(ids)).toMatchObject([{ verdict: "undeliverable", code: "DEADLINE" }]);
  expect(sandbox.requests).toEqual([]);
});

test("one recipient's notifications arrive in the order in which they were asked for", async () => {
  const { sandbox, queue, start, verdictsOf } = await openOutbox();
  const ids = [];
  for (let index = 1; index <= 120; index += 1) ids.push(...(await queue(String(index), [7])));
  start();
  await verdictsOf(ids);
  const arrived = sandbox.allNotifications.map(({ tag }) =>
    Number(/(?<index>\d+)\.7$/u.exec(tag ?? "")?.groups?.index),
  );
  expect(arrived).toEqual(ids.map((_, index) => index + 1));
});

test("the bucket survives a restart: a new process does not begin with a fresh burst", async () => {
  const { store, workspace, sandbox, queue, start, verdictsOf } = await openOutbox();
  // So slow that the time that this machine takes between the two drains nothing.
  await store.tx((tx) => tx.pacing.put(workspace.host, { ...FRESH_PACE, drainPerSecond: 0.001 }));
  for (const messageId of ["1", "2"]) {
    const running = start();
    await verdictsOf(await queue(messageId, [7]));
    await running.end();
  }
  expect((await store.read.pacing.get(workspace.host))?.level).toBeGreaterThan(1);
  expect(sandbox.requests).toHaveLength(2);
});

test("an answer that could not be written down at first is written down later, and nothing is sent twice", async () => {
  const { sandbox, store, queue, start, verdictsOf } = await openOutbox();
  let failures = 2;
  const full: Store = {
    ...store,
    tx: (work) => {
      const answered = sandbox.feed(7).length > 0;
      if (!answered || failures === 0) return store.tx(work);
      failures -= 1;
      return Promise.reject(new Error("the disk is full"));
    },
  };
  start(full);
  const ids = await queue("1", [7]);
  expect(await verdictsOf(ids)).toMatchObject([{ verdict: "delivered", attempts: 1 }]);
  expect(failures).toBe(0);
  expect(sandbox.feed(7)).toHaveLength(1);
});

test("a loop that failed while something was on its way does not take that for interrupted", async () => {
  const answer = Promise.withResolvers<void>();
  const slow = { secondsPerNotification: 0.3, sleep: () => answer.promise };
  const { sandbox, store, queue, start, verdictsOf } = await openOutbox(slow);
  let isFailing = true;
  const shaky: Store = {
    ...store,
    read: {
      ...store.read,
      deliveries: {
        ...store.read.deliveries,
        async dueHosts() {
          const sending = await store.read.deliveries.interrupted();
          if (sending.length === 0 || !isFailing) return store.read.deliveries.dueHosts();
          isFailing = false;
          throw new Error("no answer from the disk");
        },
      },
    },
  };
  const ids = await queue("1", [7]);
  start(shaky);
  await expect.poll(() => store.read.deliveries.interrupted()).toHaveLength(1);
  await queue("2", [8]);
  await expect.poll(() => isFailing).toBe(false);
  answer.resolve();
  const [delivery] = await verdictsOf(ids);
  expect(delivery).toMatchObject({ verdict: "delivered", attempts: 1 });
  expect(await store.read.deliveries.attemptsOf(delivery?.id ?? 0)).toHaveLength(1);
  expect(sandbox.feed(7)).toHaveLength(1);
});

test("one notification that cannot be written out is put aside with a reason, and the others go on", async () => {
  const { sandbox, queue, start, verdictsOf, file } = await openOutbox();
  const ids = [...(await queue("1", [7])), ...(await queue("2", [7])), ...(await queue("3", [8]))];
  const raw = new Database(file);
  raw.exec("update notifications set text = 'no JSON' where message_id = '2'");
  raw.close();
  start();
  const verdicts = await verdictsOf(ids);
  expect(verdicts.map(({ verdict, code }) => [verdict, code])).toEqual([
    ["delivered", undefined],
    ["undeliverable", "UNWRITABLE"],
    ["delivered", undefined],
  ]);
  expect(verdicts[1]?.attempts).toBe(0);
  expect(sandbox.requests).toHaveLength(1);
});
