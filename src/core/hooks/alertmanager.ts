import type { HookAlert, ParsedHook } from "./parsed.ts";
import { openPayload, type Payload } from "./payload.ts";
import { readPrometheusAlert } from "./prometheus.ts";

/** Alertmanager's webhook, version 4: one alert for each in `alerts`, with its fingerprint as key. */
export function parseAlertmanager(body: unknown): ParsedHook {
  const payload = openPayload(body);
  const { root } = payload;
  const version = root.text("version");
  if (version !== undefined && version !== "4") payload.fail("version", `is "${version}", must be "4"`);
  const alerts = root.nodes("alerts").map((alert): HookAlert => {
    const { labels, annotations, ...read } = readPrometheusAlert(alert, payload);
    const link = alert.link("generatorURL");
    return {
      ...read,
      fields: payload.fields([...labels, ...annotations], alert.path),
      ...(link === undefined ? {} : { link }),
    };
  });
  return payload.result([...alerts, ...truncated(payload)]);
}

/** Alertmanager leaves alerts out itself where `max_alerts` says so: nobody may take the rest for all. */
function truncated({ root }: Payload): readonly HookAlert[] {
  const count = root.number("truncatedAlerts") ?? 0;
  if (count <= 0) return [];
  const groupKey = root.text("groupKey") ?? "";
  const link = root.link("externalURL");
  return [
    {
      title: `Alertmanager left out ${count} more`,
      text: "max_alerts of its receiver is lower than what there is to tell",
      fields: groupKey === "" ? [] : [{ name: "groupKey", value: groupKey }],
      tags: [],
      severity: "warning",
      status: root.text("status") === "resolved" ? "resolved" : "firing",
      key: `truncated ${groupKey}`,
      ...(link === undefined ? {} : { link }),
    },
  ];
}
