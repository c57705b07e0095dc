import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { id, moment, platform } from "./columns.ts";
import { workspaceId } from "./workspaces.ts";

export const persons = sqliteTable(
  "persons",
  {
    id: id(),
    workspaceId: workspaceId(),
    bitrixId: integer("bitrix_id").notNull(),
    name: text("name"),
    email: text("email"),
    /** Since when the portal does not know this user as an active one. */
    leftAt: moment("left_at"),
    /** When the last digest of what was held back was sent. */
    digestedAt: moment("digested_at"),
  },
  (t) => [
    uniqueIndex("persons_bitrix").on(t.workspaceId, t.bitrixId),
    index("persons_name").on(t.workspaceId, t.name),
    index("persons_email").on(t.workspaceId, t.email),
  ],
);

export const accounts = sqliteTable(
  "accounts",
  {
    id: id(),
    workspaceId: workspaceId(),
    personId: integer("person_id")
      .notNull()
      .references(() => persons.id, { onDelete: "cascade" }),
    platform: platform(),
    userId: text("user_id"),
    username: text("username"),
    /** How it was made sure that the id is this person's; null while it only came along with a sighting of the username. */
    proof: text("proof", { enum: ["mapped", "linked"] }),
  },
  (t) => [
    uniqueIndex("accounts_user").on(t.platform, t.userId, t.workspaceId),
    uniqueIndex("accounts_username").on(t.platform, t.username, t.workspaceId),
    index("accounts_person").on(t.personId),
    check("accounts_known", sql`user_id is not null or username is not null`),
  ],
);

export const groups = sqliteTable(
  "groups",
  {
    id: id(),
    workspaceId: workspaceId(),
    name: text("name").notNull(),
    /** Its members are the heads of this department of the portal, looked up every day. */
    departmentId: integer("department_id"),
  },
  (t) => [uniqueIndex("groups_name").on(t.workspaceId, t.name)],
);

export const groupMembers = sqliteTable(
  "group_members",
  {
    groupId: integer("group_id")
      .notNull()
      .references(() => groups.id, { onDelete: "cascade" }),
    personId: integer("person_id")
      .notNull()
      .references(() => persons.id, { onDelete: "cascade" }),
  },
  (t) => [primaryKey({ columns: [t.groupId, t.personId] }), index("group_members_person").on(t.personId)],
);

export const sightings = sqliteTable(
  "sightings",
  {
    platform: platform(),
    chatId: text("chat_id").notNull(),
    threadId: text("thread_id").notNull(),
    userId: text("user_id").notNull(),
    username: text("username"),
    name: text("name").notNull(),
    seenAt: moment("seen_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.platform, t.chatId, t.threadId, t.userId] }),
    index("sightings_username").on(t.platform, t.username),
  ],
);
