import Database from "better-sqlite3";
import { expect, test } from "vitest";
import type { InboxEntry } from "../../../src/app/store/queues.ts";
import { message } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

const entry = (externalId: string, receivedAt = 0, albumKey?: string): InboxEntry => ({
  platform: "telegram",
  externalId,
  payload: `payload of ${externalId}`,
  receivedAt,
  ...(albumKey !== undefined && { albumKey }),
});
const ids = (rows: readonly { externalId: string }[]) => rows.map((row) => row.externalId);

test("an update seen twice is stored once, on each platform", async () => {
  const { store } = await openTestStore();
  expect(ids(await store.tx((db) => db.inbox.put([entry("1"), entry("2"), entry("1")])))).toEqual(["1", "2"]);
  const discord = { ...entry("2"), platform: "discord" as const };
  expect(ids(await store.tx((db) => db.inbox.put([entry("2"), discord])))).toEqual(["2"]);
  expect(await store.read.inbox.due("telegram", { now: 0, limit: 10 })).toMatchObject([entry("1"), entry("2")]);
});

test("rows are due in the order they were stored, until they are done", async () => {
  const { store } = await openTestStore();
  const [first] = await store.tx((db) => db.inbox.put([entry("1", 5), entry("2", 3), entry("3", 9)]));
  expect(ids(await store.read.inbox.due("telegram", { now: 5, limit: 10 }))).toEqual(["1", "2"]);
  expect(ids(await store.read.inbox.due("telegram", { now: 9, limit: 2 }))).toEqual(["1", "2"]);
  expect(await store.read.inbox.nextDue("telegram")).toBe(3);
  await store.tx((db) => db.inbox.done([first?.id ?? 0], 6));
  expect(ids(await store.read.inbox.due("telegram", { now: 9, limit: 10 }))).toEqual(["2", "3"]);
  expect(await store.read.inbox.nextDue("discord")).toBeUndefined();
});

test("what failed comes back when it is due again, counting its attempts", async () => {
  const { store } = await openTestStore();
  const [row] = await store.tx((db) => db.inbox.put([entry("1")]));
  await store.tx((db) => db.inbox.again(row?.id ?? 0, 99.5));
  expect(await store.read.inbox.due("telegram", { now: 99, limit: 10 })).toEqual([]);
  expect(await store.read.inbox.due("telegram", { now: 100, limit: 10 })).toMatchObject([{ attempts: 1 }]);
});

test("an album is due 1.5 s after its last member, for all its members", async () => {
  const { store } = await openTestStore();
  await store.tx((db) => db.inbox.put([entry("1", 0, "a")]));
  await store.tx((db) => db.inbox.put([entry("2", 1_000, "a"), entry("3", 1_000)]));
  expect(ids(await store.read.inbox.due("telegram", { now: 2_499, limit: 10 }))).toEqual(["3"]);
  expect(ids(await store.read.inbox.due("telegram", { now: 2_500, limit: 10 }))).toEqual(["1", "2", "3"]);
});

test("an album that trickles in is due 10 s after its first member", async () => {
  const { store } = await openTestStore();
  for (let at = 0; at <= 9_000; at += 1_000) await store.tx((db) => db.inbox.put([entry(`${at}`, at, "a")]));
  expect(await store.read.inbox.nextDue("telegram")).toBe(10_000);
});

test("a done row is erased; the members of an album stay until they are forgotten", async () => {
  const { store } = await openTestStore();
  const rows = await store.tx((db) => db.inbox.put([entry("1", 0, "a"), entry("2", 0, "a")]));
  await store.tx((db) => db.inbox.done([rows[0]?.id ?? 0], 50));
  const album = await store.read.inbox.album("a");
  expect(album.map(({ externalId, payload, done }) => [externalId, payload, done])).toEqual([
    ["1", "payload of 1", true],
    ["2", "payload of 2", false],
  ]);
  await store.tx((db) => db.inbox.forget(50));
  expect(await store.read.inbox.album("a")).toHaveLength(2);
  await store.tx((db) => db.inbox.forget(51));
  expect(ids(await store.read.inbox.album("a"))).toEqual(["2"]);
});

