import { onTestFinished } from "vitest";
import { createDiscord, type DiscordAdapter } from "../../../adapters/discord/adapter.ts";
import type { DiscordTexts, DiscordWords } from "../../../adapters/discord/words.ts";
import { type Discord, type DiscordOptions, startDiscord } from "../../../sandbox/discord/server.ts";
import type { BoundChat, Intake, Log } from "../../../src/app/ports.ts";
import type { InboxEntry } from "../../../src/app/store/queues.ts";
import { chatKey, type IncomingMessage } from "../../../src/core/chat.ts";

const texts = (language: string): DiscordTexts => {
  const labelled = (name: string) => ({ name, description: `${name} (${language})` });
  return {
    commands: {
      notify: labelled("notify"),
      recall: labelled("recall"),
      status: labelled("status"),
      ack: labelled("ack"),
      link: labelled("link"),
      unlink: labelled("unlink"),
      whoami: labelled("whoami"),
      connect: labelled("connect"),
      disconnect: labelled("disconnect"),
      help: labelled("help"),
      people: labelled("people"),
      map: labelled("map"),
      unmap: labelled("unmap"),
      group: labelled("group"),
      senders: labelled("senders"),
      role: labelled("role"),
      rules: labelled("rules"),
      forward: labelled("forward"),
      mute: labelled("mute"),
      quiet: labelled("quiet"),
      oncall: labelled("oncall"),
    },
    fields: {
      user: labelled("user"),
      to: labelled("to"),
      text: labelled("text"),
      tag: labelled("tag"),
      file: labelled("file"),
      confirm: labelled("confirm"),
      search: labelled("search"),
      page: labelled("page"),
      member: labelled("user"),
      person: labelled("person"),
      account: labelled("account"),
      named: labelled("name"),
      members: labelled("members"),
      remove: labelled("remove"),
      who: labelled("who"),
      given: labelled("role"),
      workspace: labelled("workspace"),
      incident: labelled("incident"),
      tags: labelled("tags"),
      severity: labelled("severity"),
      words: labelled("words"),
      switch: labelled("off"),
      for: labelled("for"),
      what: labelled("what"),
      end: labelled("off"),
      hours: labelled("hours"),
      zone: labelled("zone"),
      rotation: labelled("rotation"),
    },
    choices: {
      everyone: "everyone",
      linked: "linked",
      list: "list",
      owner: "owner",
      admin: "admin",
      sender: "sender",
      none: "none",
      critical: "critical",
      error: "error",
      warning: "warning",
      info: "info",
    },
    menu: `Notify in Bitrix24${language === "en" ? "" : ` ${language}`}`,
    form: { title: "Notify", to: "To", text: "Text", tag: "Tag", toHint: "names", textHint: "text" },
    link: {
      title: "Who",
      who: "Who",
      whoHint: "who",
      codeTitle: "Code",
      code: "Code",
      codeHint: "code",
      again: "Again",
    },
    connect: {
      title: "Connect",
      webhook: "Webhook",
      webhookHint: "webhook",
      code: "Code",
      codeHint: "code",
      name: "Name",
    },
    notStored: `not stored (${language})`,
    formExpired: `form expired (${language})`,
  };
};

export const WORDS: DiscordWords = { en: texts("en"), ru: texts("ru") };

/** What lies behind the adapter: an inbox that sees to it that nothing comes in twice, and what it was told. */
export interface House {
  readonly entries: InboxEntry[];
  readonly sightings: { userId: string; name: string }[];
  readonly cursors: Map<string, string>;
  /** When each was written, in epoch milliseconds. */
  readonly cursorTimes: Map<string, number>;
  readonly cursorWrites: string[];
  readonly lines: { level: string; fields: object; message: string }[];
  readonly bound: BoundChat[];
  readonly watched: BoundChat[];
  /** Awaited by each `store`; replace it to slow the store down or to make it fail. */
  beforeStore: () => Promise<void>;
  messages(): IncomingMessage[];
  readonly intake: Intake;
  readonly log: Log;
}

