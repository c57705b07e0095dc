import { recogniseEntities } from "./entities.ts";
import { type Author, change, erase, post } from "./post.ts";
import type { Entity, Message, Quote, User } from "./shapes.ts";
import { CHANNEL_BOT, GROUP_ANONYMOUS_BOT } from "./visibility.ts";
import { type ChatRecord, type ChatRef, chatIdOf, messageIn, recordOf, type World } from "./world.ts";

/** A person or bot by user or id, or an author made by `anonymousAdmin` or `asChannel`. */
export type Speaker = User | number | { readonly author: Author };

/** What every message may carry, whatever its kind. */
export interface MessageOptions {
  /** Message id in the same chat. */
  readonly replyTo?: number;
  readonly quote?: Quote;
  /** The topic of a forum; leave out for General. */
  readonly threadId?: number;
  /** Fields put in as they are: `forward_origin`, `via_bot`, `poll`, a field of a future release. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface SayOptions extends MessageOptions {
  readonly text: string;
  /** Formatting and `text_mention`; what the server recognises by itself is added. */
  readonly entities?: readonly Entity[];
}

export interface PostOptions extends SayOptions {
  /** Only channels that sign their posts show a name. */
  readonly signature?: string;
}

export interface EditOptions {
  readonly text?: string;
  readonly caption?: string;
  readonly entities?: readonly Entity[];
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** What people do in chats. All are synchronous: the update is queued when they return. */
export interface People {
  say(chat: ChatRef, speaker: Speaker, what: SayOptions | string): Message;
  postInChannel(channel: ChatRef, what: PostOptions | string): Message;
  edit(chat: ChatRef, messageId: number, to: EditOptions): Message;
  remove(chat: ChatRef, messageId: number): void;
  /** An administrator who hides behind the group. */
  anonymousAdmin(group: ChatRef, title?: string): Speaker;
  /** A member who writes as one of their channels. */
  asChannel(channel: ChatRef): Speaker;
}

export function authorOf(world: World, record: ChatRecord, speaker: Speaker): Author {
  if (typeof speaker === "object" && "author" in speaker) return speaker.author;
  const user = world.users.get(chatIdOf(speaker));
  if (!user) throw new Error(`no user ${chatIdOf(speaker)} in the Telegram sandbox`);
  if (!record.members.has(user.id)) record.members.set(user.id, "member");
  return { from: user };
}

/** An empty list of entities is left out, as the real server does. */
export function entitiesOf(text: string, given: readonly Entity[] = []): readonly Entity[] | undefined {
  const entities = recogniseEntities(text, given);
  return entities.length > 0 ? entities : undefined;
}

function say(world: World, record: ChatRecord, author: Author, what: SayOptions): Message {
  const { text, entities, quote, extra, replyTo, threadId } = what;
  const content = { text, entities: entitiesOf(text, entities), quote, ...extra };
  return post(world, record, { author, content, replyTo, threadId });
}

function edited(message: Message, { text, caption, entities, extra }: EditOptions): Partial<Message> {
  if (text !== undefined) return { text, entities: entitiesOf(text, entities), ...extra };
  if (caption !== undefined) return { caption, caption_entities: entitiesOf(caption, entities), ...extra };
  return { ...extra, text: message.text };
}

export function openPeople(world: World): People {
  return {
    say(chat, speaker, what) {
      const record = recordOf(world, chat);
      const options = typeof what === "string" ? { text: what } : what;
      return say(world, record, authorOf(world, record, speaker), options);
    },
    postInChannel(channel, what) {
      const record = recordOf(world, channel);
      const options: PostOptions = typeof what === "string" ? { text: what } : what;
      return say(world, record, { sender_chat: record.chat, author_signature: options.signature }, options);
    },
    edit(chat, messageId, to) {
      const record = recordOf(world, chat);
      const fields = edited(messageIn(record, messageId).message, to);
      return change(world, record, messageId, { fields, own: false });
    },
    remove: (chat, messageId) => erase(world, recordOf(world, chat), messageId),
    anonymousAdmin(group, title) {
      const { chat } = recordOf(world, group);
      return { author: { from: GROUP_ANONYMOUS_BOT, sender_chat: chat, author_signature: title } };
    },
    asChannel(channel) {
      return { author: { from: CHANNEL_BOT, sender_chat: recordOf(world, channel).chat } };
    },
  };
}
