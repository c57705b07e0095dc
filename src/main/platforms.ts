import { deriveKey } from "../../adapters/database/seal.ts";
import { createDiscord } from "../../adapters/discord/adapter.ts";
import { DiscordTokenRefusedError } from "../../adapters/discord/connection.ts";
import { createTelegram, type Telegram } from "../../adapters/telegram/adapter.ts";
import { TelegramConflictError, TelegramTokenRefusedError } from "../../adapters/telegram/errors.ts";
import type { Metrics } from "../../adapters/web/metrics.ts";
import type { ChatAdapter, Clock, Intake, Log } from "../app/ports.ts";
import type { Store } from "../app/store/store.ts";
import type { Config } from "../config.ts";
import type { Platform } from "../core/chat.ts";
import { discordWords, telegramMenus } from "../menus.ts";
import { wordsIn } from "../messages/catalogue.ts";

/** Where Telegram delivers updates, and how it proves itself. */
export interface Webhook {
  readonly path: string;
  readonly secret: string;
}

/** How platforms and media fare, for `/readyz`. */
export type Health = Map<Platform | "media", Faring>;

export interface Faring {
  /** `failed`: for a reason that has no name of its own. */
  readonly state: "connecting" | "running" | "stopped" | "token" | "conflict" | "full" | "failed";
  /** In English, as the log says it. */
  readonly reason: string;
}

const faring = (state: "connecting" | "running" | "stopped"): Faring => ({ state, reason: state });

function faultOf(error: unknown): Faring {
  const reason = error instanceof Error ? error.message : "unknown";
  if (error instanceof TelegramTokenRefusedError || error instanceof DiscordTokenRefusedError)
    return { state: "token", reason };
  return { state: error instanceof TelegramConflictError ? "conflict" : "failed", reason };
}

export const runningOf = (adapters: readonly ChatAdapter[], health: Health): ReadonlyMap<Platform, boolean> =>
  new Map(adapters.map(({ platform }) => [platform, health.get(platform)?.state === "running"]));

/** Path and secret of Telegram's webhook come from the master key: they are never absent, and never the bot token. */
export function webhookOf(config: Config, [key]: readonly Uint8Array[]): Webhook | undefined {
  if (config.telegram?.mode !== "webhook" || !key) return undefined;
  return {
    path: deriveKey(key, "telegram webhook path").toString("base64url"),
    secret: deriveKey(key, "telegram webhook secret").toString("base64url"),
  };
}

interface AdapterParts {
  readonly meter?: Pick<Metrics, "chatLimited">;
  readonly intake: Intake;
  readonly log: Log;
  readonly clock: Clock;
}

export function openTelegram(
  config: Config,
  parts: AdapterParts & { hook: Webhook | undefined; names: Map<Platform, string> },
): Telegram | undefined {
  if (!config.telegram) return undefined;
  const { token, apiRoot, localDir } = config.telegram;
  const { intake, log, clock, hook, names, meter } = parts;
  const telegram = createTelegram({
    token,
    apiRoot,
    privateHosts: config.privateHosts,
    ...(config.proxyUrl === undefined ? {} : { proxyUrl: config.proxyUrl }),
    ...(localDir === undefined ? {} : { localDir }),
    mode: hook
      ? { kind: "webhook", url: `${config.publicUrl}/telegram/${hook.path}`, secret: hook.secret }
      : { kind: "polling" },
    intake,
    limited: () => meter?.chatLimited("telegram"),
    log,
    clock,
  });
  return {
    ...telegram,
    async dispatch(rows) {
      if (!names.has("telegram")) names.set("telegram", (await telegram.identity()).username);
      await telegram.dispatch(rows);
    },
  };
}

export function openDiscord(
  config: Config,
  { intake, store, log, clock, meter }: AdapterParts & { store: Store },
): ChatAdapter | undefined {
  if (!config.discord) return undefined;
  return createDiscord({
    token: config.discord.token,
    apiRoot: config.discord.apiRoot,
    privateHosts: config.privateHosts,
    ...(config.proxyUrl === undefined ? {} : { proxyUrl: config.proxyUrl }),
    intake,
    cursors: {
      get: (channelId) => store.read.cursors.get(channelId),
      writtenAt: (channelId) => store.read.cursors.writtenAt(channelId),
      put: (channelId, messageId, at) => store.tx((tx) => tx.cursors.put(channelId, messageId, at)),
    },
    words: discordWords(wordsIn),
    limited: () => meter?.chatLimited("discord"),
    log,
    clock,
  });
}

/** A platform that cannot go on (a refused token, a second poller) is shouted about; the others go on without it. */
export async function runAdapter(
  adapter: ChatAdapter,
  { health, log }: { health: Health; log: Log },
  stop: AbortSignal,
): Promise<void> {
  health.set(adapter.platform, faring("connecting"));
  try {
    await adapter.run(stop, () => health.set(adapter.platform, faring("running")));
    health.set(adapter.platform, faring("stopped"));
  } catch (error) {
    if (stop.aborted) return;
    const fault = faultOf(error);
    health.set(adapter.platform, fault);
    log.error(
      { platform: adapter.platform, reason: fault.reason },
      "platform stopped; mend the cause and start herald24 again",
    );
  }
}

/** The menu is a hint to people; a failure to set it delays nothing and is tried again at the next start. */
export async function registerMenus(telegram: Telegram, log: Log, stop: AbortSignal): Promise<void> {
  try {
    await telegram.registerCommands(telegramMenus(wordsIn));
  } catch (error) {
    if (!stop.aborted)
      log.warn({ error: error instanceof Error ? error.message : "unknown" }, "Telegram command list not set");
  }
}
