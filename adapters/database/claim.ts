import {
  and,
  asc,
  type Column,
  eq,
  exists,
  gt,
  gte,
  isNull,
  lt,
  lte,
  max,
  min,
  notExists,
  or,
  type Placeholder,
  type SQL,
  sql,
} from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { DeliveryRepository } from "../../src/app/store/deliveries.ts";
import { type Candidate, noTurns, PRIORITIES, type Priority, takeTurns } from "../../src/core/turns.ts";
import { kept } from "./kept.ts";
import { deliveries } from "./schema/notifications.ts";
import { workspaces } from "./schema/workspaces.ts";
import type { Db } from "./sqlite.ts";

type Claim = Parameters<DeliveryRepository["claim"]>[0];
type Line = Pick<Candidate, "priority" | "chat">;

const older = alias(deliveries, "older");
const media = alias(deliveries, "media");

// Written out: the engine only recognises its partial indexes when the literal stands in the statement.
const queued = (table: typeof deliveries | typeof older) => sql`${table.state} = 'queued'`;
const unsettled = (table: typeof deliveries | typeof older) => sql`${table.state} <> 'settled'`;

/** How long a delivery that waits for its media holds back later ones to the same recipient; then they overtake it. */
export const MEDIA_HOLD_MS = 15_000;

/** Rows looked at in one claim when there are many source chats. */
const CANDIDATES = 1_000;

const send = kept(["ids"], (db, { ids }) => db.update(deliveries).set({ state: "sending" }).where(isOneOf(ids)));

/** Marks what is claimed as `sending`; answers the ids in the order in which they are to be sent. */
export async function claim(db: Db, request: Claim): Promise<number[]> {
  const { limit, turns = noTurns() } = request;
  const ids = takeTurns(await candidates(db, request), limit, turns);
  if (ids.length > 0) await send(db, { ids: JSON.stringify(ids) });
  return ids;
}

/** @param ids As a JSON array, so that the statement is the same for any number of them. */
export const isOneOf = (ids: Placeholder): SQL => sql`${deliveries.id} in (select value from json_each(${ids}))`;

const dueOf = (priority: Priority) =>
  kept(["workspaceId", "chat", "now", "limit"], (db, given) => candidatesOf(db, { ...given, priority }));
const due = { urgent: dueOf("urgent"), normal: dueOf("normal"), digest: dueOf("digest") };

/** Due and not held back by anything that cannot be in the same claim; the first of each source chat, oldest first. */
async function candidates(db: Db, { workspaceId, now, limit: most }: Claim): Promise<readonly Candidate[]> {
  const lines: Line[] = [];
  for (const priority of PRIORITIES)
    for (const chat of await queuedChats(db, workspaceId, priority)) lines.push({ priority, chat });
  for (let limit = Math.min(most, Math.max(2, Math.ceil(CANDIDATES / Math.max(1, lines.length)))); ; limit *= 2) {
    const looks: Candidate[][] = [];
    for (const line of lines) {
      const rows = await due[line.priority](db, { workspaceId, now, chat: line.chat, limit });
      looks.push(rows.map(({ id, ...after }) => ({ ...line, id, after: withoutNull(Object.values(after)) })));
    }
    const able = withPredecessors(looks.flat());
    // What waits for something that is itself held back takes up a place of its line, at worst all that were looked at.
    if (!looks.some((found) => found.length === limit && !found.some((one) => able.has(one)))) return [...able];
  }
}

const withoutNull = (ids: readonly (number | null)[]): number[] => ids.filter((id) => id !== null);

/** Those whose predecessors may go as well, oldest first. */
function withPredecessors(found: readonly Candidate[]): ReadonlySet<Candidate> {
  const ids = new Set<number>();
  const able = found
    .toSorted((a, b) => a.id - b.id)
    .filter(({ id, after }) => after.every((other) => ids.has(other)) && ids.add(id));
  return new Set(able);
}

const nextChat = kept(["workspaceId", "priority", "last"], (db, { workspaceId, priority, last }) =>
  db
    .select({ chat: min(deliveries.sourceChat) })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.workspaceId, workspaceId),
        eq(deliveries.priority, priority),
        queued(deliveries),
        gt(deliveries.sourceChat, last),
      ),
    ),
);

/** One step in the index for each chat, however much each of them has queued. */
async function queuedChats(db: Db, workspaceId: number, priority: Priority): Promise<string[]> {
  const chats: string[] = [];
  for (let last = ""; ; ) {
    const [row] = await nextChat(db, { workspaceId, priority, last });
    if (row === undefined || row.chat === null) return chats;
    chats.push(row.chat);
    last = row.chat;
  }
}

interface Look {
  readonly priority: Priority;
  readonly workspaceId: number | Placeholder;
  readonly chat: string | Placeholder;
  readonly now: number | Placeholder;
  readonly limit: number | Placeholder;
}

