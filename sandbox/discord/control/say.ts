import { type FileInput, storeFile } from "../files.ts";
import { existing, mentionsIn, pingList } from "../mentions.ts";
import {
  addMessage,
  type Change,
  changeMessage,
  type Draft,
  publishMessage,
  removeMessage,
  removeMessages,
} from "../messages.ts";
import { type Channel, FLAG, type Json, type JsonObject, type Mentioned, type Message, type User } from "../model.ts";
import { FULL_VIEW, presentMessage } from "../present.ts";
import { addReaction } from "../routes/reactions.ts";
import type { World } from "../world.ts";
import { findMessage, idOf, lookUp, type Ref, type SeenMessage, seen } from "./seen.ts";

export interface Said {
  readonly content?: string;
  readonly attachments?: readonly FileInput[];
  readonly embeds?: readonly Json[];
  /** With the components-v2 flag the text stands here and nowhere else. */
  readonly components?: readonly Json[];
  readonly componentsV2?: boolean;
  readonly replyTo?: Ref;
  /** Forwards that message: own content empty, the original as a snapshot without an author. */
  readonly forward?: Ref;
  /** Written by an incoming webhook under any name it likes; `user` is ignored. */
  readonly webhook?: { readonly id: string; readonly name: string };
  readonly poll?: Json;
  readonly stickers?: readonly Json[];
  readonly flags?: number;
  /** Default 0, or 19 for a reply; others are system messages (7 join, 6 pin). */
  readonly type?: number;
  /** Types it in a client, where `#name` of an existing channel turns into `<#id>`. */
  readonly typed?: boolean;
}

export interface Speech {
  /** @throws {Error} When the person could not have said it: no member of the server, or nothing in it. */
  say(channel: Ref, user: Ref, said: Said): SeenMessage;
  /** `isPreview`: a link preview that came later, so `edited_timestamp` stays as it was. */
  edit(
    message: Ref,
    change: Pick<Said, "content" | "embeds" | "attachments" | "flags"> & { isPreview?: boolean },
  ): SeenMessage;
  delete(message: Ref): void;
  /** In one event, as Discord does for a purge. */
  deleteMany(messages: readonly Ref[]): void;
  react(message: Ref, user: Ref, emoji: string): void;
  /** Sends the MESSAGE_CREATE of a message once more. */
  redeliver(message: Ref): void;
}

export function createSpeech(world: World): Speech {
  return {
    say: (channel, user, said) => seen(world, say(world, { channel, user }, said)),
    edit: (ref, { content, embeds, attachments, flags, isPreview = false }) => {
      const message = findMessage(world, ref);
      const mentioned = content === undefined ? {} : { mentioned: mentionedBy(world, message.channel, content) };
      const change: Change = {
        marksEdited: !isPreview,
        ...mentioned,
        ...(content === undefined ? {} : { content }),
        ...(flags === undefined ? {} : { flags }),
        ...(embeds === undefined ? {} : { embeds: [...embeds] }),
        ...(attachments === undefined ? {} : { files: filesOf(world, message.channel, attachments) }),
      };
      changeMessage(world, message, change);
      return seen(world, message);
    },
    delete: (ref) => removeMessage(world, findMessage(world, ref)),
    deleteMany: (refs) =>
      removeMessages(
        world,
        refs.map((ref) => findMessage(world, ref)),
      ),
    react: (ref, user, emoji) =>
      addReaction(world, findMessage(world, ref), { emoji, user: lookUp(world.users, user, "user") }),
    redeliver: (ref) => publishMessage(world, "MESSAGE_CREATE", findMessage(world, ref)),
  };
}

function filesOf(world: World, channel: Channel, inputs: readonly FileInput[]) {
  return inputs.map((input) => storeFile(world, channel.id, input));
}

