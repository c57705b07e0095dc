import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { posts } from "./alerts.ts";
import { ciphertext, id, moment, uid } from "./columns.ts";

/** Files that posts carry, each once: what becomes of one is written down before and after it is said. */
export const postFiles = sqliteTable(
  "post_files",
  {
    id: id(),
    uid: uid(),
    postId: integer("post_id")
      .notNull()
      .references(() => posts.id, { onDelete: "cascade" }),
    /** Which file it is, by hash: a later version that has it too adds nothing. */
    key: text("key").notNull(),
    state: text("state", { enum: ["waiting", "saying", "said", "left-out"] }).notNull(),
    /** What it is and whose message it came with; gone once texts are erased. */
    file: ciphertext("file"),
    /** When the message that carries it was being posted. */
    since: moment("since"),
    messageId: text("message_id"),
    reason: text("reason"),
    /** Of one that is left out, where it can be had: as in `media_links`. */
    hash: text("hash").unique(),
    capability: ciphertext("capability"),
    sha256: text("sha256"),
    name: text("name"),
    mime: text("mime"),
    size: integer("size"),
    expiresAt: moment("expires_at"),
  },
  (t) => [
    uniqueIndex("post_files_key").on(t.postId, t.key),
    index("post_files_kept").on(t.sha256, t.expiresAt).where(sql`sha256 is not null`),
  ],
);
