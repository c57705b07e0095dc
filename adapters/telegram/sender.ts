import type { Chat, Message, User } from "grammy/types";
import type { Sender } from "../../src/core/chat.ts";

/** Accounts of Telegram itself that stand in for somebody else; `is_bot` says nothing about them. */
const ANONYMOUS_ADMIN_ID = 1087968824;
const WRITES_AS_CHANNEL_ID = 136817688;
const AUTOMATIC_FORWARD_ID = 777000;

export function personName(user: User): string {
  return [user.first_name, user.last_name].filter(Boolean).join(" ") || user.username || String(user.id);
}

export function chatTitle(chat: Chat): string {
  if (chat.type !== "private") return chat.title;
  return [chat.first_name, chat.last_name].filter(Boolean).join(" ") || chat.username || String(chat.id);
}

/** Who wrote a message. Posts of channels have no author but, where the channel signs them, a free text. */
export function senderOf(message: Message): Sender {
  const { from, sender_chat: onBehalfOf, author_signature: signature, chat } = message;
  if (from?.id === ANONYMOUS_ADMIN_ID) {
    return { kind: "anonymous-admin", userId: String(from.id), name: signature ?? chatTitle(chat) };
  }
  if (!from || from.id === WRITES_AS_CHANNEL_ID || from.id === AUTOMATIC_FORWARD_ID) {
    const channel = onBehalfOf ?? chat;
    return { kind: "channel", userId: String(channel.id), name: signature ?? chatTitle(channel) };
  }
  return accountOf(from);
}

export function accountOf(user: User): Sender {
  return {
    kind: user.is_bot ? "bot" : "person",
    userId: String(user.id),
    ...(user.username ? { username: user.username } : {}),
    name: personName(user),
    ...(user.language_code ? { language: user.language_code } : {}),
  };
}

/** A post of a channel that Telegram copies into the channel's discussion group: it has been seen in the channel already. */
export function isAutomaticForward(message: Message): boolean {
  return message.is_automatic_forward === true || message.from?.id === AUTOMATIC_FORWARD_ID;
}
