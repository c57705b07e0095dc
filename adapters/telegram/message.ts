import type { Chat, Message } from "grammy/types";
import type { ChatRef, IncomingMessage } from "../../src/core/chat.ts";
import { mediaIn, partsIn, placesIn } from "./media.ts";
import { originName, ownText, repliedTo } from "./reply.ts";
import { chatTitle, senderOf } from "./sender.ts";
import { hasKnownOrigin } from "./update.ts";

export function incomingMessage(message: Message): IncomingMessage {
  const replied = repliedTo(message);
  const link = linkTo(message);
  return {
    at: { ...chatOf(message), messageId: String(message.message_id) },
    place: { kind: placeKind(message.chat), title: chatTitle(message.chat) },
    sender: senderOf(message),
    text: ownText(message),
    media: mediaIn(message, message.message_id),
    ...placesIn(message),
    parts: partsIn(message),
    ...(replied ? { repliedTo: replied } : {}),
    ...(link ? { link } : {}),
    ...(hasKnownOrigin(message) ? { forwardedFrom: originName(message.forward_origin) } : {}),
    sentAt: message.date * 1_000,
    edited: message.edit_date !== undefined,
  };
}

/** Supergroups number the thread of every reply; only with `is_topic_message` is it a topic. General has no number. */
export function chatOf(message: Pick<Message, "chat" | "is_topic_message" | "message_thread_id">): ChatRef {
  const topic = message.is_topic_message ? message.message_thread_id : undefined;
  return { platform: "telegram", chatId: String(message.chat.id), threadId: topic === undefined ? "" : String(topic) };
}

export function placeKind(chat: Chat): IncomingMessage["place"]["kind"] {
  if (chat.type === "private" || chat.type === "channel") return chat.type;
  return "group";
}

/** Members of private supergroups and channels can open `t.me/c/<id without -100>`; basic groups and private chats have no links. */
function linkTo(message: Message): string | undefined {
  const { chat } = message;
  if (chat.type !== "supergroup" && chat.type !== "channel") return undefined;
  const room = chat.username ?? `c/${String(chat.id).replace(/^-100/u, "")}`;
  const { threadId } = chatOf(message);
  return ["https://t.me", room, ...(threadId ? [threadId] : []), message.message_id].join("/");
}
