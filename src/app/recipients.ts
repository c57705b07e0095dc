import type { ChatRef, Platform } from "../core/chat.ts";
import { editDistance } from "../core/closest.ts";
import type { RecipientRef } from "../core/notifyGrammar.ts";
import { writeRecipient } from "../core/recipientGrammar.ts";
import { onCallNow } from "./duty.ts";
import type { Person } from "./store/people.ts";
import type { Repositories } from "./store/store.ts";

export interface Resolved {
  /** Each person once, in the order named. */
  readonly people: readonly Person[];
  /** As the sender wrote them. */
  readonly unknown: readonly string[];
  /** Groups without members, and rotations by which nobody is on call, as the sender wrote them. */
  readonly empty: readonly string[];
  /** A name that several people bear, with what to write instead. */
  readonly ambiguous: readonly { readonly label: string; readonly choices: readonly string[] }[];
}

/** Persons that a sender may reach by their id here; `groups`: nobody but whole groups. */
export type Within = ReadonlySet<number> | "groups";

interface Where {
  readonly workspaceId: number;
  readonly platform: Platform;
  /** Who is not within is not found, as if there were no such person. Absent: everybody is. */
  readonly within?: Within | undefined;
  /** When it is asked whom a rotation stands for; absent: it stands for nobody. */
  readonly now?: number;
}

type Found = readonly Person[] | { readonly choices: readonly Person[] } | undefined;

const one = (person: Person | undefined): readonly Person[] | undefined => (person ? [person] : undefined);

const single = (people: readonly Person[]): Found =>
  people.length === 0 ? undefined : people.length === 1 ? people : { choices: people };

const OTHER: Readonly<Record<Platform, Platform>> = { telegram: "discord", discord: "telegram" };

/** Whom the sender's words mean. Nothing is guessed: a name fits exactly or not at all. */
export async function resolveRecipients(
  tx: Repositories,
  refs: readonly RecipientRef[],
  where: Where,
): Promise<Resolved> {
  const people = new Map<number, Person>();
  const unknown: string[] = [];
  const empty: string[] = [];
  const ambiguous: { label: string; choices: readonly string[] }[] = [];
  for (const ref of refs) {
    const found = await findWithin(tx, ref, where);
    if (found === undefined) unknown.push(ref.label);
    else if ("choices" in found)
      ambiguous.push({ label: ref.label, choices: found.choices.map((person) => `id:${person.bitrixId}`) });
    else if (found.length === 0) empty.push(ref.label);
    else for (const person of found) people.set(person.id, person);
  }
  return { people: [...people.values()], unknown, empty, ambiguous };
}

async function findWithin(tx: Repositories, ref: RecipientRef, where: Where): Promise<Found> {
  const { within, workspaceId } = where;
  if (within === undefined) return find(tx, ref, where);
  if (within === "groups") {
    const name = ref.kind === "name" ? ref.name : ref.kind === "account" ? ref.mention.username : undefined;
    return name === undefined ? undefined : findByList(tx, name, where);
  }
  // By an id that nobody here has, no person is made.
  const found =
    ref.kind === "bitrix-id" ? one(await tx.people.byBitrixId(workspaceId, ref.id)) : await find(tx, ref, where);
  if (found === undefined) return undefined;
  if ("choices" in found) return single(found.choices.filter(({ id }) => within.has(id)));
  return found.every(({ id }) => within.has(id)) ? found : undefined;
}

async function find(tx: Repositories, ref: RecipientRef, where: Where): Promise<Found> {
  const { workspaceId, platform } = where;
  switch (ref.kind) {
    case "bitrix-id":
      return [
        (await tx.people.byBitrixId(workspaceId, ref.id)) ??
          (await tx.people.addPerson({ workspaceId, bitrixId: ref.id })),
      ];
    case "email":
      return single(await tx.people.byEmail(workspaceId, ref.email));
    case "account": {
      // An id means one account and nobody else; a bare username may also be a group's, or one of the other platform.
      const { userId, username } = ref.mention;
      if (userId === undefined && username !== undefined) return findByName(tx, username, where);
      return one(await tx.people.byAccount(workspaceId, platform, ref.mention));
    }
    case "name":
      return findByName(tx, ref.name, where);
    default:
      return ref satisfies never;
  }
}

/**
 * Group, rotation, account of this platform, account of the other platform, exact name of a person: the first that fits. A group
 * or rotation may not take a known username, so both exist only where somebody has taken its name since, and then it stays so.
 */
async function findByName(tx: Repositories, name: string, where: Where): Promise<Found> {
  const { workspaceId, platform } = where;
  return (
    (await findByList(tx, name, where)) ??
    one(await tx.people.byAccount(workspaceId, platform, { username: name })) ??
    one(await tx.people.byAccount(workspaceId, OTHER[platform], { username: name })) ??
    single(await tx.people.byName(workspaceId, name))
  );
}

/** Members of a group, or whoever is on call by a rotation. */
async function findByList(tx: Repositories, name: string, { workspaceId, now }: Where): Promise<Found> {
  const members = await tx.people.byGroup(workspaceId, name);
  if (members || now === undefined) return members;
  const rotation = await tx.oncall.byName(workspaceId, name);
  return rotation && (one(await onCallNow(tx, rotation, now)) ?? []);
}

/** The names closest to what was written, among those that this sender may see. */
export async function closestNames(
  tx: Repositories,
  written: string,
  where: { workspaceId: number; chat: ChatRef; seesEverybody: boolean },
): Promise<readonly string[]> {
  const names = where.seesEverybody
    ? await everyName(tx, where.workspaceId, where.chat.platform)
    : (await tx.people.addressable(where.workspaceId, where.chat)).map((entry) => entry.name);
  const wanted = fold(written);
  return [...new Set(names)]
    .map((name) => ({ name, distance: editDistance(wanted, fold(name)) }))
    .filter(
      ({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)) || fold(name).startsWith(wanted),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => writeRecipient(name));
}

async function everyName(tx: Repositories, workspaceId: number, platform: Platform): Promise<readonly string[]> {
  const people = await tx.people.list(workspaceId);
  const groups = [...(await tx.people.listGroups(workspaceId)), ...(await tx.oncall.list(workspaceId))];
  const names = people.flatMap((person) => [
    ...person.accounts.filter((account) => account.platform === platform).map((account) => account.username),
    person.name,
  ]);
  return [...names.filter((name) => name !== undefined), ...groups.map((group) => group.name)];
}

/** Every word of a search is in one of the texts, so that a surname may come first or last. */
export const holdsWords = (texts: readonly string[], search: string): boolean =>
  fold(search.trim())
    .split(/\s+/u)
    .every((word) => texts.some((text) => fold(text).includes(word)));

export const fold = (name: string): string =>
  name.replace(/^@/u, "").normalize("NFC").toLowerCase().replaceAll("ё", "е");
