import { type Channel, FLAG, INTENT, type Message } from "./model.ts";
import { presentChannel, presentMessageEvent } from "./present.ts";
import type { World } from "./world.ts";

export type Draft = Pick<Message, "channel" | "author"> & Partial<Omit<Message, "id" | "timestamp" | "reactions">>;

/** Adds a message and tells the sessions; an ephemeral one lives outside the channel's history. */
export function addMessage(world: World, draft: Draft): Message {
  const message: Message = {
    type: draft.repliedTo ? 19 : 0,
    content: "",
    embeds: [],
    components: [],
    files: [],
    flags: 0,
    mentioned: { users: [], roles: [], everyone: false },
    stickers: [],
    pinged: [],
    editedAt: null,
    ...draft,
    id: world.newId(),
    timestamp: world.clock(),
    reactions: [],
  };
  if (!isEphemeral(message)) {
    message.channel.messages.push(message);
    message.channel.lastMessageId = message.id;
  }
  notePings(world, message, message.pinged);
  publishMessage(world, "MESSAGE_CREATE", message);
  return message;
}

export function isEphemeral(message: Message): boolean {
  return (message.flags & FLAG.ephemeral) !== 0;
}

/** Ephemeral messages reach nobody but their reader, so they never ping. */
function notePings(world: World, message: Message, whom: readonly string[]): void {
  if (whom.length === 0 || isEphemeral(message) || message.author !== world.bot) return;
  world.pings.push({ messageId: message.id, channelId: message.channel.id, whom });
}

export type Change = Partial<
  Pick<Message, "content" | "embeds" | "components" | "files" | "flags" | "mentioned" | "pinged">
> & {
  /** False for what is no edit: a link preview that came later leaves `edited_timestamp` alone. */
  readonly marksEdited?: boolean;
};

export function changeMessage(world: World, message: Message, change: Change): void {
  const { marksEdited = true, ...fields } = change;
  const isNew = (field: "users" | "roles") =>
    (fields.mentioned?.[field] ?? []).some((id) => !message.mentioned[field].includes(id));
  const pingsAnew = isNew("users") || isNew("roles") || (fields.mentioned?.everyone && !message.mentioned.everyone);
  Object.assign(message, fields);
  if (marksEdited) message.editedAt = world.clock();
  if (pingsAnew) notePings(world, message, message.pinged);
  publishMessage(world, "MESSAGE_UPDATE", message);
}

export function removeMessage(world: World, message: Message): void {
  const { channel } = message;
  const place = channel.messages.indexOf(message);
  if (place >= 0) channel.messages.splice(place, 1);
  const guild = channel.guild && !isEphemeral(message) ? { guild_id: channel.guild.id } : {};
  world.publish({
    name: "MESSAGE_DELETE",
    intents: messageIntent(message),
    channel,
    body: () => ({ id: message.id, channel_id: channel.id, ...guild }),
  });
}

/** As a moderation bot purges a channel: one event for all. @throws {Error} When they are not of one channel. */
export function removeMessages(world: World, messages: readonly Message[]): void {
  const [first] = messages;
  if (!first) return;
  const { channel } = first;
  if (messages.some((message) => message.channel !== channel)) throw new Error("a bulk deletion is of one channel");
  for (const message of messages) channel.messages.splice(channel.messages.indexOf(message), 1);
  world.publish({
    name: "MESSAGE_DELETE_BULK",
    intents: messageIntent(first),
    channel,
    body: () => ({
      ids: messages.map(({ id }) => id),
      channel_id: channel.id,
      ...(channel.guild ? { guild_id: channel.guild.id } : {}),
    }),
  });
}

function messageIntent(message: Message): number {
  return message.channel.guild && !isEphemeral(message) ? INTENT.guildMessages : INTENT.directMessages;
}

/** Sends the event of a message again, too: Discord may deliver one several times. */
export function publishMessage(world: World, name: "MESSAGE_CREATE" | "MESSAGE_UPDATE", message: Message): void {
  world.publish({
    name,
    intents: messageIntent(message),
    channel: message.channel,
    body: (viewer) => presentMessageEvent(world, message, viewer),
  });
}

export function publishChannel(world: World, name: string, channel: Channel): void {
  world.publish({ name, intents: INTENT.guilds, channel, body: () => presentChannel(world, channel) });
}
