import { and, asc, eq, gt, isNull, lt, notExists, or, sql } from "drizzle-orm";
import type { MediaRepository } from "../../src/app/store/notifications.ts";
import { traceOf } from "../../src/app/trace.ts";
import { attachments } from "./schema/media.ts";
import { deliveries, notifications } from "./schema/notifications.ts";
import type { Db } from "./sqlite.ts";

// Written out: the engine only recognises its partial index when the literals stand in the statement.
const there = sql`${attachments.driveFileId} is not null and ${attachments.driveRemoved} = 0`;

export function driveMethods(db: Db): Pick<MediaRepository, "driveLeftovers" | "driveRemoved"> {
  return {
    driveLeftovers: async (before, limit, { after = 0 } = {}) => {
      // One file serves all recipients of a notification, so it goes when none of them may see it any more.
      const entitled = db
        .select({ id: deliveries.id })
        .from(deliveries)
        .where(and(eq(deliveries.notificationId, attachments.notificationId), isNull(deliveries.revokedAt)));
      const fileId = sql<number>`${attachments.driveFileId}`;
      const { workspaceId, platform, chatId, messageId } = notifications;
      const rows = await db
        .select({ attachmentId: attachments.id, workspaceId, fileId, platform, chatId, messageId })
        .from(attachments)
        .innerJoin(notifications, eq(notifications.id, attachments.notificationId))
        .where(and(there, gt(attachments.id, after), or(lt(notifications.createdAt, before), notExists(entitled))))
        .orderBy(asc(attachments.notificationId), asc(attachments.id))
        .limit(limit);
      return rows.map(({ attachmentId, workspaceId: of, fileId: file, ...source }) => ({
        attachmentId,
        workspaceId: of,
        fileId: file,
        trace: traceOf(source),
      }));
    },
    driveRemoved: async (id) => {
      const gone = { driveRemoved: true, driveExternalUrl: null };
      await db.update(attachments).set(gone).where(eq(attachments.id, id));
    },
  };
}
