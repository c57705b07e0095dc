import type { AlertField } from "../alert.ts";
import type { HookAlert, ParsedHook } from "./parsed.ts";
import { type Node, openPayload } from "./payload.ts";
import { readPrometheusAlert } from "./prometheus.ts";

/** The contact point "webhook" of Grafana's unified alerting (since Grafana 9). */
export function parseGrafana(body: unknown): ParsedHook {
  const payload = openPayload(body);
  const { root } = payload;
  if (root.raw("alerts") === undefined && root.raw("evalMatches") !== undefined)
    payload.fail("alerts", "is absent: this is Grafana's former alerting, switch to unified alerting");
  const alerts = root.nodes("alerts").map((alert): HookAlert => {
    const { labels, annotations, ...read } = readPrometheusAlert(alert, payload);
    const links = ["panelURL", "dashboardURL", "generatorURL"].map((name) => alert.link(name));
    const link = links.find((each) => each !== undefined);
    const picture = alert.link("imageURL");
    const fields = [...values(alert), ...labels, ...annotations, ...silence(alert)];
    return {
      ...read,
      fields: payload.fields(fields, alert.path),
      ...(link === undefined ? {} : { link }),
      ...(picture === undefined ? {} : { picture }),
    };
  });
  return payload.result(alerts);
}

/** What was measured: by the names of the rule's expressions, or, before Grafana 10, as one text. */
function values(alert: Node): readonly AlertField[] {
  const measured = alert.fields("values");
  if (measured.length > 0) return measured;
  const value = alert.text("valueString");
  return value === undefined ? [] : [{ name: "value", value }];
}

function silence(alert: Node): readonly AlertField[] {
  const value = alert.link("silenceURL");
  return value === undefined ? [] : [{ name: "silence", value }];
}
