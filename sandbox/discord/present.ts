import { presentFile } from "./files.ts";
import {
  BIT,
  type Channel,
  EVERYONE_BITS,
  FLAG,
  type Guild,
  INTENT,
  type JsonObject,
  type Member,
  type Message,
  type User,
} from "./model.ts";
import { canSee, type Viewer, type World } from "./world.ts";

export function presentUser(user: User): JsonObject {
  return {
    id: user.id,
    username: user.username,
    discriminator: user.bot ? "0001" : "0",
    global_name: user.globalName,
    avatar: null,
    bot: user.bot,
    public_flags: 0,
  };
}

/** Without `user`, as messages and `resolved` carry it. */
export function presentMember(member: Member): JsonObject {
  return {
    nick: member.nick,
    roles: [],
    joined_at: new Date(member.joinedAt).toISOString(),
    deaf: false,
    mute: false,
    flags: 0,
    avatar: null,
    premium_since: null,
    pending: false,
  };
}

export function presentChannel(world: World, channel: Channel): JsonObject {
  const base = { id: channel.id, type: channel.type, last_message_id: channel.lastMessageId, flags: 0 };
  if (channel.recipient) return { ...base, recipients: [presentUser(channel.recipient)] };
  const placed = { ...base, name: channel.name, guild_id: channel.guild?.id ?? null, rate_limit_per_user: 0 };
  if (channel.parent) return { ...placed, ...threadFields(world, channel) };
  const overwrite = { id: world.bot.id, type: 1, allow: "0", deny: String(channel.denied) };
  return {
    ...placed,
    parent_id: null,
    position: 0,
    topic: null,
    nsfw: false,
    permission_overwrites: channel.denied === 0n ? [] : [overwrite],
  };
}

function threadFields(world: World, thread: Channel): JsonObject {
  return {
    parent_id: thread.parent?.id ?? null,
    owner_id: world.bot.id,
    message_count: thread.messages.length,
    member_count: 1,
    total_message_sent: thread.messages.length,
    thread_metadata: {
      archived: thread.archived,
      auto_archive_duration: 1440,
      archive_timestamp: new Date(world.clock()).toISOString(),
      locked: false,
    },
  };
}

export function presentRoles(guild: Guild): JsonObject[] {
  return guild.roles.map((role, position) => ({
    id: role.id,
    name: role.name,
    permissions: String(role.permissions),
    color: 0,
    hoist: false,
    managed: false,
    mentionable: true,
    position,
    flags: 0,
  }));
}

export function presentGuild(guild: Guild): JsonObject {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    owner_id: guild.ownerId,
    roles: presentRoles(guild),
    emojis: [],
    stickers: [],
    features: [],
    preferred_locale: "en-US",
    premium_tier: 0,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    afk_timeout: 300,
    system_channel_flags: 0,
    premium_progress_bar_enabled: false,
  };
}

