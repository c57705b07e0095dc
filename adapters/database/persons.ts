import { eq, sql } from "drizzle-orm";
import type { Person } from "../../src/app/store/people.ts";
import { only, withoutNulls } from "./rows.ts";
import { persons } from "./schema/people.ts";
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

export async function personById(db: Db, id: number): Promise<Person | undefined> {
  const [row] = await db.select().from(persons).where(eq(persons.id, id));
  return row && withoutNulls(row);
}
