import { randomBytes } from "node:crypto";
import { publishChannel } from "../messages.ts";
import { BIT, type Channel, EVERYONE_BITS, type Guild, INTENT, type User } from "../model.ts";
import { presentGuildCreate } from "../present.ts";
import { directChannel, type World } from "../world.ts";
import { idOf, lookUp, type Ref } from "./seen.ts";

export interface SeenChannel {
  readonly id: string;
  readonly name: string;
}

export interface SeenGuild {
  readonly id: string;
  readonly name: string;
  /** In the order they were asked for; `channel(name)` finds one. */
  readonly channels: readonly SeenChannel[];
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  channel(name: string): SeenChannel;
}

/** What the bot may do in a channel; what is not named stays as it is. */
export interface BotPermissions {
  readonly view?: boolean;
  readonly send?: boolean;
  readonly history?: boolean;
  readonly reactions?: boolean;
  readonly attach?: boolean;
  readonly embed?: boolean;
  /** Deleting what others wrote; not granted unless said so. */
  readonly manage?: boolean;
}

export interface Places {
  /** The bot is a member from the start; online sessions get GUILD_CREATE. */
  createGuild(input: { name: string; channels?: readonly string[]; roles?: readonly string[] }): SeenGuild;
  /** Type 0 text (default), 5 announcement, 15 forum. */
  createChannel(guild: Ref, input: { name: string; type?: number }): SeenChannel;
  /** A thread started from a message has that message's id. */
  createThread(channel: Ref, input: { name: string; from?: Ref; archived?: boolean }): SeenChannel;
  deleteChannel(channel: Ref): void;
  /** An incoming webhook; `url` is what people copy out of Discord. */
  createWebhook(channel: Ref): { readonly id: string; readonly url: string };
  deleteWebhook(webhook: Ref): void;
  setPermissions(channel: Ref, permissions: BotPermissions): void;
  /** `removed`: the bot was thrown out; `outage`: Discord cannot serve the server; `present`: all is well again. */
  setGuild(guild: Ref, standing: Guild["standing"]): void;
  createUser(input: { username: string; globalName?: string | null; bot?: boolean }): SeenUser;
  setUser(user: Ref, change: Partial<Pick<User, "username" | "globalName" | "dmsClosed" | "blocksBot">>): void;
  /** `permissions` come on top of what everyone may; `BIT.administrator` may all. */
  addMember(guild: Ref, user: Ref, member?: { nick?: string; permissions?: bigint }): void;
  removeMember(guild: Ref, user: Ref): void;
  /** The direct channel with the bot. */
  dm(user: Ref): SeenChannel;
}

export interface SeenUser {
  readonly id: string;
  readonly username: string;
}

export function createPlaces(world: World): Places {
  return {
    createGuild: (input) => createGuild(world, input),
    createChannel: (guild, { name, type = 0 }) => {
      const channel = newChannel(world, { id: world.newId(), type, name, guild: lookUp(world.guilds, guild, "guild") });
      publishChannel(world, "CHANNEL_CREATE", channel);
      return channel;
    },
    createThread: (channel, input) => createThread(world, lookUp(world.channels, channel, "channel"), input),
    deleteChannel: (ref) => {
      const channel = lookUp(world.channels, ref, "channel");
      publishChannel(world, channel.parent ? "THREAD_DELETE" : "CHANNEL_DELETE", channel);
      world.channels.delete(channel.id);
    },
    createWebhook: (ref) => {
      const id = world.newId();
      const token = randomBytes(51).toString("base64url");
      world.webhooks.set(token, { id, channel: lookUp(world.channels, ref, "channel") });
      return { id, url: `https://discord.com/api/webhooks/${id}/${token}` };
    },
    deleteWebhook: (ref) => {
      for (const [token, { id }] of world.webhooks) if (id === idOf(ref)) world.webhooks.delete(token);
    },
    setPermissions: (ref, permissions) => {
      const channel = lookUp(world.channels, ref, "channel");
      channel.denied = deniedBits(channel.denied, permissions);
      channel.managed = permissions.manage ?? channel.managed ?? false;
      publishChannel(world, "CHANNEL_UPDATE", channel);
    },
    setGuild: (ref, standing) => setGuild(world, lookUp(world.guilds, ref, "guild"), standing),
    createUser: ({ username, globalName = null, bot = false }) => {
      const user: User = { id: world.newId(), username, globalName, bot, dmsClosed: false, blocksBot: false };
      world.users.set(user.id, user);
      return user;
    },
    setUser: (ref, change) => void Object.assign(lookUp(world.users, ref, "user"), change),
    addMember: (ref, user, member = {}) => addMember(world, lookUp(world.guilds, ref, "guild"), { user, ...member }),
    removeMember: (ref, user) => void lookUp(world.guilds, ref, "guild").members.delete(idOf(user)),
    dm: (user) => directChannel(world, lookUp(world.users, user, "user")),
  };
}

