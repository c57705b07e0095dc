import { openNewcomers } from "../../adapters/bitrix24/newcomers.ts";
import type { RouteGroup } from "../../adapters/web/app.ts";
import { bitrix24Routes } from "../../adapters/web/bitrix24.ts";
import type { ChoreHandlers } from "../app/chores.ts";
import { connectChores } from "../app/connectChores.ts";
import { believe, consented, type InstallParts } from "../app/install.ts";
import type { ChatAdapter, Clock, Log, Portal, SpendRequest } from "../app/ports.ts";
import { type Alarms, ringing } from "../app/service.ts";
import type { Store } from "../app/store/store.ts";
import type { Config } from "../config.ts";
import { wordsIn } from "../messages/catalogue.ts";
import { VERSION } from "../version.ts";

interface Connecting {
  readonly routes: RouteGroup;
  readonly chores: Omit<ChoreHandlers, "link">;
  close(): Promise<void>;
}

/** How portals come to be connected: installed as an application, or by a webhook that somebody hands over in a chat. */
export function openConnecting(
  config: Config,
  parts: {
    store: Store;
    portal: Portal;
    spend: SpendRequest;
    adapters: readonly ChatAdapter[];
    alarms: Alarms;
    clock: Clock;
    log: Log;
  },
): Connecting {
  const { privateHosts, publicUrl } = config;
  const { clock, alarms, adapters, spend } = parts;
  const newcomers = openNewcomers({ version: VERSION, privateHosts, spend, clock });
  const installing: InstallParts = { ...parts, newcomers, wordsIn, changed: ringing(alarms.all) };
  const messengers = Object.fromEntries(adapters.map(({ platform, messenger }) => [platform, messenger]));
  const reachable = publicUrl === undefined ? {} : { publicUrl };
  const never = new AbortController().signal;
  return {
    routes: bitrix24Routes({
      believe: (event) => believe(event, installing, never),
      consented: (consent) => consented(consent, installing, never),
      wordsIn,
      clock,
    }),
    chores: connectChores({ ...parts, wordsIn, privateHosts, messengers, ...reachable }),
    close: newcomers.close,
  };
}
