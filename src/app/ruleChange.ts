import type { RuleDefinition } from "../core/rule.ts";
import type { RuleInput } from "../core/ruleInput.ts";
import { writeSource, writeTarget } from "../core/targetInput.ts";
import { makePersons } from "./ruleSettle.ts";
import type { Rule } from "./store/rules.ts";
import type { Repositories } from "./store/store.ts";

/** Writes a rule down behind all others, with the persons it names; `undefined` when its name is taken. */
export async function addRule(
  tx: Repositories,
  rule: {
    readonly workspaceId: number;
    readonly name: string;
    readonly enabled: boolean;
    readonly definition: RuleDefinition;
  },
  now: number,
): Promise<Rule | undefined> {
  const { workspaceId, name, enabled, definition } = rule;
  const added = await tx.rules.add({ workspaceId, name, ...definition }, now);
  if (!added) return undefined;
  await makePersons(tx, workspaceId, definition);
  if (!enabled) await tx.rules.change(added.id, { enabled });
  return { ...added, enabled };
}

/** Puts rules into an order; those that are not named follow in the order they had. Answers whether anything moved. */
export async function orderRules(tx: Repositories, workspaceId: number, names: readonly string[]): Promise<boolean> {
  const rules = await tx.rules.list(workspaceId);
  const rank = new Map(names.map((name, index) => [name, index]));
  const wanted = rules.toSorted(
    (one, other) => (rank.get(one.name) ?? names.length) - (rank.get(other.name) ?? names.length),
  );
  if (wanted.every((rule, index) => rule === rules[index])) return false;
  for (const [index, { id, position }] of wanted.entries())
    if (position !== index + 1) await tx.rules.change(id, { position: index + 1 });
  return true;
}

/** For the audit trail: never with words, patterns or addresses. */
export const subjectOf = ({ name, source, targets }: Pick<RuleInput, "name" | "source" | "targets">): string =>
  `${name}: ${writeSource(source)} to ${targets.map(writeTarget).join(" ")}`;
