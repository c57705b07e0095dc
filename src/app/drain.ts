import {
  accountFor,
  batchSizeFor,
  FRESH_PACE,
  inFlightFor,
  type PortalTime,
  UNKNOWN_TIME,
  waitMs,
} from "../core/pacing.ts";
import type { DeliverParts, Signals } from "./deliver.ts";
import { settleShipment } from "./settle.ts";
import { claimShipment, type Shipment } from "./shipment.ts";
import { traceFields } from "./trace.ts";

const LOOK_AGAIN_MS = 250;
const FIRST_SETTLE_PAUSE_MS = 500;
const LONGEST_SETTLE_PAUSE_MS = 30_000;

/** How long requests to each portal took lately. Only speed depends on it, so a restart may forget it. */
export type PortalTimes = Map<string, PortalTime>;

/**
 * Sends everything that is due to one portal, as fast as its limits allow: several requests at a time where the portal is
 * slow, since its own time would else be the bottleneck and not its limit on requests.
 */
export async function drain(
  host: string,
  parts: DeliverParts & { times: PortalTimes },
  signals: Signals,
): Promise<void> {
  const flights = new Set<Promise<void>>();
  let failure: unknown;
  try {
    await fly(
      host,
      { flights, failed: (error) => (failure ??= error), isBroken: () => failure !== undefined },
      { parts, signals },
    );
  } finally {
    await Promise.all(flights);
  }
  if (failure !== undefined) throw failure;
}

interface Flights {
  readonly flights: Set<Promise<void>>;
  failed(error: unknown): void;
  isBroken(): boolean;
}

async function fly(
  host: string,
  air: Flights,
  { parts, signals }: { parts: DeliverParts & { times: PortalTimes }; signals: Signals },
): Promise<void> {
  let last = 0;
  const idle = new Set<number>();
  while (!signals.stop.aborted && !air.isBroken()) {
    const time = parts.times.get(host) ?? UNKNOWN_TIME;
    if (air.flights.size >= inFlightFor(time)) {
      await Promise.race(air.flights);
      idle.clear();
      continue;
    }
    const pause = waitMs((await parts.store.read.pacing.get(host)) ?? FRESH_PACE, parts.clock());
    if (pause > 0) {
      await sleep(pause, signals.stop);
      continue;
    }
    const workspaceId = await nextWorkspace(host, { last, idle }, parts);
    if (workspaceId === undefined) {
      if (air.flights.size === 0) return;
      // What is on its way may be all that holds the rest back, and something new may have come in meanwhile.
      await Promise.race([...air.flights, sleep(LOOK_AGAIN_MS, signals.stop)]);
      idle.clear();
      continue;
    }
    last = workspaceId;
    const shipment = await claimShipment({ workspaceId, limit: batchSizeFor(time) }, parts);
    for (const { trace, id, notificationId } of shipment?.deliveries ?? [])
      parts.log.debug({ trace, delivery: id, notification: notificationId }, "claimed");
    if (shipment) launch(host, shipment, { air, parts, signal: signals.abort });
    else idle.add(workspaceId);
    parts.receiptAlarm.ring();
  }
}

function launch(
  host: string,
  shipment: Shipment,
  { air, parts, signal }: { air: Flights; parts: DeliverParts & { times: PortalTimes }; signal: AbortSignal },
): void {
  const flight = ship(shipment, parts, signal)
    .then((seconds) => {
      const before = parts.times.get(host) ?? UNKNOWN_TIME;
      parts.times.set(host, accountFor(before, { seconds, calls: shipment.calls.length }));
    }, air.failed)
    .finally(() => {
      air.flights.delete(flight);
      parts.receiptAlarm.ring();
    });
  air.flights.add(flight);
}

/** Workspaces of one portal take turns; `idle` ones had nothing that could be sent when last asked. */
async function nextWorkspace(
  host: string,
  turn: { last: number; idle: ReadonlySet<number> },
  { store, clock }: DeliverParts,
): Promise<number | undefined> {
  const now = clock();
  const due = (await store.read.deliveries.dueHosts(host))
    .filter((entry) => entry.dueAt <= now && !turn.idle.has(entry.workspaceId))
    .map((entry) => entry.workspaceId)
    .sort((a, b) => a - b);
  return due.find((id) => id > turn.last) ?? due[0];
}

/** Answers how long the portal took, in seconds. */
async function ship(shipment: Shipment, parts: DeliverParts, signal: AbortSignal): Promise<number> {
  const { workspace, calls } = shipment;
  const [only] = calls;
  const startedAt = parts.clock();
  const replies =
    only && calls.length === 1
      ? [await parts.portal.call(workspace, only, signal)]
      : await parts.portal.batch(workspace, calls, signal);
  const ms = parts.clock() - startedAt;
  parts.meter.portalAnswered(workspace.name, ms / 1_000);
  const about = { ...traceFields(shipment.deliveries.map(({ trace }) => trace)), workspace: workspace.name };
  parts.log.debug({ ...about, calls: calls.length, ms }, "sent");
  await settleDurably(() => settleShipment(shipment, replies, parts), { log: parts.log, about }, signal);
  return ms / 1_000;
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
      log.error(
        {
          ...about,
          failures: failures + 1,
          error: error instanceof Error ? `${error.name}: ${error.message}` : "unknown",
        },
        "a settlement could not be written",
      );
      if (signal.aborted) throw error;
      await sleep(Math.min(FIRST_SETTLE_PAUSE_MS * 2 ** failures, LONGEST_SETTLE_PAUSE_MS), signal);
    }
  }
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
