import type { Guild, GuildTextBasedChannel } from "discord.js";
import type { ChatRef } from "../../src/core/chat.ts";

/** Where a private dialogue is: Discord's own links write it so. */
export const PRIVATE_GUILD = "@me";

/** Discord: the bit of the permission Manage Server. */
export const MANAGE_SERVER = 1n << 5n;

/** One message, as Discord's REST side addresses it. */
export interface Spot {
  readonly channelId: string;
  readonly messageId: string;
}

/**
 * A message's id as the rest of the house carries it. Outside the channel of its chat (in a thread of a bound channel, in
 * the direct dialogue that follows a closed interaction) the channel goes along: `channel/message`.
 */
export function messageIdOf(spot: Spot, chat: Pick<ChatRef, "threadId">): string {
  return spot.channelId === chat.threadId ? spot.messageId : `${spot.channelId}/${spot.messageId}`;
}

export function spotOf(chat: Pick<ChatRef, "threadId">, messageId: string): Spot {
  const [first = "", second] = messageId.split("/");
  return second === undefined
    ? { channelId: chat.threadId, messageId: first }
    : { channelId: first, messageId: second };
}

/** Ids are 64 bits, so neither numbers nor plain text order compares them. */
export const isNewer = (id: string, than: string): boolean => BigInt(id) > BigInt(than);

/** Without the role that everybody has, discord.js throws when it is asked for permissions. */
export const hasRoles = ({ id, roles }: Pick<Guild, "id" | "roles">): boolean => roles.cache.has(id);

/** Discord: ids begin with the milliseconds since 2015. */
const DISCORD_EPOCH_MS = 1_420_070_400_000;

/** The least id of a moment, in epoch milliseconds. */
export const idAt = (ms: number): string => String(BigInt(Math.max(0, ms - DISCORD_EPOCH_MS)) << 22n);

/** A channel as far as binding goes. */
export interface Placed {
  readonly guildId: string;
  readonly channelId: string;
  /** Of a thread: the channel it belongs to. */
  readonly parentId?: string;
}

export function placedAs(channel: GuildTextBasedChannel): Placed {
  const parentId = channel.isThread() ? channel.parentId : null;
  return { guildId: channel.guildId, channelId: channel.id, ...(parentId === null ? {} : { parentId }) };
}

/** The bound chat that a channel belongs to: itself, else the channel of a thread, else its whole guild. */
export function boundTo<Chat extends ChatRef>(bound: readonly Chat[], placed: Placed): Chat | undefined {
  const own = bound.filter((chat) => chat.chatId === placed.guildId);
  return (
    own.find((chat) => chat.threadId === placed.channelId) ??
    own.find((chat) => chat.threadId !== "" && chat.threadId === placed.parentId) ??
    own.find((chat) => chat.threadId === "")
  );
}

/** The chat a message is counted to. A thread of a bound channel is that channel. */
export function chatOf(bound: readonly ChatRef[], placed: Placed): ChatRef {
  const isOfParent = boundTo(bound, placed)?.threadId === placed.parentId && placed.parentId !== undefined;
  const threadId = isOfParent ? (placed.parentId ?? placed.channelId) : placed.channelId;
  return { platform: "discord", chatId: placed.guildId, threadId };
}
