import { createDiscord, type DiscordAdapter } from "../../adapters/discord/adapter.ts";
import type { Telegram } from "../../adapters/telegram/adapter.ts";
import type { Clock, Intake } from "../app/ports.ts";
import type { Config } from "../config.ts";
import type { ChatRef, Platform } from "../core/chat.ts";
import { openTelegram, webhookOf } from "../main/platforms.ts";
import { discordWords } from "../menus.ts";
import { wordsIn } from "../messages/catalogue.ts";
import { SILENT } from "./silence.ts";

const notTaken = async (): Promise<never> => {
  throw new Error("commands of the terminal take no updates in");
};

/** Commands only ask the platforms questions; nothing may come in through them. */
function idleIntake({ bound = nowhere, watched = nowhere }: Pick<BotParts, "bound" | "watched">): Intake {
  return {
    store: notTaken,
    message: notTaken,
    ignore: notTaken,
    migrated: notTaken,
    sighted: notTaken,
    suggest: notTaken,
    linkForm: notTaken,
    deletions: notTaken,
    deleted: notTaken,
    known: notTaken,
    heard: notTaken,
    album: notTaken,
    bound,
    watched,
  };
}

export interface BotParts {
  readonly clock: Clock;
  /** Chats to look at; none by default. */
  readonly bound?: (platform: Platform) => Promise<readonly ChatRef[]>;
  /** Chats that rules listen to; none by default. */
  readonly watched?: (platform: Platform) => Promise<readonly ChatRef[]>;
  /** Of the database; without them a webhook's address is not known. */
  readonly keys?: readonly Uint8Array[];
}

const nowhere = async (): Promise<readonly ChatRef[]> => [];

/** @throws {Error} When the root is neither https nor listed. */
export function telegramFor(config: Config, { clock, keys = [], ...chats }: BotParts): Telegram | undefined {
  const hook = webhookOf(config, keys);
  return openTelegram(config, { intake: idleIntake(chats), hook, log: SILENT, clock, names: new Map() });
}

export function discordFor(config: Config, { clock, ...chats }: BotParts): DiscordAdapter | undefined {
  if (!config.discord) return undefined;
  return createDiscord({
    ...config.discord,
    privateHosts: config.privateHosts,
    ...(config.proxyUrl === undefined ? {} : { proxyUrl: config.proxyUrl }),
    intake: idleIntake(chats),
    cursors: { get: async () => undefined, writtenAt: async () => 0, put: notTaken },
    words: discordWords(wordsIn),
    log: SILENT,
    clock,
  });
}
