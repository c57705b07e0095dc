import { and, asc, count, eq, gt, isNull, lte, min, type SQL } from "drizzle-orm";
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

/** Up to `limit` rows that are due, of each lane in turn: all the first of a lane, then all the second, each of them oldest first. */
export function openDueInTurn(db: Db): (platform: Platform, ask: Ask) => Promise<Found[]> {
  const lanesWith = openLanes(db);
  const firstOf = kept(["platform", "now", "lane", "each"], ({ platform, now, lane, each }) =>
    db
      .select()
      .from(inbox)
      .where(and(eq(inbox.platform, platform), undone, lte(inbox.dueAt, now), eq(inbox.lane, lane)))
      .orderBy(asc(inbox.id))
      .limit(each),
  );
  return async (platform, ask) => {
    const { now, limit } = ask;
    const lanes = await lanesWith(platform, ask);
    const each = Math.ceil(limit / Math.max(1, lanes.length));
    const found: { row: Found; place: number }[] = [];
    for (const lane of lanes)
      found.push(...(await firstOf({ platform, now, lane, each })).map((row, place) => ({ row, place })));
    // With as many lanes as rows they stay in the order of lanes: the last tells where the next turn begins.
    if (each > 1) found.sort((a, b) => a.place - b.place || a.row.id - b.row.id);
    return found.slice(0, limit).map(({ row }) => row);
  };
}

/** One step in the index for each lane, however much waits in it: from behind `after` on, and then from the first. */
function openLanes(db: Db): (platform: Platform, ask: Ask) => Promise<string[]> {
  const first = (...which: SQL[]) =>
    db
      .select({ lane: min(inbox.lane) })
      .from(inbox)
      .where(and(undone, ...which));
  const names = ["platform", "now", "last", "end"] as const;
  const fromFirst = kept(["platform", "now", "end"], ({ platform, now, end }) =>
    first(eq(inbox.platform, platform), lte(inbox.dueAt, now), lte(inbox.lane, end)),
  );
  const fromBehind = kept(names, ({ platform, now, last, end }) =>
    first(eq(inbox.platform, platform), lte(inbox.dueAt, now), gt(inbox.lane, last), lte(inbox.lane, end)),
  );
  return async (platform, { now, limit, after }) => {
    const lanes: string[] = [];
    const walk = async (from: string | undefined, end: string): Promise<void> => {
      for (let last = from; lanes.length < limit; ) {
        const ask = { platform, now, end };
        const [row] = await (last === undefined ? fromFirst(ask) : fromBehind({ ...ask, last }));
        if (row === undefined || row.lane === null) return;
        lanes.push(row.lane);
        last = row.lane;
      }
    };
    await walk(after, BEHIND_ALL);
    if (after !== undefined) await walk(undefined, after);
    return lanes;
  };
}

/** How many rows of a lane are undone; counts no further than `most`. */
export function openWaitingIn(db: Db): InboxRepository["waiting"] {
  const counted = kept(["platform", "lane", "most"], ({ platform, lane, most }) => {
    const some = db
      .select({ id: inbox.id })
      .from(inbox)
      .where(and(eq(inbox.platform, platform), undone, eq(inbox.lane, lane)))
      .limit(most)
      .as("some");
    return db.select({ count: count() }).from(some);
  });
  return async (platform, lane, most) => (await counted({ platform, lane, most }))[0]?.count ?? 0;
}