function say(world: World, where: { channel: Ref; user: Ref }, said: Said): Message {
  const channel = lookUp(world.channels, where.channel, "channel");
  const author = said.webhook ? webhookAuthor(said.webhook) : speaker(world, channel, where.user);
  const content = clientText(world, channel, said);
  const draft: Draft = {
    channel,
    author,
    content,
    embeds: [...(said.embeds ?? [])],
    components: [...(said.components ?? [])],
    stickers: [...(said.stickers ?? [])],
    files: filesOf(world, channel, said.attachments ?? []),
    flags: (said.flags ?? 0) | (said.componentsV2 ? FLAG.componentsV2 : 0) | voiceFlag(said),
    mentioned: withReplied(world, mentionedBy(world, channel, content), said.replyTo),
    ...(said.webhook ? { webhookId: said.webhook.id } : {}),
    ...(said.poll === undefined ? {} : { poll: said.poll }),
    ...(said.replyTo === undefined ? {} : replyTo(world, said.replyTo)),
    ...(said.forward === undefined ? {} : { forwarded: forwardOf(world, findMessage(world, said.forward)) }),
    ...(said.type === undefined ? {} : { type: said.type }),
  };
  const parts = [draft.embeds, draft.components, draft.stickers, draft.files].flat().length;
  const isSystem = said.type !== undefined && said.type !== 0;
  if (content === "" && parts === 0 && !draft.poll && !draft.forwarded && !isSystem) {
    throw new Error("Discord sandbox: nobody can send an empty message");
  }
  return addMessage(world, {
    ...draft,
    pinged: pingList(draft.mentioned ?? { users: [], roles: [], everyone: false }),
  });
}

function voiceFlag(said: Said): number {
  return said.attachments?.some((file) => file.voice) ? FLAG.voice : 0;
}

/** The name is whatever the sender wrote into the request: it proves nothing. */
function webhookAuthor({ id, name }: { id: string; name: string }): User {
  return { id, username: name, globalName: null, bot: true, dmsClosed: true, blocksBot: false };
}

function speaker(world: World, channel: Channel, ref: Ref): User {
  const user = lookUp(world.users, ref, "user");
  if (channel.guild && !channel.guild.members.has(user.id)) {
    throw new Error(`Discord sandbox: ${user.username} is no member of ${channel.guild.name}`);
  }
  if (channel.recipient && channel.recipient !== user) {
    throw new Error(`Discord sandbox: that is not the direct channel of ${user.username}`);
  }
  return user;
}

/** Discord trims, and people with Nitro may write 4,000 characters. */
function clientText(world: World, channel: Channel, said: Said): string {
  const content = (said.content ?? "").trim();
  if (content.length > 4000) throw new Error("Discord sandbox: no client sends more than 4000 characters");
  if (!said.typed) return content;
  const named = (name: string) =>
    [...world.channels.values()].find((each) => each.guild === channel.guild && each.name === name && !each.recipient);
  return content.replace(/#([\p{L}\p{N}_-]+)/gu, (whole, name: string) => {
    const found = named(name);
    return found ? `<#${found.id}>` : whole;
  });
}

function mentionedBy(world: World, channel: Channel, content: string) {
  const named = mentionsIn(content);
  const roles = channel.guild?.roles.map((role) => role.id) ?? [];
  return existing(world, { ...named, everyone: named.everyone && channel.guild !== undefined }, roles);
}

/** A reply names the author it answers, unless the writer switched that off. */
function withReplied(world: World, named: Mentioned, ref: Ref | undefined): Mentioned {
  if (ref === undefined) return named;
  const { author, webhookId } = findMessage(world, ref);
  return webhookId === undefined ? { ...named, users: [...new Set([...named.users, author.id])] } : named;
}

function replyTo(world: World, ref: Ref): Pick<Draft, "repliedTo"> {
  const original = findMessage(world, ref);
  return { repliedTo: { id: idOf(ref), channelId: original.channel.id } };
}

const SNAPSHOT_FIELDS = [
  "content",
  "embeds",
  "attachments",
  "components",
  "timestamp",
  "edited_timestamp",
  "flags",
  "type",
];

function forwardOf(world: World, original: Message): NonNullable<Message["forwarded"]> {
  const wire = presentMessage(world, original, FULL_VIEW);
  const entries = SNAPSHOT_FIELDS.map((field) => [field, wire[field] ?? null] as const);
  const stickers = wire.sticker_items === undefined ? {} : { sticker_items: wire.sticker_items };
  const snapshot: JsonObject = { ...Object.fromEntries([...entries, ["mentions", []]]), ...stickers };
  return { id: original.id, channelId: original.channel.id, snapshot };
}
