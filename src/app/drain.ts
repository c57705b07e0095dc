import { FRESH_PACE } from "../core/pacing.ts";
import { nextStep } from "../core/schedule.ts";
import { noTurns, type Turns } from "../core/turns.ts";
import { type Alarm, createAlarm } from "./alarm.ts";
import { type Budget, isRest } from "./budget.ts";
import type { DeliverParts, Signals } from "./deliver.ts";
import { errorLine } from "./errorName.ts";
import type { Gate } from "./gate.ts";
import { hearOf, operatingOf } from "./hear.ts";
import { settleShipment } from "./settle.ts";
import { claimShipment, type Shipment } from "./shipment.ts";
import { sleep } from "./sleep.ts";
import { traceFields } from "./trace.ts";

/** Answers that may wait to be written down while others are on their way: a slow disk must not make us forget how much there is. */
const MOST_UNSETTLED = 16;
const REST_LOOK_MS = 2_000;
const FIRST_SETTLE_PAUSE_MS = 500;
const LONGEST_SETTLE_PAUSE_MS = 30_000;

type DrainParts = DeliverParts & {
  readonly budget: Budget;
  /** Shared by all portals: shipments are claimed only as fast as they are settled. */
  readonly gate: Gate;
};

export interface Drain {
  /** When nothing is due and nothing on its way any more; rejects when a settlement failed for good. */
  readonly ended: Promise<void>;
  /** Something is due: what had nothing to do but wait for answers looks again. */
  nudge(): void;
}

/**
 * Sends everything that is due to one portal, as fast as its limits allow: several requests at a time where the portal is
 * slow, since its own time would else be the bottleneck and not its limit on requests.
 */
export function drain(host: string, parts: DrainParts, signals: Signals): Drain {
  const air: Air = { flights: new Set(), aloft: 0, changed: createAlarm(), isIdle: false, failures: [] };
  const run = async (): Promise<void> => {
    try {
      await fly(host, air, { parts, signals });
    } finally {
      await Promise.all(air.flights);
    }
    if (air.failures.length > 0) throw air.failures[0];
  };
  return { ended: run(), nudge: () => air.isIdle && air.changed.ring() };
}

interface Air {
  /** Not settled yet. */
  readonly flights: Set<Promise<void>>;
  /** How many of these the portal still works on, or have to be heeded before the next goes out. */
  aloft: number;
  /** Rung when one of them has landed or is settled. */
  readonly changed: Alarm;
  /** Nothing was due at the last look. */
  isIdle: boolean;
  readonly failures: unknown[];
}

/** Whose turn it is, among workspaces and within each. */
interface Round {
  last: number;
  /** Had nothing that could be sent when last asked. */
  readonly idle: Set<number>;
  readonly turns: Map<number, Turns>;
}

async function fly(host: string, air: Air, { parts, signals }: { parts: DrainParts; signals: Signals }): Promise<void> {
  const round: Round = { last: 0, idle: new Set(), turns: new Map() };
  const { flights, changed } = air;
  while (!signals.stop.aborted && air.failures.length === 0) {
    const pace = (await parts.store.read.pacing.get(host)) ?? FRESH_PACE;
    const step = nextStep(pace, { inFlight: air.aloft, now: parts.clock() });
    if (step.kind === "await-answer" || flights.size >= MOST_UNSETTLED) {
      await changed.wait(Number.POSITIVE_INFINITY, signals.stop);
      round.idle.clear();
      continue;
    }
    const workspaceId = await nextWorkspace(host, round, parts);
    if (workspaceId === undefined) {
      if (flights.size === 0) return;
      // What is on its way may be all that holds the rest back, and something new may have come in meanwhile.
      air.isIdle = true;
      await changed.wait(Number.POSITIVE_INFINITY, signals.stop);
      air.isIdle = false;
      round.idle.clear();
      continue;
    }
    switch (step.kind) {
      case "rest":
        // An answer still under way may end the rest, and so may a command beside us.
        await changed.wait(Math.min(step.ms, REST_LOOK_MS), signals.stop);
        break;
      case "knock":
        await knock(host, workspaceId, { parts, signal: signals.abort });
        break;
      case "send":
        await sendNext(host, { workspaceId, limit: step.limit, round }, { air, parts, signals });
        break;
      default:
        return step satisfies never;
    }
  }
}