function newChannel(world: World, known: Pick<Channel, "id" | "type" | "name"> & Partial<Channel>): Channel {
  const channel: Channel = { denied: 0n, lastMessageId: null, archived: false, messages: [], ...known };
  world.channels.set(channel.id, channel);
  return channel;
}

function createGuild(world: World, input: Parameters<Places["createGuild"]>[0]): SeenGuild {
  const id = world.newId();
  const ownerId = world.newId();
  const roles = (input.roles ?? []).map((name) => ({ id: world.newId(), name, permissions: 0n }));
  const everyone = { id, name: "@everyone", permissions: EVERYONE_BITS };
  const guild: Guild = {
    id,
    name: input.name,
    ownerId,
    members: new Map(),
    roles: [everyone, ...roles],
    standing: "present",
  };
  world.guilds.set(id, guild);
  guild.members.set(world.bot.id, { user: world.bot, nick: null, permissions: 0n, joinedAt: world.clock() });
  const channels = (input.channels ?? ["general"]).map((name) =>
    newChannel(world, { id: world.newId(), type: 0, name, guild }),
  );
  setGuild(world, guild, "present");
  const channel = (name: string) => {
    const found = channels.find((each) => each.name === name);
    if (!found) throw new Error(`Discord sandbox: no channel #${name} in ${input.name}`);
    return found;
  };
  return { id, name: input.name, channels, roles, channel };
}

function createThread(world: World, parent: Channel, input: Parameters<Places["createThread"]>[1]): SeenChannel {
  const { guild } = parent;
  if (!guild) throw new Error("Discord sandbox: direct messages have no threads");
  const id = input.from === undefined ? world.newId() : idOf(input.from);
  const thread = newChannel(world, {
    id,
    type: 11,
    name: input.name,
    guild,
    parent,
    archived: input.archived ?? false,
  });
  publishChannel(world, "THREAD_CREATE", thread);
  return thread;
}

const SETTABLE: Record<Exclude<keyof BotPermissions, "manage">, bigint> = {
  view: BIT.view,
  send: BIT.send | BIT.sendInThreads,
  history: BIT.history,
  reactions: BIT.addReactions,
  attach: BIT.attachFiles,
  embed: BIT.embedLinks,
};

function deniedBits(before: bigint, permissions: BotPermissions): bigint {
  const names = ["view", "send", "history", "reactions", "attach", "embed"] as const;
  return names.reduce((denied, name) => {
    if (permissions[name] === undefined) return denied;
    return permissions[name] ? denied & ~SETTABLE[name] : denied | SETTABLE[name];
  }, before);
}

function setGuild(world: World, guild: Guild, standing: Guild["standing"]): void {
  guild.standing = standing;
  const isOutage = standing === "outage";
  world.publish({
    name: standing === "present" ? "GUILD_CREATE" : "GUILD_DELETE",
    intents: INTENT.guilds,
    body: () => {
      if (standing === "present") return presentGuildCreate(world, guild);
      return isOutage ? { id: guild.id, unavailable: true } : { id: guild.id };
    },
  });
}

function addMember(world: World, guild: Guild, input: { user: Ref; nick?: string; permissions?: bigint }): void {
  const user = lookUp(world.users, input.user, "user");
  const { nick = null, permissions = 0n } = input;
  guild.members.set(user.id, { user, nick, permissions, joinedAt: world.clock() });
  world.changed();
}
