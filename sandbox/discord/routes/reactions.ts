import type { Reply } from "../http.ts";
import { BIT, INTENT, type Message, type Reaction, type User } from "../model.ts";
import { emojiOf, presentMember, presentUser } from "../present.ts";
import { refusals } from "../refusals.ts";
import { visibleChannel, type World } from "../world.ts";
import { messageNamed } from "./channels.ts";
import { type ApiRequest, NO_CONTENT, part, type Route } from "./route.ts";

const MAX_KINDS = 20;

export function reactionRoutes(world: World): Route[] {
  const pattern = "/channels/:channel/messages/:message/reactions/:emoji/@me";
  return [
    { method: "PUT", pattern, access: "bot", handle: (request) => reactByBot(world, request) },
    { method: "DELETE", pattern, access: "bot", handle: (request) => unreactByBot(world, request) },
  ];
}

/** A character, or `name:id`. */
function assertEmoji(emoji: string): void {
  if (!/^(?:\w+:\d+|(?:\p{Emoji}|\p{Emoji_Component}|\uFE0F|\u200D)+)$/u.test(emoji)) throw refusals.unknownEmoji();
}

function reactByBot(world: World, request: ApiRequest): Reply {
  const message = messageNamed(world, request, BIT.history);
  const emoji = part(request, "emoji");
  assertEmoji(emoji);
  const known = message.reactions.some((reaction) => reaction.emoji === emoji);
  if (!known) visibleChannel(world, message.channel.id, BIT.addReactions);
  if (!known && message.reactions.length >= MAX_KINDS) throw refusals.tooManyReactions();
  if (message.author.blocksBot) throw refusals.blockedByAuthor();
  addReaction(world, message, { emoji, user: world.bot });
  return NO_CONTENT;
}

function unreactByBot(world: World, request: ApiRequest): Reply {
  const message = messageNamed(world, request, BIT.history);
  const emoji = part(request, "emoji");
  assertEmoji(emoji);
  const reaction = message.reactions.find((each) => each.emoji === emoji);
  const place = reaction?.userIds.indexOf(world.bot.id) ?? -1;
  if (!reaction || place < 0) throw refusals.unknownEmoji();
  reaction.userIds.splice(place, 1);
  if (reaction.userIds.length === 0) message.reactions.splice(message.reactions.indexOf(reaction), 1);
  publishReaction(world, "MESSAGE_REACTION_REMOVE", message, { emoji, user: world.bot });
  return NO_CONTENT;
}

interface Reacting {
  readonly emoji: string;
  readonly user: User;
}

export function addReaction(world: World, message: Message, reacting: Reacting): void {
  let reaction = message.reactions.find((each) => each.emoji === reacting.emoji);
  if (!reaction) {
    const fresh: Reaction = { emoji: reacting.emoji, userIds: [] };
    message.reactions.push(fresh);
    reaction = fresh;
  }
  if (reaction.userIds.includes(reacting.user.id)) return;
  reaction.userIds.push(reacting.user.id);
  publishReaction(world, "MESSAGE_REACTION_ADD", message, reacting);
}

function publishReaction(world: World, name: string, message: Message, { emoji, user }: Reacting): void {
  const { channel } = message;
  const member = channel.guild?.members.get(user.id);
  world.publish({
    name,
    intents: channel.guild ? INTENT.guildReactions : INTENT.directReactions,
    channel,
    body: () => ({
      user_id: user.id,
      channel_id: channel.id,
      message_id: message.id,
      message_author_id: message.author.id,
      emoji: emojiOf(emoji),
      burst: false,
      type: 0,
      ...(channel.guild ? { guild_id: channel.guild.id } : {}),
      ...(member ? { member: { ...presentMember(member), user: presentUser(user) } } : {}),
    }),
  });
}
