import { randomBytes } from "node:crypto";
import type { Callback, Interaction } from "../interaction-state.ts";
import type { Channel, Json, JsonObject, Member, Message, User } from "../model.ts";
import { presentChannel, presentMember, presentPermissions, presentUser } from "../present.ts";
import { botBits, type World } from "../world.ts";
import { lookUp, type Ref, type SeenMessage, seen } from "./seen.ts";

/** What the bot may attach to an answer on an ordinary server. */
const ATTACHMENT_LIMIT = 10 * 1024 * 1024;

/** An interaction as its caller sees it; every property tells the present state. */
export interface InteractionHandle {
  readonly id: string;
  readonly token: string;
  /** The bot's first answer, once it came. */
  readonly callback: Callback | undefined;
  readonly followups: readonly SeenMessage[];
  /** By the emulator's clock; undefined while unanswered. */
  readonly acknowledgedAfterMs: number | undefined;
  /** The `@original` message as it stands, edits included; undefined when there is none or it was deleted. */
  original(): SeenMessage | undefined;
}

/** Someone at a place: where and by whom an interaction is started. */
export interface Actor {
  readonly channel: Channel;
  readonly user: User;
  readonly member: Member | undefined;
}

/** @throws {Error} When the person is not there. */
export function actorAt(world: World, channelRef: Ref, userRef: Ref): Actor {
  const channel = lookUp(world.channels, channelRef, "channel");
  const user = lookUp(world.users, userRef, "user");
  const member = channel.guild?.members.get(user.id);
  if (channel.guild && !member) throw new Error(`Discord sandbox: ${user.username} is not on that server`);
  if (channel.recipient && channel.recipient !== user)
    throw new Error("Discord sandbox: someone else's direct channel");
  return { channel, user, member };
}

export interface Start {
  readonly type: Interaction["type"];
  readonly data: JsonObject;
  readonly locale?: string | undefined;
  readonly answerType?: number;
  readonly source?: Message | undefined;
  readonly extra?: JsonObject;
}

/** Registers the interaction and sends INTERACTION_CREATE, which needs no intent. */
export function startInteraction(world: World, actor: Actor, start: Start): InteractionHandle {
  const interaction: Interaction = {
    id: world.newId(),
    token: randomBytes(48).toString("base64url"),
    type: start.type,
    createdAt: world.clock(),
    user: actor.user,
    channel: actor.channel,
    answerType: start.answerType ?? 19,
    source: start.source,
    callback: undefined,
    acknowledgedAt: undefined,
    original: undefined,
    followups: [],
  };
  world.interactions.set(interaction.token, interaction);
  const payload = payloadOf(world, actor, { interaction, start });
  world.publish({ name: "INTERACTION_CREATE", intents: 0, body: () => payload });
  return handleOf(world, interaction);
}

function payloadOf(world: World, actor: Actor, parts: { interaction: Interaction; start: Start }): Json {
  const { channel, user, member } = actor;
  const { interaction, start } = parts;
  const { guild } = channel;
  return {
    id: interaction.id,
    application_id: world.settings.applicationId,
    type: start.type,
    token: interaction.token,
    version: 1,
    data: start.data,
    channel_id: channel.id,
    channel: presentChannel(world, channel),
    app_permissions: String(botBits(channel)),
    locale: start.locale ?? "en-US",
    entitlements: [],
    authorizing_integration_owners: { "0": guild?.id ?? "0" },
    context: guild ? 0 : 1,
    attachment_size_limit: ATTACHMENT_LIMIT,
    ...(guild
      ? { guild_id: guild.id, guild_locale: "en-US", guild: { id: guild.id, locale: "en-US", features: [] } }
      : {}),
    ...(member
      ? { member: { ...presentMember(member), user: presentUser(user), permissions: presentPermissions(member) } }
      : { user: presentUser(user) }),
    ...start.extra,
  };
}

function handleOf(world: World, interaction: Interaction): InteractionHandle {
  return {
    id: interaction.id,
    token: interaction.token,
    get callback() {
      return interaction.callback;
    },
    get followups() {
      return interaction.followups.map((message) => seen(world, message));
    },
    get acknowledgedAfterMs() {
      const { acknowledgedAt, createdAt } = interaction;
      return acknowledgedAt === undefined ? undefined : acknowledgedAt - createdAt;
    },
    original: () => (interaction.original ? seen(world, interaction.original) : undefined),
  };
}
