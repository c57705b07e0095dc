import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { ciphertext, id, moment, uid } from "./columns.ts";
import { deliveries, notificationId } from "./notifications.ts";

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
    width: integer("width"),
    height: integer("height"),
    previewSha256: text("preview_sha256"),
    previewSize: integer("preview_size"),
    previewMime: text("preview_mime"),
    driveFileId: integer("drive_file_id"),
    driveDetailUrl: text("drive_detail_url"),
    /** Open to whoever has it, hence sealed. */
    driveExternalUrl: ciphertext("drive_external_url"),
    driveRemoved: integer("drive_removed", { mode: "boolean" }).notNull().default(false),
    reason: text("reason"),
  },
  (t) => [
    uniqueIndex("attachments_ordinal").on(t.notificationId, t.ordinal),
    index("attachments_pending").on(t.dueAt, t.id).where(sql`state = 'pending'`),
    index("attachments_file").on(t.sha256).where(sql`sha256 is not null`),
    index("attachments_preview").on(t.previewSha256).where(sql`preview_sha256 is not null`),
    index("attachments_drive").on(t.notificationId).where(sql`drive_file_id is not null and drive_removed = 0`),
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
    role: text("role", { enum: ["whole", "preview"] })
      .notNull()
      .default("whole"),
    name: text("name").notNull(),
    mime: text("mime").notNull(),
    size: integer("size").notNull(),
    expiresAt: moment("expires_at").notNull(),
    revokedAt: moment("revoked_at"),
  },
  (t) => [
    uniqueIndex("media_links_role").on(t.attachmentId, t.deliveryId, t.role),
    index("media_links_delivery").on(t.deliveryId),
    index("media_links_file").on(t.sha256, t.expiresAt).where(sql`revoked_at is null`),
  ],
);

/** What lies on the disk, each content once, however many attachments have it. */
export const files = sqliteTable(
  "files",
  {
    sha256: text("sha256").primaryKey(),
    size: integer("size").notNull(),
    mime: text("mime").notNull(),
    /** The last time that an attachment was found to be this. */
    keptAt: moment("kept_at").notNull(),
  },
  (t) => [index("files_kept").on(t.keptAt)],
);
