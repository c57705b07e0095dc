import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { SEVERITIES } from "../../../src/core/alert.ts";
import { ciphertext, id, moment, platform, uid } from "./columns.ts";
import { persons } from "./people.ts";
import { workspaceId } from "./workspaces.ts";

export const rules = sqliteTable(
  "rules",
  {
    id: id(),
    uid: uid(),
    workspaceId: workspaceId(),
    name: text("name").notNull(),
    /** Rules are asked in this order. */
    position: integer("position").notNull(),
    enabled: integer("enabled", { mode: "boolean" }).notNull().default(true),
    /** `telegram/<chat>`, `discord/<guild>` or `hook/<id>`: finds the rules that a message may concern. */
    sourceKey: text("source_key").notNull(),
    /** Sealed: it names people, and may hold a webhook's address. */
    definition: ciphertext("definition").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (t) => [uniqueIndex("rules_name").on(t.workspaceId, t.name), index("rules_source").on(t.sourceKey)],
);

/** Everything that a rule has forwarded: an alert without a key is an incident of its own. */
export const incidents = sqliteTable(
  "incidents",
  {
    id: id(),
    uid: uid(),
    workspaceId: workspaceId(),
    ruleId: integer("rule_id")
      .notNull()
      .references(() => rules.id, { onDelete: "cascade" }),
    /** 128 bits of SHA-256 of the key, hex. */
    keyHash: text("key_hash").notNull(),
    status: text("status", { enum: ["open", "acknowledged", "resolved"] }).notNull(),
    severity: text("severity", { enum: SEVERITIES }).notNull(),
    /** Alerts that it stands for. */
    count: integer("count").notNull(),
    /** Grows with every change that somebody may see. */
    version: integer("version").notNull(),
    /** The latest alert; erased when texts are. */
    alert: ciphertext("alert"),
    /** What the state machine keeps besides: times and steps, no texts. */
    state: text("state").notNull(),
    /** When the state machine wants to be asked again. */
    timerAt: moment("timer_at"),
    openedAt: moment("opened_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
    acknowledgedAt: moment("acknowledged_at"),
    /** Who said "I have it", as the others know them. */
    acknowledgedBy: text("acknowledged_by"),
    acknowledgedPersonId: integer("acknowledged_person_id").references(() => persons.id, { onDelete: "set null" }),
    resolvedAt: moment("resolved_at"),
  },
  (t) => [
    uniqueIndex("incidents_open").on(t.ruleId, t.keyHash).where(sql`status <> 'resolved'`),
    index("incidents_workspace").on(t.workspaceId, t.status, t.id),
    index("incidents_rule").on(t.ruleId, t.openedAt),
    index("incidents_timer").on(t.timerAt).where(sql`timer_at is not null`),
    index("incidents_updated").on(t.updatedAt),
  ],
);

export const incidentId = () =>
  integer("incident_id")
    .notNull()
    .references(() => incidents.id, { onDelete: "cascade" });

/** Which source messages an incident was made of: what an edit or a deletion is followed by. */
export const incidentSources = sqliteTable(
  "incident_sources",
  {
    incidentId: incidentId(),
    platform: platform(),
    chatId: text("chat_id").notNull(),
    threadId: text("thread_id").notNull(),
    messageId: text("message_id").notNull(),
    at: moment("at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.platform, t.chatId, t.messageId, t.incidentId] }),
    index("incident_sources_incident").on(t.incidentId),
    index("incident_sources_old").on(t.at),
  ],
);

/** Persons that an incident concerns, and what they have been told of it. */
export const incidentPersons = sqliteTable(
  "incident_persons",
  {
    incidentId: incidentId(),
    personId: integer("person_id")
      .notNull()
      .references(() => persons.id, { onDelete: "cascade" }),
    /** The version that their latest notification shows; 0 while they have been told nothing. */
    toldVersion: integer("told_version").notNull().default(0),
    /** Why it waits for a digest instead, and when that is due. */
    held: text("held", { enum: ["quiet", "storm"] }),
    heldUntil: moment("held_until"),
  },
  (t) => [
    primaryKey({ columns: [t.incidentId, t.personId] }),
    index("incident_persons_person").on(t.personId),
    index("incident_persons_held").on(t.heldUntil).where(sql`held_until is not null`),
  ],
);

/** What an incident shows in a chat, one row for each chat: its messages follow the incident's version. */
export const posts = sqliteTable(
  "posts",
  {
    id: id(),
    uid: uid(),
    workspaceId: workspaceId(),
    incidentId: incidentId(),
    platform: platform(),
    chatId: text("chat_id").notNull(),
    threadId: text("thread_id").notNull(),
    /** A Discord webhook's address, when it is posted by that. */
    webhook: ciphertext("webhook"),
    /** The incident's version that should be seen, and the one that is. */
    version: integer("version").notNull(),
    shownVersion: integer("shown_version").notNull().default(0),
    /** `posting` survives only a crash in the middle of a post: it may have been said, and is not said again. */
    post: text("post", { enum: ["none", "posting", "posted", "gone"] })
      .notNull()
      .default("none"),
    /** Our messages there, in order: a long text is several. */
    messageIds: text("message_ids", { mode: "json" }).$type<readonly string[]>().notNull(),
    attempts: integer("attempts").notNull().default(0),
    dueAt: moment("due_at").notNull(),
  },
  (t) => [
    uniqueIndex("posts_place").on(t.incidentId, t.platform, t.chatId, t.threadId),
    index("posts_due").on(t.platform, t.dueAt).where(sql`version > shown_version`),
    index("posts_chat").on(t.platform, t.chatId),
  ],
);

/** What our own posts look like: a message that says the same is an echo of them, and goes no further. */
export const echoes = sqliteTable(
  "echoes",
  {
    workspaceId: workspaceId(),
    /** 128 bits of SHA-256, hex. */
    hash: text("hash").notNull(),
    at: moment("at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.hash] }), index("echoes_old").on(t.at)],
);

/** Alerts that match are not told while one of these holds. */
export const silences = sqliteTable(
  "silences",
  {
    id: id(),
    uid: uid(),
    workspaceId: workspaceId(),
    /** The filter as JSON, and what it is about, sealed: it may quote texts. */
    matcher: ciphertext("matcher").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: moment("created_at").notNull(),
    endsAt: moment("ends_at").notNull(),
    /** Ended before its time. */
    endedAt: moment("ended_at"),
  },
  (t) => [index("silences_live").on(t.workspaceId, t.endsAt)],
);

/** When a person wants to hear of nothing that is not urgent. */
export const quietHours = sqliteTable("quiet_hours", {
  personId: integer("person_id")
    .primaryKey()
    .references(() => persons.id, { onDelete: "cascade" }),
  /** IANA name. */
  timeZone: text("time_zone").notNull(),
  /** Minutes after midnight there; when `until` is the smaller, it is on the next day. */
  from: integer("from_minute").notNull(),
  until: integer("until_minute").notNull(),
});
