import { and, asc, count, eq, gt, isNull, lte, min } from "drizzle-orm";
import type { InboxRepository } from "../../src/app/store/queues.ts";
import type { Platform } from "../../src/core/chat.ts";
import { kept } from "./kept.ts";
import { inbox } from "./schema/queues.ts";
import type { Db } from "./sqlite.ts";

type Found = typeof inbox.$inferSelect;
type Ask = Parameters<InboxRepository["due"]>[1];

/** No lane comes behind it. */
const BEHIND_ALL = "\u{10ffff}";

const undone = isNull(inbox.doneAt);

const firstOf = kept(["platform", "now", "lane", "each"], (db, { platform, now, lane, each }) =>
  db
    .select()
    .from(inbox)
    .where(and(eq(inbox.platform, platform), undone, lte(inbox.dueAt, now), eq(inbox.lane, lane)))
    .orderBy(asc(inbox.id))
    .limit(each),
);

/** Up to `limit` rows that are due, of each lane in turn: all the first of a lane, then all the second, each of them oldest first. */
export async function dueInTurn(db: Db, platform: Platform, ask: Ask): Promise<Found[]> {
  const { now, limit } = ask;
  const lanes = await lanesWith(db, platform, ask);
  const each = Math.ceil(limit / Math.max(1, lanes.length));
  const found: { row: Found; place: number }[] = [];
  for (const lane of lanes)
    found.push(...(await firstOf(db, { platform, now, lane, each })).map((row, place) => ({ row, place })));
  // With as many lanes as rows they stay in the order of lanes: the last tells where the next turn begins.
  if (each > 1) found.sort((a, b) => a.place - b.place || a.row.id - b.row.id);
  return found.slice(0, limit).map(({ row }) => row);
}

const firstLane = kept(["platform", "now", "end"], (db, { platform, now, end }) =>
  db
    .select({ lane: min(inbox.lane) })
    .from(inbox)
    .where(and(eq(inbox.platform, platform), undone, lte(inbox.dueAt, now), lte(inbox.lane, end))),
);
const laneBehind = kept(["platform", "now", "last", "end"], (db, { platform, now, last, end }) =>
  db
    .select({ lane: min(inbox.lane) })
    .from(inbox)
    .where(
      and(eq(inbox.platform, platform), undone, lte(inbox.dueAt, now), gt(inbox.lane, last), lte(inbox.lane, end)),
    ),
);

/** One step in the index for each lane, however much waits in it: from behind `after` on, and then from the first. */
async function lanesWith(db: Db, platform: Platform, { now, limit, after }: Ask): Promise<string[]> {
  const lanes: string[] = [];
  const walk = async (from: string | undefined, end: string): Promise<void> => {
    for (let last = from; lanes.length < limit; ) {
      const ask = { platform, now, end };
      const [row] = await (last === undefined ? firstLane(db, ask) : laneBehind(db, { ...ask, last }));
      if (row === undefined || row.lane === null) return;
      lanes.push(row.lane);
      last = row.lane;
    }
  };
  await walk(after, BEHIND_ALL);
  if (after !== undefined) await walk(undefined, after);
  return lanes;
}

const counted = kept(["platform", "lane", "most"], (db, { platform, lane, most }) => {
  const some = db
    .select({ id: inbox.id })
    .from(inbox)
    .where(and(eq(inbox.platform, platform), undone, eq(inbox.lane, lane)))
    .limit(most)
    .as("some");
  return db.select({ count: count() }).from(some);
});

/** How many rows of a lane are undone; counts no further than `most`. */
export const waitingIn = async (db: Db, platform: Platform, lane: string, most: number): Promise<number> =>
  (await counted(db, { platform, lane, most }))[0]?.count ?? 0;
