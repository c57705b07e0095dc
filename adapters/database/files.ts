import { and, asc, eq, exists, gt, isNull, notExists, or, sql, sum } from "drizzle-orm";
import type { MediaRepository, StoredFile } from "../../src/app/store/notifications.ts";
import { attachments, files, mediaLinks } from "./schema/media.ts";
import { deliveries } from "./schema/notifications.ts";
import type { Db } from "./sqlite.ts";

export async function noteFile(db: Db, { sha256, size, mime }: StoredFile, now: number): Promise<void> {
  const keptAt = sql`max(${files.keptAt}, excluded.kept_at)`;
  await db
    .insert(files)
    .values({ sha256, size, mime, keptAt: now })
    .onConflictDoUpdate({ target: files.sha256, set: { keptAt } });
}

export function fileMethods(db: Db): Pick<MediaRepository, "storedBytes" | "unused" | "forget"> {
  return {
    storedBytes: async () => {
      const [row] = await db.select({ bytes: sum(files.size).mapWith(Number) }).from(files);
      return row?.bytes ?? 0;
    },
    unused: async (now, limit) => {
      const { sha256, size, mime } = files;
      return db
        .select({ sha256, size, mime })
        .from(files)
        .where(and(notExists(liveLink(db, now)), notExists(waitingFor(db))))
        .orderBy(asc(files.keptAt))
        .limit(limit);
    },
    forget: async (sha256) => {
      await db.delete(files).where(eq(files.sha256, sha256));
    },
  };
}

function liveLink(db: Db, now: number) {
  return db
    .select({ sha256: mediaLinks.sha256 })
    .from(mediaLinks)
    .where(and(eq(mediaLinks.sha256, files.sha256), isNull(mediaLinks.revokedAt), gt(mediaLinks.expiresAt, now)));
}

function waitingFor(db: Db) {
  const unsettled = db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(eq(deliveries.notificationId, attachments.notificationId), sql`${deliveries.state} <> 'settled'`));
  return db
    .select({ id: attachments.id })
    .from(attachments)
    .where(
      and(or(eq(attachments.sha256, files.sha256), eq(attachments.previewSha256, files.sha256)), exists(unsettled)),
    );
}
