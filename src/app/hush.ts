import { type Alert, graverThan, severityOf } from "../core/alert.ts";
import { valuesOf } from "../core/incidentKey.ts";
import type { CompilePattern } from "../core/pattern.ts";
import { endOfHours } from "../core/rotation.ts";
import { mismatches } from "../core/ruleMatch.ts";
import type { Incident, Silence } from "./store/incidents.ts";
import type { Rule } from "./store/rules.ts";
import type { Repositories } from "./store/store.ts";

/** Open, graver incidents of one rule that are looked through, latest first. */
const MOST_COMPARED = 500;

/** Somebody has muted such alerts, of this rule or of all. */
export function isMuted(
  alert: Alert,
  rule: Rule,
  { silences, compile }: { silences: readonly Silence[]; compile: CompilePattern },
): boolean {
  return silences.some(
    ({ matcher, ruleName }) =>
      (ruleName === undefined || ruleName === rule.name) && mismatches(matcher, alert, compile).length === 0,
  );
}

/** A graver incident of the same rule, with the same values of the fields that the rule names, speaks for this one. */
export async function isInhibited(
  tx: Repositories,
  { rule, alert, known }: { rule: Rule; alert: Alert; known: Incident | undefined },
): Promise<boolean> {
  const { inhibitBy = [] } = rule.options;
  const values = inhibitBy.length === 0 ? undefined : valuesOf(alert, inhibitBy);
  if (values === undefined) return false;
  const severities = graverThan(severityOf(alert));
  if (severities.length === 0) return false;
  const { id: ruleId, workspaceId } = rule;
  const graver = await tx.incidents.open({ workspaceId, ruleId, severities, limit: MOST_COMPARED });
  return graver.some(
    (other) => other.id !== known?.id && other.alert !== undefined && valuesOf(other.alert, inhibitBy) === values,
  );
}

/** When the quiet hours end in which somebody is now; `undefined` outside of them. */
export async function quietUntil(tx: Repositories, personId: number, now: number): Promise<number | undefined> {
  const hours = await tx.quiet.of(personId);
  return hours && endOfHours(now, hours);
}
