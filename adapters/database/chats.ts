import { and, asc, desc, eq, inArray, or, type SQL } from "drizzle-orm";
import type { Binding, ChatRepository } from "../../src/app/store/workspaces.ts";
import { type ChatRef, chatKey, type Platform } from "../../src/core/chat.ts";
import { kept } from "./kept.ts";
import { only } from "./rows.ts";
import { posts } from "./schema/alerts.ts";
import { sightings } from "./schema/people.ts";
import { postFiles } from "./schema/postFiles.ts";
import { receipts } from "./schema/queues.ts";
import { admins, chats, workspaces } from "./schema/workspaces.ts";
import type { Db } from "./sqlite.ts";

export function chatRepository(db: Db): ChatRepository {
  return {
    bind: async ({ platform, chatId, threadId, workspaceId, senders }, now): Promise<Binding> => {
      const tagScope = chatKey({ platform, chatId, threadId });
      const rows = await db
        .insert(chats)
        .values({ platform, chatId, threadId, workspaceId, senders, tagScope, createdAt: now })
        .onConflictDoUpdate({
          target: [chats.platform, chats.chatId, chats.threadId],
          set: { workspaceId, senders },
        })
        .returning();
      return only(rows);
    },
    find: (chat) => findBinding(db, chat),
    list: async (workspaceId) =>
      db
        .select()
        .from(chats)
        .where(workspaceId === undefined ? undefined : eq(chats.workspaceId, workspaceId))
        .orderBy(asc(chats.id)),
    setSenders: async (id, senders) => {
      await db.update(chats).set({ senders }).where(eq(chats.id, id));
    },
    unbind: async (id) => {
      await db.delete(chats).where(eq(chats.id, id));
    },
    migrate: async (from, to) => {
      await moveBindings(db, from, to);
      await moveSightings(db, from, to);
      await moveReceipts(db, from, to);
      await movePosts(db, from, to);
      const inOld = and(eq(workspaces.adminPlatform, "telegram"), eq(workspaces.adminChatId, from));
      await db.update(workspaces).set({ adminChatId: to }).where(inOld);
    },
    ...adminMethods(db),
  };
}

/** The most exact one first. */
const bindings = kept(["platform", "chatId", "threadId"], (db, { platform, chatId, threadId }) =>
  db
    .select()
    .from(chats)
    .where(
      and(
        eq(chats.platform, platform),
        eq(chats.chatId, chatId),
        or(eq(chats.threadId, threadId), eq(chats.threadId, "")),
      ),
    )
    .orderBy(desc(chats.threadId)),
);

export async function findBinding(db: Db, chat: ChatRef): Promise<Binding | undefined> {
  const { platform, chatId, threadId } = chat;
  const [row] = await bindings(db, { platform, chatId, threadId });
  return row ?? (platform === "telegram" ? findMoved(db, chat) : undefined);
}

/** What was said in a group before it got another id may be dealt with afterwards: the scope of its tags still names the old one. */
async function findMoved(db: Db, chat: ChatRef): Promise<Binding | undefined> {
  const scopes = [chatKey(chat), chatKey({ ...chat, threadId: "" })];
  const [row] = await db
    .select()
    .from(chats)
    .where(inArray(chats.tagScope, scopes))
    .orderBy(desc(chats.threadId))
    .limit(1);
  return row;
}

/** The ids under which this bound chat has been known, the present one included. */
export async function idsOf(db: Db, chat: ChatRef): Promise<string[]> {
  const { platform, chatId, threadId } = chat;
  const here = and(eq(chats.platform, platform), eq(chats.chatId, chatId), eq(chats.threadId, threadId));
  const scopes = await db.select({ tagScope: chats.tagScope }).from(chats).where(here);
  return [...new Set([chatId, ...scopes.flatMap(({ tagScope }) => tagScope.split("/")[1] ?? [])])];
}

type AdminMethod =
  | "adminChat"
  | "setAdminChat"
  | "clearAdminChat"
  | "addAdmin"
  | "listAdmins"
  | "roleOf"
  | "removeAdmin";
type AdminMethods = Pick<ChatRepository, AdminMethod>;

const role = kept(["workspaceId", "platform", "userId"], (db, { workspaceId, platform, userId }) =>
  db
    .select({ role: admins.role })
    .from(admins)
    .where(and(eq(admins.workspaceId, workspaceId), eq(admins.platform, platform), eq(admins.userId, userId))),
);

