import type { Alert } from "../alert.ts";
import type { IncomingMedia } from "../chat.ts";
import { plain } from "../richText.ts";
import { parseAlertmanager } from "./alertmanager.ts";
import { parseGeneric } from "./generic.ts";
import { parseGitHub } from "./github.ts";
import { parseGrafana } from "./grafana.ts";
import type { Mapping } from "./mapping.ts";
import type { HookAlert, ParsedHook } from "./parsed.ts";
import { parseUptimeKuma } from "./uptimeKuma.ts";
import { parseZabbix } from "./zabbix.ts";

/** A request that has been read as JSON, and what decides how it is understood. */
export interface HookRequest {
  readonly kind: "alertmanager" | "grafana" | "zabbix" | "uptime-kuma" | "github" | "generic";
  readonly body: unknown;
  /** The header `X-GitHub-Event`. */
  readonly event?: string | undefined;
  readonly mapping?: Mapping | undefined;
}

/** Never throws, whatever the JSON is. */
export function parseHook({ kind, body, event, mapping }: HookRequest): ParsedHook {
  switch (kind) {
    case "alertmanager":
      return parseAlertmanager(body);
    case "grafana":
      return parseGrafana(body);
    case "zabbix":
      return parseZabbix(body);
    case "uptime-kuma":
      return parseUptimeKuma(body);
    case "github":
      return parseGitHub(body, event);
    case "generic":
      return parseGeneric(body, mapping);
    default:
      return kind satisfies never;
  }
}

/**
 * The alerts of one request as the rest of the house knows them.
 *
 * @param from `delivery` tells this request apart from all others of the hook; an alert may carry an id of its own.
 */
export function alertsOf(
  alerts: readonly HookAlert[],
  from: { hook: { id: number; name: string }; delivery: string; now: number },
): readonly Alert[] {
  const { hook, now } = from;
  const ids = deliveriesOf(alerts, from.delivery);
  return alerts.map((alert, index): Alert => {
    const { text, picture, endedAt, delivery: _, ...rest } = alert;
    const delivery = ids[index] ?? from.delivery;
    return {
      ...rest,
      origin: { kind: "hook", hookId: hook.id, delivery },
      author: { kind: "hook", id: String(hook.id), name: hook.name },
      place: hook.name,
      text: plain(text),
      media: picture === undefined ? [] : [pictureAt(picture)],
      parts: [],
      // A clock of somebody else's that runs ahead must not make it come from the future.
      at: Math.min(endedAt ?? now, now),
      edited: false,
    };
  });
}

/** Alerts of one request never share an id, or all but the first would count as known: one that stands above a list is the request's. */
function deliveriesOf(alerts: readonly HookAlert[], request: string): readonly string[] {
  const seen = new Map<string, number>();
  return alerts.map(({ delivery = request }) => {
    const before = seen.get(delivery) ?? 0;
    seen.set(delivery, before + 1);
    return before === 0 && (delivery !== request || alerts.length === 1) ? delivery : `${delivery}:${before}`;
  });
}

const pictureAt = (url: string): IncomingMedia => ({
  kind: "picture",
  name: "picture",
  source: { kind: "remote", url },
});
