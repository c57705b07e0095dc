import { type Args, intArg, isRecord, recordArg, textArg } from "../args.ts";
import { badRequest, forbidden, Refusal } from "../errors.ts";
import { type ChatRecord, lookUpChat, storedIn, type World } from "../world.ts";

function nameOf(record: ChatRecord): string {
  return record.chat.type === "private"
    ? "private chat"
    : record.chat.type === "channel"
      ? "channel chat"
      : `${record.chat.type} chat`;
}

function refuseUpgraded(record: ChatRecord): void {
  if (record.migratedTo === undefined) return;
  throw new Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", {
    migrate_to_chat_id: record.migratedTo,
  });
}

/** A chat the bot has met. @throws {Refusal} 400 for unknown and upgraded chats. */
export function metChat(world: World, args: Args): ChatRecord {
  const chatId = textArg(args, "chat_id");
  const record = lookUpChat(world, chatId);
  if (record) refuseUpgraded(record);
  if (!record || record.bot === "never") {
    if (world.users.has(Number(chatId))) throw forbidden("bot can't initiate conversation with a user");
    throw badRequest("chat not found");
  }
  return record;
}

/** A chat the bot is in. @throws {Refusal} 403 when it was kicked, left or blocked. */
export function enteredChat(world: World, args: Args): ChatRecord {
  const record = metChat(world, args);
  if (world.deactivated.has(record.chat.id)) throw forbidden("user is deactivated");
  if (record.bot === "kicked") {
    throw forbidden(
      record.chat.type === "private" ? "bot was blocked by the user" : `bot was kicked from the ${nameOf(record)}`,
    );
  }
  if (record.bot === "left") throw forbidden(`bot is not a member of the ${nameOf(record)}`);
  return record;
}

/** A chat the bot may post to. */
export function postableChat(world: World, args: Args): ChatRecord {
  const record = enteredChat(world, args);
  if (record.bot === "administrator" || record.chat.type === "private") return record;
  if (record.chat.type === "channel") throw badRequest("need administrator rights in the channel chat");
  if (!record.botMayPost) throw badRequest("not enough rights to send text messages to the chat");
  return record;
}

/**
 * Where a post of the bot goes. Thread 1 stands for General in links only: as a parameter it is refused. Outside of forums
 * a thread is the comments under an existing message of a supergroup.
 */
export function threadArg(record: ChatRecord, args: Args): number | undefined {
  const threadId = intArg(args, "message_thread_id");
  if (threadId === undefined || threadId === 0) return undefined;
  const notFound = badRequest("message thread not found");
  if (!record.chat.is_forum) {
    if (record.chat.type === "supergroup" && storedIn(record, threadId)) return threadId;
    throw notFound;
  }
  const topic = record.topics.get(threadId);
  if (!topic || topic.state === "deleted") throw notFound;
  if (topic.state === "closed" && record.bot !== "administrator") throw badRequest("TOPIC_CLOSED");
  return threadId;
}

/** The message a post answers; gone is gone quietly if the bot said it may. */
export function replyArg(record: ChatRecord, args: Args): number | undefined {
  const reply = recordArg(args, "reply_parameters");
  const messageId = Number(reply?.message_id ?? intArg(args, "reply_to_message_id") ?? 0);
  if (messageId === 0) return undefined;
  if (storedIn(record, messageId)) return messageId;
  if (reply?.allow_sending_without_reply === true) return undefined;
  throw badRequest("message to be replied not found");
}

const DATA_BYTES = 64;

/** Bot API, InlineKeyboardButton: `callback_data` takes 1 to 64 bytes. */
export function markupArg(args: Args): Record<string, unknown> | undefined {
  const markup = recordArg(args, "reply_markup");
  const rows = Array.isArray(markup?.inline_keyboard) ? markup.inline_keyboard : [];
  for (const button of rows.flat()) {
    if (!isRecord(button) || typeof button.text !== "string" || button.text === "") {
      throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
    }
    const { callback_data: data } = button;
    if (data === undefined) continue;
    const bytes = Buffer.byteLength(String(data));
    if (bytes < 1 || bytes > DATA_BYTES) throw badRequest("BUTTON_DATA_INVALID");
  }
  return markup;
}
