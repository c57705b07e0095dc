import type { Bot } from "grammy";
import type { Clock } from "../../src/app/ports.ts";
import type { IncomingMessage } from "../../src/core/chat.ts";
import { readCommand } from "../../src/core/command.ts";
import { concernsChatAdmins } from "../../src/core/permissions.ts";
import { faultOf } from "./fault.ts";

/** How long an answer of Telegram is good for, in milliseconds. */
const FRESH_MS = 60_000;
const MOST_REMEMBERED = 1_000;

/**
 * Adds whether the sender administers the chat, where that decides about the command. Rejects when Telegram cannot be asked just
 * now, so that the command is dealt with later.
 */
export function openChatAdmins(bot: Bot, clock: Clock): (message: IncomingMessage) => Promise<IncomingMessage> {
  const known = new Map<string, { readonly isAdmin: boolean; readonly at: number }>();

  async function isAdmin(chatId: string, userId: string): Promise<boolean> {
    const key = `${chatId}:${userId}`;
    const remembered = known.get(key);
    const now = clock();
    if (remembered && now >= remembered.at && now - remembered.at < FRESH_MS) return remembered.isAdmin;
    const answer = await ask(bot, chatId, userId);
    known.delete(key);
    known.set(key, { isAdmin: answer, at: now });
    const oldest = known.keys().next();
    if (known.size > MOST_REMEMBERED && !oldest.done) known.delete(oldest.value);
    return answer;
  }

  return async (message) => {
    const { sender, place, at, text } = message;
    if (sender.kind !== "person" || place.kind === "private") return message;
    const read = readCommand(text, { prefix: "/", botName: bot.botInfo.username });
    if (read.kind !== "command" || !concernsChatAdmins(read.name)) return message;
    return { ...message, sender: { ...sender, chatAdmin: await isAdmin(at.chatId, sender.userId) } };
  };
}

async function ask({ api }: Bot, chatId: string, userId: string): Promise<boolean> {
  try {
    const { status } = await api.getChatMember(chatId, Number(userId));
    return status === "creator" || status === "administrator";
  } catch (error) {
    const { kind } = faultOf(error);
    // Telegram tells nobody, or knows no such member: whoever cannot be shown to be an administrator is none.
    if (kind === "refused" || kind === "forbidden" || kind === "migrated") return false;
    throw error;
  }
}