/** The query of the claim, apart from it so that a test can ask the engine for its plan. */
export function candidatesOf(db: Db, { workspaceId, now, priority, chat, limit }: Look) {
  // The latest of each priority will do: it has to come after those before it itself.
  const previous = (of: Priority) => {
    const ofPriority = and(sameRecipient(older), eq(older.priority, of), queued(older), lt(older.id, deliveries.id));
    const latest = db
      .select({ id: max(older.id) })
      .from(older)
      .where(of >= priority ? ofPriority : and(ofPriority, sameTag()));
    return sql<number | null>`(${latest})`;
  };
  return db
    .select({ id: deliveries.id, urgent: previous("urgent"), normal: previous("normal"), digest: previous("digest") })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.workspaceId, workspaceId),
        eq(deliveries.priority, priority),
        eq(deliveries.sourceChat, chat),
        queued(deliveries),
        lte(deliveries.dueAt, now),
        ...heldBackBy(db, now).map(notExists),
      ),
    )
    .orderBy(asc(deliveries.id))
    .limit(limit);
}

const everyHost = kept([], (db) => hostsWithWork(db));
const oneHost = kept(["host"], (db, { host }) => hostsWithWork(db, host));

/**
 * Portals with work. Only what waits for nothing older counts, since whatever waits cannot go sooner than that; and what comes after
 * media counts from when their hold ends. One whose recipient is being sent to does not count, since the settlement of that wakes
 * the portal anyway.
 */
export async function dueHosts(db: Db, host?: string): ReturnType<DeliveryRepository["dueHosts"]> {
  const rows = await (host === undefined ? everyHost(db, {}) : oneHost(db, { host }));
  return rows.flatMap(({ host: of, workspaceId, queuedAt, releasedAt }) => {
    const times = [queuedAt, releasedAt].filter((time) => time !== null);
    return times.length === 0 ? [] : [{ host: of, workspaceId, dueAt: Math.min(...times) }];
  });
}

/** @param host Of this portal alone. */
export function hostsWithWork(db: Db, host?: string | Placeholder) {
  const ofWorkspace = eq(deliveries.workspaceId, workspaces.id);
  const queuedAt = db
    .select({ dueAt: deliveries.dueAt })
    .from(deliveries)
    .where(and(ofWorkspace, queued(deliveries), ...preceded(db, deliveries.dueAt).map(notExists)))
    .orderBy(asc(deliveries.dueAt))
    .limit(1);
  const heldBack = db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.workspaceId, media.workspaceId),
        eq(deliveries.personId, media.personId),
        queued(deliveries),
        unsettled(deliveries),
        gt(deliveries.id, media.id),
        lt(deliveries.dueAt, media.dueAt),
        ...preceded(db, media.dueAt).map(notExists),
      ),
    );
  const releasedAt = db
    .select({ dueAt: min(media.dueAt) })
    .from(media)
    .where(and(eq(media.workspaceId, workspaces.id), sql`${media.state} = 'media'`, exists(heldBack)));
  return db
    .select({
      host: workspaces.host,
      workspaceId: workspaces.id,
      queuedAt: sql<number | null>`(${queuedAt})`,
      releasedAt: sql<number | null>`(${releasedAt})`,
    })
    .from(workspaces)
    .where(and(isNull(workspaces.suspendedAt), host === undefined ? undefined : eq(workspaces.host, host)));
}

/** What keeps a delivery from being in a claim at a time: one to the same recipient under way, or one before it that is due later. */
function heldBackBy(db: Db, time: number | Placeholder) {
  return [underWay(db), before(db, gt(older.dueAt, time))];
}

/** What keeps a delivery from being the first to its recipient at a time: one under way, or any before it but media whose hold is over. */
function preceded(db: Db, time: Column) {
  return [underWay(db), before(db, or(sql`${older.state} <> 'media'`, gt(older.dueAt, time)))];
}

const underWay = (db: Db) =>
  db
    .select({ id: older.id })
    .from(older)
    .where(and(sameRecipient(older), sql`${older.state} = 'sending'`));

/**
 * What a delivery has to come after. One that is more urgent may overtake, but never what has the same tag, since the older would
 * then replace the newer.
 */
function before(db: Db, which: SQL | undefined) {
  const goesBefore = or(gte(older.priority, deliveries.priority), sameTag());
  return db
    .select({ id: older.id })
    .from(older)
    .where(and(sameRecipient(older), unsettled(older), lt(older.id, deliveries.id), goesBefore, which));
}

function sameRecipient(other: typeof older): SQL | undefined {
  return and(eq(other.workspaceId, deliveries.workspaceId), eq(other.personId, deliveries.personId));
}

/** Of the notifications as wholes: later parts carry their number behind the tag. */
const sameTag = (): SQL => sql`${wholeTag(older)} = ${wholeTag(deliveries)}`;

function wholeTag({ tag, part }: typeof deliveries | typeof older): SQL {
  const suffix = sql`case when ${part} > 1 then length(${part}) + 1 else 0 end`;
  return sql`substr(${tag}, 1, length(${tag}) - ${suffix})`;
}
