import { setTimeout as delay } from "node:timers/promises";
import type { Client, Interaction, Message, PartialMessage, REST, RESTOptions } from "discord.js";
import { type Dispatcher, fetch } from "undici";
import type { Log } from "../../src/app/ports.ts";
import { failureOf } from "./failures.ts";
import { complete } from "./packets.ts";

/** Discord refuses the bot token: only another token helps. */
export class DiscordTokenRefusedError extends Error {
  constructor() {
    super("Discord refuses the bot token: set DISCORD_BOT_TOKEN to a valid one");
    this.name = "DiscordTokenRefusedError";
  }
}

/** What the gateway tells. `missed` may have lost messages before it, `resumed` has not. */
export interface Listener {
  /** The connection broke: what comes until `missed` or `resumed` is not the whole. */
  broken(): void;
  resumed(client: Client<true>): void;
  missed(client: Client<true>): void;
  message(message: Message): void;
  /** A message changed in any way: an edit, a preview, a pin. */
  changed(message: Message): void;
  /** Messages of one channel were deleted; what is known of them may be no more than where they stood. */
  deleted(messages: readonly (Message | PartialMessage)[]): void;
  interaction(interaction: Interaction): void;
}

export interface ConnectionOptions {
  readonly token: string;
  /** Without version. */
  readonly apiRoot: string;
  /** The way out for REST, where a proxy is configured. The gateway's socket cannot take it. */
  readonly dispatcher?: Dispatcher;
  /** Told whenever Discord answers that we are too fast (429). */
  readonly limited?: () => void;
  readonly log: Log;
}

export interface Connection {
  /** For all requests of ours: it stays, with its rate limits, whatever happens to the gateway. */
  rest(): Promise<REST>;
  /** One that repeats nothing by itself, for what would be said twice. */
  restOnce(): Promise<REST>;
  /** Resolves when `signal` aborts; rejects when Discord refuses the token. */
  run(listener: Listener, signal: AbortSignal): Promise<void>;
  /** The portal's switch for the MessageContent intent was found off. */
  isContentRefused(): boolean;
}

type Ending = "aborted" | "token" | "intents" | "broken";

/** discord.js: the texts are all that tells these closes (4004, 4014) apart. */
const ENDINGS: ReadonlyMap<string, Ending> = new Map([
  ["Used disallowed intents", "intents"],
  ["Authentication failed", "token"],
]);

const FIRST_PAUSE_MS = 1_000;
/** Discord resets a token that identifies more than 1000 times a day. */
const LONGEST_PAUSE_MS = 120_000;
const REQUEST_MS = 15_000;
/** discord.js: `Status.Ready`. */
const SHARD_READY = 0;
const TOO_MANY_REQUESTS = 429;
const NO_CONTENT = 204;
/** Longer waits for a rate limit go back to the caller, who has a queue. */
const PATIENCE_MS = 20_000;

function endingOf(error: unknown): Ending {
  if (!(error instanceof Error)) return "broken";
  if ("code" in error && error.code === "TokenInvalid") return "token";
  return ENDINGS.get(error.message) ?? "broken";
}

/** @param standard How discord.js makes a request by itself. */
function restOptions({ apiRoot, dispatcher, limited }: ConnectionOptions, standard: RESTOptions["makeRequest"]) {
  const request = dispatcher ? throughProxy(dispatcher) : standard;
  return {
    api: apiRoot,
    timeout: REQUEST_MS,
    invalidRequestWarningInterval: 500,
    rejectOnRateLimit: (limit: { retryAfter: number }) => limit.retryAfter > PATIENCE_MS,
    makeRequest: async (...asked: Parameters<typeof standard>) => {
      const answer = await request(...asked);
      if (answer.status === TOO_MANY_REQUESTS) limited?.();
      return answer.status === NO_CONTENT ? withoutBody(answer.headers) : answer;
    },
  };
}

/** Where a proxy calls the missing body JSON, discord.js would fail to read it, and what was done would count as lost. */
function withoutBody(given: { get(name: string): string | null; keys(): Iterable<string> }): Response {
  const headers = new Headers([...given.keys()].map((name) => [name, given.get(name) ?? ""]));
  headers.delete("content-type");
  return new Response(null, { status: NO_CONTENT, headers });
}

/** discord.js carries an older undici of its own, which takes no agent of ours: so the request is made here. */
function throughProxy(dispatcher: Dispatcher): RESTOptions["makeRequest"] {
  return async (
    url: string,
    init: { method?: string; headers?: unknown; body?: unknown; signal?: AbortSignal | null },
  ) => {
    const headers = new Headers(Object.entries(Object(init.headers)).map(([name, value]) => [name, String(value)]));
    const { method = "GET", signal = null } = init;
    const body = typeof init.body === "string" || init.body instanceof Uint8Array ? init.body : null;
    return fetch(url, { method, headers: [...headers], body, signal, dispatcher });
  };
}

