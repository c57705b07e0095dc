import { apiRoutes } from "../../adapters/web/api.ts";
import type { RouteGroup } from "../../adapters/web/app.ts";
import { hookRoutes } from "../../adapters/web/hooks.ts";
import type { Metrics } from "../../adapters/web/metrics.ts";
import { createApi } from "../app/apiNotifications.ts";
import { createHookIntake } from "../app/hookIntake.ts";
import type { Clock, Log } from "../app/ports.ts";
import { type Alarms, ringing } from "../app/service.ts";
import type { Store } from "../app/store/store.ts";
import { wordsIn } from "../messages/catalogue.ts";

/** The doors for other programs: alerts, and notifications by the API. */
export function openHooks(parts: {
  store: Store;
  alarms: Alarms;
  metrics: Metrics;
  clock: Clock;
  log: Log;
}): readonly RouteGroup[] {
  const { store, alarms, metrics, clock, log } = parts;
  const hooks = createHookIntake({ store, stored: alarms.alerts, clock, log, meter: metrics });
  const changed = ringing([alarms.deliver, alarms.media]);
  const api = createApi({ store, wordsIn, changed, clock, log });
  return [hookRoutes({ hooks, clock }), apiRoutes({ api, hooks, clock })];
}