const TARGET = message("5");

test("a receipt is due while its latest wish has not been shown", async () => {
  const { store } = await openTestStore();
  await store.tx((db) => db.receipts.wish("s", TARGET, { mark: "stored" }, 10));
  expect(await store.read.receipts.due("telegram", 9, 10)).toEqual([]);
  expect(await store.read.receipts.due("telegram", 10, 10)).toEqual([
    {
      slot: "s",
      platform: "telegram",
      target: TARGET,
      wish: { mark: "stored" },
      version: 1,
      shownVersion: 0,
      post: "none",
      wordsOnly: false,
      attempts: 0,
      dueAt: 10,
    },
  ]);
  await store.tx((db) => db.receipts.update("s", { shownVersion: 1, shownMark: "stored" }));
  expect(await store.read.receipts.due("telegram", 99, 10)).toEqual([]);
  expect(await store.read.receipts.nextDue("telegram")).toBeUndefined();
});

test("a newer wish replaces one that was put off, keeps what was posted, and starts afresh", async () => {
  const { store } = await openTestStore();
  await store.tx((db) => db.receipts.wish("s", TARGET, { mark: "stored" }, 10));
  await store.tx((db) => db.receipts.posting("s", { version: 1, said: "x" }));
  expect(await store.read.receipts.bySlot("s")).toMatchObject({ post: "posting" });
  expect(await store.read.receipts.due("telegram", 99, 10)).toEqual([]);
  await store.tx((db) =>
    db.receipts.update("s", { postedId: "77", post: "posted", dueAt: 5_000, attempts: 3, shownVersion: 0 }),
  );
  expect(await store.read.receipts.nextDue("telegram")).toBe(5_000);
  await store.tx((db) => db.receipts.wish("s", TARGET, { mark: "failed", text: "why" }, 20));
  expect(await store.read.receipts.due("telegram", 20, 10)).toMatchObject([
    { wish: { mark: "failed", text: "why" }, version: 2, postedId: "77", post: "posted", attempts: 0, dueAt: 20 },
  ]);
});

test("an interaction stays with its receipt until another one comes", async () => {
  const { store } = await openTestStore();
  const interaction = { applicationId: "1", token: "one", expiresAt: 5 };
  const target = { platform: "discord" as const, chatId: "1", threadId: "2", userId: "3" };
  await store.tx((db) => db.receipts.wish("s", { ...target, interaction }, { text: "a" }, 0));
  await store.tx((db) => db.receipts.wish("s", target, { text: "b" }, 0));
  expect((await store.read.receipts.bySlot("s"))?.target).toEqual({ ...target, interaction });
  const newer = { ...interaction, token: "two" };
  await store.tx((db) => db.receipts.wish("s", { ...target, interaction: newer }, { text: "c" }, 0));
  expect((await store.read.receipts.bySlot("s"))?.target).toEqual({ ...target, interaction: newer });
});

test("a receipt whose interaction cannot be opened holds up no other, and is still to be said", async () => {
  const { store, file } = await openTestStore();
  const target = { ...message("1"), interaction: { applicationId: "1", token: "t", expiresAt: 5 } };
  await store.tx((db) => db.receipts.wish("s", target, { text: "a" }, 0));
  await store.tx((db) => db.receipts.wish("t", message("2"), { text: "b" }, 1));
  const raw = new Database(file);
  raw.exec("update receipts set interaction = x'00' where slot = 's'");
  raw.close();
  expect(await store.read.receipts.due("telegram", 1, 9)).toMatchObject([{ slot: "s" }, { slot: "t" }]);
  expect((await store.read.receipts.bySlot("s"))?.target).toEqual(message("1"));
});
