import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { createAlarm } from "../../src/app/alarm.ts";
import { type Forward, forwardAlerts } from "../../src/app/alerts.ts";
import { sha256 } from "../../src/app/hash.ts";
import type { Log } from "../../src/app/ports.ts";
import type { Store } from "../../src/app/store/store.ts";
import { alertsOf } from "../../src/core/hooks/parse.ts";
import { addWorkspace } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const START = 1_800_000_000_000;

/** A hook, its queue, and a loop that forwards as told: into the audit trail, so that a transaction undone shows. */
async function open() {
  const opened = await openTestStore();
  const { store } = opened;
  const { id: workspaceId } = await addWorkspace(store);
  const hook = await store.tx((tx) =>
    tx.hooks.add({ workspaceId, name: "x", kind: "generic", keyHash: sha256("k"), createdAt: 1 }),
  );
  if (!hook) throw new Error("a first hook must be added");
  const alarm = createAlarm();
  const lines: object[] = [];
  const log: Log = { debug() {}, info() {}, warn() {}, error: (fields) => void lines.push(fields) };
  const desk = {
    ...opened,
    hook,
    now: START,
    lines,
    givenUp: 0,
    fails: (_title: string): boolean => false,
    async put(...titles: string[]) {
      const alerts = titles.map((title) => ({
        title,
        text: "",
        fields: [],
        tags: [],
        status: "firing" as const,
        delivery: title,
      }));
      const taken = alertsOf(alerts, { hook, delivery: "unused", now: desk.now });
      return store.tx((tx) => tx.hooks.take(hook.id, taken, desk.now));
    },
    forwarded: async (from: Store = store) =>
      (await from.read.audit.list({ limit: 1_000 })).map(({ subject }) => subject).reverse(),
    run(on: Store = store) {
      const stop = new AbortController();
      onTestFinished(() => stop.abort());
      const forward: Forward = async (tx, { title = "" }) => {
        await tx.audit.append({ at: desk.now, actor: "test", action: "forward", subject: title });
        if (desk.fails(title)) throw new Error("not now");
      };
      const clock = () => desk.now;
      const meter = {
        alertGivenUp() {
          desk.givenUp += 1;
        },
      };
      const changed = { ring() {} };
      const running = forwardAlerts({ store: on, forward, alarm, changed, clock, log, meter }, stop.signal);
      return {
        async settled() {
          alarm.ring();
          await expect.poll(() => on.read.hooks.due(desk.now, 1)).toEqual([]);
        },
        async end() {
          stop.abort();
          await running;
        },
      };
    },
  };
  return desk;
}

test("alerts are dealt with in the order of their arrival, each once", async () => {
  const desk = await open();
  const titles = Array.from({ length: 250 }, (_, index) => `alert ${index}`);
  await desk.put(...titles);
  const loop = desk.run();
  await loop.settled();
  await desk.put("late", "alert 7");
  await loop.settled();
  expect(await desk.forwarded()).toEqual([...titles, "late"]);
  await loop.end();
});

test("one that fails leaves nothing half done, holds up nothing, and comes again after a growing pause", async () => {
  const desk = await open();
  desk.fails = (title) => title === "bad";
  await desk.put("one", "bad", "two");
  const loop = desk.run();
  await loop.settled();
  expect(await desk.forwarded()).toEqual(["one", "two"]);
  expect(await desk.store.read.hooks.nextDue()).toBe(START + 1_000);
  desk.now += 1_000;
  await loop.settled();
  expect(await desk.store.read.hooks.nextDue()).toBe(START + 1_000 + 2_000);
  desk.fails = () => false;
  desk.now += 2_000;
  await loop.settled();
  expect(await desk.forwarded()).toEqual(["one", "two", "bad"]);
  expect(desk.lines).toMatchObject([{ attempts: 1, givenUp: false }, { attempts: 2 }]);
  expect(JSON.stringify(desk.lines)).not.toContain("bad");
  await loop.end();
});

test("one that never succeeds is given up at last, with a line and a count, and its words are gone", async () => {
  const desk = await open();
  desk.fails = () => true;
  await desk.put("bad");
  const client = new Database(desk.file);
  client.prepare("update alerts set attempts = 298").run();
  const loop = desk.run();
  await loop.settled();
  expect(desk.givenUp).toBe(0);
  expect(await desk.store.read.hooks.nextDue()).toBe(START + 300_000);
  desk.now += 300_000;
  await loop.settled();
  expect(desk.givenUp).toBe(1);
  expect(desk.lines).toMatchObject([
    { attempts: 299, givenUp: false },
    { attempts: 300, givenUp: true },
  ]);
  expect(await desk.store.read.hooks.nextDue()).toBeUndefined();
  expect(client.prepare("select payload from alerts").pluck().get()).toBeNull();
  client.close();
  await loop.end();
});

test("what a process has taken and not dealt with, the next one deals with, and nothing twice", async () => {
  const desk = await open();
  await desk.put("one");
  const loop = desk.run();
  await loop.settled();
  await loop.end();
  await desk.put("two", "three");
  await desk.store.close();
  const next = await desk.reopen();
  const resumed = desk.run(next);
  await resumed.settled();
  await resumed.end();
  expect(await desk.forwarded(next)).toEqual(["one", "two", "three"]);
});

test("what no key opens is kept for the right key", async () => {
  const desk = await open();
  await desk.put("sealed");
  const other: Store = {
    ...desk.store,
    read: {
      ...desk.store.read,
      hooks: {
        ...desk.store.read.hooks,
        due: async (now, limit) => (await desk.store.read.hooks.due(now, limit)).map(({ alert: _, ...row }) => row),
      },
    },
  };
  const loop = desk.run(other);
  await loop.settled();
  await loop.end();
  desk.now += 1_000;
  const right = desk.run();
  await right.settled();
  await right.end();
  expect(await desk.forwarded()).toEqual(["sealed"]);
});
