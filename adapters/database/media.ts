import { createHash } from "node:crypto";
import { and, asc, count, eq, lte, sql } from "drizzle-orm";
import type { Attachment, MediaLink, MediaRepository } from "../../src/app/store/notifications.ts";
import type { MediaSource } from "../../src/core/chat.ts";
import { withoutNulls } from "./rows.ts";
import { attachments, mediaLinks } from "./schema/notifications.ts";
import type { Place, Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

export const attachmentSource = (uid: string): Place => ({ table: "attachments", column: "source", row: uid });
const linkCapability = (hash: string): Place => ({ table: "media_links", column: "capability", row: hash });

// Written out: the engine only recognises its partial index when the literal stands in the statement.
const pending = sql`${attachments.state} = 'pending'`;

export function mediaRepository(db: Db, sealer: Sealer): MediaRepository {
  const read = (row: typeof attachments.$inferSelect): Attachment => {
    const { uid, source: sealed, spoiler, dueAt: _, ...rest } = row;
    const source: MediaSource = JSON.parse(sealer.open(attachmentSource(uid), sealed));
    return { ...withoutNulls(rest), source, ...(spoiler && { spoiler }) };
  };
  const change = async (id: number, values: Partial<typeof attachments.$inferInsert>) => {
    await db.update(attachments).set(values).where(eq(attachments.id, id));
  };
  return {
    attachmentsOf: async (notificationId) => {
      const theirs = eq(attachments.notificationId, notificationId);
      return (await db.select().from(attachments).where(theirs).orderBy(asc(attachments.ordinal))).map(read);
    },
    due: async (now, limit) => {
      const due = and(pending, lte(attachments.dueAt, now));
      const oldestFirst = [asc(attachments.dueAt), asc(attachments.id)];
      return (
        await db
          .select()
          .from(attachments)
          .where(due)
          .orderBy(...oldestFirst)
          .limit(limit)
      ).map(read);
    },
    kept: (id, { sha256, size, mime }) => change(id, { state: "kept", sha256, keptSize: size, keptMime: mime }),
    leftOut: (id, reason) => change(id, { state: "left-out", reason }),
    again: async (id, dueAt) => {
      const attempts = sql`${attachments.attempts} + 1`;
      await db.update(attachments).set({ dueAt, attempts }).where(eq(attachments.id, id));
    },
    pendingOf: async (notificationId) => {
      const which = and(eq(attachments.notificationId, notificationId), pending);
      const [row] = await db.select({ count: count() }).from(attachments).where(which);
      return row?.count ?? 0;
    },
    ...linkMethods(db, sealer),
  };
}

function linkMethods(db: Db, sealer: Sealer): Pick<MediaRepository, "addLink" | "linkOf" | "byCapability"> {
  return {
    addLink: async (capability, link) => {
      const hash = hashOf(capability);
      const { attachmentId, deliveryId, sha256, name, mime, size, expiresAt } = link;
      const sealed = sealer.seal(linkCapability(hash), capability);
      const values = { hash, capability: sealed, sha256, name, mime, size, expiresAt, revokedAt: null };
      await db
        .insert(mediaLinks)
        .values({ ...values, attachmentId, deliveryId })
        .onConflictDoUpdate({ target: [mediaLinks.attachmentId, mediaLinks.deliveryId], set: values });
    },
    linkOf: async (attachmentId, deliveryId) => {
      const which = and(eq(mediaLinks.attachmentId, attachmentId), eq(mediaLinks.deliveryId, deliveryId));
      const [row] = await db.select().from(mediaLinks).where(which);
      return row && { capability: sealer.open(linkCapability(row.hash), row.capability), link: readLink(row) };
    },
    byCapability: async (capability) => {
      const [row] = await db
        .select()
        .from(mediaLinks)
        .where(eq(mediaLinks.hash, hashOf(capability)));
      return row && readLink(row);
    },
  };
}

/** Plain SHA-256 will do: a capability is random and long, so nobody can try them out. */
const hashOf = (capability: string): string => createHash("sha256").update(capability).digest("hex");

function readLink({ hash: _, capability: __, ...link }: typeof mediaLinks.$inferSelect): MediaLink {
  return withoutNulls(link);
}
