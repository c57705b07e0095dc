import { randomUUID } from "node:crypto";
import { and, asc, eq, gte, inArray, lt, lte, min, ne, sql } from "drizzle-orm";
import { pendingSince } from "../../src/app/postIds.ts";
import type { Post, PostRepository } from "../../src/app/store/posts.ts";
import { kept } from "./kept.ts";
import { withoutNulls } from "./rows.ts";
import { echoes, posts } from "./schema/alerts.ts";
import { type Place, SealError, type Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

const place = (uid: string): Place => ({ table: "posts", column: "webhook", row: uid });

const isBehind = sql`version > shown_version`;

const due = kept(["platform", "now", "limit"], (db, { platform, now, limit }) =>
  db
    .select()
    .from(posts)
    .where(and(eq(posts.platform, platform), isBehind, lte(posts.dueAt, now)))
    .orderBy(asc(posts.dueAt), asc(posts.id))
    .limit(limit),
);
const nextDue = kept(["platform"], (db, { platform }) =>
  db
    .select({ at: min(posts.dueAt) })
    .from(posts)
    .where(and(eq(posts.platform, platform), isBehind)),
);

export function postRepository(db: Db, sealer: Sealer): PostRepository {
  const read = ({ uid, webhook, ...row }: typeof posts.$inferSelect): Post => ({
    ...withoutNulls(row),
    ...(webhook === null ? {} : opened(sealer, uid, webhook)),
  });
  return {
    want: async ({ webhook, ...post }, now) => {
      const uid = randomUUID();
      const sealed = webhook === undefined ? {} : { webhook: sealer.seal(place(uid), webhook) };
      await db
        .insert(posts)
        .values({ ...post, ...sealed, uid, messageIds: [], dueAt: now })
        .onConflictDoUpdate({
          target: [posts.incidentId, posts.platform, posts.chatId, posts.threadId],
          set: { version: post.version, dueAt: now },
        });
    },
    follow: async (incidentId, version, now) => {
      const shown = and(eq(posts.incidentId, incidentId), ne(posts.post, "gone"));
      await db.update(posts).set({ version, dueAt: now }).where(shown);
    },
    due: async (platform, now, limit) => (await due(db, { platform, now, limit })).map(read),
    nextDue: async (platform) => (await nextDue(db, { platform }))[0]?.at ?? undefined,
    byId: async (id) => (await db.select().from(posts).where(eq(posts.id, id))).map(read)[0],
    ofIncident: async (incidentId) =>
      (await db.select().from(posts).where(eq(posts.incidentId, incidentId)).orderBy(asc(posts.id))).map(read),
    isBeingSaid: async ({ platform, chatId, threadId }, since) => {
      const here = and(eq(posts.platform, platform), eq(posts.chatId, chatId));
      // As byPost has it: a topic's messages count in their whole chat.
      const where = platform === "discord" ? and(here, eq(posts.threadId, threadId)) : here;
      const pending = sql`exists (select 1 from json_each(${posts.messageIds}) where value between ${pendingSince(since)} and '?a')`;
      return (
        (
          await db
            .select({ id: posts.id })
            .from(posts)
            .where(and(where, isBehind, pending))
            .limit(1)
        ).length > 0
      );
    },
    update: async (id, { messageIds, ...change }) => {
      const ids = messageIds === undefined ? {} : { messageIds: [...messageIds] };
      await db
        .update(posts)
        .set({ ...change, ...ids })
        .where(eq(posts.id, id));
    },
    isOurWebhook: async (id) => {
      const byIt = and(eq(posts.platform, "discord"), eq(posts.chatId, `webhook:${id}`));
      return (await db.select({ id: posts.id }).from(posts).where(byIt).limit(1)).length > 0;
    },
    ...echoMethods(db),
  };
}

function echoMethods(db: Db): Pick<PostRepository, "said" | "wasSaid" | "forgetSaid"> {
  return {
    said: async (workspaceId, hashes, at) => {
      if (hashes.length === 0) return;
      const rows = [...new Set(hashes)].map((hash) => ({ workspaceId, hash, at }));
      const target = [echoes.workspaceId, echoes.hash];
      await db.insert(echoes).values(rows).onConflictDoUpdate({ target, set: { at } });
    },
    wasSaid: async (workspaceId, hashes, since) => {
      const ours = and(eq(echoes.workspaceId, workspaceId), inArray(echoes.hash, [...hashes]), gte(echoes.at, since));
      return (await db.select({ hash: echoes.hash }).from(echoes).where(ours)).map(({ hash }) => hash);
    },
    forgetSaid: async (before) => {
      await db.delete(echoes).where(lt(echoes.at, before));
    },
  };
}

function opened(sealer: Sealer, uid: string, sealed: Buffer): Pick<Post, "webhook"> {
  try {
    return { webhook: sealer.open(place(uid), sealed) };
  } catch (error) {
    if (error instanceof SealError) return {};
    throw error;
  }
}
