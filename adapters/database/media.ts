import { and, asc, count, eq, lte, sql } from "drizzle-orm";
import type { Attachment, KeptAttachment, MediaRepository } from "../../src/app/store/notifications.ts";
import type { MediaSource } from "../../src/core/chat.ts";
import { driveMethods } from "./drive.ts";
import { fileMethods, noteFile } from "./files.ts";
import { kept } from "./kept.ts";
import { linkMethods } from "./links.ts";
import { withoutNulls } from "./rows.ts";
import { attachments } from "./schema/media.ts";
import type { Place, Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

export const attachmentSource = (uid: string): Place => ({ table: "attachments", column: "source", row: uid });
const externalLink = (uid: string): Place => ({ table: "attachments", column: "drive_external_url", row: uid });

// Written out: the engine only recognises its partial index when the literal stands in the statement.
const pending = sql`${attachments.state} = 'pending'`;

const ofNotification = kept(["id"], (db, { id }) =>
  db.select().from(attachments).where(eq(attachments.notificationId, id)).orderBy(asc(attachments.ordinal)),
);
const due = kept(["now", "limit"], (db, { now, limit }) =>
  db
    .select()
    .from(attachments)
    .where(and(pending, lte(attachments.dueAt, now)))
    .orderBy(asc(attachments.dueAt), asc(attachments.id))
    .limit(limit),
);
const pendingOf = kept(["id"], (db, { id }) =>
  db
    .select({ count: count() })
    .from(attachments)
    .where(and(eq(attachments.notificationId, id), pending)),
);

export function mediaRepository(db: Db, sealer: Sealer): MediaRepository {
  const read = (row: typeof attachments.$inferSelect) => readAttachment(row, sealer);
  const change = async (id: number, values: Partial<typeof attachments.$inferInsert>) => {
    await db.update(attachments).set(values).where(eq(attachments.id, id));
  };
  return {
    attachmentsOf: async (notificationId) => (await ofNotification(db, { id: notificationId })).map(read),
    due: async (now, limit) => (await due(db, { now, limit })).map(read),
    kept: async (id, file, now) => {
      await noteFile(db, file, now);
      if (file.preview) await noteFile(db, file.preview, now);
      await change(id, keptValues(file));
    },
    uploaded: async (id, { fileId, detailUrl, externalUrl }) => {
      const [row] = await db.select({ uid: attachments.uid }).from(attachments).where(eq(attachments.id, id));
      if (row === undefined) return;
      const sealed = externalUrl === undefined ? null : sealer.seal(externalLink(row.uid), externalUrl);
      const drive = { driveFileId: fileId, driveDetailUrl: detailUrl, driveExternalUrl: sealed };
      await change(id, { ...drive, driveRemoved: false });
    },
    lost: (id) => change(id, { sha256: null, previewSha256: null }),
    leftOut: (id, reason) => change(id, { state: "left-out", reason }),
    again: async (id, dueAt, { isTry } = { isTry: true }) => {
      const attempts = sql`${attachments.attempts} + ${isTry ? 1 : 0}`;
      await db.update(attachments).set({ state: "pending", dueAt, attempts }).where(eq(attachments.id, id));
    },
    pendingOf: async (notificationId) => (await pendingOf(db, { id: notificationId }))[0]?.count ?? 0,
    ...linkMethods(db, sealer),
    ...fileMethods(db),
    ...driveMethods(db),
  };
}

function keptValues({ sha256, size, mime, width, height, preview }: KeptAttachment) {
  return {
    state: "kept" as const,
    sha256,
    keptSize: size,
    keptMime: mime,
    width: width ?? null,
    height: height ?? null,
    previewSha256: preview?.sha256 ?? null,
    previewSize: preview?.size ?? null,
    previewMime: preview?.mime ?? null,
  };
}

function readAttachment(row: typeof attachments.$inferSelect, sealer: Sealer): Attachment {
  const { uid, source: sealed, spoiler, dueAt: _, previewSha256, previewSize, previewMime, ...others } = row;
  const { driveFileId, driveDetailUrl, driveExternalUrl, driveRemoved, ...rest } = others;
  return {
    ...withoutNulls(rest),
    source: sourceIn(sealer, attachmentSource(uid), sealed),
    ...(spoiler && { spoiler }),
    ...(previewSha256 !== null &&
      previewSize !== null &&
      previewMime !== null && { preview: { sha256: previewSha256, size: previewSize, mime: previewMime } }),
    ...(driveFileId !== null &&
      driveDetailUrl !== null &&
      !driveRemoved && {
        drive: {
          fileId: driveFileId,
          detailUrl: driveDetailUrl,
          ...openedLink(sealer, externalLink(uid), driveExternalUrl),
        },
      }),
  };
}

/** One row that cannot be opened (sealed with a key that is gone, or damaged) must not hide all the others. */
function sourceIn(sealer: Sealer, place: Place, sealed: Buffer): Attachment["source"] {
  try {
    const source: MediaSource = JSON.parse(sealer.open(place, sealed));
    return source;
  } catch {
    return { kind: "unreadable" };
  }
}

function openedLink(sealer: Sealer, place: Place, sealed: Buffer | null): { externalUrl?: string } {
  try {
    return sealed === null ? {} : { externalUrl: sealer.open(place, sealed) };
  } catch {
    return {};
  }
}
