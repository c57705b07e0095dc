import { randomBytes } from "node:crypto";
import type { RegisteredCommand } from "./command-rules.ts";
import type { Interaction } from "./interaction-state.ts";
import type { Channel, Guild, Json, StoredFile, User } from "./model.ts";
import { BIT, EVERYONE_BITS } from "./model.ts";
import { refusals } from "./refusals.ts";
import { snowflakes } from "./snowflake.ts";

/** What one gateway session may see; `intents` are the bits of its IDENTIFY. */
export interface Viewer {
  readonly intents: number;
}

/** Something that happened; each session gets it when it has one of `intents` (0: every session). */
export interface WorldEvent {
  readonly name: string;
  readonly intents: number;
  readonly channel?: Channel | undefined;
  readonly body: (viewer: Viewer) => Json;
}

/** One request the bot made to the REST side; `path` has no `/api/v10`. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: Json | undefined;
  readonly fileNames: readonly string[];
  /** Undefined while it runs, and for good when a fault cut it off. */
  status: number | undefined;
}

/** One request to the CDN. Discord's CDN wants no Authorization header: tests assert that none came. */
export interface Download {
  readonly path: string;
  readonly status: number;
  readonly range: string | undefined;
  readonly authorized: boolean;
}

/** A message of the bot that notified somebody; `whom` holds `user:<id>`, `role:<id>` or `everyone`. */
export interface Ping {
  readonly messageId: string;
  readonly channelId: string;
  readonly whom: readonly string[];
}

export interface Settings {
  readonly token: string;
  readonly applicationId: string;
  /** The portal's switch for the privileged MessageContent intent. */
  readonly messageContentIntent: boolean;
  readonly rateLimits: boolean;
  /** From an interaction to its first answer. */
  readonly answerWithinMs: number;
}

export interface CommandScope {
  commands: RegisteredCommand[];
  /** When each new name was created, for the limit of 200 a day. */
  createdAt: number[];
  puts: number;
}

export interface World {
  readonly clock: () => number;
  readonly settings: Settings;
  readonly signingKey: Buffer;
  readonly bot: User;
  readonly users: Map<string, User>;
  readonly guilds: Map<string, Guild>;
  readonly channels: Map<string, Channel>;
  readonly files: Map<string, StoredFile>;
  /** By token. */
  readonly interactions: Map<string, Interaction>;
  /** Incoming webhooks, by token. */
  readonly webhooks: Map<string, { readonly id: string; readonly channel: Channel }>;
  /** By guild id, `global` for the application's own. */
  readonly scopes: Map<string, CommandScope>;
  readonly calls: Call[];
  readonly downloads: Download[];
  readonly pings: Ping[];
  /** `http://127.0.0.1:port`, known once the server listens. */
  origin: string;
  newId(): string;
  publish(event: WorldEvent): void;
  onEvent(listener: (event: WorldEvent) => void): void;
  /** Tells those who wait that something may have changed. */
  changed(): void;
  onChange(listener: () => void): () => void;
}

export function createWorld(
  settings: Settings & { botUserId: string },
  clock: () => number,
  newId: () => string = snowflakes(clock),
): World {
  const events: ((event: WorldEvent) => void)[] = [];
  const changes = new Set<() => void>();
  const bot: User = {
    id: settings.botUserId,
    username: "herald24",
    globalName: null,
    bot: true,
    dmsClosed: false,
    blocksBot: false,
  };
  const changed = () => {
    for (const listener of [...changes]) listener();
  };
  return {
    clock,
    settings,
    signingKey: randomBytes(32),
    bot,
    users: new Map([[bot.id, bot]]),
    guilds: new Map(),
    channels: new Map(),
    files: new Map(),
    interactions: new Map(),
    webhooks: new Map(),
    scopes: new Map(),
    calls: [],
    downloads: [],
    pings: [],
    origin: "",
    newId,
    publish: (event) => {
      for (const listener of events) listener(event);
      changed();
    },
    onEvent: (listener) => events.push(listener),
    changed,
    onChange: (listener) => {
      changes.add(listener);
      return () => changes.delete(listener);
    },
  };
}

export function scopeOf(world: World, scope: string): CommandScope {
  const known = world.scopes.get(scope);
  if (known) return known;
  const fresh: CommandScope = { commands: [], createdAt: [], puts: 0 };
  world.scopes.set(scope, fresh);
  return fresh;
}

/** The direct channel between the bot and a person, opened on first use as Discord does. */
export function directChannel(world: World, user: User): Channel {
  for (const channel of world.channels.values()) if (channel.recipient === user) return channel;
  const channel: Channel = {
    id: world.newId(),
    type: 1,
    name: "",
    recipient: user,
    denied: 0n,
    lastMessageId: null,
    archived: false,
    messages: [],
  };
  world.channels.set(channel.id, channel);
  return channel;
}

/** What the bot may do in a channel; threads take their parent's settings. */
export function botBits(channel: Channel): bigint {
  return EVERYONE_BITS & ~(channel.parent ?? channel).denied;
}

/**
 * The channel a bot's request names.
 *
 * @throws {Refusal} 10003 when there is none, 50001 when the bot left its server or may not see it.
 */
export function visibleChannel(world: World, id: string, needs = 0n): Channel {
  const channel = world.channels.get(id);
  if (!channel) throw refusals.unknownChannel();
  if (!channel.guild) return channel;
  if (channel.guild.standing === "removed" || !canSee(channel)) throw refusals.missingAccess();
  if ((botBits(channel) & needs) !== needs) throw refusals.missingPermissions();
  return channel;
}

export function canSee(channel: Channel): boolean {
  return (botBits(channel) & BIT.view) !== 0n;
}