function createHouse(): House {
  const entries: InboxEntry[] = [];
  const lines: House["lines"] = [];
  const sightings: House["sightings"] = [];
  const note = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  const house: House = {
    entries,
    lines,
    sightings,
    cursors: new Map(),
    cursorTimes: new Map(),
    cursorWrites: [],
    bound: [],
    watched: [],
    beforeStore: async () => undefined,
    messages: () => entries.map((entry) => JSON.parse(entry.payload)),
    log: { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") },
    intake: {
      async store(fresh) {
        await house.beforeStore();
        for (const entry of fresh) {
          if (!entries.some((known) => known.externalId === entry.externalId)) entries.push(entry);
        }
      },
      async deletions(fresh) {
        for (const { of, ...entry } of fresh)
          if (
            entries.some(({ externalId }) => externalId === of || externalId.startsWith(`${of}:`)) &&
            !entries.some(({ externalId }) => externalId === entry.externalId)
          )
            entries.push(entry);
      },
      deleted: async () => undefined,
      message: async () => undefined,
      album: async () => [],
      heard: async (_, id) => entries.some(({ externalId }) => externalId === id || externalId.startsWith(`${id}:`)),
      known: async ({ chat, first, last }) =>
        entries
          .filter(({ externalId }) => !externalId.startsWith("d:"))
          .map(({ payload }): IncomingMessage => JSON.parse(payload))
          .filter(({ at }) => chatKey(at) === chatKey(chat) && at.messageId >= first && at.messageId <= last)
          .map(({ at }) => at.messageId),
      ignore: async () => undefined,
      migrated: async () => undefined,
      sighted: async (seen) => void sightings.push(seen),
      bound: async () => house.bound,
      watched: async () => house.watched,
      linkForm: async () => "none",
      suggest: async ({ command, field, typed }) => [{ label: `${command} ${field} (${typed})`, value: `${typed}1` }],
    },
  };
  return house;
}

export interface Scene {
  readonly discord: Discord;
  readonly house: House;
  readonly adapter: DiscordAdapter;
  readonly guild: ReturnType<Discord["createGuild"]>;
  readonly anna: ReturnType<Discord["createUser"]>;
  readonly boris: ReturnType<Discord["createUser"]>;
  readonly channel: { readonly id: string };
  /** Starts the adapter and waits until it is connected and has read what it missed. */
  start(): Promise<{ readonly stop: () => Promise<void>; readonly ended: Promise<void> }>;
}

export function adapterFor(
  discord: Discord,
  house: House,
  { token = discord.token, sweepMs = 300_000 }: { token?: string; sweepMs?: number } = {},
): DiscordAdapter {
  return createDiscord({
    token,
    apiRoot: discord.apiRoot,
    privateHosts: [new URL(discord.url).host],
    intake: house.intake,
    cursors: {
      get: async (channelId) => house.cursors.get(channelId),
      writtenAt: async (channelId) => house.cursorTimes.get(channelId) ?? 0,
      put: async (channelId, messageId, at) => {
        house.cursors.set(channelId, messageId);
        house.cursorTimes.set(channelId, at);
        house.cursorWrites.push(messageId);
      },
    },
    words: WORDS,
    log: house.log,
    clock: Date.now,
    sweepMs,
  });
}

/** A server with one bound channel and two people in it; `boris` writes, `anna` is notified. */
export async function setScene({ sweepMs, ...options }: DiscordOptions & { sweepMs?: number } = {}): Promise<Scene> {
  const discord = await startDiscord({ rateLimits: false, ...options });
  onTestFinished(() => discord.close());
  const house = createHouse();
  const guild = discord.createGuild({ name: "Works", channels: ["general", "builds"] });
  const channel = guild.channel("general");
  const anna = discord.createUser({ username: "anna_p", globalName: "Anna" });
  const boris = discord.createUser({ username: "boris", globalName: "Boris" });
  discord.addMember(guild, anna);
  discord.addMember(guild, boris, { nick: "Bo" });
  house.bound.push({ platform: "discord", chatId: guild.id, threadId: channel.id });
  const adapter = adapterFor(discord, house, sweepMs === undefined ? {} : { sweepMs });
  const start = async () => {
    const controller = new AbortController();
    const before = discord.gateway.counts.identified;
    const ended = adapter.run(controller.signal);
    ended.catch(() => undefined);
    const stop = async () => {
      controller.abort();
      await ended.catch(() => undefined);
    };
    onTestFinished(stop);
    await discord.waitFor(() => discord.gateway.counts.identified > before && discord.gateway.connections() === 1);
    await discord.waitFor(() => discord.commandsOf().commands.length > 0);
    await until(() => house.bound.every(({ threadId }) => threadId === "" || house.cursors.has(threadId)));
    return { stop, ended };
  };
  return { discord, house, adapter, guild, anna, boris, channel, start };
}

/** Resolves once `look` is true; looks again at every turn of the event loop. */
export async function until(look: () => boolean, timeoutMs = 60_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!look()) {
    if (Date.now() > end) throw new Error("it did not come about");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Which entries came in, in their order. */
export const asked = (house: Pick<House, "entries">): string[] => house.entries.map(({ externalId }) => externalId);
