import type { AckLinks } from "./ackLink.ts";
import type { Alarm } from "./alarm.ts";
import { type Budget, createBudget } from "./budget.ts";
import { type Drain, drain } from "./drain.ts";
import { errorLine } from "./errorName.ts";
import { createGate } from "./gate.ts";
import type { Clock, Log, Meter, Portal, WordsIn } from "./ports.ts";
import { updateReceipt } from "./receipts.ts";
import { takeBackWanted } from "./removing.ts";
import { mayRepeat } from "./repeat.ts";
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
  /** Shared with all others who call portals; its own when absent. */
  readonly budget?: Budget;
  /** Rung after receipts have changed. */
  readonly receiptAlarm: Pick<Alarm, "ring">;
  /** Where recipients fetch media, without a trailing slash; absent when this service has no public address. */
  readonly publicUrl?: string;
  /** Below the public address: where a recipient says "I have it". */
  readonly ackPath?: AckLinks["path"];
}

/** `stop`: begin nothing new. `abort`: end what is on its way too; its outcome stays in doubt. */
export interface Signals {
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
}

/** A sweep finds what no hint announced: a command of the CLI beside us, a clock set forward. */
const SWEEP_MS = 500;

/** Claims and settlements at a time: the database takes one after the other, but those that come together share a commit. */
const MOST_WRITING = 16;

/**
 * Sends what is due, one drain per portal at a time, until told to stop. The outbox rows are the truth: whoever rings
 * only makes the next look come sooner.
 */
export async function deliver(parts: DeliverParts, signals: Signals): Promise<void> {
  const { store, alarm, clock, log } = parts;
  const signal = signals.stop;
  await resume(parts);
  const drains = new Map<string, Drain>();
  const budget = parts.budget ?? createBudget(parts);
  const gate = createGate(MOST_WRITING);
  try {
    while (!signal.aborted) {
      const now = clock();
      const due = (await store.read.deliveries.dueHosts()).filter(({ dueAt }) => dueAt <= now);
      for (const host of new Set(due.map((entry) => entry.host))) {
        const former = drains.get(host);
        former?.nudge();
        if (former) continue;
        const { nudge, ended } = drain(host, { ...parts, budget, gate }, signals);
        const gone = ended
          .catch((error: unknown) =>
            signals.abort.aborted
              ? log.warn({ host }, "stopped in the middle of sending; the next start takes it up")
              : log.error({ host, error: errorLine(error) }, "drain failed"),
          )
          .finally(() => drains.delete(host));
        drains.set(host, { nudge, ended: gone });
      }
      await alarm.wait(SWEEP_MS, signal);
    }
  } finally {
    // After a failure too: begun again while these run, we would take what they send for interrupted.
    await Promise.all([...drains.values()].map(({ ended }) => ended));
  }
}

/** A process that died while sending leaves doubts: repeated where the portal makes that harmless, told where not. */
async function resume({ store, clock, wordsIn, log, receiptAlarm }: DeliverParts): Promise<void> {
  const interrupted = await store.read.deliveries.interrupted();
  if (interrupted.length === 0) return;
  log.warn({ deliveries: interrupted.length }, "resuming after an interruption");
  for (const { trace, id, notificationId } of interrupted)
    log.info({ trace, delivery: id, notification: notificationId }, "interrupted while being sent");
  const workspaces = new Map((await store.read.workspaces.list()).map((workspace) => [workspace.id, workspace]));
  await store.tx(async (tx) => {
    const now = clock();
    for (const delivery of interrupted) {
      const workspace = workspaces.get(delivery.workspaceId);
      const again = workspace && (delivery.recall === "begun" || mayRepeat(workspace));
      await tx.deliveries.settle(
        delivery.id,
        again
          ? { kind: "again", dueAt: now, code: "INTERRUPTED", doubtful: true }
          : { kind: "verdict", verdict: "unknown", code: "INTERRUPTED" },
        now,
      );
      await tx.deliveries.recordAttempt({ deliveryId: delivery.id, at: now, outcome: "unknown", code: "INTERRUPTED" });
    }
    // Once each, since a look at one goes through all of its recipients.
    for (const id of new Set(interrupted.map(({ notificationId }) => notificationId)))
      await updateReceipt(tx, id, { wordsIn, now });
    for (const [workspaceId, theirs] of Map.groupBy(interrupted, (delivery) => delivery.workspaceId)) {
      const workspace = workspaces.get(workspaceId);
      const ids = theirs.map(({ id }) => id);
      if (workspace) await takeBackWanted(tx, ids, { workspace, wordsIn, now });
    }
  });
  receiptAlarm.ring();
}
