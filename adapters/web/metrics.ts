import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Figures } from "../../src/app/figures.ts";
import type { Clock, Meter } from "../../src/app/ports.ts";
import type { Bound } from "../../src/app/shed.ts";
import type { HookKind } from "../../src/app/store/hooks.ts";
import type { Platform } from "../../src/core/chat.ts";
import { openGauges } from "./gauges.ts";

/** What is measured. No label holds a text, an address or a credential of anybody. */
export interface Metrics extends Meter {
  readonly contentType: string;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  /** A chat platform told us to be slower (429). */
  chatLimited(platform: Platform): void;
  /** Commands that were not taken, since there was too much of something. */
  shed(platform: Platform, bound: Bound, count: number): void;
  /** Stored by hooks of a kind. */
  alertsTaken(kind: HookKind, count: number): void;
  /** One could not be dealt with, however often it was tried. */
  alertGivenUp(): void;
  /** `read` is asked at each scrape; what cannot be read is left out of that scrape. */
  watch(read: () => Promise<Figures>): void;
}

/** Workspaces and portals beyond these share the label `other`: each label costs memory here and in Prometheus for ever. */
const MOST_LABELS = 1_000;

/** Shown from the start: Prometheus takes a series that appears with its first event for one to which nothing has happened. */
const PLATFORMS: readonly Platform[] = ["telegram", "discord"];
const BOUNDS: readonly Bound[] = ["rate", "chat", "sender", "workspace"];

/** Seconds. The cloud itself ends a call at 60. */
const PORTAL_BUCKETS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

export function createMetrics(clock: Clock = Date.now): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const workspaceLabel = openLabels();
  const showFigures = openGauges(registry, { workspace: workspaceLabel, portal: openLabels() });
  const limited = new Counter({
    name: "herald24_chat_limited_total",
    help: "Times a chat platform asked us to be slower",
    labelNames: ["platform"],
    registers,
  });
  const shed = new Counter({
    name: "herald24_shed_total",
    help: "Commands that were not taken, by the bound that was reached",
    labelNames: ["platform", "bound"],
    registers,
  });
  for (const platform of PLATFORMS) {
    limited.inc({ platform }, 0);
    for (const bound of BOUNDS) shed.inc({ platform, bound }, 0);
  }
  const portal = new Histogram({
    name: "herald24_portal_seconds",
    help: "Time a request to Bitrix24 took",
    labelNames: ["workspace"],
    buckets: PORTAL_BUCKETS,
    registers,
  });
  const alerts = openAlerts(registers);
  const spent = openOperating(registry, clock);
  let read: (() => Promise<Figures>) | undefined;
  return {
    contentType: registry.contentType,
    async text() {
      showFigures(await read?.().catch(() => undefined));
      return registry.metrics();
    },
    portalAnswered: (name, seconds) => portal.observe({ workspace: workspaceLabel(name) }, seconds),
    operating: (name, seconds) => spent(workspaceLabel(name), seconds),
    shed: (platform, bound, count) => shed.inc({ platform, bound }, count),
    chatLimited: (platform) => limited.inc({ platform }),
    ...alerts,
    watch(figures) {
      read = figures;
    },
  };
}

function openAlerts(registers: Registry[]): Pick<Metrics, "alertsTaken" | "alertGivenUp"> {
  const taken = new Counter({
    name: "herald24_alerts_taken_total",
    help: "Alerts stored by hooks",
    labelNames: ["kind"],
    registers,
  });
  const givenUp = new Counter({
    name: "herald24_alerts_given_up_total",
    help: "Alerts of hooks that could not be dealt with",
    registers,
  });
  return { alertsTaken: (kind, count) => taken.inc({ kind }, count), alertGivenUp: () => givenUp.inc() };
}

/** Bitrix24 REST documentation: a method's time is counted over ten minutes, so that what was heard earlier says nothing. */
const OPERATING_MS = 600_000;

function openOperating(registry: Registry, clock: Clock): (workspace: string, seconds: number) => void {
  const heard = new Map<string, { seconds: number; at: number }>();
  const gauge: Gauge<"workspace"> = new Gauge({
    name: "herald24_operating_seconds",
    help: "Time of the portal that notifying has used up in ten minutes, as the portal last told within them",
    labelNames: ["workspace"],
    registers: [registry],
    collect: () => {
      gauge.reset();
      for (const [workspace, { seconds, at }] of heard)
        if (clock() - at < OPERATING_MS) gauge.set({ workspace }, seconds);
        else heard.delete(workspace);
    },
  });
  return (workspace, seconds) => void heard.set(workspace, { seconds, at: clock() });
}

function openLabels(): (name: string) => string {
  const seen = new Set<string>();
  return (name) => {
    if (seen.has(name)) return name;
    if (seen.size >= MOST_LABELS) return "other";
    seen.add(name);
    return name;
  };
}
