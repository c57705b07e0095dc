import { ruleInputOf } from "../app/ruleSettle.ts";
import { ruleTroubles, troubleText } from "../app/ruleTroubles.ts";
import type { Rule } from "../app/store/rules.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { pathText } from "../core/inputSpot.ts";
import { writeRule } from "../core/ruleInput.ts";
import { filterText } from "../core/ruleText.ts";
import { writeSource, writeTarget } from "../core/targetInput.ts";
import { wordsIn } from "../messages/catalogue.ts";

export interface RuleView {
  readonly workspace: string;
  readonly position: number;
  readonly name: string;
  readonly enabled: boolean;
  /** As in a file: `from`, `to`, `filter`, `options`. */
  readonly rule: object;
  readonly from: string;
  readonly to: readonly string[];
  readonly filter: string;
  /** What keeps it from working, and the remedy. */
  readonly troubles: readonly { readonly path: string; readonly kind: string; readonly text: string }[];
}

/** A rule as operators read it, secrets masked. */
export async function viewRule(
  read: Repositories,
  { rule, position }: { rule: Rule; position: number },
  { workspace, now }: { workspace: Workspace; now: number },
): Promise<RuleView> {
  const input = await ruleInputOf(read, rule);
  const words = wordsIn("en");
  const troubles = await ruleTroubles(read, rule, { workspace, now });
  return {
    workspace: workspace.name,
    position,
    name: rule.name,
    enabled: rule.enabled,
    rule: writeRule(input),
    from: writeSource(input.source),
    to: input.targets.map(writeTarget),
    filter: filterText(rule.filter),
    troubles: troubles.map((each) => ({ path: pathText(each.path), kind: each.kind, text: troubleText(words, each) })),
  };
}
