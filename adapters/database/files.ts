import { and, asc, eq, exists, gt, inArray, isNull, lte, not, notExists, or, sql, sum } from "drizzle-orm";
import type { MediaRepository, StoredFile } from "../../src/app/store/notifications.ts";
import { attachments, files, mediaLinks } from "./schema/media.ts";
import { deliveries } from "./schema/notifications.ts";
import { postFiles } from "./schema/postFiles.ts";
import type { Db } from "./sqlite.ts";

export async function noteFile(db: Db, { sha256, size, mime }: StoredFile, now: number): Promise<void> {
  const keptAt = sql`max(${files.keptAt}, excluded.kept_at)`;
  await db
    .insert(files)
    .values({ sha256, size, mime, keptAt: now })
    .onConflictDoUpdate({ target: files.sha256, set: { keptAt } });
}

type FileMethod = "stored" | "notNoted" | "storedBytes" | "unused" | "forget";

export function fileMethods(db: Db): Pick<MediaRepository, FileMethod> {
  return {
    stored: (file, now) => noteFile(db, file, now),
    notNoted: async (sha256s) => {
      const noted = await db
        .select({ sha256: files.sha256 })
        .from(files)
        .where(inArray(files.sha256, [...sha256s]));
      const known = new Set(noted.map(({ sha256 }) => sha256));
      return new Set(sha256s.filter((sha256) => !known.has(sha256)));
    },
    storedBytes: async () => {
      const [row] = await db.select({ bytes: sum(files.size).mapWith(Number) }).from(files);
      return row?.bytes ?? 0;
    },
    unused: async (now, limit, which = {}) => {
      const { sha256, size, mime } = files;
      const old = which.keptBefore === undefined ? undefined : lte(files.keptAt, which.keptBefore);
      const one = which.sha256 === undefined ? undefined : eq(files.sha256, which.sha256);
      return db
        .select({ sha256, size, mime })
        .from(files)
        .where(and(one, old, notExists(liveLink(db, now)), notExists(postLink(db, now)), notExists(waitingFor(db))))
        .orderBy(asc(files.keptAt))
        .limit(limit);
    },
    forget: async (sha256) => {
      await db.delete(files).where(eq(files.sha256, sha256));
    },
  };
}

/**
 * What is gone from the disk since its notification was settled, or was not fetched because of that, is to be fetched once
 * more; answers whether anything is.
 */
export async function fetchAnew(db: Db, notificationId: number, now: number): Promise<boolean> {
  const theirs = eq(attachments.notificationId, notificationId);
  const noted = db.select({ sha256: files.sha256 }).from(files).where(eq(files.sha256, attachments.sha256));
  const onDrive = sql`${attachments.driveFileId} is not null and ${attachments.driveRemoved} = 0`;
  const isGone = and(eq(attachments.state, "kept"), notExists(noted), not(onDrive));
  const again = { state: "pending", sha256: null, attempts: 0, dueAt: now } as const;
  const fetched = await db
    .update(attachments)
    .set(again)
    .where(and(theirs, or(isGone, eq(attachments.state, "pending"))))
    .returning({ id: attachments.id });
  return fetched.length > 0;
}

function liveLink(db: Db, now: number) {
  return db
    .select({ sha256: mediaLinks.sha256 })
    .from(mediaLinks)
    .where(and(eq(mediaLinks.sha256, files.sha256), isNull(mediaLinks.revokedAt), gt(mediaLinks.expiresAt, now)));
}

function postLink(db: Db, now: number) {
  return db
    .select({ sha256: postFiles.sha256 })
    .from(postFiles)
    .where(and(eq(postFiles.sha256, files.sha256), gt(postFiles.expiresAt, now)));
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
