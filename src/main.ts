import { createPortal } from "../adapters/bitrix24/portal.ts";
import { loadSecretKeys } from "../adapters/database/keyFile.ts";
import { deriveKey } from "../adapters/database/seal.ts";
import { openStore } from "../adapters/database/store.ts";
import { createDiscord } from "../adapters/discord/adapter.ts";
import { openMediaFiles } from "../adapters/media/files.ts";
import { createTelegram, type Telegram } from "../adapters/telegram/adapter.ts";
import { startWeb } from "../adapters/web/server.ts";
import { createIntake } from "./app/intake.ts";
import { movePortal } from "./app/movePortal.ts";
import type { ChatAdapter, Clock, Intake, Log, Portal } from "./app/ports.ts";
import { type Alarms, createAlarms, ringing, runLoops } from "./app/service.ts";
import type { Store } from "./app/store/store.ts";
import { createThrottle } from "./app/throttle.ts";
import type { Config } from "./config.ts";
import type { Platform } from "./core/chat.ts";
import { discordWords, telegramMenus } from "./menus.ts";
import { wordsIn } from "./messages/catalogue.ts";
import { VERSION } from "./version.ts";

/** Commands of one sender: 30 a minute, 20 of them at once. */
const COMMAND_RATE = { perMinute: 30, burst: 20 };
/** One answer a minute to what is malformed or not allowed. */
const COMPLAINT_RATE = { perMinute: 1, burst: 1 };
/** What is in flight may finish before it is cut off. */
const GRACE_MS = 9_000;

export interface Service {
  /** Of the HTTP server. */
  readonly url: string;
  /** Takes nothing new, finishes or releases what is in flight within ten seconds. */
  stop(): Promise<void>;
}

/** Whether each part of the service is well, for `/readyz`. */
interface Health {
  readonly platforms: Map<Platform, string>;
}

/** Puts the house together and starts it. The caller holds the service lock. */
export async function startService(config: Config, { log }: { log: Log }): Promise<Service> {
  const clock: Clock = Date.now;
  const { keys, created } = loadSecretKeys({ value: config.secretKey, dataDir: config.dataDir, mayCreate: true });
  if (created) log.warn({ dataDir: config.dataDir }, "a master key was made: keep a copy of secret.key, no backup holds it");
  const store = await openStore({
    databaseUrl: config.databaseUrl,
    secretKeys: keys,
    mayCreate: true,
    version: VERSION,
    clock,
  });
  const alarms = createAlarms();
  const stopping = new AbortController();
  const aborting = new AbortController();
  const portal = openPortal(config, { store, clock, log });
  const files = await openMediaFiles({ dir: `${config.dataDir}/media` });
  const names = new Map<Platform, string>();
  const intake = openIntake({ store, alarms, clock, names });
  const hook = webhookOf(config, keys);
  const telegram = openTelegram(config, { intake, hook, log, clock, names });
  const discord = openDiscord(config, { intake, store, log, clock });
  const adapters = [telegram, discord].filter((adapter) => adapter !== undefined);
  const health: Health = { platforms: new Map() };
  const web = await startWeb(webParts(config, { store, files, telegram, hook, health, log, clock }));
  const running = Promise.all([
    ...adapters.map((adapter) => runAdapter(adapter, { health, log }, stopping.signal)),
    runLoops(
      {
        store,
        portal,
        wordsIn,
        clock,
        random: Math.random,
        log,
        alarms,
        adapters,
        media: {
          files,
          openers: Object.fromEntries(adapters.map((adapter) => [adapter.platform, adapter.openMedia])),
          canRelay: config.publicUrl !== undefined,
        },
        ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
      },
      { stop: stopping.signal, abort: aborting.signal },
    ),
  ]);
  if (telegram) void registerMenus(telegram, log, stopping.signal);
  log.info({ url: web.url, platforms: adapters.map((adapter) => adapter.platform) }, "herald24 is running");
  return {
    url: web.url,
    async stop() {
      stopping.abort();
      const grace = setTimeout(() => aborting.abort(), GRACE_MS);
      await running.catch(() => undefined);
      clearTimeout(grace);
      await Promise.allSettled([web.close(), portal.close(), telegram?.close()]);
      await store.close();
    },
  };
}

