import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { ciphertext, id, moment, platform, uid } from "./columns.ts";
import { workspaceId } from "./workspaces.ts";

export const chores = sqliteTable(
  "chores",
  {
    id: id(),
    uid: uid(),
    kind: text("kind").notNull(),
    work: ciphertext("work").notNull(),
    attempts: integer("attempts").notNull().default(0),
    dueAt: moment("due_at").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (t) => [index("chores_due").on(t.dueAt, t.id)],
);

export const linkAttempts = sqliteTable(
  "link_attempts",
  {
    id: id(),
    uid: uid(),
    workspaceId: workspaceId(),
    platform: platform(),
    userId: text("user_id").notNull(),
    stage: text("stage", { enum: ["invited", "asked", "claimed"] }).notNull(),
    /** SHA-256 of the token in a link, hex. */
    tokenHash: text("token_hash").unique(),
    /** Keyed, since a code is short enough to be tried out. */
    codeHash: text("code_hash"),
    bitrixId: integer("bitrix_id"),
    personName: text("person_name"),
    tries: integer("tries").notNull().default(0),
    expiresAt: moment("expires_at").notNull(),
    createdAt: moment("created_at").notNull(),
    claimedAt: moment("claimed_at"),
    sentAt: moment("sent_at"),
    ended: text("ended", { enum: ["proven", "spent", "replaced", "given-up"] }),
  },
  (t) => [
    index("link_attempts_account").on(t.platform, t.userId, t.id),
    index("link_attempts_claimed").on(t.workspaceId, t.claimedAt).where(sql`claimed_at is not null`),
    index("link_attempts_person").on(t.workspaceId, t.bitrixId, t.sentAt).where(sql`sent_at is not null`),
    index("link_attempts_old").on(t.createdAt),
  ],
);
