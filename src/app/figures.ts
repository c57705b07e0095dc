import type { Platform } from "../core/chat.ts";
import { FRESH_PACE, spend, waitMs } from "../core/pacing.ts";
import type { Verdict } from "../core/verdict.ts";
import { methodOf } from "./shipment.ts";
import type { Repositories } from "./store/store.ts";
import type { Tally, Waiting } from "./store/tallies.ts";
import type { Workspace } from "./store/workspaces.ts";

/** How one workspace fares. What is counted is counted since the database began, and only grows. */
export interface WorkspaceFigures {
  readonly name: string;
  readonly notifications: number;
  readonly deliveries: number;
  readonly replayed: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly waiting: Readonly<Record<Waiting["state"], number>>;
  /** How long the oldest queued delivery has been due; 0 when none is. */
  readonly overdueSeconds: number;
  readonly suspended: boolean;
  /** For how much longer the method that notifies rests, because it used up its time on the portal. */
  readonly restSeconds: number;
}

export interface PortalFigures {
  readonly host: string;
  /** Requests that we believe to be in its bucket, what it holds, and what drains from it in a second. */
  readonly level: number;
  readonly size: number;
  readonly drainPerSecond: number;
  /** Until the next request may go out. */
  readonly waitSeconds: number;
}

/** What operators watch, as it is at one moment. */
export interface Figures {
  /** In the order in which they were made. */
  readonly workspaces: readonly WorkspaceFigures[];
  readonly portals: readonly PortalFigures[];
  readonly inbox: readonly { readonly platform: Platform; readonly count: number; readonly seconds: number }[];
  readonly receipts: readonly { readonly platform: Platform; readonly count: number }[];
  readonly chores: number;
  readonly mediaBytes: number;
  readonly mediaQuotaBytes: number;
  /** Of each platform that is configured, whether updates come in. */
  readonly running: ReadonlyMap<Platform, boolean>;
}

const NO_VERDICTS: Record<Verdict, number> = {
  delivered: 0,
  suppressed: 0,
  refused: 0,
  undeliverable: 0,
  unknown: 0,
  recalled: 0,
  superseded: 0,
};

const secondsSince = (then: number, now: number): number => Math.max(0, now - then) / 1_000;

export async function readFigures(
  read: Repositories,
  known: Pick<Figures, "mediaQuotaBytes" | "running"> & { now: number },
): Promise<Figures> {
  const { now, mediaQuotaBytes, running } = known;
  const workspaces = [...(await read.workspaces.list())].sort((a, b) => a.id - b.id);
  const tallies = Map.groupBy(await read.tallies.counted(), ({ workspaceId }) => workspaceId);
  const waiting = Map.groupBy(await read.tallies.waiting(), ({ workspaceId }) => workspaceId);
  const theirs: WorkspaceFigures[] = [];
  for (const workspace of workspaces) {
    const rest = await read.pacing.methodRest(workspace.id, methodOf(workspace));
    const { id } = workspace;
    theirs.push(figuresOf(workspace, { counted: tallies.get(id) ?? [], waiting: waiting.get(id) ?? [], rest, now }));
  }
  const portals: PortalFigures[] = [];
  for (const host of new Set(workspaces.map((workspace) => workspace.host))) {
    const pace = (await read.pacing.get(host)) ?? FRESH_PACE;
    const { size, drainPerSecond } = pace;
    // A trial whether the bucket holds more, a question that could not wait, and fractions may go beyond it: more than full is full.
    const level = Math.min(spend(pace, now).level - 1, size);
    portals.push({ host, level, size, drainPerSecond, waitSeconds: waitMs(pace, now) / 1_000 });
  }
  const inbox = await read.tallies.inbox();
  return {
    workspaces: theirs,
    portals,
    inbox: inbox.map(({ platform, count, since }) => ({ platform, count, seconds: secondsSince(since, now) })),
    receipts: await read.tallies.receipts(),
    chores: await read.tallies.chores(),
    mediaBytes: await read.media.storedBytes(),
    mediaQuotaBytes,
    running,
  };
}

function figuresOf(
  { name, suspended }: Workspace,
  {
    counted,
    waiting,
    rest,
    now,
  }: { counted: readonly Tally[]; waiting: readonly Waiting[]; rest: number; now: number },
): WorkspaceFigures {
  const {
    notifications = 0,
    deliveries = 0,
    replayed = 0,
    ...verdicts
  } = Object.fromEntries(counted.map(({ what, count }) => [what, count]));
  const depth = Object.fromEntries(waiting.map(({ state, count }) => [state, count]));
  const dueAt = waiting.find(({ state }) => state === "queued")?.dueAt ?? now;
  return {
    name,
    notifications,
    deliveries,
    replayed,
    verdicts: { ...NO_VERDICTS, ...verdicts },
    waiting: { media: 0, queued: 0, sending: 0, ...depth },
    overdueSeconds: secondsSince(dueAt, now),
    suspended: suspended !== undefined,
    restSeconds: secondsSince(now, rest),
  };
}
