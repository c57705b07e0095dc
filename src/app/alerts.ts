import { setTimeout as delay } from "node:timers/promises";
import type { Alert } from "../core/alert.ts";
import type { Alarm } from "./alarm.ts";
import { errorName } from "./errorName.ts";
import type { Clock, Log } from "./ports.ts";
import type { StoredAlert } from "./store/hooks.ts";
import type { Repositories, Store } from "./store/store.ts";
import { traceOf } from "./trace.ts";

/**
 * Dealt with at a time: they share commits, so that a storm does not go at the pace of the disk; what is being accepted meanwhile
 * waits for no more than these.
 */
const ROUND = 50;

/** After a round that was not full: more may be on its way, and goes along. */
const GATHER_MS = 20;

/** As for the inbox: tried with growing pauses for more than a day, since what fails here may be a full disk. */
const MOST_ATTEMPTS = 300;
const LONGEST_PAUSE_MS = 300_000;

/** Part of the transaction in which the alert is done. */
export type Forward = (tx: Repositories, alert: Alert) => Promise<void>;

export interface AlertParts {
  readonly store: Store;
  readonly forward: Forward;
  readonly alarm: Alarm;
  /** Rung when something was forwarded. */
  readonly changed: Pick<Alarm, "ring">;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: { alertGivenUp(): void };
}

/** Deals with what hooks have taken, in the order of arrival, until `signal` aborts. */
export async function forwardAlerts(parts: AlertParts, signal: AbortSignal): Promise<void> {
  const { store, alarm, clock, changed } = parts;
  while (!signal.aborted) {
    const due = await store.read.hooks.due(clock(), ROUND);
    // Begun in order, and transactions run in the order in which they are begun.
    await Promise.all(due.map((row) => deal(row, parts)));
    if (due.length > 0) {
      changed.ring();
      if (due.length < ROUND) await delay(GATHER_MS, undefined, { signal }).catch(() => undefined);
    } else await alarm.wait(await pauseMs(store, clock()), signal);
  }
}

async function pauseMs(store: Store, now: number): Promise<number> {
  const next = await store.read.hooks.nextDue();
  return next === undefined ? Number.POSITIVE_INFINITY : Math.max(next - now, 1);
}

class UnopenedAlertError extends Error {
  override readonly name = "UnopenedAlertError";
}

async function deal(row: StoredAlert, parts: AlertParts): Promise<void> {
  const { store, forward, clock, log } = parts;
  try {
    await store.tx(async (tx) => {
      // The right key may come back.
      if (!row.alert) throw new UnopenedAlertError();
      await forward(tx, row.alert);
      await tx.hooks.done([row.id], clock());
    });
    log.debug({ ...named(row), waitedMs: clock() - row.receivedAt }, "alert dealt with");
  } catch (error) {
    await putOff(row, error, parts);
  }
}

async function putOff(row: StoredAlert, error: unknown, { store, clock, log, meter }: AlertParts): Promise<void> {
  const attempts = row.attempts + 1;
  const givenUp = attempts >= MOST_ATTEMPTS;
  log.error({ ...named(row), attempts, givenUp, error: errorName(error) }, "alert failed");
  if (givenUp) meter.alertGivenUp();
  await store.tx(async (tx) => {
    if (givenUp) await tx.hooks.done([row.id], clock());
    else await tx.hooks.again(row.id, clock() + Math.min(500 * 2 ** attempts, LONGEST_PAUSE_MS));
  });
}

const named = ({ id, hookId, alert }: StoredAlert) => ({
  ...(alert?.origin.kind === "hook"
    ? { trace: traceOf({ platform: "hook", chatId: String(hookId), messageId: alert.origin.delivery }) }
    : {}),
  hook: hookId,
  alert: id,
});

/** Messages of errors may quote what strangers wrote. */
