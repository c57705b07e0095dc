import { deriveKey } from "../../adapters/database/seal.ts";
import { ackRoutes } from "../../adapters/web/ack.ts";
import type { RouteGroup } from "../../adapters/web/app.ts";
import { type AckLinks, createAckLinks } from "../app/ackLink.ts";
import { createAckPage } from "../app/ackPage.ts";
import type { Clock, Log } from "../app/ports.ts";
import { type Alarms, ringing } from "../app/service.ts";
import type { Store } from "../app/store/store.ts";
import type { CompilePattern } from "../core/pattern.ts";
import { wordsIn } from "../messages/catalogue.ts";

/** The links by which recipients take an incident, and the page that they lead to. */
export function openAcknowledging(parts: {
  keys: readonly Uint8Array[];
  store: Store;
  alarms: Alarms;
  compile: CompilePattern;
  clock: Clock;
  log: Log;
}): { path: AckLinks["path"]; routes: RouteGroup } {
  const { keys, alarms, clock } = parts;
  const links = createAckLinks(keys.map((key) => deriveKey(key, "acknowledgement")));
  const page = createAckPage({ ...parts, links, wordsIn, changed: ringing(alarms.all) });
  return { path: links.path, routes: ackRoutes({ page, wordsIn, clock }) };
}
