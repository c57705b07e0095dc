import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { createCdn } from "./cdn.ts";
import { createInteract, type Interact } from "./control/interact.ts";
import { createPlaces, type Places } from "./control/places.ts";
import { createSpeech, type Speech } from "./control/say.ts";
import { findMessage, lookUp, type Ref, type SeenMessage, seen } from "./control/seen.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createGateway, type DropOptions, type Gateway } from "./gateway.ts";
import { ANSWER_WITHIN_MS } from "./interaction-state.ts";
import type { JsonObject, Reaction } from "./model.ts";
import { createRest } from "./rest.ts";
import { applicationRoutes } from "./routes/application.ts";
import { channelRoutes } from "./routes/channels.ts";
import { commandRoutes, presentCommand } from "./routes/commands.ts";
import { guildRoutes } from "./routes/guilds.ts";
import { interactionRoutes } from "./routes/interactions.ts";
import { reactionRoutes } from "./routes/reactions.ts";
import { type WaitOptions, waitFor } from "./waiting.ts";
import { type Call, createWorld, type Download, directChannel, type Ping, scopeOf, type World } from "./world.ts";

export interface DiscordOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** Makes the next id, which grows; by default it tells its time, as Discord's do. */
  readonly newId?: () => string;
  /** Default: made up. */
  readonly token?: string;
  readonly applicationId?: string;
  /** Default: the application's id, as with every application of today. */
  readonly botUserId?: string;
  /** Milliseconds since 1970; rules of time (3 s, 15 min, 24 h) follow it, rate limits follow real time. */
  readonly clock?: () => number;
  /** The portal's switch for the MessageContent intent; default on. */
  readonly messageContentIntent?: boolean;
  /** Default true. */
  readonly rateLimits?: boolean;
  /** How long an interaction waits for its first answer; default 3,000, as Discord does. */
  readonly answerWithinMs?: number;
}

export interface Discord extends Places, Speech {
  readonly url: string;
  /** For `rest.api`. */
  readonly apiRoot: string;
  readonly token: string;
  readonly applicationId: string;
  readonly bot: { readonly id: string; readonly username: string };
  readonly interact: Interact;
  readonly faults: Faults;
  readonly gateway: Pick<Gateway, "connections" | "counts">;
  readonly calls: readonly Call[];
  readonly downloads: readonly Download[];
  /** Whom the bot's messages notified. */
  readonly pings: readonly Ping[];
  /** Oldest first; ephemeral answers are in no channel. */
  messagesOf(channel: Ref): SeenMessage[];
  dmsOf(user: Ref): SeenMessage[];
  reactionsOf(message: Ref): Reaction[];
  /** The application's own commands, or those of one guild, and how often they were PUT. */
  commandsOf(guild?: Ref): { readonly commands: JsonObject[]; readonly puts: number };
  waitFor<T>(look: () => T, options?: WaitOptions): ReturnType<typeof waitFor<T>>;
  /** Calls the listener after every change of state; call what comes back to stop. */
  onChange(listener: () => void): () => void;
  dropGateway(options?: DropOptions): void;
  /** Nothing answers any more, as in an outage; sessions live on. */
  pause(): Promise<void>;
  /** On the same port. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

/** Starts Discord's REST v10, gateway and CDN on one port of 127.0.0.1. */
export async function startDiscord(options: DiscordOptions = {}): Promise<Discord> {
  const applicationId = options.applicationId ?? "1000000000000000001";
  const settings = {
    token: options.token ?? ["sandbox", "discord", "bot"].join("."),
    applicationId,
    botUserId: options.botUserId ?? applicationId,
    messageContentIntent: options.messageContentIntent ?? true,
    rateLimits: options.rateLimits ?? true,
    answerWithinMs: options.answerWithinMs ?? ANSWER_WITHIN_MS,
  };
  const world = createWorld(settings, options.clock ?? Date.now, options.newId);
  const faults = createFaults();
  const gateway = createGateway(world);
  const door = createDoor(world, faults, gateway);
  await door.open(options.port ?? 0);
  return {
    url: world.origin,
    apiRoot: `${world.origin}/api`,
    token: settings.token,
    applicationId,
    bot: world.bot,
    ...createPlaces(world),
    ...createSpeech(world),
    ...inspection(world),
    interact: createInteract(world),
    faults,
    gateway,
    dropGateway: gateway.drop,
    pause: door.shut,
    resume: () => door.open(Number(new URL(world.origin).port)),
    close: door.shut,
  };
}

function inspection(world: World) {
  const all = (channel: Ref) => lookUp(world.channels, channel, "channel").messages.map((each) => seen(world, each));
  return {
    calls: world.calls,
    downloads: world.downloads,
    pings: world.pings,
    messagesOf: all,
    dmsOf: (user: Ref) => all(directChannel(world, lookUp(world.users, user, "user"))),
    reactionsOf: (message: Ref) => structuredClone(findMessage(world, message).reactions),
    commandsOf: (guild?: Ref) => {
      const name = guild === undefined ? "global" : lookUp(world.guilds, guild, "guild").id;
      const { commands, puts } = scopeOf(world, name);
      return { commands: commands.map((command) => presentCommand(world, command, name)), puts };
    },
    waitFor: <T>(look: () => T, options?: WaitOptions) => waitFor(world, look, options),
    onChange: world.onChange,
  };
}

interface Door {
  open(port: number): Promise<void>;
  shut(): Promise<void>;
}

/** The listening port, which an outage shuts and a recovery opens again. */
function createDoor(world: World, faults: Faults, gateway: Gateway): Door {
  const routes = [
    ...applicationRoutes(world, gateway.identifiesLeft),
    ...commandRoutes(world),
    ...interactionRoutes(world),
    ...reactionRoutes(world),
    ...channelRoutes(world),
    ...guildRoutes(world),
  ];
  const rest = createRest({ world, routes, faults });
  const cdn = createCdn(world, faults);
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", world.origin);
    if (!url.pathname.startsWith("/api")) return cdn(request, response, url);
    rest(request, response, url).catch(() => request.socket.destroy());
  };
  let server: Server | undefined;
  return {
    open: async (port) => {
      server = await listen(answer, gateway, port);
      world.origin = `http://127.0.0.1:${portOf(server)}`;
    },
    shut: async () => {
      gateway.drop({ code: 1006 });
      const closing = server;
      server = undefined;
      if (!closing) return;
      await new Promise<void>((resolve) => {
        closing.close(() => resolve());
        closing.closeAllConnections();
      });
    },
  };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  gateway: Gateway,
  port: number,
): Promise<Server> {
  const server = createServer(answer);
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (upgraded) => gateway.accept(upgraded, request));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
