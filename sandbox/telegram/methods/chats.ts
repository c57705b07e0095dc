import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Args, intArg, textArg } from "../args.ts";
import { badRequest } from "../errors.ts";
import { DOWNLOAD_CAP_BYTES, type StoredFile } from "../files.ts";
import type { User } from "../shapes.ts";
import type { ChatRecord, MemberStatus, World } from "../world.ts";
import { enteredChat, metChat } from "./access.ts";
import type { Methods } from "./method.ts";

interface Member {
  readonly user: User;
  readonly status: MemberStatus;
}

function allReactions(record: ChatRecord): unknown {
  return record.availableReactions?.map((emoji) => ({ type: "emoji", emoji }));
}

function fullChat(record: ChatRecord): object {
  return {
    ...record.chat,
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: {},
    available_reactions: allReactions(record),
    linked_chat_id: record.discussionGroup,
  };
}

function memberOf(world: World, record: ChatRecord, userId: number): Member {
  if (userId === world.bot.id) return { user: world.bot, status: record.bot === "never" ? "left" : record.bot };
  const user = world.users.get(userId);
  if (!user) throw badRequest("user not found");
  return { user, status: record.members.get(userId) ?? "left" };
}

function getMember(world: World, args: Args): object {
  const record = enteredChat(world, args);
  if (record.chat.type === "channel" && record.bot !== "administrator") {
    throw badRequest("member list is inaccessible");
  }
  return { ...memberOf(world, record, intArg(args, "user_id") ?? 0), ...rights(record) };
}

function rights(record: ChatRecord): object {
  return record.bot === "administrator" ? { can_be_edited: false, is_anonymous: false } : {};
}

function administrators(world: World, args: Args): Member[] {
  const record = enteredChat(world, args);
  if (record.chat.type === "private") throw badRequest("there are no administrators in the private chat");
  const people = [...record.members.keys()].filter((id) => world.users.has(id) && !world.users.get(id)?.is_bot);
  return [world.bot.id, ...people]
    .map((id) => memberOf(world, record, id))
    .filter(({ status }) => status === "creator" || status === "administrator");
}

function leave(world: World, args: Args): true {
  const record = enteredChat(world, args);
  if (record.chat.type === "private") throw badRequest("chat member status can't be changed in private chats");
  record.bot = "left";
  world.changes.changed();
  return true;
}

export interface FileRules {
  /** Default 20 MB. */
  readonly capBytes?: number | undefined;
  /** `--local`: files are put here and named by their absolute paths, and nothing is too big. */
  readonly localDir?: string | undefined;
}

function getFile(world: World, { capBytes = DOWNLOAD_CAP_BYTES, localDir }: FileRules, args: Args): object {
  const file = world.files.find(textArg(args, "file_id") ?? "");
  if (!file) throw badRequest("invalid file_id");
  if (localDir === undefined && file.size > capBytes) throw badRequest("file is too big");
  const path = localDir === undefined ? world.files.openLink(file, world.now()) : putOnDisk(file, localDir);
  return { file_id: file.fileId, file_unique_id: file.uniqueId, file_size: file.size, file_path: path };
}

function putOnDisk({ path, bytes }: StoredFile, localDir: string): string {
  const there = join(localDir, path);
  mkdirSync(dirname(there), { recursive: true });
  writeFileSync(there, bytes);
  return there;
}

export function chatMethods(world: World, rules: FileRules = {}): Methods {
  return {
    getMe: () => ({
      ...world.bot,
      can_join_groups: true,
      can_read_all_group_messages: world.canReadAllGroupMessages,
      supports_inline_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
    }),
    getChat: (args) => fullChat(metChat(world, args)),
    getChatMember: (args) => getMember(world, args),
    getChatAdministrators: (args) => administrators(world, args),
    getChatMemberCount: (args) => enteredChat(world, args).members.size + 1,
    leaveChat: (args) => leave(world, args),
    getFile: (args) => getFile(world, rules, args),
  };
}
