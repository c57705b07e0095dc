import { and, eq } from "drizzle-orm";
import type { PeopleRepository } from "../../src/app/store/people.ts";
import type { Platform } from "../../src/core/chat.ts";
import type { Mention } from "../../src/core/richText.ts";
import { isGroupName } from "./groups.ts";
import { kept } from "./kept.ts";
import { addPerson, personById } from "./persons.ts";
import { accounts } from "./schema/people.ts";
import type { Db } from "./sqlite.ts";

type AccountRow = typeof accounts.$inferSelect;
/** As `Mention`, but what is not known may also be undefined. */
interface Named {
  readonly userId?: string | undefined;
  readonly username?: string | undefined;
}
type MapEntry = Parameters<PeopleRepository["map"]>[0];

export const usernameKey = (username: string): string => username.replace(/^@/u, "").toLowerCase();

const withUserId = kept(["workspaceId", "platform", "userId"], (db, { workspaceId, platform, userId }) =>
  db
    .select()
    .from(accounts)
    .where(and(eq(accounts.workspaceId, workspaceId), eq(accounts.platform, platform), eq(accounts.userId, userId))),
);
const withUsername = kept(["workspaceId", "platform", "username"], (db, { workspaceId, platform, username }) =>
  db
    .select()
    .from(accounts)
    .where(
      and(eq(accounts.workspaceId, workspaceId), eq(accounts.platform, platform), eq(accounts.username, username)),
    ),
);

/**
 * By id first. A name goes to whoever was last seen with it; beside an id it only counts for a mapping that has no id yet,
 * because any other belongs to somebody else who once had that name.
 */
export async function findAccount(
  db: Db,
  workspaceId: number,
  platform: Platform,
  { userId, username }: Mention,
): Promise<AccountRow | undefined> {
  const here = { workspaceId, platform };
  if (userId !== undefined) {
    const [byId] = await withUserId(db, { ...here, userId });
    if (byId !== undefined) return byId;
  }
  if (username === undefined) return undefined;
  const named = await withUsername(db, { ...here, username: usernameKey(username) });
  return named.find((account) => userId === undefined || account.userId === null);
}

export async function mapAccount(db: Db, entry: MapEntry): ReturnType<PeopleRepository["map"]> {
  const { workspaceId, platform, userId } = entry;
  const username = entry.username === undefined ? undefined : usernameKey(entry.username);
  const proof = userId === undefined ? undefined : "mapped";
  if (userId === undefined && username === undefined) throw new RangeError("an account needs an id or a username");
  const known = await findAccount(db, workspaceId, platform, entry);
  const owner = known && (await personById(db, known.personId));
  if (owner !== undefined && owner.bitrixId !== entry.bitrixId) return { kind: "conflict", person: owner };

  if (username !== undefined && known?.username !== username && (await isGroupName(db, workspaceId, username)))
    return { kind: "group-name", username };

  const { bitrixId, name, email } = entry;
  const person = await addPerson(db, { workspaceId, bitrixId, ...(name && { name }), ...(email && { email }) });
  if (username !== undefined) await releaseUsername(db, { workspaceId, platform, username }, known?.id);
  if (known === undefined)
    await db.insert(accounts).values({ workspaceId, personId: person.id, platform, userId, username, proof });
  else await describe(db, known.id, { userId, username, proof });
  return { kind: "mapped", person };
}

type LinkEntry = Parameters<PeopleRepository["link"]>[0];

export async function linkAccount(db: Db, entry: LinkEntry): ReturnType<PeopleRepository["link"]> {
  const { workspaceId, platform, userId, bitrixId, name } = entry;
  const username = entry.username === undefined ? undefined : usernameKey(entry.username);
  const known = await findAccount(db, workspaceId, platform, { userId });
  const owner = known?.proof && (await personById(db, known.personId));
  // Somebody has vouched for the id before: who is right is not for us to say.
  if (owner && owner.bitrixId !== bitrixId) return { kind: "conflict" };
  const person = await addPerson(db, { workspaceId, bitrixId, ...(name && { name }) });
  if (username !== undefined) await releaseUsername(db, { workspaceId, platform, username }, known?.id);
  const change = { personId: person.id, proof: "linked", ...(username !== undefined && { username }) } as const;
  if (known === undefined) await db.insert(accounts).values({ workspaceId, platform, userId, ...change });
  else await db.update(accounts).set(change).where(eq(accounts.id, known.id));
  return { kind: "linked", person };
}

export async function unlinkAccount(db: Db, workspaceId: number, platform: Platform, userId: string) {
  const known = await findAccount(db, workspaceId, platform, { userId });
  const person = known?.proof ? await personById(db, known.personId) : undefined;
  // Whoever left must not cut the tie by which that is known.
  if (known === undefined || person === undefined || person.leftAt !== undefined) return undefined;
  await db.delete(accounts).where(eq(accounts.id, known.id));
  return person;
}

export async function unmapAccount(
  db: Db,
  workspaceId: number,
  platform: Platform,
  account: Mention,
): Promise<boolean> {
  const known = await findAccount(db, workspaceId, platform, account);
  if (known !== undefined) await db.delete(accounts).where(eq(accounts.id, known.id));
  return known !== undefined;
}

/** Takes a name from whoever holds it, except account `keep`. A mapping that was only this name ends with it. */
export async function releaseUsername(
  db: Db,
  { workspaceId, platform, username }: { workspaceId: number; platform: Platform; username: string },
  keep: number | undefined,
): Promise<void> {
  const holding = and(
    eq(accounts.workspaceId, workspaceId),
    eq(accounts.platform, platform),
    eq(accounts.username, username),
  );
  for (const holder of await db.select().from(accounts).where(holding)) {
    if (holder.id === keep) continue;
    if (holder.userId === null) await db.delete(accounts).where(eq(accounts.id, holder.id));
    else await db.update(accounts).set({ username: null }).where(eq(accounts.id, holder.id));
  }
}

/** Writes what is known now; what is not given stays. */
export async function describe(
  db: Db,
  accountId: number,
  { userId, username, proof }: Named & { readonly proof?: AccountRow["proof"] | undefined },
): Promise<void> {
  const named = { ...(userId !== undefined && { userId }), ...(username !== undefined && { username }) };
  const change = { ...named, ...(proof !== undefined && { proof }) };
  if (Object.keys(change).length > 0) await db.update(accounts).set(change).where(eq(accounts.id, accountId));
}
