import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { RecallAsk } from "../../../src/app/store/notifications.ts";
import type { Facts } from "../../../src/core/alert.ts";
import { type Place, SOURCE_PLATFORMS } from "../../../src/core/chat.ts";
import { LANGUAGES } from "../../../src/core/language.ts";
import type { RichText } from "../../../src/core/richText.ts";
import { PRIORITIES } from "../../../src/core/turns.ts";
import { incidents } from "./alerts.ts";
import { ciphertext, id, moment } from "./columns.ts";
import { persons } from "./people.ts";
import { workspaceId } from "./workspaces.ts";

export const notifications = sqliteTable(
  "notifications",
  {
    id: id(),
    uid: text("trace").notNull().unique(),
    workspaceId: workspaceId(),
    platform: text("platform", { enum: SOURCE_PLATFORMS }).notNull(),
    chatId: text("chat_id").notNull(),
    threadId: text("thread_id").notNull(),
    messageId: text("message_id").notNull(),
    senderUserId: text("sender_user_id").notNull(),
    senderName: text("sender_name").notNull(),
    origin: text("origin").notNull(),
    link: text("link"),
    text: text("text", { mode: "json" }).$type<RichText>().notNull(),
    places: text("places", { mode: "json" }).$type<readonly Place[]>(),
    tag: text("tag"),
    /** The incident that it tells of, and what is shown of it beside the text. */
    incidentId: integer("incident_id").references(() => incidents.id, { onDelete: "set null" }),
    facts: text("facts", { mode: "json" }).$type<Facts>(),
    priority: text("priority", { enum: PRIORITIES }).notNull().default("normal"),
    /** What nobody but the recipients may read, such as a code; erased when it expires. */
    secret: ciphertext("secret"),
    senderNote: text("sender_note"),
    /** The answer through which somebody who took it back is told when that is done. */
    recallAsk: text("recall_ask", { mode: "json" }).$type<RecallAsk>(),
    senderLanguage: text("sender_language", { enum: LANGUAGES }).notNull(),
    createdAt: moment("created_at").notNull(),
    expiresAt: moment("expires_at").notNull(),
    /** When text, tag and names were erased: what is left only counts. */
    forgottenAt: moment("forgotten_at"),
    /** To be forgotten as soon as nobody waits for it any more. */
    forgetSoon: integer("forget_soon", { mode: "boolean" }).notNull().default(false),
  },
  (t) => [
    index("notifications_source").on(t.platform, t.chatId, t.messageId),
    index("notifications_sender").on(t.platform, t.senderUserId, t.id),
    index("notifications_workspace").on(t.workspaceId),
    index("notifications_tagged").on(t.platform, t.chatId, t.id).where(sql`tag is not null`),
    index("notifications_kept").on(t.workspaceId, t.createdAt).where(sql`forgotten_at is null`),
    index("notifications_secret").on(t.expiresAt).where(sql`secret is not null`),
    index("notifications_incident").on(t.incidentId).where(sql`incident_id is not null`),
    index("notifications_forget").on(t.id).where(sql`forget_soon = 1 and forgotten_at is null`),
  ],
);

export const notificationId = () =>
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
    /** The notification's. As texts they ascend with their urgency, which the claim compares them by. */
    priority: text("priority", { enum: PRIORITIES }).notNull().default("normal"),
    part: integer("part").notNull().default(1),
    parts: integer("parts").notNull().default(1),
    state: text("state", { enum: ["media", "queued", "sending", "settled"] }).notNull(),
    verdict: text("verdict", {
      enum: ["delivered", "suppressed", "refused", "undeliverable", "unknown", "recalled", "superseded"],
    }),
    code: text("code"),
    portalNotificationId: integer("portal_notification_id"),
    attempts: integer("attempts").notNull().default(0),
    doubtful: integer("doubtful", { mode: "boolean" }).notNull().default(false),
    /** Taking it back: `wanted` while it is being sent, `begun` once what is queued is its removal. */
    recall: text("recall", { enum: ["wanted", "begun"] }),
    /** The delivery to the same person, first part, in whose place this one is shown. No reference: that one may be removed. */
    replaces: integer("replaces"),
    /** While in state `media`: until when it holds back later deliveries to the same recipient. */
    dueAt: moment("due_at").notNull(),
    createdAt: moment("created_at").notNull(),
    /** Copy of the notification's, so that the overdue are found among the queued alone. */
    expiresAt: moment("expires_at").notNull(),
    settledAt: moment("settled_at"),
    /** When the recipient's access to the attachments was ended. */
    revokedAt: moment("revoked_at"),
  },
  (t) => [
    uniqueIndex("deliveries_once").on(t.workspaceId, t.sourceMessage, t.personId, t.part),
    index("deliveries_notification").on(t.notificationId),
    index("deliveries_person").on(t.personId),
    // The queue: history may grow without end, these only hold what is still to do.
    index("deliveries_unsettled").on(t.workspaceId, t.personId, t.id).where(sql`state <> 'settled'`),
    index("deliveries_held").on(t.workspaceId, t.personId, t.dueAt).where(sql`state <> 'settled'`),
    index("deliveries_lane").on(t.workspaceId, t.personId, t.priority, t.id).where(sql`state = 'queued'`),
    index("deliveries_queued").on(t.workspaceId, t.dueAt).where(sql`state = 'queued'`),
    index("deliveries_fair").on(t.workspaceId, t.priority, t.sourceChat, t.id).where(sql`state = 'queued'`),
    index("deliveries_overdue").on(t.expiresAt).where(sql`state = 'queued'`),
    index("deliveries_sending").on(t.id).where(sql`state = 'sending'`),
    // Tags of single messages never come again by another message, so they cost nothing here.
    index("deliveries_tagged").on(t.workspaceId, t.tag, t.id).where(sql`substr(tag, 1, 6) <> 'h24.m.'`),
    index("deliveries_busy").on(t.workspaceId, t.personId).where(sql`state = 'sending'`),
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
