import { and, eq, isNull, ne, or } from "drizzle-orm";
import type { PeopleRepository } from "../../src/app/store/people.ts";
import { describe, releaseUsername, usernameKey } from "./accounts.ts";
import { accounts, sightings } from "./schema/people.ts";
import type { Db } from "./sqlite.ts";

type Seen = Parameters<PeopleRepository["sighted"]>[0];

/** The time of a sighting need not be exact; writing it at most once a day keeps a busy chat from writing all the time. */
const FRESH_MS = 86_400_000;

export async function sighted(db: Db, seen: Seen, now: number): Promise<void> {
  const username = seen.username === undefined ? undefined : usernameKey(seen.username);
  await remember(db, { ...seen, ...(username !== undefined && { username }) }, now);
  await settleAccounts(db, seen, username);
}

async function remember(
  db: Db,
  { chat, userId, username = null, name }: Omit<Seen, "username"> & { username?: string | null },
  now: number,
) {
  const { platform, chatId, threadId } = chat;
  const place = and(
    eq(sightings.platform, platform),
    eq(sightings.chatId, chatId),
    eq(sightings.threadId, threadId),
    eq(sightings.userId, userId),
  );
  const [old] = await db.select().from(sightings).where(place);
  if (old !== undefined && old.username === username && old.name === name && now - old.seenAt < FRESH_MS) return;
  const known = { username, name, seenAt: now };
  await db
    .insert(sightings)
    .values({ platform, chatId, threadId, userId, ...known })
    .onConflictDoUpdate({
      target: [sightings.platform, sightings.chatId, sightings.threadId, sightings.userId],
      set: known,
    });
  if (username === null) return;
  const formerOwner = and(
    eq(sightings.platform, platform),
    eq(sightings.username, username),
    ne(sightings.userId, userId),
  );
  await db.update(sightings).set({ username: null }).where(formerOwner);
}

/** In every workspace, since who has which name is a fact of the platform. */
async function settleAccounts(
  db: Db,
  { chat: { platform }, userId }: Seen,
  username: string | undefined,
): Promise<void> {
  const byName = username === undefined ? undefined : and(eq(accounts.username, username), isNull(accounts.userId));
  const concerned = await db
    .select()
    .from(accounts)
    .where(and(eq(accounts.platform, platform), or(eq(accounts.userId, userId), byName)));
  const workspaces = Map.groupBy(concerned, (account) => account.workspaceId);
  for (const [workspaceId, found] of workspaces) {
    const account = found.find((candidate) => candidate.userId === userId) ?? found[0];
    if (account === undefined) continue;
    if (account.userId === userId && account.username === (username ?? null) && found.length === 1) continue;
    if (username !== undefined) await releaseUsername(db, { workspaceId, platform, username }, account.id);
    await describe(db, account.id, { userId, ...(username !== undefined && { username }) });
  }
  if (username === undefined) await forgetName(db, platform, userId);
  else await takeFromFormerOwners(db, { platform, userId, username });
}

/** They are seen without a username now, so whoever takes it next is somebody else. */
async function forgetName(db: Db, platform: Seen["chat"]["platform"], userId: string): Promise<void> {
  const mine = and(eq(accounts.platform, platform), eq(accounts.userId, userId));
  await db.update(accounts).set({ username: null }).where(mine);
}

/** Where the new owner of a name is not mapped, the old one loses it all the same. */
async function takeFromFormerOwners(
  db: Db,
  { platform, userId, username }: { platform: Seen["chat"]["platform"]; userId: string; username: string },
): Promise<void> {
  const former = and(eq(accounts.platform, platform), eq(accounts.username, username), ne(accounts.userId, userId));
  await db.update(accounts).set({ username: null }).where(former);
}
