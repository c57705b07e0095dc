import { and, asc, count, eq, gt, isNull, lte, min, type SQL } from "drizzle-orm";
import type { InboxRepository } from "../../src/app/store/queues.ts";
import type { Platform } from "../../src/core/chat.ts";
import { inbox } from "./schema/queues.ts";
import type { Db } from "./sqlite.ts";

type Found = typeof inbox.$inferSelect;

const undone = isNull(inbox.doneAt);

/** Up to `limit` rows that are due, of each lane in turn: all the first of a lane, then all the second, each of them oldest first. */
export async function dueInTurn(
  db: Db,
  platform: Platform,
  { now, limit, after }: Parameters<InboxRepository["due"]>[1],
): Promise<Found[]> {
  const due = and(eq(inbox.platform, platform), undone, lte(inbox.dueAt, now));
  const lanes = await lanesWith(db, due, { most: limit, after });
  const each = Math.ceil(limit / Math.max(1, lanes.length));
  const found: { row: Found; place: number }[] = [];
  for (const lane of lanes) {
    const rows = db
      .select()
      .from(inbox)
      .where(and(due, eq(inbox.lane, lane)));
    found.push(...(await rows.orderBy(asc(inbox.id)).limit(each)).map((row, place) => ({ row, place })));
  }
  // With as many lanes as rows they stay in the order of lanes: the last tells where the next turn begins.
  if (each > 1) found.sort((a, b) => a.place - b.place || a.row.id - b.row.id);
  return found.slice(0, limit).map(({ row }) => row);
}

/** One step in the index for each lane, however much waits in it: from behind `after` on, and then from the first. */
async function lanesWith(
  db: Db,
  due: SQL | undefined,
  { most, after }: { most: number; after: string | undefined },
): Promise<string[]> {
  const lanes: string[] = [];
  const walk = async (from: string | undefined, to: SQL | undefined): Promise<void> => {
    for (let last = from; lanes.length < most; ) {
      const later = last === undefined ? undefined : gt(inbox.lane, last);
      const [row] = await db
        .select({ lane: min(inbox.lane) })
        .from(inbox)
        .where(and(due, later, to));
      if (row === undefined || row.lane === null) return;
      lanes.push(row.lane);
      last = row.lane;
    }
  };
  await walk(after, undefined);
  if (after !== undefined) await walk(undefined, lte(inbox.lane, after));
  return lanes;
}

/** How many rows of a lane are undone; counts no further than `most`. */
export async function waitingIn(db: Db, platform: Platform, lane: string, most: number): Promise<number> {
  const some = db
    .select({ id: inbox.id })
    .from(inbox)
    .where(and(eq(inbox.platform, platform), undone, eq(inbox.lane, lane)))
    .limit(most)
    .as("some");
  const [row] = await db.select({ count: count() }).from(some);
  return row?.count ?? 0;
}