/** What a session gets on GUILD_CREATE: without the presences intent, of all members only the bot. */
export function presentGuildCreate(world: World, guild: Guild): JsonObject {
  const own = [...world.channels.values()].filter((channel) => channel.guild === guild && canSee(channel));
  const bot = guild.members.get(world.bot.id);
  return {
    ...presentGuild(guild),
    joined_at: new Date(bot?.joinedAt ?? world.clock()).toISOString(),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    members: bot ? [{ ...presentMember(bot), user: presentUser(bot.user) }] : [],
    channels: own.filter((channel) => !channel.parent).map((channel) => presentChannel(world, channel)),
    threads: own
      .filter((channel) => channel.parent && !channel.archived)
      .map((thread) => presentChannel(world, thread)),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

/** What reading the message as `viewer` means for its fields; the intents of REST are the portal's switch. */
export function restViewer(world: World): Viewer {
  return { intents: world.settings.messageContentIntent ? INTENT.messageContent : 0 };
}

/** Who owns the application reads everything: interaction payloads and the control side. */
export const FULL_VIEW: Viewer = { intents: INTENT.messageContent };

function readable(world: World, message: Message, viewer: Viewer): boolean {
  return (
    (viewer.intents & INTENT.messageContent) !== 0 ||
    message.author === world.bot ||
    message.channel.recipient !== undefined ||
    message.mentioned.users.includes(world.bot.id)
  );
}

/** Without the right to read content, its fields come empty, not absent; only `poll` is left out. */
function contentFields(world: World, message: Message, open: boolean): JsonObject {
  if (!open) return { content: "", embeds: [], attachments: [], components: [] };
  return {
    content: message.content,
    embeds: message.embeds,
    attachments: message.files.map((file) => presentFile(world, file)),
    components: message.components,
    ...(message.poll === undefined ? {} : { poll: message.poll }),
  };
}

function referenceFields(world: World, message: Message, viewer: Viewer, open: boolean): JsonObject {
  const guild = message.channel.guild ? { guild_id: message.channel.guild.id } : {};
  if (message.forwarded) {
    const { id, channelId, snapshot } = message.forwarded;
    return {
      message_reference: { type: 1, message_id: id, channel_id: channelId, ...guild },
      message_snapshots: open ? [{ message: snapshot }] : [],
    };
  }
  if (!message.repliedTo) return {};
  const { id, channelId } = message.repliedTo;
  const original = message.channel.messages.find((each) => each.id === id);
  return {
    message_reference: { type: 0, message_id: id, channel_id: channelId, ...guild },
    referenced_message: original ? presentMessage(world, withoutReply(original), viewer) : null,
  };
}

function withoutReply(message: Message): Message {
  const { repliedTo: _, ...rest } = message;
  return rest;
}

function reactionFields(world: World, message: Message): JsonObject {
  if (message.reactions.length === 0) return {};
  const reactions = message.reactions.map(({ emoji, userIds }) => ({
    emoji: emojiOf(emoji),
    count: userIds.length,
    count_details: { burst: 0, normal: userIds.length },
    me: userIds.includes(world.bot.id),
    me_burst: false,
    burst_colors: [],
  }));
  return { reactions };
}

/** `name:id` is a custom emoji, everything else a character. */
export function emojiOf(emoji: string): JsonObject {
  const custom = /^(\w+):(\d+)$/.exec(emoji);
  return custom ? { id: custom[2] ?? null, name: custom[1] ?? null } : { id: null, name: emoji };
}

function originFields(message: Message): JsonObject {
  return {
    ...(message.nonce === undefined ? {} : { nonce: message.nonce }),
    ...(message.webhookId === undefined ? {} : { webhook_id: message.webhookId }),
    ...(message.applicationId === undefined ? {} : { application_id: message.applicationId }),
    ...(message.stickers.length === 0 ? {} : { sticker_items: message.stickers }),
    ...(message.interaction === undefined
      ? {}
      : {
          interaction_metadata: {
            id: message.interaction.id,
            type: message.interaction.type,
            user: presentUser(message.interaction.user),
            authorizing_integration_owners: {},
          },
        }),
  };
}

/** The message as REST shows it; the links of its attachments are new at each reading. */
export function presentMessage(world: World, message: Message, viewer: Viewer): JsonObject {
  const open = readable(world, message, viewer);
  const mentions = message.mentioned.users.flatMap((id) => world.users.get(id) ?? []);
  return {
    id: message.id,
    type: message.type,
    channel_id: message.channel.id,
    author: presentUser(message.author),
    timestamp: new Date(message.timestamp).toISOString(),
    edited_timestamp: message.editedAt === null ? null : new Date(message.editedAt).toISOString(),
    tts: false,
    pinned: false,
    flags: message.flags,
    mention_everyone: message.mentioned.everyone,
    mentions: mentions.map(presentUser),
    mention_roles: [...message.mentioned.roles],
    ...contentFields(world, message, open),
    ...referenceFields(world, message, viewer, open),
    ...reactionFields(world, message),
    ...originFields(message),
  };
}

/** The message as events show it: with its server and, unless a webhook wrote it, its member. */
export function presentMessageEvent(world: World, message: Message, viewer: Viewer): JsonObject {
  const { guild, type } = message.channel;
  // Undocumented, but sent: clients tell direct messages by it.
  const wire = { ...presentMessage(world, message, viewer), channel_type: type };
  if (!guild || (message.flags & FLAG.ephemeral) !== 0) return wire;
  const member = message.webhookId === undefined ? guild.members.get(message.author.id) : undefined;
  return { ...wire, guild_id: guild.id, ...(member ? { member: presentMember(member) } : {}) };
}

export function presentPermissions(member: Member): string {
  return String(member.permissions | EVERYONE_BITS | BIT.view);
}
