import { endOfHours } from "../core/rotation.ts";
import { rein } from "./incidents.ts";
import type { Rule } from "./store/rules.ts";
import type { Repositories } from "./store/store.ts";

/** No queue puts anything off for longer; what is due later was given its time by a clock that went ahead and was set back. */
const LONGEST_WAIT_MS = 20 * 60_000;

/**
 * Makes due, or puts off for as long as is right, whatever waits for a time that only a clock ahead of this one can have given it;
 * answers how much there was. Looking again changes nothing.
 *
 * @param wasSetBack May have happened since the last look. Only then the timers of incidents are looked through, for an
 *   escalation may well wait for days.
 */
export async function followClock(
  tx: Repositories,
  { now, wasSetBack }: { now: number; wasSetBack: boolean },
): Promise<number> {
  const queues = await tx.tallies.pullIn(now, LONGEST_WAIT_MS);
  if (!wasSetBack) return queues;
  return queues + (await reinTimers(tx, now)) + (await reinHeld(tx, now)) + (await tx.silences.rein(now));
}

/** Each by its own rule: none waits for longer than if its wait began now. */
async function reinTimers(tx: Repositories, now: number): Promise<number> {
  const rules = new Map<number, Rule | undefined>();
  let changed = 0;
  for (const { incidentId, ruleId } of await tx.tallies.timersAfter(now)) {
    if (!rules.has(ruleId)) rules.set(ruleId, await tx.rules.byId(ruleId));
    const rule = rules.get(ruleId);
    const incident = rule && (await tx.incidents.byId(incidentId));
    if (incident && (await rein(tx, incident, { rule, now }))) changed += 1;
  }
  return changed;
}

/** Digests of a storm are ten minutes apart. */
const LONGEST_DIGEST_WAIT_MS = 10 * 60_000;

/** Quiet hours may be the whole night, but end when the person's own clock says so. */
async function reinHeld(tx: Repositories, now: number): Promise<number> {
  let changed = 0;
  for (const { personId, held, until } of await tx.tallies.heldAfter(now + LONGEST_DIGEST_WAIT_MS)) {
    const hours = held === "quiet" ? await tx.quiet.of(personId) : undefined;
    const right = (hours && endOfHours(now, hours)) ?? now;
    if (until > right) changed += await tx.tallies.holdUntil(personId, held, right);
  }
  return changed;
}
