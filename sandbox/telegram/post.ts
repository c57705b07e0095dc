import type { Chat, Message, User } from "./shapes.ts";
import { isOtherBot, isShown, TELEGRAM_USER } from "./visibility.ts";
import { type ChatRecord, messageIn, seconds, storedIn, takeMessageId, type World } from "./world.ts";

/** Who speaks, as a message shows it. */
export interface Author {
  readonly from?: User | undefined;
  readonly sender_chat?: Chat | undefined;
  readonly author_signature?: string | undefined;
}

export interface Draft {
  readonly author: Author;
  /** Whether the bot itself posts: what it does never comes back to it. */
  readonly own?: boolean;
  /** Everything but identity, place and time. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly replyTo?: number | undefined;
  readonly threadId?: number | undefined;
}

type Place = Pick<Message, "message_thread_id" | "is_topic_message" | "reply_to_message" | "external_reply">;

/** A replied-to message comes without its own reply. */
function embedded(message: Message): Message {
  const { reply_to_message: _, ...rest } = message;
  return rest;
}

/** What a reply into another chat or topic brings along; the text is not among it. */
const CARRIED = [
  ...["photo", "live_photo", "document", "video", "animation", "audio", "voice", "video_note", "sticker", "story"],
  ...["checklist", "contact", "dice", "game", "giveaway", "invoice", "location", "paid_media", "poll", "venue"],
  "has_media_spoiler",
];

function elsewhere(original: Message): Place {
  const { chat, message_id, date, from, sender_chat } = original;
  const origin = from ? { type: "user", date, sender_user: from } : { type: "chat", date, sender_chat };
  const shown = CARRIED.flatMap((field) => (original[field] === undefined ? [] : [[field, original[field]]]));
  return { external_reply: { origin, chat, message_id, ...Object.fromEntries(shown) } };
}

/** In a forum topic a message that answers nothing still "replies" to the message that opened the topic. */
function inForum(record: ChatRecord, original: Message | undefined, threadId: number | undefined): Place {
  const thread = threadId ?? original?.message_thread_id;
  const topic = thread === undefined ? {} : { message_thread_id: thread, is_topic_message: true as const };
  if (original && original.message_thread_id !== thread) return { ...topic, ...elsewhere(original) };
  const shown = original ?? (thread === undefined ? undefined : storedIn(record, thread)?.message);
  return { ...topic, reply_to_message: shown && embedded(shown) };
}

function place(record: ChatRecord, { replyTo, threadId }: Draft): Place {
  const original = replyTo === undefined ? undefined : storedIn(record, replyTo)?.message;
  if (record.chat.is_forum) return inForum(record, original, threadId);
  if (!original) return threadId === undefined ? {} : { message_thread_id: threadId };
  const reply = { reply_to_message: embedded(original) };
  if (record.chat.type !== "supergroup") return reply;
  return { ...reply, message_thread_id: original.message_thread_id ?? original.message_id };
}

function keep(world: World, record: ChatRecord, message: Message, own: boolean): void {
  record.messages.set(message.message_id, { message, earlier: [], reactions: [], deleted: false, own });
  world.changes.changed();
}

/** Puts a message into the chat and, if the bot is to see it, queues the update. */
export function post(world: World, record: ChatRecord, draft: Draft): Message {
  // Whoever writes to the bot has started it.
  if (record.chat.type === "private" && record.bot === "never") record.bot = "member";
  const id = takeMessageId(world, record);
  const message: Message = {
    ...draft.author,
    ...draft.content,
    ...place(record, draft),
    message_id: id,
    date: seconds(world),
    chat: record.chat,
  };
  const before = record.lastBotId;
  const author = message.from;
  if (author && (author.id === world.bot.id || isOtherBot(world, author))) record.lastBotId = author.id;
  if (!draft.own) announce(world, record, message, before);
  keep(world, record, message, draft.own ?? false);
  forwardToDiscussion(world, record, message);
  return message;
}

function announce(world: World, record: ChatRecord, message: Message, lastBotId: number | undefined): void {
  if (!isShown(world, record, message, lastBotId)) return;
  const edited = message.edit_date !== undefined;
  if (record.chat.type === "channel") {
    world.publish(edited ? { edited_channel_post: message } : { channel_post: message });
  } else world.publish(edited ? { edited_message: message } : { message });
}

/** A post of a channel with a discussion group appears there too, even if the bot wrote it. */
function forwardToDiscussion(world: World, record: ChatRecord, message: Message): void {
  const group = record.discussionGroup === undefined ? undefined : world.chats.get(record.discussionGroup);
  if (!group || record.chat.type !== "channel") return;
  const { message_id, chat, date, from: _, reply_to_message: __, ...content } = message;
  const origin = { type: "channel", chat, message_id, date };
  post(world, group, {
    author: { from: TELEGRAM_USER, sender_chat: chat },
    content: { ...content, is_automatic_forward: true, forward_origin: origin },
  });
}

export interface Edit {
  readonly fields: Partial<Message>;
  /** Whether the bot edits. */
  readonly own: boolean;
}

/** Replaces fields of a message; `undefined` takes a field away. */
export function change(world: World, record: ChatRecord, messageId: number, edit: Edit): Message {
  const { fields, own } = edit;
  const stored = messageIn(record, messageId);
  const message: Message = { ...stored.message, ...fields, edit_date: seconds(world) };
  record.messages.set(messageId, { ...stored, message, earlier: [...stored.earlier, stored.message] });
  if (!own) announce(world, record, message, record.lastBotId);
  world.changes.changed();
  return message;
}

/** Telegram tells bots nothing about deletions. */
export function erase(world: World, record: ChatRecord, messageId: number): void {
  const stored = record.messages.get(messageId);
  if (stored) record.messages.set(messageId, { ...stored, deleted: true });
  world.changes.changed();
}
