import { existsSync } from "node:fs";
import { createPortal } from "../adapters/bitrix24/portal.ts";
import { loadSecretKeys } from "../adapters/database/keyFile.ts";
import { databaseFile } from "../adapters/database/sqlite.ts";
import { openStore } from "../adapters/database/store.ts";
import { openMediaFiles } from "../adapters/media/files.ts";
import { createMetrics, type Metrics } from "../adapters/web/metrics.ts";
import { startWeb } from "../adapters/web/server.ts";
import { createBudget } from "./app/budget.ts";
import { readFigures } from "./app/figures.ts";
import { createIntake } from "./app/intake.ts";
import { keepTokens } from "./app/keepTokens.ts";
import { movePortal } from "./app/movePortal.ts";
import { paced } from "./app/paced.ts";
import type { Clock, Intake, Log } from "./app/ports.ts";
import { type Alarms, createAlarms, ringing, runLoops } from "./app/service.ts";
import type { Store } from "./app/store/store.ts";
import type { Config } from "./config.ts";
import type { Platform } from "./core/chat.ts";
import type { CompilePattern } from "./core/pattern.ts";
import { openAcknowledging } from "./main/acknowledging.ts";
import { openConnecting } from "./main/connecting.ts";
import { openHooks } from "./main/hooks.ts";
import { openMedia } from "./main/media.ts";
import {
  type Health,
  openDiscord,
  openTelegram,
  registerMenus,
  runAdapter,
  runningOf,
  webhookOf,
} from "./main/platforms.ts";
import { routesOf } from "./main/routes.ts";
import { slowness } from "./main/slowness.ts";
import { wordsIn } from "./messages/catalogue.ts";
import { createPatterns } from "./patterns.ts";
import { VERSION } from "./version.ts";

/** What is in flight may finish before it is cut off. */
const GRACE_MS = 9_000;

export interface Service {
  /** Of the HTTP server. */
  readonly url: string;
  /** Takes nothing new, finishes or releases what is in flight within ten seconds. */
  stop(): Promise<void>;
}

/** Puts the house together and starts it. The caller holds the service lock. */
export async function startService(config: Config, { log }: { log: Log }): Promise<Service> {
  const clock: Clock = Date.now;
  const { keys, store } = await openDatabase(config, { clock, log });
  const alarms = createAlarms();
  const metrics = createMetrics();
  const { direct, budget, portal } = openPortal(config, { store, clock, log });
  const { spend } = budget;
  const files = openMediaFiles({ dir: `${config.dataDir}/media` });
  const names = new Map<Platform, string>();
  const health: Health = new Map();
  const compile = createPatterns();
  const intake = openIntake({ store, alarms, metrics, compile, clock, names, log });
  const hook = webhookOf(config, keys);
  const telegram = openTelegram(config, { intake, hook, log, clock, names, meter: metrics });
  const discord = openDiscord(config, { intake, store, log, clock, meter: metrics });
  const adapters = [telegram, discord].filter((adapter) => adapter !== undefined);
  const connecting = openConnecting(config, { store, portal, spend, adapters, alarms, clock, log });
  const { mediaQuotaBytes } = config;
  metrics.watch(() => readFigures(store.read, { mediaQuotaBytes, running: runningOf(adapters, health), now: clock() }));
  const shown = { store, files, telegram, hook, health, metrics, clock };
  const hooks = openHooks({ store, alarms, metrics, clock, log });
  const acknowledging = openAcknowledging({ keys, store, alarms, compile, clock, log });
  const routes = [...routesOf(config, { ...shown, connecting: connecting.routes }), ...hooks, acknowledging.routes];
  const web = await startWeb({ ...config, log, routes });
  const { stop, abort } = { stop: new AbortController(), abort: new AbortController() };
  const media = openMedia(config, { files, adapters, portal, spend, health, clock, log });
  const { publicUrl } = config;
  const { chores } = connecting;
  const tools = { store, portal: direct, budget, wordsIn, clock, random: Math.random, compile };
  const common = { ...tools, log, meter: metrics, alarms, adapters, media, chores };
  const parts = { ...common, ackPath: acknowledging.path, ...(publicUrl === undefined ? {} : { publicUrl }) };
  const running = Promise.all([
    ...adapters.map((adapter) => runAdapter(adapter, { health, log }, stop.signal)),
    runLoops(parts, { stop: stop.signal, abort: abort.signal }),
    telegram && registerMenus(telegram, log, stop.signal),
  ]);
  log.info({ url: web.url, platforms: adapters.map(({ platform }) => platform) }, "herald24 is running");
  return {
    url: web.url,
    async stop() {
      stop.abort();
      const grace = setTimeout(() => abort.abort(), GRACE_MS);
      await running.catch(() => undefined);
      clearTimeout(grace);
      await Promise.allSettled([web.close(), media.close(), direct.close(), connecting.close(), telegram?.close()]);
      await store.close();
    },
  };
}

async function openDatabase(config: Config, { clock, log }: { clock: Clock; log: Log }) {
  const { databaseUrl, secretKey, dataDir } = config;
  const { keys, created } = loadSecretKeys({
    value: secretKey,
    dataDir,
    // A new key beside an old database would only hide that the right one is missing.
    mayCreate: !existsSync(databaseFile(databaseUrl)),
  });
  if (created) log.warn({ dataDir }, "a master key was made: keep a copy of secret.key, no backup holds it");
  return { keys, store: await openStore({ databaseUrl, secretKeys: keys, mayCreate: true, version: VERSION, clock }) };
}

/** `direct` for the outbox, which books its requests itself; `portal` for all others. */
function openPortal(config: Config, { store, clock, log }: { store: Store; clock: Clock; log: Log }) {
  const budget = createBudget({ store, clock, random: Math.random });
  const direct = createPortal({
    version: VERSION,
    privateHosts: config.privateHosts,
    saveTokens: (id, credentials) => store.tx((tx) => keepTokens(tx, id, credentials)),
    reload: async (id) => (await store.read.workspaces.byId(id))?.credentials,
    moved: (id, host) => store.tx((tx) => movePortal(tx, id, host)),
    spend: budget.spend,
    clock,
    log,
  });
  return { direct, budget, portal: paced(direct, budget) };
}

function openIntake(parts: {
  store: Store;
  alarms: Alarms;
  compile: CompilePattern;
  clock: Clock;
  names: Map<Platform, string>;
  metrics: Metrics;
  log: Log;
}): Intake {
  const { store, alarms, metrics, compile, clock, names, log } = parts;
  return createIntake({
    log,
    store,
    wordsIn,
    compile,
    clock,
    meter: metrics,
    slowness,
    botName: (platform) => names.get(platform),
    stored: ringing(Object.values(alarms.inbox)),
    changed: ringing([
      ...[alarms.deliver, alarms.media, alarms.chores, alarms.incidents],
      ...Object.values(alarms.receipts),
      ...Object.values(alarms.posts),
    ]),
  });
}
