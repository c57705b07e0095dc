import { and, count, gt, isNull, min, ne, or, type SQL, sql } from "drizzle-orm";
import type { TallyRepository, Waiting } from "../../src/app/store/tallies.ts";
import { chores } from "./schema/linking.ts";
import { attachments } from "./schema/media.ts";
import { deliveries } from "./schema/notifications.ts";
import { inbox, paces, receipts } from "./schema/queues.ts";
import { methodRests, tallies } from "./schema/workspaces.ts";
import type { Db } from "./sqlite.ts";

export function tallyRepository(db: Db): TallyRepository {
  return {
    counted: async () => db.select().from(tallies),
    waiting: () => waiting(db),
    inbox: async () => {
      const { platform, receivedAt } = inbox;
      const rows = await db
        .select({ platform, count: count(), since: min(receivedAt) })
        .from(inbox)
        .where(isNull(inbox.doneAt))
        .groupBy(platform);
      return rows.map((row) => ({ ...row, since: row.since ?? 0 }));
    },
    receipts: async () => {
      const unshown = sql`${receipts.version} > ${receipts.shownVersion}`;
      const { platform } = receipts;
      return db.select({ platform, count: count() }).from(receipts).where(unshown).groupBy(platform);
    },
    chores: () => db.$count(chores),
    pullIn: (now, longestMs) => pullIn(db, now, now + longestMs),
  };
}

/** Each state by itself, with the literal written out: the engine only recognises its partial indexes so. */
async function waiting(db: Db): Promise<Waiting[]> {
  const { workspaceId, state, dueAt } = deliveries;
  const grouped = (where: SQL) =>
    db.select({ workspaceId, count: count() }).from(deliveries).where(where).groupBy(workspaceId);
  const queued = await db
    .select({ workspaceId, count: count(), dueAt: min(dueAt) })
    .from(deliveries)
    .where(sql`${state} = 'queued'`)
    .groupBy(workspaceId);
  const media = await grouped(sql`${state} = 'media'`);
  const sending = await grouped(sql`${state} = 'sending'`);
  return [
    ...queued.map((row) => ({ ...row, state: "queued" as const, dueAt: row.dueAt ?? 0 })),
    ...media.map((row) => ({ ...row, state: "media" as const })),
    ...sending.map((row) => ({ ...row, state: "sending" as const })),
  ];
}

/** Attachments that nobody waits for are put off without end, which is no clock's doing. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** Chat platforms have asked for pauses of hours, never of days. */
const LONGEST_QUIET_MS = 12 * 3_600_000;

async function pullIn(db: Db, now: number, latest: number): Promise<number> {
  const due = { dueAt: now };
  const late = gt(deliveries.dueAt, latest);
  const unshown = sql`${receipts.version} > ${receipts.shownVersion}`;
  const pending = and(sql`${attachments.state} = 'pending'`, ne(attachments.dueAt, NEVER));
  const changed = [
    await db
      .update(deliveries)
      .set(due)
      .where(and(sql`${deliveries.state} = 'queued'`, late)),
    await db
      .update(deliveries)
      .set(due)
      .where(and(sql`${deliveries.state} = 'media'`, late)),
    await db
      .update(inbox)
      .set(due)
      .where(and(isNull(inbox.doneAt), gt(inbox.dueAt, latest))),
    await db
      .update(receipts)
      .set(due)
      .where(and(unshown, gt(receipts.dueAt, now + LONGEST_QUIET_MS))),
    await db
      .update(attachments)
      .set(due)
      .where(and(pending, gt(attachments.dueAt, latest))),
    await db.update(chores).set(due).where(gt(chores.dueAt, latest)),
    await db.delete(methodRests).where(gt(methodRests.until, latest)),
    // A bucket that is as old as tomorrow would not drain until then.
    await db
      .update(paces)
      .set({ at: now, blockedUntil: now })
      .where(or(gt(paces.at, latest), gt(paces.blockedUntil, latest))),
  ];
  return changed.reduce((sum, { changes }) => sum + changes, 0);
}