function adminMethods(db: Db): AdminMethods {
  const admin = (workspaceId: number, platform: Platform, userId: string): SQL | undefined =>
    and(eq(admins.workspaceId, workspaceId), eq(admins.platform, platform), eq(admins.userId, userId));
  return {
    adminChat: async (workspaceId): Promise<ChatRef | undefined> => {
      const { adminPlatform: platform, adminChatId: chatId, adminThreadId: threadId } = workspaces;
      const where = eq(workspaces.id, workspaceId);
      const [row] = await db.select({ platform, chatId, threadId }).from(workspaces).where(where);
      if (row === undefined || row.platform === null || row.chatId === null) return undefined;
      return { platform: row.platform, chatId: row.chatId, threadId: row.threadId ?? "" };
    },
    setAdminChat: async (workspaceId, { platform, chatId, threadId }) => {
      const place = { adminPlatform: platform, adminChatId: chatId, adminThreadId: threadId };
      await db.update(workspaces).set(place).where(eq(workspaces.id, workspaceId));
    },
    clearAdminChat: async (workspaceId) => {
      const nowhere = { adminPlatform: null, adminChatId: null, adminThreadId: null };
      await db.update(workspaces).set(nowhere).where(eq(workspaces.id, workspaceId));
    },
    addAdmin: async (workspaceId, platform, userId, role = "admin") => {
      await db
        .insert(admins)
        .values({ workspaceId, platform, userId, role })
        .onConflictDoUpdate({ target: [admins.workspaceId, admins.platform, admins.userId], set: { role } });
    },
    roleOf: async (workspaceId, platform, userId) => (await role(db, { workspaceId, platform, userId }))[0]?.role,
    listAdmins: async (workspaceId) =>
      db
        .select({ platform: admins.platform, userId: admins.userId, role: admins.role })
        .from(admins)
        .where(eq(admins.workspaceId, workspaceId))
        .orderBy(asc(admins.platform), asc(admins.userId)),
    removeAdmin: async (workspaceId, platform, userId) => {
      const gone = await db
        .delete(admins)
        .where(admin(workspaceId, platform, userId))
        .returning({ userId: admins.userId });
      return gone.length > 0;
    },
  };
}

/** A binding that somebody has already made for the new id stays, and takes over the scope: it is still the same chat. */
async function moveBindings(db: Db, from: string, to: string): Promise<void> {
  const ofChat = (chatId: string) => and(eq(chats.platform, "telegram"), eq(chats.chatId, chatId));
  const taken = new Map((await db.select().from(chats).where(ofChat(to))).map(({ threadId, id }) => [threadId, id]));
  for (const { id, threadId, tagScope } of await db.select().from(chats).where(ofChat(from))) {
    const there = taken.get(threadId);
    if (there === undefined) await db.update(chats).set({ chatId: to }).where(eq(chats.id, id));
    else {
      await db.delete(chats).where(eq(chats.id, id));
      await db.update(chats).set({ tagScope }).where(eq(chats.id, there));
    }
  }
}

async function moveSightings(db: Db, from: string, to: string): Promise<void> {
  const inOld = and(eq(sightings.platform, "telegram"), eq(sightings.chatId, from));
  for (const seen of await db.select().from(sightings).where(inOld)) {
    await db
      .insert(sightings)
      .values({ ...seen, chatId: to })
      .onConflictDoNothing();
  }
  await db.delete(sightings).where(inOld);
}

/** Message ids do not come along: in the supergroup they would name other messages. What is still to be said is posted anew. */
async function moveReceipts(db: Db, from: string, to: string): Promise<void> {
  const inOld = and(eq(receipts.platform, "telegram"), eq(receipts.chatId, from));
  await db.update(receipts).set({ chatId: to, messageId: null, postedId: null, post: "none" }).where(inOld);
}

/** Message ids start anew there, so what was posted stays as it is; news of it is a new post, without the files that were said. */
async function movePosts(db: Db, from: string, to: string): Promise<void> {
  const inOld = and(eq(posts.platform, "telegram"), eq(posts.chatId, from));
  const moved = db.select({ id: posts.id }).from(posts).where(inOld);
  await db.update(postFiles).set({ messageId: null }).where(inArray(postFiles.postId, moved));
  await db
    .update(posts)
    .set({ chatId: to })
    .where(and(inOld, eq(posts.post, "none")));
  await db.update(posts).set({ chatId: to, messageIds: [] }).where(inOld);
}
