import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { ciphertext, id, moment, uid } from "./columns.ts";
import { workspaceId } from "./workspaces.ts";

/** Doors for other programs: alerts of one kind each, or notifications by the API. */
export const hooks = sqliteTable(
  "hooks",
  {
    id: id(),
    uid: uid(),
    workspaceId: workspaceId(),
    name: text("name").notNull(),
    kind: text("kind", {
      enum: ["alertmanager", "grafana", "zabbix", "uptime-kuma", "github", "generic", "api"],
    }).notNull(),
    /** SHA-256 of the key, hex. */
    keyHash: text("key_hash").notNull().unique(),
    /** What its sender signs with, where it signs. */
    secret: ciphertext("secret"),
    /** Of a generic one: which fields of its JSON mean what. */
    mapping: text("mapping", { mode: "json" }).$type<Readonly<Record<string, string>>>(),
    createdAt: moment("created_at").notNull(),
    usedAt: moment("used_at"),
    revokedAt: moment("revoked_at"),
  },
  // A name is free again once its hook is revoked.
  (t) => [uniqueIndex("hooks_name").on(t.workspaceId, t.name).where(sql`revoked_at is null`)],
);

/** Alerts that a hook has taken and nobody has dealt with yet; kept without their payload for a while, so that none counts twice. */
export const alerts = sqliteTable(
  "alerts",
  {
    id: id(),
    uid: uid(),
    hookId: integer("hook_id")
      .notNull()
      .references(() => hooks.id, { onDelete: "cascade" }),
    /** Unique within the hook. */
    delivery: text("delivery").notNull(),
    payload: ciphertext("payload"),
    attempts: integer("attempts").notNull().default(0),
    receivedAt: moment("received_at").notNull(),
    dueAt: moment("due_at").notNull(),
    doneAt: moment("done_at"),
  },
  (t) => [
    uniqueIndex("alerts_delivery").on(t.hookId, t.delivery),
    index("alerts_due").on(t.dueAt, t.id).where(sql`done_at is null`),
    index("alerts_waiting").on(t.hookId).where(sql`done_at is null`),
    index("alerts_done").on(t.doneAt).where(sql`done_at is not null`),
  ],
);

/** What the API has answered to a request with an idempotency key. */
export const apiRequests = sqliteTable(
  "api_requests",
  {
    hookId: integer("hook_id")
      .notNull()
      .references(() => hooks.id, { onDelete: "cascade" }),
    idempotencyKey: text("idempotency_key").notNull(),
    /** SHA-256 of the body, hex: another body under the same key is a mistake. */
    bodyHash: text("body_hash").notNull(),
    notificationId: integer("notification_id").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.hookId, t.idempotencyKey] }), index("api_requests_old").on(t.createdAt)],
);
