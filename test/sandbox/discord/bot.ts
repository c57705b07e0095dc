import { Client, GatewayIntentBits, Partials } from "discord.js";
import { onTestFinished } from "vitest";
import { type Discord, type DiscordOptions, startDiscord } from "../../../sandbox/discord/server.ts";

/** An emulator that stops with the test. */
export async function discordFor(options: DiscordOptions = {}): Promise<Discord> {
  const discord = await startDiscord({ rateLimits: false, ...options });
  onTestFinished(() => discord.close());
  return discord;
}

const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.MessageContent,
];

/** A real discord.js client that is not logged in yet. */
export function clientFor(discord: Discord, intents = INTENTS): Client {
  const client = new Client({
    intents,
    partials: [Partials.Channel, Partials.Message, Partials.Reaction, Partials.User],
    allowedMentions: { parse: [], repliedUser: false },
    enforceNonce: true,
    rest: { api: discord.apiRoot },
  });
  client.on("error", () => undefined);
  onTestFinished(() => client.destroy());
  return client;
}

/** Logged in, with every server in its cache. */
export async function botFor(discord: Discord, intents = INTENTS): Promise<Client<true>> {
  const client = clientFor(discord, intents);
  const ready = new Promise<Client<true>>((resolve) => client.once("clientReady", resolve));
  await client.login(discord.token);
  return ready;
}

/** A server with one channel `alerts` and one person in it. */
export function smallServer(discord: Discord) {
  const guild = discord.createGuild({ name: "Acme", channels: ["alerts", "ci"], roles: ["oncall"] });
  const anna = discord.createUser({ username: "anna", globalName: "Anna" });
  discord.addMember(guild, anna, { nick: "Anna K." });
  return { guild, anna, alerts: guild.channel("alerts") };
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** A bare request with the bot's token, for what a library would not let through. */
export async function api(discord: Discord, request: string, body?: unknown, token = discord.token): Promise<Answer> {
  const [method = "GET", path = "/"] = request.split(" ");
  const response = await fetch(`${discord.apiRoot}/v10${path}`, {
    method,
    headers: { authorization: `Bot ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, body: parsed, headers: response.headers };
}

/** Time that moves only when told. */
export function handClock() {
  let now = Date.now();
  return {
    clock: () => now,
    pass: (ms: number) => {
      now += ms;
    },
  };
}
