import { and, asc, eq, isNull, or } from "drizzle-orm";
import type { ChatRef } from "../../src/core/chat.ts";
import { findBinding } from "./chats.ts";
import { listGroups } from "./groups.ts";
import { accounts, persons, sightings } from "./schema/people.ts";
import type { Db } from "./sqlite.ts";

/**
 * Names, without `@`, by which the people seen in this chat can be addressed here: their username, else their name in
 * Bitrix24, else `id:42`; then the groups that hold nobody else. The chat is what its binding covers: those in one bound channel
 * need not know who writes in another one of the same server.
 */
export async function addressable(
  db: Db,
  workspaceId: number,
  chat: ChatRef,
): Promise<{ name: string; label: string }[]> {
  const rows = await seenIn(db, workspaceId, chat);
  const names = new Map<string, string>();
  for (const { person, username, shownAs } of rows) {
    names.set(username ?? person.name ?? `id:${person.bitrixId}`, person.name ?? shownAs);
  }
  const present = new Set(rows.map(({ person }) => person.id));
  for (const { name, members } of await listGroups(db, workspaceId)) {
    if (members.length > 0 && members.every((member) => present.has(member.id))) names.set(name, name);
  }
  return Array.from(names, ([name, label]) => ({ name, label }));
}

/** Those mapped to accounts that were seen in what the binding of a chat covers, once for each account and place. */
export async function seenIn(db: Db, workspaceId: number, chat: ChatRef) {
  const { platform, chatId, threadId } = (await findBinding(db, chat)) ?? chat;
  const covered = threadId === "" ? undefined : eq(sightings.threadId, threadId);
  const theirs = and(
    eq(accounts.workspaceId, workspaceId),
    eq(accounts.platform, sightings.platform),
    or(eq(accounts.userId, sightings.userId), and(isNull(accounts.userId), eq(accounts.username, sightings.username))),
  );
  return db
    .select({ person: persons, username: accounts.username, shownAs: sightings.name })
    .from(sightings)
    .innerJoin(accounts, theirs)
    .innerJoin(persons, eq(persons.id, accounts.personId))
    .where(and(eq(sightings.platform, platform), eq(sightings.chatId, chatId), covered))
    .orderBy(asc(persons.id), asc(accounts.id));
}
