import { and, asc, eq, inArray } from "drizzle-orm";
import type { PeopleRepository, Person } from "../../src/app/store/people.ts";
import { kept } from "./kept.ts";
import { only, withoutNulls } from "./rows.ts";
import { rotations } from "./schema/oncall.ts";
import { groupMembers, groups, persons } from "./schema/people.ts";
import type { Db } from "./sqlite.ts";

type GroupMethods = Pick<
  PeopleRepository,
  "byGroup" | "setGroup" | "departmentOf" | "setDepartment" | "removeGroup" | "listGroups"
>;

/** Names of groups are typed by hand in chats, so case and composition do not tell two of them apart. */
export const groupKey = (name: string): string => name.replace(/^@/u, "").normalize("NFC").toLowerCase();

const withName = kept(["workspaceId", "key"], (db, { workspaceId, key }) =>
  db
    .select()
    .from(groups)
    .where(and(eq(groups.workspaceId, workspaceId), eq(groups.name, key))),
);

export function groupMethods(db: Db): GroupMethods {
  const which = (workspaceId: number, name: string) =>
    and(eq(groups.workspaceId, workspaceId), eq(groups.name, groupKey(name)));
  return {
    byGroup: async (workspaceId, name) => {
      const [group] = await withName(db, { workspaceId, key: groupKey(name) });
      return group && membersOf(db, group.id);
    },
    setGroup: async (workspaceId, name, personIds) => {
      const ids = await ofWorkspace(db, workspaceId, personIds);
      const values = { workspaceId, name: groupKey(name) };
      const rows = await db
        .insert(groups)
        .values(values)
        .onConflictDoUpdate({ target: [groups.workspaceId, groups.name], set: { name: values.name } })
        .returning();
      const groupId = only(rows).id;
      await db.delete(groupMembers).where(eq(groupMembers.groupId, groupId));
      if (ids.length > 0) await db.insert(groupMembers).values(ids.map((personId) => ({ groupId, personId })));
    },
    departmentOf: async (workspaceId, name) => {
      const [group] = await db.select({ id: groups.departmentId }).from(groups).where(which(workspaceId, name));
      return group?.id ?? undefined;
    },
    setDepartment: async (workspaceId, name, departmentId) => {
      await db
        .update(groups)
        .set({ departmentId: departmentId ?? null })
        .where(which(workspaceId, name));
    },
    removeGroup: async (workspaceId, name) =>
      (await db.delete(groups).where(which(workspaceId, name)).returning({ id: groups.id })).length > 0,
    listGroups: (workspaceId) => listGroups(db, workspaceId),
  };
}

/** Of a group, or of a rotation, which is addressed like one. */
export async function isGroupName(db: Db, workspaceId: number, name: string): Promise<boolean> {
  const key = groupKey(name);
  const named = and(eq(groups.workspaceId, workspaceId), eq(groups.name, key));
  if ((await db.select({ id: groups.id }).from(groups).where(named)).length > 0) return true;
  const called = and(eq(rotations.workspaceId, workspaceId), eq(rotations.name, key));
  return (await db.select({ id: rotations.id }).from(rotations).where(called)).length > 0;
}

export async function listGroups(
  db: Db,
  workspaceId: number,
): Promise<{ name: string; members: Person[]; departmentId?: number }[]> {
  const rows = await db.select().from(groups).where(eq(groups.workspaceId, workspaceId)).orderBy(asc(groups.name));
  const listed: { name: string; members: Person[]; departmentId?: number }[] = [];
  for (const { id, name, departmentId } of rows) {
    const members = await membersOf(db, id);
    listed.push({ name, members, ...(departmentId === null ? {} : { departmentId }) });
  }
  return listed;
}

async function membersOf(db: Db, groupId: number): Promise<Person[]> {
  const rows = await db
    .select({ person: persons })
    .from(groupMembers)
    .innerJoin(persons, eq(persons.id, groupMembers.personId))
    .where(eq(groupMembers.groupId, groupId))
    .orderBy(asc(persons.id));
  return rows.map(({ person }) => withoutNulls(person));
}

async function ofWorkspace(db: Db, workspaceId: number, personIds: readonly number[]): Promise<number[]> {
  const wanted = [...new Set(personIds)];
  const which = and(eq(persons.workspaceId, workspaceId), inArray(persons.id, wanted));
  const found = await db.select({ id: persons.id }).from(persons).where(which);
  if (found.length < wanted.length)
    throw new RangeError(`a group of workspace ${workspaceId} takes only its own people`);
  return wanted;
}
