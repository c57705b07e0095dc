import { and, asc, eq, gt } from "drizzle-orm";
import type { OncallRepository, Rotation } from "../../src/app/store/oncall.ts";
import { groupKey } from "./groups.ts";
import { kept } from "./kept.ts";
import { only } from "./rows.ts";
import { overrides, rotationMembers, rotations } from "./schema/oncall.ts";
import type { Db } from "./sqlite.ts";

const withName = kept(["workspaceId", "key"], (db, { workspaceId, key }) =>
  db
    .select()
    .from(rotations)
    .where(and(eq(rotations.workspaceId, workspaceId), eq(rotations.name, key))),
);

export function oncallRepository(db: Db): OncallRepository {
  const whole = async ({ createdAt: _, ...row }: typeof rotations.$inferSelect): Promise<Rotation> => {
    const members = await db
      .select({ personId: rotationMembers.personId })
      .from(rotationMembers)
      .where(eq(rotationMembers.rotationId, row.id))
      .orderBy(asc(rotationMembers.ordinal));
    return { ...row, members: members.map(({ personId }) => personId) };
  };
  return {
    set: async ({ members, ...rotation }, now) => {
      const target = [rotations.workspaceId, rotations.name];
      const named = { ...rotation, name: groupKey(rotation.name) };
      const rows = await db
        .insert(rotations)
        .values({ ...named, createdAt: now })
        .onConflictDoUpdate({ target, set: named })
        .returning();
      const row = only(rows);
      await db.delete(rotationMembers).where(eq(rotationMembers.rotationId, row.id));
      const turns = members.map((personId, ordinal) => ({ rotationId: row.id, ordinal, personId }));
      if (turns.length > 0) await db.insert(rotationMembers).values(turns);
      return whole(row);
    },
    remove: async (id) =>
      (await db.delete(rotations).where(eq(rotations.id, id)).returning({ id: rotations.id })).length > 0,
    byName: async (workspaceId, name) => {
      const [row] = await withName(db, { workspaceId, key: groupKey(name) });
      return row && whole(row);
    },
    list: async (workspaceId) => {
      const rows = await db
        .select()
        .from(rotations)
        .where(eq(rotations.workspaceId, workspaceId))
        .orderBy(asc(rotations.name));
      return Promise.all(rows.map(whole));
    },
    override: async (override) => only(await db.insert(overrides).values(override).returning()),
    overrides: async (rotationId, from) => {
      const later = and(eq(overrides.rotationId, rotationId), gt(overrides.until, from));
      return db.select().from(overrides).where(later).orderBy(asc(overrides.from), asc(overrides.id));
    },
    removeOverride: async (id) =>
      (await db.delete(overrides).where(eq(overrides.id, id)).returning({ id: overrides.id })).length > 0,
  };
}
