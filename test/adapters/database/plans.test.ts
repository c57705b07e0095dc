import { randomBytes } from "node:crypto";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { expect, test } from "vitest";
import { repositories } from "../../../adapters/database/repositories.ts";
import { createSealer } from "../../../adapters/database/seal.ts";
import { openReader } from "../../../adapters/database/sqlite.ts";
import type { Repositories } from "../../../src/app/store/store.ts";
import { addPeople, addWorkspace, message, notification } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

/** What a loop asks again and again, and the index that answers it without reading what is done with. */
const QUESTIONS: readonly [string, (db: Repositories) => Promise<unknown>, RegExp][] = [
  ["which updates are due", (db) => db.inbox.due("telegram", { now: 0, limit: 9 }), /inbox_undone/u],
  ["when the next update is due", (db) => db.inbox.nextDue("telegram"), /inbox_undone_due/u],
  ["what belongs to an album", (db) => db.inbox.album("a"), /inbox_album/u],
  ["which receipts are due", (db) => db.receipts.due("telegram", 0, 9), /receipts_unshown/u],
  ["when the next receipt is due", (db) => db.receipts.nextDue("telegram"), /receipts_unshown/u],
  ["which attachments are due", (db) => db.media.due(0, 9), /attachments_pending/u],
  [
    "which files nobody needs",
    (db) => db.media.unused(0, 9),
    /files_kept[\s\S]*media_links_file[\s\S]*post_files_kept[\s\S]*attachments_file/u,
  ],
  ["which files a post has", (db) => db.postFiles.of(1), /post_files_key/u],
  ["what a link of a post leads to", (db) => db.postFiles.byCapability("c"), /post_files_hash/u],
  ["what is left on the Drive", (db) => db.media.driveLeftovers(0, 9), /attachments_drive/u],
  ["what one portal has to do", (db) => db.deliveries.dueHosts("h"), /workspaces_host/u],
  [
    "what one person gets of a notification",
    (db) => db.deliveries.partsOf({ id: 1, workspaceId: 1, personId: 1, notificationId: 1 }),
    /deliveries_once/u,
  ],
  ["what was interrupted", (db) => db.deliveries.interrupted(), /deliveries_sending/u],
  ["what is past its deadline", (db) => db.deliveries.expired(0), /deliveries_overdue/u],
  ["what is queued", (db) => db.deliveries.list({ workspaceId: 1, state: "queued" }), /deliveries_(?:fair|queued)/u],
  ["who an account is", (db) => db.people.byAccount(1, "telegram", { userId: "1" }), /accounts_user/u],
  ["which chores are due", (db) => db.chores.due(0, 9), /chores_due/u],
  [
    "how an account is being linked",
    (db) => db.links.latest({ platform: "telegram", userId: "1" }),
    /link_attempts_account/u,
  ],
  ["whose a link is", (db) => db.links.byToken("t"), /link_attempts_token/u],
  [
    "how many codes somebody got",
    (db) => db.links.countCodes({ workspaceId: 1, bitrixId: 7 }, 0),
    /link_attempts_person/u,
  ],
  ["how many asked for codes", (db) => db.links.countClaims({ workspaceId: 1 }, 0), /link_attempts_claimed/u],
  ["what came of a message", (db) => db.notifications.bySource(message("1")), /notifications_source/u],
  [
    "all that a message and its edits sent",
    (db) => db.notifications.sentBy(message("1")),
    /message_id=\?[\s\S]*message_id>\?[\s\S]*message_id>\?/u,
  ],
  [
    "whether a message was ever taken in",
    (db) => db.inbox.has("discord", "m:1"),
    /external_id=\?[\s\S]*external_id>\?/u,
  ],
];

test.each(QUESTIONS)("%s is answered from its index", async (_, ask, index) => {
  const { file } = await openTestStore();
  const asked: { sql: string; params: unknown[] }[] = [];
  const client = openReader(file);
  const logger = { logQuery: (sql: string, params: unknown[]) => void asked.push({ sql, params }) };
  await ask(repositories(drizzle({ client, logger }), createSealer([randomBytes(32)])));
  const plan = asked.flatMap(({ sql, params }) =>
    client.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(...params),
  );
  client.close();
  expect(plan.map(({ detail }) => detail).join("\n")).toMatch(index);
  expect(
    plan.filter(({ detail }) =>
      /^SCAN (?:deliveries|inbox|receipts|attachments|media_links|workspaces)$/u.test(detail),
    ),
  ).toEqual([]);
});

test("an older delivery with the same tag is looked for among the unsettled alone", async () => {
  const { store, file } = await openTestStore();
  const { id } = await addWorkspace(store);
  await store.tx(async (db) => db.notifications.add(notification(id, await addPeople(db, id, [1]))));
  const [delivery] = await store.read.deliveries.list({});
  const asked: string[] = [];
  const client = openReader(file);
  const logger = { logQuery: (sql: string) => void asked.push(sql) };
  const { deliveries } = repositories(drizzle({ client, logger }), createSealer([randomBytes(32)]));
  await (delivery && deliveries.overtaken(delivery));
  const [sql = ""] = asked;
  const plan = client.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(1, 1, 1, "t", "sending");
  client.close();
  expect(plan.map(({ detail }) => detail).join("\n")).toContain("deliveries_unsettled");
});

test.each([
  ["h24.t.x", /deliveries_tagged/u],
  ["h24.m.x", /source_message=\?[\s\S]*source_message>\?/u],
])("what else has the tag %s is answered from an index", async (tag, index) => {
  const { store, file } = await openTestStore();
  const { id } = await addWorkspace(store);
  await store.tx(async (db) => {
    const [personId = 0] = await addPeople(db, id, [1]);
    await db.notifications.add(notification(id, [], { recipients: [{ personId, bitrixId: 1, tag, subTag: "s" }] }));
  });
  const [delivery] = await store.read.deliveries.list({});
  const asked: { sql: string; params: unknown[] }[] = [];
  const client = openReader(file);
  const logger = { logQuery: (sql: string, params: unknown[]) => void asked.push({ sql, params }) };
  const { deliveries } = repositories(drizzle({ client, logger }), createSealer([randomBytes(32)]));
  await (delivery && deliveries.withTag(delivery, "before"));
  const { sql = "", params = [] } = asked.at(-1) ?? {};
  const plan = client.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(...params);
  client.close();
  expect(plan.map(({ detail }) => detail).join("\n")).toMatch(index);
});
