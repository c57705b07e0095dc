import type { AlertField } from "../alert.ts";
import { TEXT_LIMIT, TITLE_LIMIT } from "./limits.ts";
import type { HookAlert } from "./parsed.ts";
import type { Node, Payload } from "./payload.ts";
import { readSeverity } from "./severity.ts";

/** An alert as Alertmanager's webhook and Grafana's contact point both write it (Prometheus: `webhook_config`). */
export interface PrometheusAlert extends Omit<HookAlert, "fields" | "link" | "picture" | "delivery"> {
  readonly labels: readonly AlertField[];
  /** Annotations that are neither title nor text. */
  readonly annotations: readonly AlertField[];
}

const TITLES = ["summary", "title"];
const TEXTS = ["description", "message"];
/** Labels that say how much it matters, the first that is understood. */
const SEVERITIES = ["severity", "level", "priority"];

export function readPrometheusAlert(alert: Node, payload: Payload): PrometheusAlert {
  const labels = alert.fields("labels");
  const annotations = alert.fields("annotations");
  const titled = firstOf(annotations, TITLES);
  const told = firstOf(annotations, TEXTS);
  const at = `${alert.path}.annotations`;
  const title = oneLine(titled?.value ?? labelled(labels, "alertname") ?? "");
  const severity = SEVERITIES.map((name) => readSeverity(labelled(labels, name))).find((each) => each !== undefined);
  const startedAt = alert.time("startsAt");
  const status = readStatus(alert, payload);
  const endedAt = status === "resolved" ? alert.time("endsAt") : undefined;
  return {
    ...(title === "" ? {} : { title: payload.fit(title, `${at}.summary`, TITLE_LIMIT) }),
    text: payload.fit(told?.value ?? "", `${at}.description`, TEXT_LIMIT),
    labels,
    annotations: annotations.filter((each) => each !== titled && each !== told && !each.name.startsWith("__")),
    tags: [],
    ...(severity === undefined ? {} : { severity }),
    status,
    key: keyOf(alert, labels),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

function readStatus(alert: Node, payload: Payload): HookAlert["status"] {
  const status = alert.text("status");
  if (status === "firing" || status === "resolved") return status;
  payload.fail(`${alert.path}.status`, `must be "firing" or "resolved"`);
  return "firing";
}

/** Alertmanager before 0.19 sends no fingerprint; its labels are what makes an alert the same one. */
function keyOf(alert: Node, labels: readonly AlertField[]): string {
  const fingerprint = alert.key("fingerprint");
  if (fingerprint !== undefined) return fingerprint;
  const sorted = labels.map(({ name, value }) => `${name}=${value}`).sort();
  return JSON.stringify(sorted);
}

const firstOf = (fields: readonly AlertField[], names: readonly string[]): AlertField | undefined =>
  names.map((name) => fields.find((field) => field.name === name)).find((field) => field !== undefined);

const labelled = (fields: readonly AlertField[], name: string): string | undefined =>
  fields.find((field) => field.name === name)?.value;

export const oneLine = (text: string): string => text.replaceAll(/\s+/gu, " ").trim();
