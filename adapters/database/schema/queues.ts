import { sql } from "drizzle-orm";
import { index, integer, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Wish } from "../../../src/app/store/queues.ts";
import { ciphertext, id, moment, platform, uid } from "./columns.ts";
import { workspaceId } from "./workspaces.ts";

export const inbox = sqliteTable(
  "inbox",
  {
    id: id(),
    uid: uid(),
    platform: platform(),
    externalId: text("external_id").notNull(),
    payload: ciphertext("payload"),
    albumKey: text("album_key"),
    /** What turns are taken between: its chat, as long as it is undone. */
    lane: text("lane").notNull().default(""),
    /** Too much of its chat waited when it came: its sender is told so, and nothing else comes of it. */
    shed: integer("shed", { mode: "boolean" }).notNull().default(false),
    /** Of the message that it is about; the same in every line of the log. */
    trace: text("trace"),
    receivedAt: moment("received_at").notNull(),
    dueAt: moment("due_at").notNull(),
    attempts: integer("attempts").notNull().default(0),
    doneAt: moment("done_at"),
    /** Never dealt with: it failed too often. */
    givenUp: integer("given_up", { mode: "boolean" }).notNull().default(false),
  },
  (t) => [
    uniqueIndex("inbox_external").on(t.platform, t.externalId),
    index("inbox_undone_lanes").on(t.platform, t.lane, t.id, t.dueAt).where(sql`done_at is null`),
    index("inbox_undone_due").on(t.platform, t.dueAt).where(sql`done_at is null`),
    index("inbox_album").on(t.albumKey, t.id).where(sql`album_key is not null and payload is not null`),
    index("inbox_given_up").on(t.doneAt).where(sql`given_up = 1`),
    index("inbox_kept").on(t.doneAt).where(sql`done_at is not null and payload is not null`),
  ],
);

export const receipts = sqliteTable(
  "receipts",
  {
    slot: text("slot").primaryKey(),
    uid: uid(),
    platform: platform(),
    chatId: text("chat_id").notNull(),
    threadId: text("thread_id").notNull(),
    messageId: text("message_id"),
    userId: text("user_id"),
    interaction: ciphertext("interaction"),
    wish: text("wish", { mode: "json" }).$type<Wish>().notNull(),
    version: integer("version").notNull(),
    shownVersion: integer("shown_version").notNull().default(0),
    shownMark: text("shown_mark", { enum: ["stored", "delivered", "failed", "recalled"] }),
    postedId: text("posted_id"),
    post: text("post", { enum: ["none", "posting", "posted"] })
      .notNull()
      .default("none"),
    /** SHA-256 of the words last posted, whether or not they arrived: after a lost answer they are not said a second time. */
    said: text("said"),
    wordsOnly: integer("words_only", { mode: "boolean" }).notNull().default(false),
    attempts: integer("attempts").notNull().default(0),
    dueAt: moment("due_at").notNull(),
  },
  (t) => [
    index("receipts_unshown").on(t.platform, t.dueAt).where(sql`version > shown_version`),
    index("receipts_chat").on(t.platform, t.chatId),
  ],
);

/** Notifications for so many people that their sender has to confirm them first: one for each sender and chat. */
export const confirmations = sqliteTable(
  "confirmations",
  {
    id: id(),
    uid: uid(),
    workspaceId: workspaceId(),
    platform: platform(),
    chatId: text("chat_id").notNull(),
    threadId: text("thread_id").notNull(),
    /** Who alone may confirm it. */
    userId: text("user_id").notNull(),
    slot: text("slot").notNull(),
    plan: ciphertext("plan").notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [
    uniqueIndex("confirmations_asker").on(t.platform, t.chatId, t.threadId, t.userId),
    index("confirmations_expiry").on(t.expiresAt),
    index("confirmations_workspace").on(t.workspaceId),
  ],
);

export const paces = sqliteTable("paces", {
  host: text("host").primaryKey(),
  level: real("level").notNull(),
  at: moment("at").notNull(),
  blockedUntil: moment("blocked_until").notNull(),
  refusals: integer("refusals").notNull(),
  refusedAt: moment("refused_at").notNull().default(0),
  /** What is believed of the portal's plan; the defaults are those of an ordinary one. */
  size: real("size").notNull().default(48),
  drainPerSecond: real("drain_per_second").notNull().default(2),
  lent: integer("lent").notNull().default(0),
  trialAt: moment("trial_at").notNull().default(0),
  failedTrials: integer("failed_trials").notNull().default(0),
  admitted: integer("admitted").notNull().default(0),
  failures: integer("failures").notNull().default(0),
  failedAt: moment("failed_at").notNull().default(0),
  /** In seconds. */
  roundTrip: real("round_trip").notNull().default(0),
  perCall: real("per_call").notNull().default(0),
  /** How far the portal's clock was ahead of ours, in milliseconds, and how often that was heard. */
  aheadLeast: real("ahead_least").notNull().default(0),
  aheadMost: real("ahead_most").notNull().default(0),
  aheadHeard: integer("ahead_heard").notNull().default(0),
});

/** How much each sender has used of what they are allowed; gone once all of it is free again. */
export const rates = sqliteTable(
  "rates",
  {
    /** SHA-256 of whom it counts and what, since names and ids of people are no business of this table. */
    key: text("key").primaryKey(),
    fullAt: moment("full_at").notNull(),
  },
  (t) => [index("rates_full").on(t.fullAt)],
);

export const cursors = sqliteTable("cursors", {
  channelId: text("channel_id").primaryKey(),
  messageId: text("message_id").notNull(),
  /** When it was written; 0 where that was before this was kept. */
  at: moment("at").notNull().default(0),
});
