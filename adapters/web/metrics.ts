import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Platform } from "../../src/core/chat.ts";
import type { Verdict } from "../../src/core/verdict.ts";

/** What is counted. No label holds a text, an address or a credential of anybody. */
export interface Metrics {
  readonly contentType: string;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  /** A notification was stored: from here on it is not lost. */
  accepted(workspace: string, deliveries: number): void;
  concluded(workspace: string, verdict: Verdict): void;
  /** A portal answered, or failed to, after `seconds`. */
  portalAnswered(workspace: string, seconds: number): void;
  /** A chat platform told us to be slower (429). */
  chatLimited(platform: Platform): void;
  /** `read` is asked at each scrape for the rows that wait, by queue; what it cannot read is left out of that scrape. */
  watchQueues(read: () => Promise<Readonly<Record<string, number>>>): void;
}

/** Workspaces beyond these share the label `other`: each label costs memory here and in Prometheus for ever. */
const MOST_WORKSPACES = 1_000;

/** Seconds. The cloud itself ends a call at 60. */
const PORTAL_BUCKETS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const workspaceLabel = openLabels(MOST_WORKSPACES);
  const notifications = new Counter({
    name: "herald24_notifications_accepted_total",
    help: "Notifications stored",
    labelNames: ["workspace"],
    registers,
  });
  const deliveries = new Counter({
    name: "herald24_deliveries_accepted_total",
    help: "Deliveries stored: one for each recipient of a notification",
    labelNames: ["workspace"],
    registers,
  });
  const verdicts = new Counter({
    name: "herald24_verdicts_total",
    help: "What finally became of deliveries",
    labelNames: ["workspace", "verdict"],
    registers,
  });
  const limited = new Counter({
    name: "herald24_chat_limited_total",
    help: "Times a chat platform asked us to be slower",
    labelNames: ["platform"],
    registers,
  });
  const portal = new Histogram({
    name: "herald24_portal_seconds",
    help: "Time a request to Bitrix24 took",
    labelNames: ["workspace"],
    buckets: PORTAL_BUCKETS,
    registers,
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    accepted: (name, count) => {
      const workspace = workspaceLabel(name);
      notifications.inc({ workspace });
      deliveries.inc({ workspace }, count);
    },
    concluded: (name, verdict) => verdicts.inc({ workspace: workspaceLabel(name), verdict }),
    portalAnswered: (name, seconds) => portal.observe({ workspace: workspaceLabel(name) }, seconds),
    chatLimited: (platform) => limited.inc({ platform }),
    watchQueues: (read) => watchQueues(registry, read),
  };
}

function watchQueues(registry: Registry, read: () => Promise<Readonly<Record<string, number>>>): void {
  const gauge: Gauge<"queue"> = new Gauge({
    name: "herald24_queue_depth",
    help: "Rows that wait, by queue",
    labelNames: ["queue"],
    registers: [registry],
    collect: async () => {
      gauge.reset();
      const depths = await read().catch(() => ({}));
      for (const [queue, depth] of Object.entries(depths)) gauge.set({ queue }, depth);
    },
  });
}

function openLabels(most: number): (name: string) => string {
  const seen = new Set<string>();
  return (name) => {
    if (seen.has(name)) return name;
    if (seen.size >= most) return "other";
    seen.add(name);
    return name;
  };
}
