import { timingSafeEqual } from "node:crypto";
import type { Telegram } from "../../adapters/telegram/adapter.ts";
import type { RouteGroup } from "../../adapters/web/app.ts";
import { healthRoutes } from "../../adapters/web/health.ts";
import { mediaRoutes } from "../../adapters/web/media.ts";
import type { Metrics } from "../../adapters/web/metrics.ts";
import { metricsRoutes } from "../../adapters/web/metricsRoute.ts";
import { telegramRoutes } from "../../adapters/web/telegram.ts";
import type { Clock, MediaStore } from "../app/ports.ts";
import type { Store } from "../app/store/store.ts";
import type { Config } from "../config.ts";
import { wordsIn } from "../messages/catalogue.ts";
import type { Health, Webhook } from "./platforms.ts";

/** Everything that the HTTP server answers. */
export function routesOf(
  config: Config,
  parts: {
    store: Store;
    files: MediaStore;
    telegram: Telegram | undefined;
    hook: Webhook | undefined;
    health: Health;
    metrics: Metrics;
    connecting: RouteGroup;
    clock: Clock;
  },
) {
  const { store, files, telegram, hook, health, metrics, connecting, clock } = parts;
  const { adminToken } = config;
  return [
    healthRoutes({ checks: checksOf(store, health), adminToken }),
    metricsRoutes({ metrics, adminToken }),
    mediaRoutes({
      findLink: async (capability) =>
        (await store.read.media.byCapability(capability)) ?? store.read.postFiles.byCapability(capability),
      openFile: files.open,
      wordsIn,
      clock,
    }),
    connecting,
    telegramRoutes(async (path, header, body) =>
      hook && telegram && isSame(path, hook.path) ? telegram.acceptWebhook(header, body) : "absent",
    ),
  ];
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function checksOf(store: Store, platforms: Health) {
  return [
    { name: "database", look: async () => ({ ok: (await store.read.workspaces.list()).length >= 0 }) },
    {
      name: "bots",
      look: async () => {
        const stopped = [...platforms].filter(([, { state }]) => state !== "running");
        return {
          ok: stopped.length === 0,
          detail: stopped.map(([platform, { reason }]) => `${platform}: ${reason}`).join("; "),
          causes: stopped.map(([of, { state: cause, reason }]) => ({ of, cause, reason })),
        };
      },
    },
    {
      name: "portals",
      look: async () => {
        const suspended = (await store.read.workspaces.list()).filter((workspace) => workspace.suspended);
        return { ok: suspended.length === 0, detail: suspended.map(({ name }) => name).join(", ") };
      },
    },
  ];
}
