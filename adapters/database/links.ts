import { createHash } from "node:crypto";
import { and, eq, inArray, isNull } from "drizzle-orm";
import type { MediaLink, MediaRepository } from "../../src/app/store/notifications.ts";
import { withoutNulls } from "./rows.ts";
import { mediaLinks } from "./schema/media.ts";
import { deliveries } from "./schema/notifications.ts";
import type { Place, Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

const linkCapability = (hash: string): Place => ({ table: "media_links", column: "capability", row: hash });

type LinkMethods = Pick<MediaRepository, "addLink" | "linkOf" | "byCapability" | "revoke">;

export function linkMethods(db: Db, sealer: Sealer): LinkMethods {
  return {
    addLink: async (capability, link) => {
      const hash = hashOf(capability);
      const { attachmentId, deliveryId, role, sha256, name, mime, size, expiresAt } = link;
      const sealed = sealer.seal(linkCapability(hash), capability);
      const values = { hash, capability: sealed, sha256, name, mime, size, expiresAt, revokedAt: null };
      const target = [mediaLinks.attachmentId, mediaLinks.deliveryId, mediaLinks.role];
      await db
        .insert(mediaLinks)
        .values({ ...values, attachmentId, deliveryId, role })
        .onConflictDoUpdate({ target, set: values });
    },
    linkOf: async (attachmentId, deliveryId, role) => {
      const pair = and(eq(mediaLinks.attachmentId, attachmentId), eq(mediaLinks.deliveryId, deliveryId));
      const [row] = await db
        .select()
        .from(mediaLinks)
        .where(and(pair, eq(mediaLinks.role, role)));
      const capability = row && opened(sealer, row);
      return row && capability !== undefined ? { capability, link: readLink(row) } : undefined;
    },
    byCapability: async (capability) => {
      const [row] = await db
        .select()
        .from(mediaLinks)
        .where(eq(mediaLinks.hash, hashOf(capability)));
      return row && readLink(row);
    },
    revoke: (which, now) => revoke(db, which, now),
  };
}

/** Plain SHA-256 will do: a capability is random and long, so nobody can try them out. */
export const hashOf = (capability: string): string => createHash("sha256").update(capability).digest("hex");

/** One that cannot be opened any more counts as absent: a new one takes its place. */
function opened(sealer: Sealer, { hash, capability }: typeof mediaLinks.$inferSelect): string | undefined {
  try {
    return sealer.open(linkCapability(hash), capability);
  } catch {
    return undefined;
  }
}

function readLink({ hash: _, capability: __, ...link }: typeof mediaLinks.$inferSelect): MediaLink {
  return withoutNulls(link);
}

async function revoke(db: Db, which: Parameters<MediaRepository["revoke"]>[0], now: number): Promise<number> {
  const theirs =
    "deliveryId" in which ? eq(deliveries.id, which.deliveryId) : eq(deliveries.notificationId, which.notificationId);
  // Noted on the deliveries too: what lies on the Drive has no link of ours.
  await db
    .update(deliveries)
    .set({ revokedAt: now })
    .where(and(theirs, isNull(deliveries.revokedAt)));
  const ofThem = db.select({ id: deliveries.id }).from(deliveries).where(theirs);
  const ended = await db
    .update(mediaLinks)
    .set({ revokedAt: now })
    .where(and(inArray(mediaLinks.deliveryId, ofThem), isNull(mediaLinks.revokedAt)))
    .returning({ hash: mediaLinks.hash });
  return ended.length;
}