function openPortal(
  config: Config,
  { store, clock, log }: { store: Store; clock: Clock; log: Log },
): Portal & { close(): Promise<void> } {
  return createPortal({
    version: VERSION,
    privateHosts: config.privateHosts,
    saveTokens: (id, credentials) => store.tx((tx) => tx.workspaces.set(id, { credentials })),
    reload: async (id) => (await store.read.workspaces.byId(id))?.credentials,
    moved: (id, host) => store.tx((tx) => movePortal(tx, id, host)),
    clock,
    log,
  });
}

function openIntake(parts: { store: Store; alarms: Alarms; clock: Clock; names: Map<Platform, string> }): Intake {
  const { store, alarms, clock, names } = parts;
  return createIntake({
    store,
    wordsIn,
    clock,
    commands: createThrottle(COMMAND_RATE),
    complaints: createThrottle(COMPLAINT_RATE),
    botName: (platform) => names.get(platform),
    stored: ringing(Object.values(alarms.inbox)),
    changed: ringing([alarms.deliver, alarms.media, ...Object.values(alarms.receipts)]),
  });
}

/** Path and secret of Telegram's webhook come from the master key: they are never absent, and never the bot token. */
function webhookOf(config: Config, [key]: readonly Uint8Array[]): { path: string; secret: string } | undefined {
  if (config.telegram?.mode !== "webhook" || !key) return undefined;
  return {
    path: deriveKey(key, "telegram webhook path").toString("base64url"),
    secret: deriveKey(key, "telegram webhook secret").toString("base64url"),
  };
}

interface AdapterParts {
  readonly intake: Intake;
  readonly log: Log;
  readonly clock: Clock;
}

function openTelegram(
  config: Config,
  parts: AdapterParts & { hook: { path: string; secret: string } | undefined; names: Map<Platform, string> },
): Telegram | undefined {
  if (!config.telegram) return undefined;
  const { token, apiRoot } = config.telegram;
  const { intake, log, clock, hook, names } = parts;
  const telegram = createTelegram({
    token,
    apiRoot,
    privateHosts: config.privateHosts,
    ...(config.proxyUrl === undefined ? {} : { proxyUrl: config.proxyUrl }),
    mode: hook
      ? { kind: "webhook", url: `${config.publicUrl}/telegram/${hook.path}`, secret: hook.secret }
      : { kind: "polling" },
    intake,
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

function openDiscord(
  config: Config,
  { intake, store, log, clock }: AdapterParts & { store: Store },
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
      put: (channelId, messageId) => store.tx((tx) => tx.cursors.put(channelId, messageId)),
    },
    words: discordWords(wordsIn),
    log,
    clock,
  });
}

/** A platform that cannot go on (a refused token, a second poller) is shouted about; the others go on without it. */
async function runAdapter(
  adapter: ChatAdapter,
  { health, log }: { health: Health; log: Log },
  stop: AbortSignal,
): Promise<void> {
  health.platforms.set(adapter.platform, "running");
  try {
    await adapter.run(stop);
    health.platforms.set(adapter.platform, "stopped");
  } catch (error) {
    if (stop.aborted) return;
    const reason = error instanceof Error ? error.message : "unknown";
    health.platforms.set(adapter.platform, reason);
    log.error({ platform: adapter.platform, reason }, "platform stopped; mend the cause and start herald24 again");
  }
}

/** The menu is a hint to people; a failure to set it delays nothing and is tried again at the next start. */
async function registerMenus(telegram: Telegram, log: Log, stop: AbortSignal): Promise<void> {
  try {
    await telegram.registerCommands(telegramMenus(wordsIn));
  } catch (error) {
    if (!stop.aborted)
      log.warn({ error: error instanceof Error ? error.message : "unknown" }, "Telegram command list not set");
  }
}
