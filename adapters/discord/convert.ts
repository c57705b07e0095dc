import type { Message, MessageSnapshot } from "discord.js";
import type { ChatRef, Content, IncomingMessage, RepliedMessage, Sender } from "../../src/core/chat.ts";
import type { Names } from "./inlineMarkdown.ts";
import { mediaOf } from "./media.ts";
import { chatOf, messageIdOf, type Placed, PRIVATE_GUILD, type Spot } from "./place.ts";
import { textOf, type Wording } from "./textOf.ts";

/** Discord: types of a message reference. */
const FORWARD = 1;

type Readable = Message | MessageSnapshot;

export const spotOfMessage = (message: Pick<Message, "channelId" | "id">): Spot => ({
  channelId: message.channelId,
  messageId: message.id,
});

export function placedOf(message: Message): Placed {
  const { channel } = message;
  const parentId = channel.isThread() ? channel.parentId : null;
  return {
    guildId: message.guildId ?? PRIVATE_GUILD,
    channelId: message.channelId,
    ...(parentId === null ? {} : { parentId }),
  };
}

/** What this message itself and the client's cache know; no request is made. */
function namesOf(message: Message): Names {
  const { client, guild } = message;
  return {
    user: (id) => {
      const user = message.mentions.users.get(id) ?? client.users.cache.get(id);
      if (!user) return undefined;
      const member = message.mentions.members?.get(id) ?? guild?.members.cache.get(id);
      return { label: member?.displayName ?? user.displayName, username: user.username };
    },
    role: (id) => guild?.roles.cache.get(id)?.name,
    channel: (id) => {
      const channel = client.channels.cache.get(id);
      return channel && "name" in channel ? (channel.name ?? undefined) : undefined;
    },
  };
}

function wordingOf(message: Readable): Wording {
  return {
    content: message.content ?? "",
    embeds: (message.embeds ?? []).map((embed) => embed.data),
    components: (message.components ?? []).map((component) => component.toJSON()),
    snapshots: [...(message.messageSnapshots?.values() ?? [])].map(wordingOf),
  };
}

const filesOf = (message: Readable) => [
  ...(message.attachments?.values() ?? []),
  ...[...(message.messageSnapshots?.values() ?? [])].flatMap((original) => [...(original.attachments?.values() ?? [])]),
];

/** What a message says and brings. */
export function contentOf(message: Message, keepsHashEscapes = false): Content {
  const stickers = [...message.stickers.values()].map((sticker) => `sticker: ${sticker.name}`);
  const poll = message.poll ? [["poll", message.poll.question.text].filter((part) => part).join(": ")] : [];
  return {
    text: textOf(wordingOf(message), namesOf(message), keepsHashEscapes),
    media: filesOf(message).map((attachment) => mediaOf(attachment, spotOfMessage(message))),
    unsupported: [...stickers, ...poll],
  };
}

export function repliedOf(message: Message, chat: ChatRef): RepliedMessage {
  return {
    ...contentOf(message),
    messageId: messageIdOf(spotOfMessage(message), chat),
    author: message.member?.displayName ?? message.author.displayName,
  };
}

/** The id of the message replied to; a forwarded message refers to its original in the same field, but answers nothing. */
export function repliedId(message: Message): string | undefined {
  const { reference } = message;
  return reference && reference.type !== FORWARD ? reference.messageId : undefined;
}

/** A webhook's name is whatever its caller put there, so it is a bot whatever it is called. */
function senderOf(message: Message): Sender {
  const { author } = message;
  return {
    kind: author.bot || message.webhookId ? "bot" : "person",
    userId: author.id,
    ...(message.webhookId ? {} : { username: author.username }),
    name: message.member?.displayName ?? author.displayName,
  };
}

function titleOf(message: Message): IncomingMessage["place"] {
  const { channel } = message;
  if (channel.isDMBased()) return { kind: "private", title: message.author.displayName };
  return { kind: "group", title: `${channel.guild.name} #${channel.name}` };
}

/** @param bound What is bound now: it decides which chat a thread's message is counted to. */
export function messageFrom(
  message: Message,
  bound: readonly ChatRef[],
  repliedTo: Message | undefined,
): IncomingMessage {
  const chat = chatOf(bound, placedOf(message));
  return {
    ...contentOf(message, true),
    at: { ...chat, messageId: messageIdOf(spotOfMessage(message), chat) },
    place: titleOf(message),
    sender: senderOf(message),
    ...(repliedTo ? { repliedTo: repliedOf(repliedTo, chat) } : {}),
    link: message.url,
    sentAt: message.createdTimestamp,
    edited: message.editedTimestamp !== null,
  };
}
