/** What the emulated Discord keeps: its own state, not the wire shapes (those are in present.ts). */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface User {
  readonly id: string;
  username: string;
  globalName: string | null;
  readonly bot: boolean;
  /** The person accepts no direct messages: sending one is 50007. */
  dmsClosed: boolean;
  /** The person blocked the bot: its reactions on their messages are 90001. */
  blocksBot: boolean;
}

export interface Member {
  readonly user: User;
  nick: string | null;
  permissions: bigint;
  readonly joinedAt: number;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly permissions: bigint;
}

export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly members: Map<string, Member>;
  readonly roles: Role[];
  /** `outage`: Discord cannot serve the guild for now; `removed`: the bot was thrown out. */
  standing: "present" | "outage" | "removed";
}

/** Discord: channel types 0 text, 1 direct message, 5 announcement, 11 public thread, 15 forum. */
export interface Channel {
  readonly id: string;
  readonly type: number;
  readonly name: string;
  readonly guild?: Guild;
  readonly parent?: Channel;
  /** The other side of a direct message. */
  readonly recipient?: User;
  /** Permission bits the bot is denied here. */
  denied: bigint;
  /** The bot may delete what others wrote here. */
  managed?: boolean;
  lastMessageId: string | null;
  archived: boolean;
  readonly messages: Message[];
}

export interface StoredFile {
  readonly id: string;
  readonly channelId: string;
  /** As Discord shows it: reduced to ASCII. */
  readonly filename: string;
  /** The original base name, only where the reduction changed it. */
  readonly title?: string;
  readonly description?: string;
  readonly contentType?: string;
  readonly bytes: Buffer;
  readonly size: number;
  readonly ephemeral: boolean;
  readonly flags: number;
  readonly picture?: { readonly width: number; readonly height: number };
  readonly voice?: { readonly durationSecs: number; readonly waveform: string };
}

export interface Reaction {
  /** `👀`, or `name:id` for a custom emoji. */
  readonly emoji: string;
  readonly userIds: string[];
}

export interface Mentioned {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly everyone: boolean;
}

export interface InteractionMark {
  readonly id: string;
  readonly type: number;
  readonly user: User;
}

export interface Message {
  readonly id: string;
  readonly channel: Channel;
  readonly type: number;
  readonly author: User;
  readonly timestamp: number;
  editedAt: number | null;
  content: string;
  embeds: Json[];
  components: Json[];
  files: StoredFile[];
  flags: number;
  mentioned: Mentioned;
  readonly nonce?: string | number;
  readonly webhookId?: string;
  readonly applicationId?: string;
  readonly interaction?: InteractionMark;
  readonly repliedTo?: { readonly id: string; readonly channelId: string };
  readonly forwarded?: { readonly id: string; readonly channelId: string; readonly snapshot: JsonObject };
  readonly poll?: Json;
  readonly stickers: Json[];
  readonly reactions: Reaction[];
  /** Whom this message notified: `user:<id>`, `role:<id>`, `everyone`. */
  pinged: string[];
}

/** Message flags. */
export const FLAG = {
  suppressEmbeds: 1 << 2,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  silent: 1 << 12,
  voice: 1 << 13,
  componentsV2: 1 << 15,
} as const;

/** Gateway intents that this emulator tells apart. */
export const INTENT = {
  guilds: 1 << 0,
  guildMembers: 1 << 1,
  guildPresences: 1 << 8,
  guildMessages: 1 << 9,
  guildReactions: 1 << 10,
  directMessages: 1 << 12,
  directReactions: 1 << 13,
  messageContent: 1 << 15,
} as const;

export const BIT = {
  addReactions: 1n << 6n,
  administrator: 1n << 3n,
  view: 1n << 10n,
  send: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  history: 1n << 16n,
  mentionEveryone: 1n << 17n,
  useCommands: 1n << 31n,
  sendInThreads: 1n << 38n,
} as const;

/** What Discord's @everyone role may do on a fresh server, as far as a bridge notices. */
export const EVERYONE_BITS =
  BIT.addReactions |
  BIT.view |
  BIT.send |
  BIT.embedLinks |
  BIT.attachFiles |
  BIT.history |
  BIT.mentionEveryone |
  BIT.useCommands |
  BIT.sendInThreads;
