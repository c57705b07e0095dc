import type { PortalReply } from "../core/verdict.ts";
import type { Alarm } from "./alarm.ts";
import { fieldsOf } from "./connection.ts";
import type { Clock, Log, Portal, WordsIn } from "./ports.ts";
import type { Person } from "./store/people.ts";
import type { Repositories, Store } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** Calls in one request. */
const BATCH = 50;
/** Between two requests: half of what every portal takes is left to the deliveries. */
const PAUSE_MS = 1_000;

export interface PeopleCheckParts {
  readonly store: Store;
  readonly portal: Portal;
  readonly clock: Clock;
  readonly log: Log;
  readonly wordsIn: WordsIn;
  readonly wait: (ms: number) => Promise<void>;
  /** Rung after somebody is to be told. */
  readonly receiptAlarm: Pick<Alarm, "ring">;
}

/** Looks up who left the portal and who came back, and who heads the departments that groups stand for. */
export async function checkPeople(workspace: Workspace, parts: PeopleCheckParts, signal: AbortSignal): Promise<void> {
  const { store, portal, clock, log, wait } = parts;
  const people = await store.read.people.list(workspace.id);
  let gone = 0;
  for (let from = 0; from < people.length; from += BATCH) {
    if (from > 0) await wait(PAUSE_MS);
    if (signal.aborted) return;
    const some = people.slice(from, from + BATCH);
    const calls = some.map(({ bitrixId }) => ({ method: "im.user.get", params: { ID: bitrixId } }));
    const replies = await portal.batch(workspace, calls, signal);
    // Told in the same transaction: nobody is marked without administrators hearing of it.
    gone += await store.tx((tx) => noteStanding(tx, { workspace, people: some, replies }, parts));
  }
  await store.tx((tx) => tx.workspaces.set(workspace.id, { peopleCheckedAt: clock() }));
  if (gone > 0) {
    parts.receiptAlarm.ring();
    log.info({ workspace: workspace.name, people: gone }, "people left the portal");
  }
  for (const { name, departmentId } of await store.read.people.listGroups(workspace.id)) {
    if (departmentId === undefined || signal.aborted) continue;
    const heads = await findHeads(workspace, departmentId, parts, signal);
    if (heads)
      await store.tx((tx) => renewHeads(tx, { workspaceId: workspace.id, name, departmentId, heads }, clock()));
  }
}

/** A change is noted, since others are notified by the group's name from now on. */
async function renewHeads(
  tx: Repositories,
  {
    workspaceId,
    name,
    departmentId,
    heads,
  }: { workspaceId: number; name: string; departmentId: number; heads: readonly number[] },
  at: number,
): Promise<void> {
  // Somebody may have removed it while the portal was asked.
  if ((await tx.people.departmentOf(workspaceId, name)) !== departmentId) return;
  const before = ((await tx.people.byGroup(workspaceId, name)) ?? []).map(({ bitrixId }) => bitrixId);
  const people = await setHeads(tx, { workspaceId, name, heads });
  if (before.length === people.length && people.every(({ bitrixId }) => before.includes(bitrixId))) return;
  const subject = headsText(name, departmentId, people);
  await tx.audit.append({ at, workspaceId, actor: "herald24", action: "group.heads", subject });
}

/** For the audit trail. */
export const headsText = (name: string, departmentId: number, people: readonly Person[]): string => {
  const ids = people.map(({ bitrixId }) => `id:${bitrixId}`).join(" ");
  return `@${name}: heads of department ${departmentId}: ${ids || "nobody"}`;
};

/** Writes down who is there no longer, or again; answers how many left of whom administrators hear. */
async function noteStanding(
  tx: Repositories,
  { workspace, people, replies }: Standing,
  parts: PeopleCheckParts,
): Promise<number> {
  const at = parts.clock();
  const left: Person[] = [];
  for (const [index, person] of people.entries()) {
    const active = isActive(replies[index]);
    if (active === true && (await tx.people.cameBack(person.id))) {
      const subject = `id:${person.bitrixId}`;
      await tx.audit.append({ at, workspaceId: workspace.id, actor: "herald24", action: "people.back", subject });
    }
    const gone = active === false ? await tx.people.leave(person.id, at) : undefined;
    if (gone?.mapped) left.push(gone.person);
  }
  await tellLeft(tx, { workspace, left }, parts);
  return left.length;
}

interface Standing {
  readonly workspace: Workspace;
  readonly people: readonly Person[];
  /** One for each of them, in their order. */
  readonly replies: readonly PortalReply[];
}

/** `undefined`: the portal did not say, or it is a technical account that was never there to leave. */
function isActive(reply: PortalReply | undefined): boolean | undefined {
  if (reply?.kind === "error") return reply.code === "USER_NOT_EXISTS" ? false : undefined;
  if (reply?.kind !== "result") return undefined;
  const { active, bot } = fieldsOf(reply.result);
  return bot === true || typeof active !== "boolean" ? undefined : active;
}

/** Administrators hear once of everybody who left, since rights end with it; the audit trail keeps it. */
export async function tellLeft(
  tx: Repositories,
  { workspace, left }: { workspace: Workspace; left: readonly Person[] },
  { wordsIn, clock }: Pick<PeopleCheckParts, "wordsIn" | "clock">,
): Promise<void> {
  const now = clock();
  for (const { bitrixId } of left) {
    const noted = { actor: "herald24", action: "people.left", subject: `id:${bitrixId}` };
    await tx.audit.append({ at: now, workspaceId: workspace.id, ...noted });
  }
  const [first] = left;
  const chat = first && (await tx.chats.adminChat(workspace.id));
  if (!chat) return;
  const names = left.map((person) => person.name ?? `id:${person.bitrixId}`).join(", ");
  const text = wordsIn(workspace.settings.language).say("notice-left", {
    workspace: workspace.name,
    count: left.length,
    names,
  });
  await tx.receipts.wish(`notice:${workspace.id}:left:${first.id}:${now}`, chat, { text }, now);
}

/** Who heads a department of the portal now, as Bitrix24 user ids; undefined where it cannot be told. */
export async function findHeads(
  workspace: Workspace,
  departmentId: number,
  { portal }: Pick<PeopleCheckParts, "portal">,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  const params = { ID: [departmentId], USER_DATA: "N" };
  const reply = await portal.call(workspace, { method: "im.department.managers.get", params }, signal);
  if (reply.kind !== "result") return undefined;
  const heads = fieldsOf(fieldsOf(reply.result)[String(departmentId)]);
  return Object.values(heads).map(Number).filter(Number.isSafeInteger);
}

/** Members of a group that stands for a department. */
export async function setHeads(
  tx: Repositories,
  { workspaceId, name, heads }: { workspaceId: number; name: string; heads: readonly number[] },
): Promise<readonly Person[]> {
  const people: Person[] = [];
  for (const bitrixId of heads) {
    const known = await tx.people.byBitrixId(workspaceId, bitrixId);
    people.push(known ?? (await tx.people.addPerson({ workspaceId, bitrixId })));
  }
  await tx.people.setGroup(
    workspaceId,
    name,
    people.map(({ id }) => id),
  );
  return people;
}
