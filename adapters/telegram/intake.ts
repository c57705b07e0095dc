import type { Bot } from "grammy";
import type { Update } from "grammy/types";
import type { Clock, Intake, Log } from "../../src/app/ports.ts";
import { traceOf } from "../../src/app/trace.ts";
import type { ChatRef } from "../../src/core/chat.ts";
import { mayHoldSecret } from "../../src/core/webhookText.ts";
import { isOurCommand } from "./command.ts";
import { albumKeyOf, concerns, type Interests } from "./interest.ts";
import { chatOf } from "./message.ts";
import { ownText } from "./reply.ts";
import { personName, senderOf } from "./sender.ts";
import { isUpdate, messageOf, withoutNulls } from "./update.ts";

export interface TakeParts {
  /** Initialised before anything is taken. */
  readonly bot: Bot;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Stores, in one call, those updates that may concern us. Once it resolves, all of them may be confirmed. What nobody can
 * read is only reported: it would come again for ever and hold up all that follows.
 */
export function openTake(parts: TakeParts): (updates: readonly unknown[]) => Promise<void> {
  const former = new Map<string, string>();
  return async (received) => {
    const { intake, clock, log, bot } = parts;
    const updates = received.map(withoutNulls).filter(isUpdate);
    const unread = received.length - updates.length;
    if (unread > 0) log.warn({ count: unread }, "updates of Telegram that cannot be read are passed over");
    const receivedAt = clock();
    for (const update of updates) noteMove(update, former);
    const interests = { bot: bot.botInfo, ...withMoved(await chatsOf(intake), former) };
    const entries = updates
      .filter((update) => concerns(update, interests))
      .map((update) => {
        const albumKey = albumKeyOf(messageOf(update));
        const trace = traceOfUpdate(update);
        const sender = shedSenderOf(update, interests);
        return {
          platform: "telegram" as const,
          externalId: `${bot.botInfo.id}:${update.update_id}`,
          payload: JSON.stringify(update),
          ...(albumKey === undefined ? {} : { albumKey }),
          ...laneOf(update),
          ...(sender === undefined ? {} : { sender }),
          ...(trace === undefined ? {} : { trace }),
          receivedAt,
        };
      });
    if (entries.length > 0) await intake.store(entries);
    for (const update of updates) await sight(update, interests.boundChats, intake);
  };
}

function traceOfUpdate(update: Update): string | undefined {
  const message = messageOf(update) ?? update.callback_query?.message;
  return (
    message && traceOf({ platform: "telegram", chatId: String(message.chat.id), messageId: String(message.message_id) })
  );
}

/** A topic is a chat of its own; what is about no message, such as a membership, comes in a lane of its own, too. */
function laneOf(update: Update): { lane?: string } {
  const message = messageOf(update) ?? update.callback_query?.message;
  if (!message) return {};
  const { chatId, threadId } = chatOf({ is_topic_message: false, ...message });
  return { lane: `${chatId}/${threadId}` };
}

/** Who could be told that this was not taken: of a new command which is no more than that. */
function shedSenderOf({ message }: Update, { bot }: Interests): string | undefined {
  if (!message || message.media_group_id !== undefined || mayHoldSecret(ownText(message))) return undefined;
  return isOurCommand(ownText(message), bot) ? senderOf(message).userId : undefined;
}

async function chatsOf(intake: Pick<Intake, "bound" | "watched">): Promise<Pick<Interests, "boundChats" | "watches">> {
  const bound = await intake.bound("telegram");
  const watched = await intake.watched("telegram");
  return { boundChats: new Set(bound.map(({ chatId }) => chatId)), watches: watches(watched) };
}

/** A group that is watched as a whole is so with all of its topics. */
const watches =
  (watched: readonly ChatRef[]): Interests["watches"] =>
  ({ chatId, threadId }) =>
    watched.some((chat) => chat.chatId === chatId && ["", threadId].includes(chat.threadId));

/** Bot API: of a group that becomes a supergroup, two messages tell, one in each. */
function noteMove(update: Update, former: Map<string, string>): void {
  const message = messageOf(update);
  if (!message) return;
  const { chat, migrate_to_chat_id: to, migrate_from_chat_id: from } = message;
  if (to !== undefined) former.set(String(to), String(chat.id));
  if (from !== undefined) former.set(String(chat.id), String(from));
}

/** What is said in a supergroup is heard from its first moment, before its binding has been moved. */
const withMoved = (
  { boundChats, watches: isWatched }: Pick<Interests, "boundChats" | "watches">,
  former: ReadonlyMap<string, string>,
): Pick<Interests, "boundChats" | "watches"> => ({
  boundChats: new Set([...boundChats, ...[...former].flatMap(([to, from]) => (boundChats.has(from) ? [to] : []))]),
  watches: (chat) => isWatched(chat) || isWatched({ ...chat, chatId: former.get(chat.chatId) ?? chat.chatId }),
});

/** People are learnt from every message of a bound group, stored or not: a later `@name` is looked up by what was seen here. */
async function sight(update: Update, boundChats: ReadonlySet<string>, intake: Intake): Promise<void> {
  const message = messageOf(update);
  const from = message?.from;
  if (!message || !from || message.chat.type === "private" || senderOf(message).kind !== "person") return;
  if (!boundChats.has(String(message.chat.id))) return;
  await intake.sighted({
    chat: chatOf(message),
    userId: String(from.id),
    ...(from.username ? { username: from.username } : {}),
    name: personName(from),
  });
}
