import type { Entity, Message, User } from "./shapes.ts";
import type { ChatRecord, World } from "./world.ts";

/** Bot API, Message.from: these look like bots or users but stand for an administrator, a channel and a forward. */
export const GROUP_ANONYMOUS_BOT: User = {
  id: 1087968824,
  is_bot: true,
  first_name: "Group",
  username: "GroupAnonymousBot",
};
export const CHANNEL_BOT: User = { id: 136817688, is_bot: true, first_name: "Channel", username: "Channel_Bot" };
export const TELEGRAM_USER: User = { id: 777000, is_bot: false, first_name: "Telegram" };

const TECHNICAL = new Set([GROUP_ANONYMOUS_BOT.id, CHANNEL_BOT.id, TELEGRAM_USER.id]);

export function isOtherBot(world: World, user: User | undefined): boolean {
  return user?.is_bot === true && user.id !== world.bot.id && !TECHNICAL.has(user.id);
}

function isServiceMessage(message: Message): boolean {
  return Boolean(
    message.forum_topic_created ||
      message.migrate_to_chat_id ||
      message.migrate_from_chat_id ||
      message.new_chat_members ||
      message.left_chat_member,
  );
}

/** Commands in the text; whether a caption's command counts is not documented, so it does not here. */
function commands(message: Message): string[] {
  const text = message.text ?? "";
  const spell = ({ offset, length }: Entity): string => text.slice(offset, offset + length).toLowerCase();
  return (message.entities ?? []).filter((entity) => entity.type === "bot_command").map(spell);
}

function concernsTheBot(world: World, message: Message): boolean {
  const own = `@${world.bot.username}`.toLowerCase();
  return (
    message.reply_to_message?.from?.id === world.bot.id ||
    message.via_bot?.id === world.bot.id ||
    commands(message).some((command) => command.endsWith(own))
  );
}

/**
 * Whether the bot is shown the message at all. Bot API, "Privacy mode" and "Bot-to-Bot Communication Mode".
 *
 * @param lastBotId Who was the last bot to speak before this message.
 */
export function isShown(world: World, record: ChatRecord, message: Message, lastBotId: number | undefined): boolean {
  if (record.bot === "left" || record.bot === "kicked" || record.bot === "never") return false;
  if (message.from?.id === world.bot.id) return false;
  if (record.chat.type === "private") return true;
  if (record.chat.type === "channel") return record.bot === "administrator";
  if (isServiceMessage(message)) return true;
  const readsAll = record.bot === "administrator" || world.canReadAllGroupMessages;
  if (isOtherBot(world, message.from)) return world.botToBot && (readsAll || concernsTheBot(world, message));
  if (readsAll || concernsTheBot(world, message)) return true;
  const isOurTurn = lastBotId === undefined || lastBotId === world.bot.id;
  return isOurTurn && commands(message).some((command) => !command.includes("@"));
}
