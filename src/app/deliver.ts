import { FRESH_PACE, waitMs } from "../core/pacing.ts";
import type { Alarm } from "./alarm.ts";
import type { Clock, Log, Meter, Portal, WordsIn } from "./ports.ts";
import { updateReceipt } from "./receipts.ts";
import { mayRepeat } from "./repeat.ts";
import { settleShipment } from "./settle.ts";
import { claimShipment, type Shipment } from "./shipment.ts";
import type { Store } from "./store/store.ts";

export interface DeliverParts {
  readonly store: Store;
  readonly portal: Portal;
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly meter: Meter;
  readonly alarm: Alarm;
  /** Rung after receipts have changed. */
  readonly receiptAlarm: Pick<Alarm, "ring">;
  /** Where recipients fetch media, without a trailing slash; absent when this service has no public address. */
  readonly publicUrl?: string;
}

/** `stop`: begin nothing new. `abort`: end what is on its way too; its outcome stays in doubt. */
export interface Signals {
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
}

/** A sweep finds what no hint announced: a command of the CLI beside us, a clock set forward. */
const SWEEP_MS = 500;

/** Between tries to write down what a portal has answered. */
const LONGEST_SETTLE_PAUSE_MS = 30_000;

/**
 * Sends what is due, one drain per portal at a time, until told to stop. The outbox rows are the truth: whoever rings
 * only makes the next look come sooner.
 */
export async function deliver(parts: DeliverParts, signals: Signals): Promise<void> {
  const { store, alarm, clock, log } = parts;
  const signal = signals.stop;
  await resume(parts);
  const drains = new Map<string, Promise<void>>();
  try {
    while (!signal.aborted) {
      const now = clock();
      const due = (await store.read.deliveries.dueHosts()).filter(({ dueAt }) => dueAt <= now);
      for (const host of new Set(due.map((entry) => entry.host))) {
        if (drains.has(host)) continue;
        const drained = drain(host, parts, signals)
          .catch((error: unknown) => log.error({ host, error: nameOf(error) }, "drain failed"))
          .finally(() => drains.delete(host));
        drains.set(host, drained);
      }
      await alarm.wait(SWEEP_MS, signal);
    }
  } finally {
    // After a failure too: begun again while these run, we would take what they send for interrupted.
    await Promise.all(drains.values());
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : "unknown");

/** A process that died while sending leaves doubts: repeated where the portal makes that harmless, told where not. */
async function resume({ store, clock, wordsIn, log }: DeliverParts): Promise<void> {
  const interrupted = await store.read.deliveries.interrupted();
  if (interrupted.length === 0) return;
  log.warn({ deliveries: interrupted.length }, "resuming after an interruption");
  const workspaces = new Map((await store.read.workspaces.list()).map((workspace) => [workspace.id, workspace]));
  await store.tx(async (tx) => {
    const now = clock();
    for (const delivery of interrupted) {
      const workspace = workspaces.get(delivery.workspaceId);
      const again = workspace && mayRepeat(workspace);
      await tx.deliveries.settle(
        delivery.id,
        again
          ? { kind: "again", dueAt: now, code: "INTERRUPTED", doubtful: true }
          : { kind: "verdict", verdict: "unknown", code: "INTERRUPTED" },
        now,
      );
      await tx.deliveries.recordAttempt({ deliveryId: delivery.id, at: now, outcome: "unknown", code: "INTERRUPTED" });
      await updateReceipt(tx, delivery.notificationId, { wordsIn, now });
    }
  });
}

/** Sends everything that is due to one portal, as fast as its limits allow. */
async function drain(host: string, parts: DeliverParts, signals: Signals): Promise<void> {
  const { store, clock } = parts;
  let last = 0;
  const idle = new Set<number>();
  while (!signals.stop.aborted) {
    const pause = waitMs((await store.read.pacing.get(host)) ?? FRESH_PACE, clock());
    if (pause > 0) {
      await sleep(pause, signals.stop);
      continue;
    }
    const workspaceId = await nextWorkspace(host, { last, idle }, parts);
    if (workspaceId === undefined) return;
    last = workspaceId;
    const shipment = await claimShipment(workspaceId, parts);
    if (shipment) await ship(shipment, parts, signals.abort);
    else idle.add(workspaceId);
    parts.receiptAlarm.ring();
  }
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

async function ship(shipment: Shipment, parts: DeliverParts, signal: AbortSignal): Promise<void> {
  const { workspace, calls } = shipment;
  const [only] = calls;
  const startedAt = parts.clock();
  const replies =
    only && calls.length === 1
      ? [await parts.portal.call(workspace, only, signal)]
      : await parts.portal.batch(workspace, calls, signal);
  const ms = parts.clock() - startedAt;
  parts.meter.portalAnswered(workspace.name, ms / 1_000);
  parts.log.debug({ workspace: workspace.name, calls: calls.length, ms }, "sent");
  await settleDurably(() => settleShipment(shipment, replies, parts), parts, signal);
}

/** The portal has answered: until that is written down, a full disk or a locked database only delays it. */
async function settleDurably(
  settle: () => Promise<void>,
  { log }: Pick<DeliverParts, "log">,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await settle();
    } catch (error) {
      log.error({ failures: failures + 1, error: nameOf(error) }, "a settlement could not be written");
      if (signal.aborted) throw error;
      await sleep(Math.min(SWEEP_MS * 2 ** failures, LONGEST_SETTLE_PAUSE_MS), signal);
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
