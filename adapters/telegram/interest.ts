import type { Message, Update } from "grammy/types";
import type { ChatRef } from "../../src/core/chat.ts";
import { mayHoldSecret } from "../../src/core/webhookText.ts";
import { isOurCommand, type OwnName } from "./command.ts";
import { chatOf } from "./message.ts";
import { ownText } from "./reply.ts";
import { isAutomaticForward } from "./sender.ts";
import { messageOf } from "./update.ts";

export interface Interests {
  readonly bot: OwnName;
  /** Ids of the chats that are bound to a workspace. */
  readonly boundChats: ReadonlySet<string>;
  /** Whether the messages of a chat feed a rule. */
  readonly watches: (chat: ChatRef) => boolean;
}

/** Whether an update may concern us and is therefore stored before it is confirmed. */
export function concerns(update: Update, interests: Interests): boolean {
  if (update.my_chat_member || update.callback_query) return true;
  const message = messageOf(update);
  if (!message || isNoise(update, message, interests.bot.id)) return false;
  if (message.migrate_to_chat_id !== undefined || message.migrate_from_chat_id !== undefined) return true;
  if (message.chat.type === "private") return true;
  if (message.media_group_id !== undefined && interests.boundChats.has(String(message.chat.id))) return true;
  // A credential that others read is taken away, whatever the message is about.
  if (interests.boundChats.has(String(message.chat.id)) && mayHoldSecret(ownText(message))) return true;
  return interests.watches(chatOf(message)) || isOurCommand(ownText(message), interests.bot);
}

/** Moves of a live location come as edits for hours. */
function isNoise(update: Update, message: Message, botId: number): boolean {
  const edited = update.edited_message ?? update.edited_channel_post;
  const moved = edited?.location !== undefined;
  return moved || isAutomaticForward(message) || message.from?.id === botId;
}

/** Members of one album share it. Bot API: `media_group_id` has a meaning only within its chat. */
export function albumKeyOf(message: Pick<Message, "chat" | "media_group_id"> | undefined): string | undefined {
  return message?.media_group_id === undefined ? undefined : `${message.chat.id}:${message.media_group_id}`;
}
