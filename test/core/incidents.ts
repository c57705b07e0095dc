import type { Severity } from "../../src/core/alert.ts";
import { DEFAULT_OPTIONS, type Escalation, type RuleOptions } from "../../src/core/rule.ts";

export const options = (change: Partial<RuleOptions> = {}): RuleOptions => ({ ...DEFAULT_OPTIONS, ...change });

export const fired = (severity: Severity = "warning", edited = false) =>
  ({ kind: "alert", status: "firing", severity, edited }) as const;
export const resolved = { kind: "alert", status: "resolved", severity: "warning", edited: false } as const;

export const chain = (minutes: readonly number[], repeats = 0): Escalation => ({
  steps: minutes.map((afterMinutes) => ({ afterMinutes, targets: [] })),
  repeats,
});
