import { presentFile } from "../files.ts";
import { isEphemeral } from "../messages.ts";
import { FLAG, type Json, type Message, type Reaction } from "../model.ts";
import type { World } from "../world.ts";

export interface SeenAttachment {
  readonly id: string;
  readonly filename: string;
  readonly title: string | undefined;
  /** Signed, and new at each look. */
  readonly url: string;
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** A message as it stands at the moment of asking. */
export interface SeenMessage {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly content: string;
  readonly embeds: readonly Json[];
  readonly components: readonly Json[];
  readonly attachments: readonly SeenAttachment[];
  readonly reactions: readonly Reaction[];
  readonly flags: number;
  /** Only the caller of the interaction sees it. */
  readonly ephemeral: boolean;
  /** Deferred and not filled yet ("is thinking"). */
  readonly loading: boolean;
  readonly edited: boolean;
  readonly replyTo: string | undefined;
  /** Whom it notified: `user:<id>`, `role:<id>`, `everyone`. */
  readonly pinged: readonly string[];
}

export function seen(world: World, message: Message): SeenMessage {
  return {
    id: message.id,
    channelId: message.channel.id,
    authorId: message.author.id,
    content: message.content,
    embeds: structuredClone(message.embeds),
    components: structuredClone(message.components),
    attachments: message.files.map((file) => ({
      id: file.id,
      filename: file.filename,
      title: file.title,
      url: String(presentFile(world, file).url),
      size: file.size,
      bytes: file.bytes,
    })),
    reactions: structuredClone(message.reactions),
    flags: message.flags,
    ephemeral: isEphemeral(message),
    loading: (message.flags & FLAG.loading) !== 0,
    edited: message.editedAt !== null,
    replyTo: message.repliedTo?.id,
    pinged: [...message.pinged],
  };
}

/** Things are named by id or by anything that has one. */
export type Ref = string | { readonly id: string };

export function idOf(ref: Ref): string {
  return typeof ref === "string" ? ref : ref.id;
}

export function findMessage(world: World, ref: Ref): Message {
  const id = idOf(ref);
  for (const channel of world.channels.values()) {
    const found = channel.messages.find((message) => message.id === id);
    if (found) return found;
  }
  for (const { original, followups } of world.interactions.values()) {
    const found = [original, ...followups].find((message) => message?.id === id);
    if (found) return found;
  }
  throw new Error(`Discord sandbox: no message ${id}`);
}

export function lookUp<T>(map: ReadonlyMap<string, T>, ref: Ref, what: string): T {
  const found = map.get(idOf(ref));
  if (found === undefined) throw new Error(`Discord sandbox: no ${what} ${idOf(ref)}`);
  return found;
}
