import { count, isNull, min, type SQL, sql } from "drizzle-orm";
import type { TallyRepository, Waiting } from "../../src/app/store/tallies.ts";
import { chores } from "./schema/linking.ts";
import { deliveries } from "./schema/notifications.ts";
import { inbox, receipts } from "./schema/queues.ts";
import { tallies } from "./schema/workspaces.ts";
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
