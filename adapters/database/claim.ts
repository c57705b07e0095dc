import {
  and,
  asc,
  type Column,
  eq,
  exists,
  gt,
  inArray,
  isNull,
  lt,
  lte,
  max,
  min,
  notExists,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { DeliveryRepository } from "../../src/app/store/deliveries.ts";
import { deliveries } from "./schema/notifications.ts";
import { workspaces } from "./schema/workspaces.ts";
import type { Db } from "./sqlite.ts";

type Claim = Parameters<DeliveryRepository["claim"]>[0];

const older = alias(deliveries, "older");
const media = alias(deliveries, "media");

// Written out: the engine only recognises its partial indexes when the literal stands in the statement.
const queued = (table: typeof deliveries | typeof older) => sql`${table.state} = 'queued'`;
const unsettled = (table: typeof deliveries | typeof older) => sql`${table.state} <> 'settled'`;

/** How long a delivery that waits for its media holds back later ones to the same recipient; then they overtake it. */
export const MEDIA_HOLD_MS = 15_000;

/** Rows looked at in one claim when there are many source chats. */
const CANDIDATES = 1_000;

interface Candidate {
  readonly id: number;
  readonly chat: string;
  /** The delivery that this one comes right after for its recipient; it must be in the same claim. */
  readonly after: number | null;
}

/** Marks what is claimed as `sending`; answers the ids, oldest first. */
export async function claim(db: Db, request: Claim): Promise<number[]> {
  const ids = takeTurns(await candidates(db, request), request.limit);
  if (ids.length > 0) await db.update(deliveries).set({ state: "sending" }).where(inArray(deliveries.id, ids));
  return ids;
}

/**
 * One delivery of each chat in turn, beginning with the chat whose delivery is the oldest; one that comes after another
 * waits until that has had its turn.
 */
function takeTurns(found: readonly Candidate[], limit: number): number[] {
  const taken = new Set<number>();
  const lines = [...Map.groupBy(found, (candidate) => candidate.chat).values()];
  let before = -1;
  while (taken.size < limit && taken.size > before) {
    before = taken.size;
    for (const line of lines) {
      const next = line.findIndex(({ after }) => after === null || taken.has(after));
      const [candidate] = next < 0 ? [] : line.splice(next, 1);
      if (candidate !== undefined && taken.size < limit) taken.add(candidate.id);
    }
  }
  return [...taken].sort((a, b) => a - b);
}

/** Due and not held back by anything that cannot be in the same claim; the first of each source chat, oldest first. */
async function candidates(db: Db, { workspaceId, now, limit }: Claim): Promise<Candidate[]> {
  const chats = await queuedChats(db, workspaceId);
  const perChat = Math.min(limit, Math.max(2, Math.ceil(CANDIDATES / Math.max(1, chats.length))));
  const found: Candidate[] = [];
  for (const chat of chats) found.push(...(await candidatesOf(db, { workspaceId, now, chat, limit: perChat })));
  return found.sort((a, b) => a.id - b.id);
}

/** One step in the index for each chat, however much each of them has queued. */
async function queuedChats(db: Db, workspaceId: number): Promise<string[]> {
  const chats: string[] = [];
  for (let last = ""; ; ) {
    const later = and(eq(deliveries.workspaceId, workspaceId), queued(deliveries), gt(deliveries.sourceChat, last));
    const [row] = await db
      .select({ chat: min(deliveries.sourceChat) })
      .from(deliveries)
      .where(later);
    const chat = row?.chat;
    if (chat === undefined || chat === null) return chats;
    chats.push(chat);
    last = chat;
  }
}

/** The query of the claim, apart from it so that a test can ask the engine for its plan. */
export function candidatesOf(db: Db, { workspaceId, now, chat, limit }: Claim & { chat: string }) {
  const previous = db
    .select({ id: max(older.id) })
    .from(older)
    .where(and(sameRecipient(older), queued(older), lt(older.id, deliveries.id)));
  return db
    .select({ id: deliveries.id, chat: deliveries.sourceChat, after: sql<number | null>`(${previous})` })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.workspaceId, workspaceId),
        eq(deliveries.sourceChat, chat),
        queued(deliveries),
        lte(deliveries.dueAt, now),
        notExists(holdingBack(db, now)),
      ),
    )
    .orderBy(asc(deliveries.id))
    .limit(limit);
}

/**
 * Portals with work. A delivery that is held back counts from when that ends; one whose recipient is being sent to does not
 * count, since the settlement of that wakes the portal anyway.
 */
export function dueHosts(db: Db, host?: string): Promise<{ host: string; workspaceId: number; dueAt: number }[]> {
  return hostsWithWork(db, host).then((rows) =>
    rows.flatMap(({ host: of, workspaceId, queuedAt, releasedAt }) => {
      const times = [queuedAt, releasedAt].filter((time) => time !== null);
      return times.length === 0 ? [] : [{ host: of, workspaceId, dueAt: Math.min(...times) }];
    }),
  );
}

/** @param host Of this portal alone. */
export function hostsWithWork(db: Db, host?: string) {
  const ofWorkspace = eq(deliveries.workspaceId, workspaces.id);
  const queuedAt = db
    .select({ dueAt: deliveries.dueAt })
    .from(deliveries)
    .where(and(ofWorkspace, queued(deliveries), notExists(holdingBack(db, deliveries.dueAt))))
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
        notExists(holdingBack(db, media.dueAt)),
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

/** What keeps a delivery from going out at a time: one to the same recipient under way, or an older one that is due later. */
function holdingBack(db: Db, time: number | Column) {
  const dueLater = and(lt(older.id, deliveries.id), gt(older.dueAt, time));
  return db
    .select({ id: older.id })
    .from(older)
    .where(and(sameRecipient(older), or(sql`${older.state} = 'sending'`, dueLater)));
}

function sameRecipient(other: typeof older): SQL | undefined {
  return and(eq(other.workspaceId, deliveries.workspaceId), eq(other.personId, deliveries.personId), unsettled(other));
}
