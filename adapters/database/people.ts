import { and, asc, eq, isNull, type SQL } from "drizzle-orm";
import type { PeopleRepository, Person } from "../../src/app/store/people.ts";
import { findAccount, linkAccount, mapAccount, unlinkAccount, unmapAccount } from "./accounts.ts";
import { addressable, seenIn } from "./addressable.ts";
import { groupMethods } from "./groups.ts";
import { addPerson, cameBack, leave, personById } from "./persons.ts";
import { withoutNulls } from "./rows.ts";
import { accounts, persons } from "./schema/people.ts";
import { sighted } from "./sightings.ts";
import type { Db } from "./sqlite.ts";

export function peopleRepository(db: Db): PeopleRepository {
  const find = async (...where: (SQL | undefined)[]): Promise<Person[]> =>
    (
      await db
        .select()
        .from(persons)
        .where(and(...where))
        .orderBy(asc(persons.id))
    ).map(withoutNulls);

  return {
    map: (entry) => mapAccount(db, entry),
    link: (entry) => linkAccount(db, entry),
    unlink: (workspaceId, platform, userId) => unlinkAccount(db, workspaceId, platform, userId),
    unmap: (workspaceId, platform, account) => unmapAccount(db, workspaceId, platform, account),
    list: async (workspaceId) => {
      const people = await find(eq(persons.workspaceId, workspaceId));
      const rows = await db
        .select()
        .from(accounts)
        .where(eq(accounts.workspaceId, workspaceId))
        .orderBy(asc(accounts.id));
      const byPerson = Map.groupBy(rows, (account) => account.personId);
      return people.map((person) => ({
        ...person,
        accounts: (byPerson.get(person.id) ?? []).map(({ workspaceId: _, ...account }) => withoutNulls(account)),
      }));
    },
    byBitrixId: async (workspaceId, bitrixId) =>
      (await find(eq(persons.workspaceId, workspaceId), eq(persons.bitrixId, bitrixId)))[0],
    addPerson: (person) => addPerson(db, person),
    byAccount: async (workspaceId, platform, account) => {
      const found = await findAccount(db, workspaceId, platform, account);
      return found && personById(db, found.personId);
    },
    proven: async (workspaceId, platform, userId) => {
      const found = await findAccount(db, workspaceId, platform, { userId });
      // Whoever left the portal keeps no rights that came with being one of its people.
      return found?.proof ? (await find(eq(persons.id, found.personId), isNull(persons.leftAt)))[0] : undefined;
    },
    byName: (workspaceId, name) => find(eq(persons.workspaceId, workspaceId), eq(persons.name, name.normalize("NFC"))),
    byEmail: (workspaceId, email) =>
      find(eq(persons.workspaceId, workspaceId), eq(persons.email, email.trim().toLowerCase())),
    leave: (personId, at) => leave(db, personId, at),
    cameBack: (personId) => cameBack(db, personId),
    ...groupMethods(db),
    sighted: (seen, now) => sighted(db, seen, now),
    seenIn: async (workspaceId, chat) => [
      ...new Set((await seenIn(db, workspaceId, chat)).map(({ person }) => person.id)),
    ],
    addressable: (workspaceId, chat) => addressable(db, workspaceId, chat),
  };
}