async function createClient(options: ConnectionOptions, withContent: boolean): Promise<Client> {
  const { Client, DefaultRestOptions, GatewayIntentBits, Partials } = await import("discord.js");
  const { Guilds, GuildMessages, DirectMessages, MessageContent } = GatewayIntentBits;
  return new Client({
    intents: [Guilds, GuildMessages, DirectMessages, ...(withContent ? [MessageContent] : [])],
    partials: [Partials.Channel, Partials.Message, Partials.Reaction, Partials.User],
    allowedMentions: { parse: [], repliedUser: false },
    enforceNonce: true,
    failIfNotExists: false,
    waitGuildTimeout: 15_000,
    rest: restOptions(options, DefaultRestOptions.makeRequest),
  });
}

function attach(client: Client, listener: Listener, log: Log): void {
  // Told before discord.js itself reads it.
  client.on("raw", complete);
  client.on("shardReconnecting", () => listener.broken());
  client.on("shardResume", () => {
    if (client.isReady()) listener.resumed(client);
  });
  client.on("shardReady", () => {
    if (client.isReady()) listener.missed(client);
    else client.once("clientReady", (ready) => listener.missed(ready));
  });
  client.on("guildAvailable", (guild) => {
    // While a session begins, its end is what counts.
    if (guild.shard.status === SHARD_READY && client.isReady()) returned(client, listener);
  });
  client.on("messageCreate", (message) => listener.message(message));
  client.on("messageUpdate", (_, message) => listener.changed(message));
  client.on("messageDelete", (message) => listener.deleted([message]));
  client.on("messageDeleteBulk", (messages) => listener.deleted([...messages.values()]));
  client.on("interactionCreate", (interaction) => listener.interaction(interaction));
  client.on("error", (error) => log.error({ failure: failureOf(error) }, "Discord client failed"));
  client.rest.on("rateLimited", ({ route, timeToReset }) => log.debug({ route, timeToReset }, "Discord rate limit"));
  client.rest.on("invalidRequestWarning", ({ count }) => log.warn({ count }, "Discord refuses many requests"));
}

/** A server whose outage is over, of which nothing was heard since it began. */
function returned(client: Client<true>, listener: Listener): void {
  listener.broken();
  listener.missed(client);
}

/** From login until the connection is over for good. */
async function session(client: Client, options: ConnectionOptions, signal: AbortSignal): Promise<Ending> {
  const over = new Promise<Ending>((resolve) => {
    if (signal.aborted) resolve("aborted");
    signal.addEventListener("abort", () => resolve("aborted"), { once: true });
    client.on("shardError", (error) => {
      options.log.warn({ failure: failureOf(error) }, "Discord gateway failed");
      const ending = endingOf(error);
      if (ending !== "broken") resolve(ending);
    });
    client.on("shardDisconnect", ({ code }) => {
      options.log.error({ code }, "Discord gateway closed the connection");
      resolve(code === 4004 ? "token" : code === 4014 ? "intents" : "broken");
    });
    client.on("invalidated", () => resolve("broken"));
    client.login(options.token).catch((error: unknown) => {
      options.log.debug({ failure: failureOf(error) }, "Discord login failed");
      resolve(endingOf(error));
    });
  });
  const ending = await over;
  await client.destroy().catch(() => undefined);
  return ending;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

/** Keeps one connection to Discord's gateway. discord.js is loaded when it is first needed. */
export function createConnection(options: ConnectionOptions): Connection {
  let rest: Promise<REST> | undefined;
  let once: Promise<REST> | undefined;
  let withContent = true;

  async function createRest(more: { retries?: number } = {}): Promise<REST> {
    const { DefaultRestOptions, REST } = await import("discord.js");
    return new REST({ ...restOptions(options, DefaultRestOptions.makeRequest), ...more }).setToken(options.token);
  }

  async function live(listener: Listener, signal: AbortSignal): Promise<{ ending: Ending; wasReady: boolean }> {
    const client = await createClient(options, withContent);
    attach(client, listener, options.log);
    let wasReady = false;
    client.once("clientReady", () => {
      wasReady = true;
    });
    return { ending: await session(client, options, signal), wasReady };
  }

  return {
    rest: () => {
      rest ??= createRest();
      return rest;
    },
    restOnce: () => {
      once ??= createRest({ retries: 0 });
      return once;
    },
    isContentRefused: () => !withContent,
    async run(listener, signal) {
      let pauseMs = FIRST_PAUSE_MS;
      while (!signal.aborted) {
        const { ending, wasReady } = await live(listener, signal);
        if (ending === "aborted") return;
        listener.broken();
        if (ending === "token") throw new DiscordTokenRefusedError();
        if (ending === "intents" && withContent) {
          options.log.error(
            {},
            "Discord: switch on Message Content Intent (Developer Portal, Bot); until then only slash and menu commands work",
          );
          withContent = false;
          continue;
        }
        if (wasReady) pauseMs = FIRST_PAUSE_MS;
        await pause(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    },
  };
}
