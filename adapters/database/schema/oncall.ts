import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { id, moment } from "./columns.ts";
import { persons } from "./people.ts";
import { workspaceId } from "./workspaces.ts";

export const rotations = sqliteTable(
  "rotations",
  {
    id: id(),
    workspaceId: workspaceId(),
    name: text("name").notNull(),
    timeZone: text("time_zone").notNull(),
    period: text("period", { enum: ["daily", "weekly"] }).notNull(),
    /** Minutes after midnight in that zone at which the next one takes over. */
    handoverMinute: integer("handover_minute").notNull(),
    /** The first day of the first turn there, `2026-01-31`; weekly turns begin on its weekday. */
    startDate: text("start_date").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (t) => [uniqueIndex("rotations_name").on(t.workspaceId, t.name)],
);

const rotationId = () =>
  integer("rotation_id")
    .notNull()
    .references(() => rotations.id, { onDelete: "cascade" });

export const rotationMembers = sqliteTable(
  "rotation_members",
  {
    rotationId: rotationId(),
    ordinal: integer("ordinal").notNull(),
    personId: integer("person_id")
      .notNull()
      .references(() => persons.id, { onDelete: "cascade" }),
  },
  (t) => [primaryKey({ columns: [t.rotationId, t.ordinal] }), index("rotation_members_person").on(t.personId)],
);

/** Somebody else than the rotation says, for a while; the latest one counts. */
export const overrides = sqliteTable(
  "overrides",
  {
    id: id(),
    rotationId: rotationId(),
    personId: integer("person_id")
      .notNull()
      .references(() => persons.id, { onDelete: "cascade" }),
    from: moment("starts_at").notNull(),
    until: moment("ends_at").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (t) => [index("overrides_rotation").on(t.rotationId, t.until), index("overrides_person").on(t.personId)],
);
