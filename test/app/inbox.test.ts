import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { createAlarm } from "../../src/app/alarm.ts";
import { emptyInbox } from "../../src/app/inbox.ts";
import { NotYetError } from "../../src/app/notYet.ts";
import type { Log } from "../../src/app/ports.ts";
import type { InboxRow } from "../../src/app/store/queues.ts";
import { openTestStore } from "../support/store.ts";

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A real inbox whose rows are dealt with as told: what `fails` says fails, the rest is noted and done. */
async function openInbox() {
  const { store } = await openTestStore();
  const dealt: string[][] = [];
  const alarm = createAlarm();
  const desk = {
    store,
    dealt,
    now: 1_000,
    fails: (_row: InboxRow): boolean => false,
    failure: new Error("not now"),
    errors: [] as string[],
    put: (externalId: string, more: { payload?: string; albumKey?: string } = {}) =>
      store.tx((tx) =>
        tx.inbox.put([{ platform: "telegram", externalId, payload: "{}", receivedAt: desk.now, ...more }]),
      ),
    /** Runs until nothing is due. */
    async empty() {
      const stop = new AbortController();
      onTestFinished(() => stop.abort());
      const dispatch = async (rows: readonly InboxRow[]): Promise<void> => {
        if (rows.some(desk.fails)) throw desk.failure;
        dealt.push(rows.map(({ externalId }) => externalId));
        await store.tx((tx) =>
          tx.inbox.done(
            rows.map(({ id }) => id),
            desk.now,
          ),
        );
      };
      const adapter = { platform: "telegram", dispatch } as const;
      const log = { ...SILENT, error: (_: object, line: string) => desk.errors.push(line) };
      const running = emptyInbox({ store, adapter, alarm, clock: () => desk.now, log }, stop.signal);
      const ring = async () => {
        alarm.ring();
        await expect.poll(() => store.read.inbox.due("telegram", { now: desk.now, limit: 10 })).toEqual([]);
      };
      await ring();
      return {
        ring,
        async end() {
          stop.abort();
          await running;
        },
      };
    },
  };
  return desk;
}

test("what cannot be dealt with while the platform is away is dealt with hours later, and holds up nothing", async () => {
  const desk = await openInbox();
  await desk.put("1");
  await desk.put("2");
  let isAway = true;
  desk.fails = ({ externalId }) => isAway && externalId === "1";
  const { ring, end } = await desk.empty();
  for (const until = desk.now + 7_200_000; desk.now < until; desk.now += 600_000) await ring();
  isAway = false;
  desk.now += 300_000;
  await ring();
  await end();
  expect(desk.dealt).toEqual([["2"], ["1"]]);
});

test("a service that died between two members of an album waits for the second before it deals with the first", async () => {
  const desk = await openInbox();
  await desk.put("1", { albumKey: "a" });
  desk.now += 60_000;
  const { ring, end } = await desk.empty();
  expect(desk.dealt).toEqual([]);
  desk.now += 1_000;
  await desk.put("2", { albumKey: "a" });
  await ring();
  expect(desk.dealt).toEqual([]);
  desk.now += 1_500;
  await ring();
  await end();
  expect(desk.dealt).toEqual([["1", "2"]]);
});

test("a row that cannot be opened holds up nothing", async () => {
  const { store, file } = await openTestStore();
  const put = (externalId: string) =>
    store.tx((tx) => tx.inbox.put([{ platform: "telegram", externalId, payload: "{}", receivedAt: 1 }]));
  await put("1");
  const raw = new Database(file);
  raw.prepare("update inbox set payload = randomblob(80)").run();
  raw.close();
  await put("2");
  expect((await store.read.inbox.due("telegram", { now: 9, limit: 9 })).map(({ payload }) => payload)).toEqual([
    "",
    "{}",
  ]);
});

test("what is just coming about is waited for a moment, without a word", async () => {
  const desk = await openInbox();
  desk.failure = new NotYetError();
  desk.fails = () => true;
  await desk.put("1");
  const running = await desk.empty();
  desk.fails = () => false;
  desk.now += 100;
  await running.ring();
  await running.end();
  expect(desk).toMatchObject({ dealt: [["1"]], errors: [] });
});
