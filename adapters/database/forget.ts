import { and, eq, gt, inArray, isNotNull, isNull, lt, notExists, or, sql } from "drizzle-orm";
import type { NotificationRepository } from "../../src/app/store/notifications.ts";
import { attachments, mediaLinks } from "./schema/media.ts";
import { deliveries, notifications } from "./schema/notifications.ts";
import { receipts } from "./schema/queues.ts";
import type { Db } from "./sqlite.ts";

type Which = Parameters<NotificationRepository["forget"]>[0];

export async function forgetNotifications(db: Db, which: Which, now: number): Promise<number> {
  const { workspaceId, before, limit } = which;
  const waits = db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(eq(deliveries.notificationId, notifications.id), sql`${deliveries.state} <> 'settled'`));
  const old = and(eq(notifications.workspaceId, workspaceId), lt(notifications.createdAt, before));
  const soon = and(eq(notifications.workspaceId, workspaceId), sql`forget_soon = 1`);
  const ids: number[] = [];
  for (const some of [old, soon]) {
    const rows = await db
      .select({ id: notifications.id })
      .from(notifications)
      .where(and(some, isNull(notifications.forgottenAt), notExists(waits)))
      .limit(limit);
    ids.push(...rows.map(({ id }) => id));
  }
  await blank(db, ids, now);
  return ids.length;
}

/** What is left says that there was a notification, when, and what became of it. */
async function blank(db: Db, ids: readonly number[], now: number): Promise<void> {
  const rows = await db
    .update(notifications)
    .set({
      text: [],
      facts: null,
      places: null,
      tag: null,
      senderNote: null,
      recallAsk: null,
      senderName: "",
      senderUserId: "",
      origin: "",
      link: null,
      secret: null,
      forgottenAt: now,
    })
    .where(inArray(notifications.id, [...ids]))
    .returning({
      platform: notifications.platform,
      chatId: notifications.chatId,
      messageId: notifications.messageId,
    });
  for (const { platform, chatId, messageId } of rows) {
    if (platform === "hook") continue;
    const here = and(eq(receipts.platform, platform), eq(receipts.chatId, chatId), eq(receipts.messageId, messageId));
    await db.delete(receipts).where(here);
  }
}

export async function forgetAttachments(db: Db, now: number, limit: number): Promise<number> {
  const live = db
    .select({ hash: mediaLinks.hash })
    .from(mediaLinks)
    .where(
      and(eq(mediaLinks.attachmentId, attachments.id), isNull(mediaLinks.revokedAt), gt(mediaLinks.expiresAt, now)),
    );
  const rows = await db
    .select({ id: attachments.id })
    .from(attachments)
    .innerJoin(notifications, eq(notifications.id, attachments.notificationId))
    .where(
      and(
        isNotNull(notifications.forgottenAt),
        or(isNull(attachments.driveFileId), eq(attachments.driveRemoved, true)),
        notExists(live),
      ),
    )
    .limit(limit);
  await db.delete(attachments).where(
    inArray(
      attachments.id,
      rows.map(({ id }) => id),
    ),
  );
  return rows.length;
}
