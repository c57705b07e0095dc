import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { LANGUAGES } from "../../../src/core/language.ts";
import type { RichText } from "../../../src/core/richText.ts";
import { ciphertext, id, moment, platform, uid } from "./columns.ts";
import { persons } from "./people.ts";
import { workspaceId } from "./workspaces.ts";

export const notifications = sqliteTable(
  "notifications",
  {
    id: id(),
    trace: text("trace").notNull().unique(),
    workspaceId: workspaceId(),
    platform: platform(),
    chatId: text("chat_id").notNull(),
    threadId: text("thread_id").notNull(),
    messageId: text("message_id").notNull(),
    senderUserId: text("sender_user_id").notNull(),
    senderName: text("sender_name").notNull(),
    origin: text("origin").notNull(),
    link: text("link"),
    text: text("text", { mode: "json" }).$type<RichText>().notNull(),
    tag: text("tag"),
    senderNote: text("sender_note"),
    senderLanguage: text("sender_language", { enum: LANGUAGES }).notNull(),
    createdAt: moment("created_at").notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [
    index("notifications_source").on(t.platform, t.chatId, t.messageId),
    index("notifications_sender").on(t.platform, t.senderUserId, t.id),
    index("notifications_workspace").on(t.workspaceId),
    index("notifications_tagged").on(t.platform, t.chatId, t.id).where(sql`tag is not null`),
  ],
);

const notificationId = () =>
  integer("notification_id")
    .notNull()
    .references(() => notifications.id, { onDelete: "cascade" });

export const deliveries = sqliteTable(
  "deliveries",
  {
    id: id(),
    notificationId: notificationId(),
    workspaceId: workspaceId(),
    personId: integer("person_id")
      .notNull()
      .references(() => persons.id),
    bitrixId: integer("bitrix_id").notNull(),
    /** Platform, chat and message: what a second delivery to the same person is recognised by. */
    sourceMessage: text("source_message").notNull(),
    /** Platform, chat and thread: what the claim is fair between. */
    sourceChat: text("source_chat").notNull(),
    tag: text("tag").notNull(),
    subTag: text("sub_tag").notNull(),
    state: text("state", { enum: ["media", "queued", "sending", "settled"] }).notNull(),
    verdict: text("verdict", {
      enum: ["delivered", "suppressed", "refused", "undeliverable", "unknown", "recalled", "superseded"],
    }),
    code: text("code"),
    portalNotificationId: integer("portal_notification_id"),
    attempts: integer("attempts").notNull().default(0),
    doubtful: integer("doubtful", { mode: "boolean" }).notNull().default(false),
    /** While in state `media`: until when it holds back later deliveries to the same recipient. */
    dueAt: moment("due_at").notNull(),
    createdAt: moment("created_at").notNull(),
    /** Copy of the notification's, so that the overdue are found among the queued alone. */
    expiresAt: moment("expires_at").notNull(),
    settledAt: moment("settled_at"),
  },
  (t) => [
    uniqueIndex("deliveries_once").on(t.workspaceId, t.sourceMessage, t.personId),
    index("deliveries_notification").on(t.notificationId),
    index("deliveries_person").on(t.personId),
    // The queue: history may grow without end, these only hold what is still to do.
    index("deliveries_unsettled").on(t.workspaceId, t.personId, t.id).where(sql`state <> 'settled'`),
    index("deliveries_queued").on(t.workspaceId, t.dueAt).where(sql`state = 'queued'`),
    index("deliveries_fair").on(t.workspaceId, t.sourceChat, t.id).where(sql`state = 'queued'`),
    index("deliveries_overdue").on(t.expiresAt).where(sql`state = 'queued'`),
    index("deliveries_sending").on(t.id).where(sql`state = 'sending'`),
    index("deliveries_media").on(t.workspaceId, t.id).where(sql`state = 'media'`),
    check("deliveries_settled", sql`(state = 'settled') = (verdict is not null)`),
  ],
);

export const attempts = sqliteTable(
  "attempts",
  {
    id: id(),
    deliveryId: integer("delivery_id")
      .notNull()
      .references(() => deliveries.id, { onDelete: "cascade" }),
    at: moment("at").notNull(),
    outcome: text("outcome").notNull(),
    code: text("code").notNull(),
  },
  (t) => [index("attempts_delivery").on(t.deliveryId)],
);

export const attachments = sqliteTable(
  "attachments",
  {
    id: id(),
    uid: uid(),
    notificationId: notificationId(),
    ordinal: integer("ordinal").notNull(),
    kind: text("kind", { enum: ["picture", "file"] }).notNull(),
    name: text("name").notNull(),
    mime: text("mime"),
    size: integer("size"),
    spoiler: integer("spoiler", { mode: "boolean" }).notNull(),
    source: ciphertext("source").notNull(),
    state: text("state", { enum: ["pending", "kept", "left-out"] }).notNull(),
    attempts: integer("attempts").notNull().default(0),
    dueAt: moment("due_at").notNull(),
    sha256: text("sha256"),
    keptSize: integer("kept_size"),
    keptMime: text("kept_mime"),
    reason: text("reason"),
  },
  (t) => [
    uniqueIndex("attachments_ordinal").on(t.notificationId, t.ordinal),
    index("attachments_pending").on(t.dueAt, t.id).where(sql`state = 'pending'`),
  ],
);

export const mediaLinks = sqliteTable(
  "media_links",
  {
    /** SHA-256 of the capability, hex: finds the row, and is the row key its ciphertext is bound to. */
    hash: text("hash").primaryKey(),
    capability: ciphertext("capability").notNull(),
    attachmentId: integer("attachment_id")
      .notNull()
      .references(() => attachments.id, { onDelete: "cascade" }),
    deliveryId: integer("delivery_id")
      .notNull()
      .references(() => deliveries.id, { onDelete: "cascade" }),
    sha256: text("sha256").notNull(),
    name: text("name").notNull(),
    mime: text("mime").notNull(),
    size: integer("size").notNull(),
    expiresAt: moment("expires_at").notNull(),
    revokedAt: moment("revoked_at"),
  },
  (t) => [
    uniqueIndex("media_links_pair").on(t.attachmentId, t.deliveryId),
    index("media_links_delivery").on(t.deliveryId),
  ],
);
