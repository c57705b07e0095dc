import { Counter, Gauge, type Registry } from "prom-client";
import type { Figures, WorkspaceFigures } from "../../src/app/figures.ts";

/** Shows figures that are read anew for each scrape; `undefined` where they could not be read, which leaves them out. */
export type ShowFigures = (figures: Figures | undefined) => void;

/** Names of labels, bounded: each costs memory here and in Prometheus for ever, so that all beyond the first share one. */
type Label = (name: string) => string;

export function openGauges(registry: Registry, labels: { workspace: Label; portal: Label }): ShowFigures {
  const show = [workspaceGauges, platformGauges, wholeGauges].map((open) => open(registry));
  show.push(portalGauges(registry, labels.portal));
  return (figures) => {
    const gathered = figures && { ...figures, workspaces: gather(figures.workspaces, labels.workspace) };
    for (const each of show) each(gathered);
  };
}

/** Those that share a label are added up; of ages, the longest counts. */
function gather(workspaces: readonly WorkspaceFigures[], label: Label): readonly Summed[] {
  const sums = new Map<string, Summed>();
  for (const one of workspaces) {
    const name = label(one.name);
    const before = sums.get(name);
    const own = { ...one, name, suspended: one.suspended ? 1 : 0 };
    sums.set(name, before ? add(before, own) : own);
  }
  return [...sums.values()];
}

interface Summed extends Omit<WorkspaceFigures, "suspended"> {
  readonly suspended: number;
}

const add = (a: Summed, b: Summed): Summed => ({
  name: a.name,
  notifications: a.notifications + b.notifications,
  deliveries: a.deliveries + b.deliveries,
  replayed: a.replayed + b.replayed,
  verdicts: addEach(a.verdicts, b.verdicts),
  waiting: addEach(a.waiting, b.waiting),
  overdueSeconds: Math.max(a.overdueSeconds, b.overdueSeconds),
  suspended: a.suspended + b.suspended,
  restSeconds: Math.max(a.restSeconds, b.restSeconds),
});

function addEach<K extends string>(a: Readonly<Record<K, number>>, b: Readonly<Record<K, number>>): Record<K, number> {
  const sum: Record<K, number> = { ...a };
  for (const key in b) sum[key] = (sum[key] ?? 0) + b[key];
  return sum;
}

type ShowGathered = (figures: (Omit<Figures, "workspaces"> & { workspaces: readonly Summed[] }) | undefined) => void;

function workspaceGauges(registry: Registry): ShowGathered {
  const registers = [registry];
  const labelNames = ["workspace"];
  const counter = (name: string, help: string, more: readonly string[] = []) =>
    new Counter({ name, help, labelNames: [...labelNames, ...more], registers });
  const gauge = (name: string, help: string, more: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames, ...more], registers });
  const notifications = counter("herald24_notifications_accepted_total", "Notifications stored");
  const deliveries = counter(
    "herald24_deliveries_accepted_total",
    "Deliveries stored: one for each recipient of a notification, and for each further part of it",
  );
  const replayed = counter("herald24_deliveries_replayed_total", "Deliveries put back into the queue by an operator");
  const verdicts = counter("herald24_verdicts_total", "What became of deliveries", ["verdict"]);
  const depth = gauge("herald24_queue_depth", "Deliveries that wait", ["state"]);
  const overdue = gauge("herald24_queue_overdue_seconds", "How long the oldest queued delivery has been due");
  const suspended = gauge("herald24_workspaces_suspended", "Workspaces to whose portal nothing is sent");
  const rest = gauge("herald24_method_rest_seconds", "Until the portal has time for notifications again");
  const all = [notifications, deliveries, replayed, verdicts, depth, overdue, suspended, rest];
  return (figures) => {
    for (const each of all) each.reset();
    for (const one of figures?.workspaces ?? []) {
      const workspace = one.name;
      notifications.inc({ workspace }, one.notifications);
      deliveries.inc({ workspace }, one.deliveries);
      replayed.inc({ workspace }, one.replayed);
      for (const [verdict, count] of Object.entries(one.verdicts)) verdicts.inc({ workspace, verdict }, count);
      for (const [state, count] of Object.entries(one.waiting)) depth.set({ workspace, state }, count);
      overdue.set({ workspace }, one.overdueSeconds);
      suspended.set({ workspace }, one.suspended);
      rest.set({ workspace }, one.restSeconds);
    }
  };
}

function portalGauges(registry: Registry, label: Label): ShowGathered {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ["portal"], registers: [registry] });
  const level = gauge("herald24_portal_bucket_level", "Requests believed to be in a portal's bucket");
  const size = gauge("herald24_portal_bucket_size", "Requests that a portal's bucket is believed to hold");
  const drain = gauge("herald24_portal_requests_per_second", "What a portal is believed to take for ever");
  const wait = gauge("herald24_portal_wait_seconds", "Until the next request to a portal may go out");
  return (figures) => {
    for (const each of [level, size, drain, wait]) each.reset();
    const shown = Map.groupBy(figures?.portals ?? [], ({ host }) => label(host));
    for (const [portal, hosts] of shown) {
      // Of those that share a label, the fullest: level and size of different portals say nothing together.
      const [fullest] = hosts.toSorted((a, b) => b.level / b.size - a.level / a.size);
      level.set({ portal }, fullest?.level ?? 0);
      size.set({ portal }, fullest?.size ?? 0);
      drain.set({ portal }, Math.min(...hosts.map((each) => each.drainPerSecond)));
      wait.set({ portal }, Math.max(...hosts.map((each) => each.waitSeconds)));
    }
  };
}

function platformGauges(registry: Registry): ShowGathered {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ["platform"], registers: [registry] });
  const up = gauge("herald24_platform_up", "Whether updates of a chat platform come in");
  const inbox = gauge("herald24_inbox_depth", "Updates of a chat platform that are stored and not dealt with");
  const age = gauge("herald24_inbox_oldest_seconds", "How long ago the oldest of them came");
  const receipts = gauge("herald24_receipts_depth", "Answers that chats are still to be shown");
  return (figures) => {
    for (const each of [up, inbox, age, receipts]) each.reset();
    for (const [platform, isUp] of figures?.running ?? []) {
      const stored = figures?.inbox.find((row) => row.platform === platform);
      up.set({ platform }, isUp ? 1 : 0);
      inbox.set({ platform }, stored?.count ?? 0);
      age.set({ platform }, stored?.seconds ?? 0);
      receipts.set({ platform }, figures?.receipts.find((row) => row.platform === platform)?.count ?? 0);
    }
  };
}

function wholeGauges(registry: Registry): ShowGathered {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const chores = gauge("herald24_chores_depth", "Work behind answers that waits");
  const bytes = gauge("herald24_media_bytes", "Size of the stored media");
  const quota = gauge("herald24_media_quota_bytes", "What the stored media may take");
  return (figures) => {
    for (const each of [chores, bytes, quota]) each.remove();
    if (!figures) return;
    chores.set(figures.chores);
    bytes.set(figures.mediaBytes);
    quota.set(figures.mediaQuotaBytes);
  };
}
