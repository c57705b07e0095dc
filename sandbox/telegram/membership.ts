import { post } from "./post.ts";
import type { Chat, ChatType, User } from "./shapes.ts";
import { openTopic } from "./topics.ts";
import { type ChatRecord, type ChatRef, chatIdOf, type MemberStatus, recordOf, seconds, type World } from "./world.ts";

export interface NewUser {
  readonly firstName: string;
  readonly lastName?: string;
  readonly username?: string;
  readonly isBot?: boolean;
  readonly languageCode?: string;
  readonly id?: number;
}

export interface NewChat {
  readonly type: ChatType;
  readonly title?: string;
  readonly username?: string;
  /** Supergroups only. */
  readonly isForum?: boolean;
  /** Names of topics that exist from the start, beside General. */
  readonly topics?: readonly string[];
  /** Default: all. */
  readonly availableReactions?: readonly string[];
  /** Private chats only, and required there: whose. */
  readonly user?: User;
  /** Default: administrator of channels, member elsewhere. `never`: not added, or not started yet. */
  readonly bot?: MemberStatus | "never";
  readonly owner?: User;
  readonly members?: readonly User[];
}

/** A chat as tests hold it. `topics` maps a topic's name to its thread id. */
export interface SandboxChat extends Chat {
  readonly topics: ReadonlyMap<string, number>;
}

export interface Membership {
  createUser(user: NewUser): User;
  createChat(chat: NewChat): SandboxChat;
  /** Turns a basic group into a supergroup: two service messages, the old id is dead. Returns the new chat. */
  migrate(group: ChatRef): SandboxChat;
  addBot(chat: ChatRef, by: User, status?: "administrator" | "member"): void;
  kickBot(chat: ChatRef, by: User): void;
  /** The person blocks the bot in their private chat. */
  block(user: User): void;
  unblock(user: User): void;
  /** The account is deleted. */
  deactivate(user: User): void;
  setMember(chat: ChatRef, user: User, status: MemberStatus): void;
  /** Whether members such as the bot may post; channels need an administrator anyway. */
  allowPosting(chat: ChatRef, allowed: boolean): void;
  /** Posts of the channel appear in the group as automatic forwards. */
  linkDiscussion(channel: ChatRef, group: ChatRef): void;
  /** Changes the name people see, without any update; undefined takes it away. */
  setUsername(user: User, username: string | undefined): User;
}

function emptyRecord(chat: Chat, bot: ChatRecord["bot"]): ChatRecord {
  return {
    chat,
    bot,
    botMayPost: true,
    availableReactions: undefined,
    messages: new Map(),
    members: new Map(),
    topics: new Map(),
    migratedTo: undefined,
    discussionGroup: undefined,
    lastBotId: undefined,
    // Number 1 is the message about the chat's creation, which nobody asks for.
    nextMessageId: 2,
  };
}

interface Ids {
  user: number;
  group: number;
  supergroup: number;
}

function takeChatId(type: ChatType, ids: Ids): number {
  if (type === "group") return -ids.group++;
  return Number(`-100${ids.supergroup++}`);
}

function chatShape(made: NewChat, ids: Ids): Chat {
  const { type, title = "Sandbox", username, user } = made;
  if (type === "private") {
    if (!user) throw new TypeError("a private chat needs its user");
    return { id: user.id, type, first_name: user.first_name, username: user.username };
  }
  const isForum = made.isForum && type === "supergroup" ? true : undefined;
  return { id: takeChatId(type, ids), type, title, username, is_forum: isForum };
}

function handle(record: ChatRecord): SandboxChat {
  return { ...record.chat, topics: new Map([...record.topics.values()].map(({ name, threadId }) => [name, threadId])) };
}

function createChat(world: World, ids: Ids, made: NewChat): SandboxChat {
  const bot = made.bot ?? (made.type === "channel" ? "administrator" : "member");
  const record = emptyRecord(chatShape(made, ids), "never");
  record.availableReactions = made.availableReactions;
  for (const user of made.members ?? []) record.members.set(user.id, "member");
  if (made.user) record.members.set(made.user.id, "member");
  if (made.owner) record.members.set(made.owner.id, "creator");
  world.chats.set(record.chat.id, record);
  // The bot was not there yet when the topics were opened, so it is told nothing of them.
  for (const name of made.topics ?? []) openTopic(world, record, name);
  record.bot = bot;
  return handle(record);
}

function setBot(world: World, record: ChatRecord, by: User, status: MemberStatus): void {
  const old = record.bot === "never" ? "left" : record.bot;
  record.bot = status;
  world.publish({
    my_chat_member: {
      chat: record.chat,
      from: by,
      date: seconds(world),
      old_chat_member: { user: world.bot, status: old },
      new_chat_member: { user: world.bot, status },
    },
  });
  world.changes.changed();
}

function setMember(world: World, record: ChatRecord, user: User, status: MemberStatus): void {
  const old = record.members.get(user.id) ?? "left";
  record.members.set(user.id, status);
  if (record.bot !== "administrator") return;
  world.publish({
    chat_member: {
      chat: record.chat,
      from: user,
      date: seconds(world),
      old_chat_member: { user, status: old },
      new_chat_member: { user, status },
    },
  });
}

function migrate(world: World, ids: Ids, group: ChatRef): SandboxChat {
  const old = recordOf(world, group);
  if (old.chat.type !== "group") throw new TypeError("only a basic group can be upgraded");
  const chat: Chat = { id: takeChatId("supergroup", ids), type: "supergroup", title: old.chat.title };
  const record = emptyRecord(chat, old.bot);
  for (const [id, status] of old.members) record.members.set(id, status);
  world.chats.set(chat.id, record);
  const from = [...world.users.values()].find((user) => old.members.get(user.id) === "creator");
  post(world, old, { author: { from }, content: { migrate_to_chat_id: chat.id } });
  old.migratedTo = chat.id;
  post(world, record, { author: { from }, content: { migrate_from_chat_id: old.chat.id } });
  return handle(record);
}

function privateChat(world: World, user: User): ChatRecord {
  return recordOf(world, user.id);
}

export function openMembership(world: World): Membership {
  const ids: Ids = { user: 5_000_000_001, group: 4_000_000_001, supergroup: 2_000_000_001 };
  return {
    createUser({ firstName, lastName, username, isBot = false, languageCode, id = ids.user++ }) {
      const names = { first_name: firstName, last_name: lastName, username, language_code: languageCode };
      const user: User = { id, is_bot: isBot, ...names };
      world.users.set(id, user);
      return user;
    },
    createChat: (made) => createChat(world, ids, made),
    migrate: (group) => migrate(world, ids, group),
    addBot: (chat, by, status = "member") => setBot(world, recordOf(world, chat), by, status),
    kickBot: (chat, by) => setBot(world, recordOf(world, chat), by, "kicked"),
    block: (user) => setBot(world, privateChat(world, user), user, "kicked"),
    unblock: (user) => setBot(world, privateChat(world, user), user, "member"),
    deactivate: (user) => void world.deactivated.add(user.id),
    setMember: (chat, user, status) => setMember(world, recordOf(world, chat), user, status),
    allowPosting(chat, allowed) {
      recordOf(world, chat).botMayPost = allowed;
    },
    linkDiscussion(channel, group) {
      recordOf(world, channel).discussionGroup = chatIdOf(group);
    },
    setUsername(user, username) {
      const renamed: User = { ...user, username };
      world.users.set(user.id, renamed);
      const own = world.chats.get(user.id);
      if (own) own.chat = { ...own.chat, username };
      return renamed;
    },
  };
}
