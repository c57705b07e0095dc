import type { Message, MessageSnapshot } from "discord.js";
import type {
  ChatRef,
  Content,
  IncomingMedia,
  IncomingMessage,
  MessageRef,
  Part,
  RepliedMessage,
  Sender,
  Via,
} from "../../src/core/chat.ts";
import { framedOf } from "./frames.ts";
import type { Names } from "./inlineMarkdown.ts";
import { mediaOf } from "./media.ts";
import { chatOf, hasRoles, MANAGE_SERVER, messageIdOf, type Placed, PRIVATE_GUILD, type Spot } from "./place.ts";
import { componentMedia, embedMedia, isPicture, stickerMedia } from "./shown.ts";
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

const originalsOf = (message: Readable): Readable[] => [...(message.messageSnapshots?.values() ?? [])];

/**
 * People write no embeds: what stands below their words Discord has made of the links in them. Of a command they are not
 * taken, so that an address which is only named is never fetched; of a message that somebody points at they are what is meant.
 */
function embedsOf(message: Readable, isCommand: boolean) {
  const isPerson = message.author !== null && !message.author.bot && message.webhookId === null;
  return isCommand && isPerson ? [] : (message.embeds ?? []).map((embed) => embed.data);
}

const componentsOf = (message: Readable) => (message.components ?? []).map((component) => component.toJSON());

const stickersOf = (message: Readable) => [...(message.stickers?.values() ?? [])];

function wordingOf(message: Readable, isCommand = false): Wording {
  return {
    content: message.content ?? "",
    embeds: embedsOf(message, isCommand),
    components: componentsOf(message),
    snapshots: originalsOf(message).map((original) => wordingOf(original)),
  };
}

function shownIn(message: Readable, spot: Spot, isCommand = false): IncomingMedia[] {
  return [
    ...[...(message.attachments?.values() ?? [])].map((attachment) => mediaOf(attachment, spot)),
    ...stickersOf(message).filter(isPicture).flatMap(stickerMedia),
    ...embedsOf(message, isCommand).flatMap(embedMedia),
    ...componentMedia(componentsOf(message)),
    ...originalsOf(message).flatMap((original) => shownIn(original, spot)),
  ];
}

function partsOf(message: Readable): Part[] {
  const lottie = stickersOf(message).filter((sticker) => !isPicture(sticker));
  const options = [...(message.poll?.answers.values() ?? [])].map(({ text, emoji }) => text ?? emoji?.name ?? "");
  const question = message.poll?.question.text;
  return [
    ...lottie.map(({ name }) => ({ kind: "sticker" as const, label: name })),
    ...(question === undefined ? [] : [{ kind: "poll" as const, question: question ?? "", options }]),
    ...originalsOf(message).flatMap(partsOf),
  ];
}

/** What a message says and brings. */
export function contentOf(message: Message, isCommand = false): Content {
  return {
    text: textOf(wordingOf(message, isCommand), namesOf(message), isCommand),
    media: shownIn(message, spotOfMessage(message), isCommand),
    parts: partsOf(message),
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

/** Discord: the flag of a message that came from an announcement channel followed here. */
const CROSSPOST = 1 << 1;

/** The answer of an app to an interaction comes as if through a webhook, and is the app's own all the same. */
function viaOf({ webhookId, applicationId, flags, reference }: Message): { via?: Via } {
  if (webhookId === null || webhookId === applicationId) return {};
  if (flags.has(CROSSPOST) && reference) return { via: { kind: "followed-channel", channelId: reference.channelId } };
  return { via: { kind: "webhook" } };
}

/** A webhook's name is whatever its caller put there, so it is a bot whatever it is called. */
function senderOf(message: Message): Sender {
  const { author, member } = message;
  return {
    kind: author.bot || message.webhookId ? "bot" : "person",
    userId: author.id,
    ...(message.webhookId ? {} : { username: author.username }),
    name: member?.displayName ?? author.displayName,
    ...(member && hasRoles(member.guild) ? { chatAdmin: member.permissions.has(MANAGE_SERVER) } : {}),
    ...viaOf(message),
  };
}

function titleOf(message: Message): IncomingMessage["place"] {
  const { channel } = message;
  if (channel.isDMBased()) return { kind: "private", title: message.author.displayName };
  return { kind: "group", title: `${channel.guild.name} #${channel.name}` };
}

/** @param bound What is bound now: it decides which chat a thread's message is counted to. */
export function placeOf(message: Message, bound: readonly ChatRef[]): MessageRef {
  const chat = chatOf(bound, placedOf(message));
  return { ...chat, messageId: messageIdOf(spotOfMessage(message), chat) };
}

/** @param bound As for {@link placeOf}. */
export function messageFrom(
  message: Message,
  bound: readonly ChatRef[],
  repliedTo: Message | undefined,
): IncomingMessage {
  const at = placeOf(message, bound);
  const { parentId } = placedOf(message);
  const framed = framedOf(wordingOf(message, true), namesOf(message));
  return {
    ...contentOf(message, true),
    ...(framed ? { framed } : {}),
    // Discord says nothing about who wrote the original.
    ...(originalsOf(message).length > 0 ? { forwardedFrom: "" } : {}),
    ...(parentId === undefined || parentId === at.threadId ? {} : { within: parentId }),
    at,
    place: titleOf(message),
    sender: senderOf(message),
    ...(repliedTo ? { repliedTo: repliedOf(repliedTo, at) } : {}),
    link: message.url,
    sentAt: message.createdTimestamp,
    edited: message.editedTimestamp !== null,
  };
}
