import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createAlarm } from "../../src/app/alarm.ts";
import { type ChoreHandlers, doChores } from "../../src/app/chores.ts";
import type { ChoreWork } from "../../src/app/store/chores.ts";
import { openTestStore } from "../support/store.ts";

const WORK = { kind: "link", attemptId: 1, who: "7", slot: "s", language: "en", accountName: "Ivan" } as const;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Runs the loop until `until` resolves. */
async function run(
  store: Awaited<ReturnType<typeof openTestStore>>["store"],
  link: NonNullable<ChoreHandlers["link"]>,
  more: { until: Promise<unknown>; clock?: () => number },
): Promise<void> {
  const stop = new AbortController();
  const parts = { store, chores: { link }, clock: more.clock ?? Date.now, log: SILENT };
  const running = doChores({ ...parts, alarm: createAlarm(), changed: { ring() {} } }, stop.signal);
  await Promise.race([more.until, running]);
  stop.abort();
  await running;
}

const add = (store: Awaited<ReturnType<typeof openTestStore>>["store"], change: Partial<ChoreWork> = {}) =>
  store.tx((tx) => tx.chores.add({ ...WORK, ...change } as ChoreWork, 0));

test("what a chore comes to is written in the transaction that ends it", async () => {
  const { store } = await openTestStore();
  await add(store);
  const { promise, resolve } = Promise.withResolvers<void>();
  await run(
    store,
    async () => ({
      kind: "done",
      write: async (tx) => {
        await tx.cursors.put("c", "written", 0);
        resolve();
      },
    }),
    { until: promise },
  );
  expect(await store.read.cursors.get("c")).toBe("written");
  expect(await store.read.chores.due(Date.now(), 9)).toEqual([]);
});

test("a chore that could not be written is still there, and nothing of it was", async () => {
  const { store } = await openTestStore();
  await add(store);
  const write = async (tx: Parameters<Parameters<typeof store.tx>[0]>[0]): Promise<void> => {
    await tx.cursors.put("c", "half", 0);
    throw new Error("disk full");
  };
  const never = new Promise(() => {});
  await expect(run(store, async () => ({ kind: "done", write }), { until: never })).rejects.toThrow("disk full");
  expect(await store.read.cursors.get("c")).toBeUndefined();
  expect(await store.read.chores.due(Date.now(), 9)).toHaveLength(1);
});

test("one that hangs holds up no other, and one that fails is tried again", async () => {
  const { store } = await openTestStore();
  await add(store, { who: "hangs" });
  await add(store, { who: "fails" });
  await add(store, { who: "works" });
  let now = Date.now();
  let failed = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  await run(
    store,
    async ({ who }, _, signal) => {
      if (who === "hangs") {
        await new Promise<void>((end) => signal.addEventListener("abort", () => end(), { once: true }));
        return { kind: "again", afterMs: 0 };
      }
      if (who === "fails" && failed === 0) {
        failed += 1;
        throw new TypeError("a bug");
      }
      if (who === "fails") resolve();
      return { kind: "done" };
    },
    { until: promise, clock: () => (now += 250) },
  );
  const left = await store.read.chores.due(now, 9);
  expect(left.map(({ work, attempts }) => [work?.kind === "link" && work.who, attempts])).toEqual([["hangs", 0]]);
});

test("what a chore holds does not stand in clear in the database", async () => {
  const { store, folder } = await openTestStore();
  await add(store, { who: "anna@company.example" });
  expect((await store.read.chores.due(1, 9))[0]?.work).toMatchObject({ who: "anna@company.example" });
  const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  expect(bytes.includes("chores")).toBe(true);
  expect(bytes.includes("anna@company.example")).toBe(false);
});