async function sendNext(
  host: string,
  { workspaceId, limit, round }: { workspaceId: number; limit: number; round: Round },
  { air, parts, signals }: { air: Air; parts: DrainParts; signals: Signals },
): Promise<void> {
  const turns = round.turns.get(workspaceId) ?? noTurns();
  round.turns.set(workspaceId, turns);
  round.last = workspaceId;
  const claim = () => parts.gate("begin", () => claimShipment({ workspaceId, limit, turns }, parts));
  const shipment = await parts.budget.inTurn(
    host,
    async () => (signals.stop.aborted ? undefined : claim()),
    signals.stop,
  );
  if (isRest(shipment)) return;
  for (const { trace, id, notificationId } of shipment?.deliveries ?? [])
    parts.log.debug({ trace, delivery: id, notification: notificationId }, "claimed");
  if (shipment) {
    launch(shipment, { air, parts, signal: signals.abort });
    // Where the bucket is the bottleneck no answer is ever waited for, and whoever had nothing then may have something now.
    round.idle.clear();
  } else round.idle.add(workspaceId);
  parts.receiptAlarm.ring();
}

/** REST documentation: needs no scope, and changes nothing. */
const HARMLESS = { method: "profile", params: {} };

/** Asks a portal that did not answer whether it does so again: what it swallows now is in nobody's doubt. */
async function knock(
  host: string,
  workspaceId: number,
  { parts, signal }: { parts: DrainParts; signal: AbortSignal },
): Promise<void> {
  const workspace = await parts.store.read.workspaces.byId(workspaceId);
  const spent = workspace && (await parts.budget.spend(host, signal));
  if (!workspace || isRest(spent) || signal.aborted) return;
  const reply = await parts.portal.call(workspace, HARMLESS, signal);
  parts.log.info({ host, reply: reply.kind }, "asked a silent portal again");
  if (spent) await parts.budget.heard(host, spent, { replies: [reply] });
}

function launch(
  shipment: Shipment,
  { air, parts, signal }: { air: Air; parts: DrainParts; signal: AbortSignal },
): void {
  let isAloft = true;
  const landed = (): void => {
    if (isAloft) air.aloft -= 1;
    isAloft = false;
    air.changed.ring();
  };
  const flight = ship(shipment, { ...parts, landed }, signal)
    .catch((error: unknown) => air.failures.push(error))
    .then(() => {
      air.flights.delete(flight);
      landed();
      parts.receiptAlarm.ring();
    });
  air.aloft += 1;
  air.flights.add(flight);
}

/** Workspaces of one portal take turns. */
async function nextWorkspace(host: string, turn: Round, { store, clock }: DeliverParts): Promise<number | undefined> {
  const now = clock();
  const due = (await store.read.deliveries.dueHosts(host))
    .filter((entry) => entry.dueAt <= now && !turn.idle.has(entry.workspaceId))
    .map((entry) => entry.workspaceId)
    .sort((a, b) => a - b);
  return due.find((id) => id > turn.last) ?? due[0];
}

async function ship(
  shipment: Shipment,
  parts: DrainParts & { landed: () => void },
  signal: AbortSignal,
): Promise<void> {
  const { workspace, calls } = shipment;
  const [only] = calls;
  const startedAt = parts.clock();
  const replies =
    only && calls.length === 1
      ? [await parts.portal.call(workspace, only, signal)]
      : await parts.portal.batch(workspace, calls, signal);
  const ms = parts.clock() - startedAt;
  if (hearOf(replies).kind === "answered") parts.landed();
  parts.meter.portalAnswered(workspace.name, ms / 1_000);
  const operating = operatingOf(replies);
  if (operating !== undefined) parts.meter.operating(workspace.name, operating);
  const about = { ...traceFields(shipment.deliveries.map(({ trace }) => trace)), workspace: workspace.name };
  parts.log.debug({ ...about, calls: calls.length, ms }, "sent");
  await settleDurably(
    () => parts.gate("end", () => settleShipment(shipment, { replies, seconds: ms / 1_000 }, parts)),
    { log: parts.log, about },
    signal,
  );
}

/** The portal has answered: until that is written down, a full disk or a locked database only delays it. */
async function settleDurably(
  settle: () => Promise<void>,
  { log, about }: Pick<DeliverParts, "log"> & { about: object },
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await settle();
    } catch (error) {
      log.error({ ...about, failures: failures + 1, error: errorLine(error) }, "a settlement could not be written");
      if (signal.aborted) throw error;
      await sleep(Math.min(FIRST_SETTLE_PAUSE_MS * 2 ** failures, LONGEST_SETTLE_PAUSE_MS), signal);
    }
  }
}
