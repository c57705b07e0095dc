import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { PeopleRepository, Person } from "../../src/app/store/people.ts";
import { kept } from "./kept.ts";
import { only, withoutNulls } from "./rows.ts";
import { accounts, groupMembers, persons } from "./schema/people.ts";
import type { Db } from "./sqlite.ts";

/** Makes the person, or finds it by its Bitrix24 id; a name or e-mail given now replaces an older one. */
export async function addPerson(db: Db, person: Omit<Person, "id">): Promise<Person> {
  const { workspaceId, bitrixId } = person;
  const name = person.name?.normalize("NFC");
  const email = person.email?.trim().toLowerCase();
  const rows = await db
    .insert(persons)
    .values({ workspaceId, bitrixId, name, email })
    .onConflictDoUpdate({
      target: [persons.workspaceId, persons.bitrixId],
      set: {
        name: sql`coalesce(excluded.name, ${persons.name})`,
        email: sql`coalesce(excluded.email, ${persons.email})`,
      },
    })
    .returning();
  return withoutNulls(only(rows));
}

const withId = kept(["id"], (db, { id }) => db.select().from(persons).where(eq(persons.id, id)));

export async function personById(db: Db, id: number): Promise<Person | undefined> {
  const [row] = await withId(db, { id });
  return row && withoutNulls(row);
}

export async function leave(db: Db, id: number, at: number): ReturnType<PeopleRepository["leave"]> {
  const [row] = await db
    .update(persons)
    .set({ leftAt: at })
    .where(and(eq(persons.id, id), isNull(persons.leftAt)))
    .returning();
  if (row === undefined) return undefined;
  const [account] = await db.select({ id: accounts.id }).from(accounts).where(eq(accounts.personId, id)).limit(1);
  const [member] = await db.select().from(groupMembers).where(eq(groupMembers.personId, id)).limit(1);
  return { person: withoutNulls(row), mapped: account !== undefined || member !== undefined };
}

export async function cameBack(db: Db, id: number): Promise<boolean> {
  const which = and(eq(persons.id, id), isNotNull(persons.leftAt));
  return (await db.update(persons).set({ leftAt: null }).where(which).returning({ id: persons.id })).length > 0;
}
