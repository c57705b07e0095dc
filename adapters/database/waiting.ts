import { and, count, eq, isNull, type Placeholder, type SQL, sql } from "drizzle-orm";
import type { SourceRef } from "../../src/core/chat.ts";
import type { Waiting } from "../../src/core/forecast.ts";
import { kept } from "./kept.ts";
import { deliveries, notifications } from "./schema/notifications.ts";
import { workspaces } from "./schema/workspaces.ts";
import type { Db } from "./sqlite.ts";

export async function waitingFor(db: Db, host: string): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  // What a suspended one has waiting is in nobody's way.
  const served = and(eq(workspaces.host, host), isNull(workspaces.suspendedAt));
  for (const { id } of await db.select({ id: workspaces.id }).from(workspaces).where(served)) {
    const ofWorkspace = sql`${deliveries.workspaceId} = ${id} and ${deliveries.state} = 'queued'`;
    const chats = await db
      .select({
        workspaceId: deliveries.workspaceId,
        chat: deliveries.sourceChat,
        priority: deliveries.priority,
        count: count(),
      })
      .from(deliveries)
      .where(ofWorkspace)
      .groupBy(deliveries.priority, deliveries.sourceChat);
    waiting.push(...chats);
  }
  return waiting;
}

/** Written out: the engine only recognises its partial index when the literal stands in the statement. */
const unsettled = (workspaceId: number | Placeholder): SQL =>
  sql`${deliveries.workspaceId} = ${workspaceId} and ${deliveries.state} <> 'settled'`;

const ofWorkspace = kept(["workspaceId", "most"], (db, { workspaceId, most }) => {
  const some = db.select({ id: deliveries.id }).from(deliveries).where(unsettled(workspaceId)).limit(most).as("some");
  return db.select({ count: count() }).from(some);
});

export async function countUnsettled(db: Db, workspaceId: number, most: number): Promise<number> {
  const [row] = await ofWorkspace(db, { workspaceId, most });
  return row?.count ?? 0;
}

export async function countUnsettledOf(
  db: Db,
  workspaceId: number,
  {
    platform,
    userId,
    chatId,
    most,
  }: { platform: SourceRef["platform"]; userId: string; chatId?: string; most: number },
): Promise<number> {
  const sent = and(
    eq(notifications.id, deliveries.notificationId),
    eq(notifications.platform, platform),
    eq(notifications.senderUserId, userId),
    chatId === undefined ? undefined : eq(notifications.chatId, chatId),
  );
  const some = db
    .select({ id: deliveries.id })
    .from(deliveries)
    .innerJoin(notifications, sent)
    .where(unsettled(workspaceId))
    .limit(most)
    .as("some");
  const [row] = await db.select({ count: count() }).from(some);
  return row?.count ?? 0;
}
