import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Capabilities } from "../../../src/app/capabilities.ts";
import type { Settings } from "../../../src/app/store/workspaces.ts";
import { GIVEN_ROLES, SENDERS_POLICIES } from "../../../src/core/permissions.ts";
import { ciphertext, id, moment, platform, uid } from "./columns.ts";

export const meta = sqliteTable("meta", { key: text("key").primaryKey(), value: ciphertext("value").notNull() });

export const workspaces = sqliteTable(
  "workspaces",
  {
    id: id(),
    uid: uid(),
    name: text("name").notNull().unique(),
    host: text("host").notNull(),
    credentials: ciphertext("credentials").notNull(),
    settings: text("settings", { mode: "json" }).$type<Settings>().notNull(),
    tags: text("tags", { enum: ["honoured", "ignored", "unprobed"] }).notNull(),
    probedAt: moment("probed_at"),
    /** What the last probe found; null until one succeeded. */
    capabilities: text("capabilities", { mode: "json" }).$type<Capabilities>(),
    /** When it was last looked up who left, and who heads which department. */
    peopleCheckedAt: moment("people_checked_at"),
    suspendedCode: text("suspended_code"),
    suspendedReason: text("suspended_reason"),
    suspendedAt: moment("suspended_at"),
    lastNotificationId: integer("last_notification_id"),
    adminPlatform: text("admin_platform", { enum: ["telegram", "discord"] }),
    adminChatId: text("admin_chat_id"),
    adminThreadId: text("admin_thread_id"),
    createdAt: moment("created_at").notNull(),
  },
  (t) => [index("workspaces_host").on(t.host)],
);

export const workspaceId = () =>
  integer("workspace_id")
    .notNull()
    .references(() => workspaces.id, { onDelete: "cascade" });

export const admins = sqliteTable(
  "admins",
  {
    workspaceId: workspaceId(),
    platform: platform(),
    userId: text("user_id").notNull(),
    role: text("role", { enum: GIVEN_ROLES }).notNull().default("admin"),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.platform, t.userId] })],
);

export const chats = sqliteTable(
  "chats",
  {
    id: id(),
    workspaceId: workspaceId(),
    platform: platform(),
    chatId: text("chat_id").notNull(),
    threadId: text("thread_id").notNull(),
    senders: text("senders", { enum: SENDERS_POLICIES }).notNull(),
    tagScope: text("tag_scope").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (t) => [uniqueIndex("chats_place").on(t.platform, t.chatId, t.threadId), index("chats_workspace").on(t.workspaceId)],
);

export const methodRests = sqliteTable(
  "method_rests",
  { workspaceId: workspaceId(), method: text("method").notNull(), until: moment("until").notNull() },
  (t) => [primaryKey({ columns: [t.workspaceId, t.method] })],
);

/**
 * What has been counted of each workspace since the database began. Triggers in the migrations count, in the transaction of what
 * they count: whoever writes, none is missed; a table that is rebuilt loses them.
 */
export const tallies = sqliteTable(
  "tallies",
  { workspaceId: workspaceId(), what: text("what").notNull(), count: integer("count").notNull() },
  (t) => [primaryKey({ columns: [t.workspaceId, t.what] })],
);

/**
 * Outlives the workspaces it tells about, hence no foreign key. Triggers in the migrations keep it append-only; a table that is
 * rebuilt loses them.
 */
export const audit = sqliteTable(
  "audit",
  {
    id: id(),
    at: moment("at").notNull(),
    workspaceId: integer("workspace_id"),
    actor: text("actor").notNull(),
    action: text("action").notNull(),
    subject: text("subject").notNull(),
  },
  (t) => [index("audit_workspace").on(t.workspaceId, t.id)],
);
