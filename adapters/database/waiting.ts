import { count, eq, sql } from "drizzle-orm";
import type { Waiting } from "../../src/core/forecast.ts";
import { deliveries } from "./schema/notifications.ts";
import { workspaces } from "./schema/workspaces.ts";
import type { Db } from "./sqlite.ts";

export async function waitingFor(db: Db, host: string): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  for (const { id } of await db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.host, host))) {
    const ofWorkspace = sql`${deliveries.workspaceId} = ${id} and ${deliveries.state} = 'queued'`;
    const chats = await db
      .select({ workspaceId: deliveries.workspaceId, chat: deliveries.sourceChat, count: count() })
      .from(deliveries)
      .where(ofWorkspace)
      .groupBy(deliveries.sourceChat);
    waiting.push(...chats);
  }
  return waiting;
}
