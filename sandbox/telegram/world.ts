import type { Changes } from "./changes.ts";
import { badRequest } from "./errors.ts";
import type { FileStore } from "./files.ts";
import type { Chat, Message, UpdateBody, User } from "./shapes.ts";

export type MemberStatus = "creator" | "administrator" | "member" | "restricted" | "left" | "kicked";

/** The bot's set of emoji on a message from a moment on; empty when it took its reaction back. */
export interface ReactionState {
  readonly at: number;
  readonly emoji: readonly string[];
}

export interface StoredMessage {
  readonly message: Message;
  /** What the message was before, oldest first; without the current version. */
  readonly earlier: readonly Message[];
  readonly reactions: readonly ReactionState[];
  readonly deleted: boolean;
  /** Whether the bot posted it. */
  readonly own: boolean;
}

export interface Topic {
  readonly threadId: number;
  readonly name: string;
  state: "open" | "closed" | "deleted";
}

/** One chat with everything in it. Owned by the world, changed in place. */
export interface ChatRecord {
  chat: Chat;
  /** The bot's standing; in a private chat `member` means started and not blocked, `kicked` means blocked. */
  bot: MemberStatus | "never";
  botMayPost: boolean;
  availableReactions: readonly string[] | undefined;
  readonly messages: Map<number, StoredMessage>;
  readonly members: Map<number, MemberStatus>;
  readonly topics: Map<number, Topic>;
  migratedTo: number | undefined;
  discussionGroup: number | undefined;
  /** The last bot that spoke here: with privacy mode on, plain commands go to it alone. */
  lastBotId: number | undefined;
  nextMessageId: number;
}

export interface World {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly bot: User;
  readonly canReadAllGroupMessages: boolean;
  readonly botToBot: boolean;
  readonly users: Map<number, User>;
  readonly deactivated: Set<number>;
  readonly chats: Map<number, ChatRecord>;
  readonly files: FileStore;
  readonly changes: Changes;
  /** Queues an update unless the remembered `allowed_updates` leave it out. */
  readonly publish: (body: UpdateBody) => void;
  /** Private chats and basic groups share one counter of message ids per bot account. */
  nextSharedMessageId: number;
}

/** A chat as callers name it: its id, or anything that has one. */
export type ChatRef = number | { readonly id: number };

export function chatIdOf(ref: ChatRef): number {
  return typeof ref === "number" ? ref : ref.id;
}

/** @throws {Error} If there is no such chat: a mistake in the test or demo, not something the bot did. */
export function recordOf(world: World, ref: ChatRef): ChatRecord {
  const record = world.chats.get(chatIdOf(ref));
  if (!record) throw new Error(`no chat ${chatIdOf(ref)} in the Telegram sandbox`);
  return record;
}

export function storedIn(record: ChatRecord, messageId: number): StoredMessage | undefined {
  const stored = record.messages.get(messageId);
  return stored && !stored.deleted ? stored : undefined;
}

/** @throws {Error} Like `recordOf`. */
export function messageIn(record: ChatRecord, messageId: number): StoredMessage {
  const stored = storedIn(record, messageId);
  if (!stored) throw new Error(`no message ${messageId} in chat ${record.chat.id} of the Telegram sandbox`);
  return stored;
}

export function takeMessageId(world: World, record: ChatRecord): number {
  if (record.chat.type === "private" || record.chat.type === "group") return world.nextSharedMessageId++;
  return record.nextMessageId++;
}

export function seconds(world: World): number {
  return Math.floor(world.now() / 1_000);
}

/** @throws {Refusal} 400 when the id is neither a number nor the `@username` of a public chat, or unknown. */
export function lookUpChat(world: World, chatId: string | undefined): ChatRecord | undefined {
  if (chatId === undefined || chatId === "") throw badRequest("chat_id is empty");
  if (!chatId.startsWith("@")) return world.chats.get(Number(chatId));
  const wanted = chatId.slice(1).toLowerCase();
  return [...world.chats.values()].find(
    ({ chat }) => chat.type !== "private" && chat.username?.toLowerCase() === wanted,
  );
}
