import { and, count, eq, gt, isNull, max, min, ne, or, type SQL, sql } from "drizzle-orm";
import type { TallyRepository, Waiting } from "../../src/app/store/tallies.ts";
import { incidentPersons, incidents, posts } from "./schema/alerts.ts";
import { alerts } from "./schema/hooks.ts";
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
    ...alerting(db),
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

function alerting(db: Db): Pick<TallyRepository, "timersAfter" | "heldAfter" | "holdUntil"> {
  const { personId, held, heldUntil } = incidentPersons;
  return {
    timersAfter: async (at) => {
      const { id: incidentId, ruleId, timerAt } = incidents;
      return db.select({ incidentId, ruleId }).from(incidents).where(gt(timerAt, at));
    },
    heldAfter: async (at) => {
      const rows = await db
        .select({ personId, held, until: max(heldUntil) })
        .from(incidentPersons)
        .where(gt(heldUntil, at))
        .groupBy(personId, held);
      return rows.flatMap((row) => (row.held ? { ...row, held: row.held, until: row.until ?? at } : []));
    },
    holdUntil: async (person, why, until) => {
      const which = and(eq(personId, person), eq(held, why), gt(heldUntil, until));
      return (await db.update(incidentPersons).set({ heldUntil: until }).where(which)).changes;
    },
  };
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
    await db
      .update(alerts)
      .set(due)
      .where(and(isNull(alerts.doneAt), gt(alerts.dueAt, latest))),
    await db
      .update(posts)
      .set(due)
      .where(and(sql`${posts.version} > ${posts.shownVersion}`, gt(posts.dueAt, now + LONGEST_QUIET_MS))),
    await db.delete(methodRests).where(gt(methodRests.until, latest)),
    // A bucket that is as old as tomorrow would not drain until then.
    await db
      .update(paces)
      .set({ at: now, blockedUntil: now })
      .where(or(gt(paces.at, latest), gt(paces.blockedUntil, latest))),
  ];
  return changed.reduce((sum, { changes }) => sum + changes, 0);
}
