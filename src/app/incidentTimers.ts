import type { Alarm } from "./alarm.ts";
import { tellDigest } from "./digest.ts";
import { isInhibited, isMuted, quietUntil } from "./hush.ts";
import { advance, type ForwardParts } from "./incidents.ts";
import type { Incident } from "./store/incidents.ts";
import type { Repositories, Store } from "./store/store.ts";

const ROUND = 50;

export interface TimerParts extends ForwardParts {
  readonly store: Store;
  /** Rung when an incident may have got a timer that is due earlier. */
  readonly alarm: Alarm;
  /** Rung after somebody was told something. */
  readonly changed: Pick<Alarm, "ring">;
}

/**
 * Does what time brings, until `signal` aborts: gathered alerts are told, updates shown, the next ones called in, digests sent. Each
 * timer is a row, and what it does is in one transaction with its next state: a restart neither does it twice nor forgets it.
 */
export async function keepTimers(parts: TimerParts, signal: AbortSignal): Promise<void> {
  const { store, alarm, clock, changed } = parts;
  while (!signal.aborted) {
    if (await tickAll(store, parts)) {
      changed.ring();
      continue;
    }
    const times = [await store.read.incidents.nextDue(), await store.read.incidents.nextHeld()];
    const next = Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY));
    await alarm.wait(Math.max(next - clock(), 1), signal);
  }
}

/** One round of what is due now; answers whether there was anything. */
export async function tickAll(store: Store, parts: ForwardParts): Promise<boolean> {
  const due = await store.read.incidents.due(parts.clock(), ROUND);
  for (const { id } of due) await store.tx((tx) => tick(tx, id, parts));
  const held = await store.read.incidents.heldDue(parts.clock(), ROUND);
  for (const personId of held) await store.tx((tx) => flush(tx, personId, parts));
  return due.length + held.length > 0;
}

async function tick(tx: Repositories, id: number, parts: ForwardParts): Promise<void> {
  const incident = await tx.incidents.byId(id);
  if (incident?.timerAt === undefined || incident.timerAt > parts.clock()) return;
  const rule = await tx.rules.byId(incident.ruleId);
  // No key opens the rule any more, or it was switched off: nobody is called in for it. Switching it on sets the timer again.
  if (!rule?.enabled) {
    const { timerAt: _, ...rest } = incident;
    return tx.incidents.save(rest);
  }
  const inhibited = await isHushed(tx, incident, { rule, parts });
  await advance(tx, { rule, incident, event: { kind: "timer" }, inhibited }, parts);
}

async function isHushed(
  tx: Repositories,
  { alert, ...incident }: Incident,
  { rule, parts }: { rule: Parameters<typeof isMuted>[1]; parts: ForwardParts },
): Promise<boolean> {
  if (!alert) return false;
  const silences = await tx.silences.live(rule.workspaceId, parts.clock());
  return (
    isMuted(alert, rule, { silences, compile: parts.compile }) || isInhibited(tx, { rule, alert, known: incident })
  );
}

async function flush(tx: Repositories, personId: number, parts: ForwardParts): Promise<void> {
  const { dueAt } = await tx.incidents.digestOf(personId);
  const now = parts.clock();
  if (dueAt === undefined || dueAt > now) return;
  // A storm before somebody's quiet hours is no reason to disturb them in these.
  const until = await quietUntil(tx, personId, now);
  if (until !== undefined) return tx.incidents.holdUntil(personId, until);
  await tellDigest(tx, { personId, incidentIds: await tx.incidents.heldOf(personId) }, parts);
}
