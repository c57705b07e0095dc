import { randomUUID } from "node:crypto";
import {
  and,
  asc,
  between,
  desc,
  eq,
  gte,
  inArray,
  isNotNull,
  lt,
  lte,
  or,
  type Placeholder,
  type SQL,
} from "drizzle-orm";
import type { NewNotification, Notification, NotificationRepository } from "../../src/app/store/notifications.ts";
import { type ChatRef, chatKey, type SourceRef } from "../../src/core/chat.ts";
import { sameTag } from "../../src/core/tags.ts";
import { MEDIA_HOLD_MS } from "./claim.ts";
import { forgetAttachments, forgetNotifications } from "./forget.ts";
import { kept } from "./kept.ts";
import { attachmentSource } from "./media.ts";
import { only, withoutNulls } from "./rows.ts";
import { attachments } from "./schema/media.ts";
import { deliveries, notifications } from "./schema/notifications.ts";
import type { Place, Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

const inChat = (platform: Placeholder, chatId: Placeholder, which: SQL | undefined) =>
  and(eq(notifications.platform, platform), eq(notifications.chatId, chatId), which);

const withId = kept(["id"], (db, { id }) => db.select().from(notifications).where(eq(notifications.id, id)));
const fromSource = kept(["platform", "chatId", "messageId"], (db, { platform, chatId, messageId }) =>
  db
    .select()
    .from(notifications)
    .where(inChat(platform, chatId, eq(notifications.messageId, messageId)))
    .orderBy(asc(notifications.id)),
);

export function notificationRepository(db: Db, sealer: Sealer): NotificationRepository {
  return {
    add: (notification) => add(db, sealer, notification),
    byId: async (id) => (await withId(db, { id })).map((row) => ({ ...read(row), ...opened(sealer, row) }))[0],
    bySource: async ({ platform, chatId, messageId }) =>
      (await fromSource(db, { platform, chatId, messageId })).map(read),
    sourcesIn: async ({ chat: { platform, chatId, threadId }, first, last }) => {
      const { messageId } = notifications;
      const inRange = and(
        eq(notifications.platform, platform),
        eq(notifications.chatId, chatId),
        eq(notifications.threadId, threadId),
        between(messageId, first, last),
      );
      return (await db.selectDistinct({ messageId }).from(notifications).where(inRange)).map((row) => row.messageId);
    },
    sentBy: async (source) => (await sentByMessage(db, source)).map(read),
    ofIncident: async (incidentId) => {
      const told = eq(notifications.incidentId, incidentId);
      return (await db.select().from(notifications).where(told).orderBy(asc(notifications.id))).map(read);
    },
    dropSecrets: async (before) => {
      const past = and(isNotNull(notifications.secret), lte(notifications.expiresAt, before));
      await db.update(notifications).set({ secret: null }).where(past);
    },
    setSenderNote: async (id, senderNote) => {
      await db.update(notifications).set({ senderNote }).where(eq(notifications.id, id));
    },
    setRecallAsk: async (id, ask) => {
      await db
        .update(notifications)
        .set({ recallAsk: ask ?? null })
        .where(eq(notifications.id, id));
    },
    byTag: (chat, tag, workspaceId) => byTag(db, chat, { tag, workspaceId }),
    recentTags: (chat, limit, workspaceId) => recentTags(db, chat, { limit, workspaceId }),
    bySender: async (platform, userId, { limit, workspaceId }) => {
      const theirs = and(
        eq(notifications.platform, platform),
        eq(notifications.senderUserId, userId),
        eq(notifications.workspaceId, workspaceId),
      );
      return (await db.select().from(notifications).where(theirs).orderBy(desc(notifications.id)).limit(limit)).map(
        read,
      );
    },
    forget: async (which, now) => forgetNotifications(db, which, now),
    forgetAttachments: async (now, limit) => forgetAttachments(db, now, limit),
  };
}

/**
 * Of the message's own id, or one that begins with it and goes on with `+` or `~`: the characters after these end the ranges.
 * Each way is written out in full, else the engine walks through the whole chat.
 */
const withVersions = kept(
  ["platform", "chatId", "own", "plus", "afterPlus", "tilde", "afterTilde"],
  (db, { platform, chatId, own, plus, afterPlus, tilde, afterTilde }) => {
    const here = (which: SQL | undefined) => inChat(platform, chatId, which);
    const between = (start: Placeholder, end: Placeholder) =>
      here(and(gte(notifications.messageId, start), lt(notifications.messageId, end)));
    return db
      .select()
      .from(notifications)
      .where(or(here(eq(notifications.messageId, own)), between(plus, afterPlus), between(tilde, afterTilde)))
      .orderBy(asc(notifications.id));
  },
);

function sentByMessage(db: Db, { platform, chatId, messageId: own }: SourceRef) {
  const plus = { plus: `${own}+`, afterPlus: `${own},` };
  const tilde = { tilde: `${own}~`, afterTilde: `${own}\u007f` };
  return withVersions(db, { platform, chatId, own, ...plus, ...tilde });
}

const secretPlace = (uid: string): Place => ({ table: "notifications", column: "secret", row: uid });

/** Only for the one who writes a notification out; lists of notifications come without. */
const opened = (sealer: Sealer, { uid, secret }: typeof notifications.$inferSelect): { secret?: string } =>
  secret === null ? {} : { secret: sealer.open(secretPlace(uid), secret) };

function read(row: typeof notifications.$inferSelect): Notification {
  const { platform, chatId, threadId, messageId, forgetSoon: _, secret: __, ...rest } = row;
  return { ...withoutNulls(rest), source: { platform, chatId, threadId, messageId } };
}

/** Repeats are common, and of a long history only the latest part is looked at. */
const TAGGED_LOOKED_AT = 500;

/** Of a chat with all its topics. */
const taggedIn = ({ platform, chatId }: ChatRef, workspaceId: number) =>
  and(
    eq(notifications.platform, platform),
    eq(notifications.chatId, chatId),
    eq(notifications.workspaceId, workspaceId),
    isNotNull(notifications.tag),
  );

async function byTag(
  db: Db,
  chat: ChatRef,
  { tag, workspaceId }: { tag: string; workspaceId: number },
): Promise<Notification[]> {
  const rows = await db
    .select()
    .from(notifications)
    .where(taggedIn(chat, workspaceId))
    .orderBy(desc(notifications.id))
    .limit(TAGGED_LOOKED_AT);
  return rows.filter((row) => row.tag !== null && sameTag(row.tag) === tag).map(read);
}

async function recentTags(
  db: Db,
  chat: ChatRef,
  { limit, workspaceId }: { limit: number; workspaceId: number },
): Promise<string[]> {
  const rows = await db
    .select({ tag: notifications.tag, threadId: notifications.threadId })
    .from(notifications)
    .where(taggedIn(chat, workspaceId))
    .orderBy(desc(notifications.id))
    .limit(TAGGED_LOOKED_AT);
  const here = rows.filter((row) => chat.threadId === "" || row.threadId === chat.threadId);
  return [...new Set(here.flatMap(({ tag }) => tag ?? []))].slice(0, limit);
}

/** SQLite takes 32,766 values in one statement. */
const ROWS_AT_ONCE = 1_000;

async function add(db: Db, sealer: Sealer, entry: NewNotification): ReturnType<NotificationRepository["add"]> {
  const recipients = await without(db, entry);
  if (recipients.length === 0) return undefined;
  const { attachments: media, recipients: _, source, secret, ...values } = entry;
  const sealed = secret === undefined ? {} : { secret: sealer.seal(secretPlace(entry.uid), secret) };
  const { platform, chatId, threadId, messageId } = source;
  const place = { platform, chatId, threadId, messageId };
  const rows = await db
    .insert(notifications)
    .values({ ...values, ...place, ...sealed, text: [...values.text] })
    .returning({ id: notifications.id });
  const notificationId = only(rows).id;
  await addAttachments(db, sealer, { notificationId, media, now: entry.createdAt });

  const waits = media.length > 0;
  const { workspaceId, createdAt, expiresAt, priority = "normal" } = entry;
  const shared = { priority, notificationId, workspaceId, createdAt, expiresAt, ...sourceKeys(source) };
  const state = waits ? ("media" as const) : ("queued" as const);
  const dueAt = waits ? createdAt + MEDIA_HOLD_MS : createdAt;
  const deliveryIds: number[] = [];
  for (let from = 0; from < recipients.length; from += ROWS_AT_ONCE) {
    const rows = recipients.slice(from, from + ROWS_AT_ONCE);
    const added = await db
      .insert(deliveries)
      .values(rows.map((recipient) => ({ ...recipient, ...shared, state, dueAt })))
      .returning({ id: deliveries.id });
    deliveryIds.push(...added.map(({ id }) => id));
  }
  return { notificationId, deliveryIds };
}

/** The recipients, each once, without those who already have a delivery from this source message. */
async function without(
  db: Db,
  { workspaceId, source, recipients }: NewNotification,
): Promise<NewNotification["recipients"]> {
  const once = new Map(recipients.map((recipient) => [recipient.personId, recipient]));
  const { sourceMessage } = sourceKeys(source);
  const known = and(
    eq(deliveries.workspaceId, workspaceId),
    eq(deliveries.sourceMessage, sourceMessage),
    inArray(deliveries.personId, [...once.keys()]),
  );
  for (const { personId } of await db.select({ personId: deliveries.personId }).from(deliveries).where(known)) {
    once.delete(personId);
  }
  return [...once.values()];
}

const sourceKeys = (source: SourceRef) => ({
  sourceMessage: `${source.platform}/${source.chatId}/${source.messageId}`,
  sourceChat: chatKey(source),
});

async function addAttachments(
  db: Db,
  sealer: Sealer,
  { notificationId, media, now }: { notificationId: number; media: NewNotification["attachments"]; now: number },
): Promise<void> {
  for (const [ordinal, { kind, name, mime, size, spoiler, source }] of media.entries()) {
    const uid = randomUUID();
    const sealed = sealer.seal(attachmentSource(uid), JSON.stringify(source));
    const claims = { kind, name, mime, size, spoiler: spoiler ?? false };
    await db
      .insert(attachments)
      .values({ uid, notificationId, ordinal, ...claims, source: sealed, state: "pending", dueAt: now });
  }
}
