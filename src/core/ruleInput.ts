import {
  inside,
  type PlacedProblem,
  pathText,
  readFields,
  readText,
  readYesNo,
  refuse,
  type Spot,
} from "./inputSpot.ts";
import type { CompilePattern } from "./pattern.ts";
import type { Escalation, EscalationStep, RuleFilter, RuleOptions } from "./rule.ts";
import { readFilter } from "./ruleFilterInput.ts";
import { readOptions, writeOptions } from "./ruleOptionsInput.ts";
import {
  readSource,
  readTargets,
  type SourceInput,
  type TargetInput,
  writeSource,
  writeTarget,
} from "./targetInput.ts";

export interface EscalationStepInput extends Omit<EscalationStep, "targets"> {
  readonly targets: readonly TargetInput[];
}

export interface EscalationInput extends Omit<Escalation, "steps"> {
  readonly steps: readonly EscalationStepInput[];
}

export interface RuleOptionsInput extends Omit<RuleOptions, "escalation"> {
  readonly escalation?: EscalationInput;
}

/** A rule as somebody has written it, checked as far as that goes without knowing the workspace. */
export interface RuleInput {
  readonly name: string;
  readonly enabled: boolean;
  readonly source: SourceInput;
  readonly filter: RuleFilter;
  /** At least one. */
  readonly targets: readonly TargetInput[];
  readonly options: RuleOptionsInput;
}

export type ReadRules =
  | { readonly kind: "rules"; readonly rules: readonly RuleInput[] }
  /** All that is wrong, in the order in which it stands there. */
  | { readonly kind: "wrong"; readonly problems: readonly PlacedProblem[] };

export const LONGEST_RULE_NAME = 64;
const RULE_NAME = /^[\p{L}\p{M}\p{N}_]+(?:[.-]+[\p{L}\p{M}\p{N}_]+)*$/u;
const MOST_RULES = 1_000;
const RULE_KEYS = ["name", "enabled", "from", "to", "filter", "options"] as const;

/** A list of rules, or `rules:` with such a list: from YAML, JSON or the flags of a command. */
export function readRules(value: unknown, compile: CompilePattern): ReadRules {
  const problems: PlacedProblem[] = [];
  const top: Spot = { path: ["rules"], problems };
  const list = Array.isArray(value) ? value : readFields(value, { path: [], problems }, ["rules"]).rules;
  if (!Array.isArray(list)) {
    if (problems.length === 0)
      refuse(top, list, { rule: "Here stands a list of rules.", remedy: "Begin each rule with - name:." });
    return { kind: "wrong", problems };
  }
  if (list.length > MOST_RULES)
    refuse(top, `${list.length} rules`, { rule: `There are at most ${MOST_RULES}.`, remedy: "Give fewer." });
  const rules = list.slice(0, MOST_RULES).map((each, index) => readRule(each, inside(top, index), compile));
  refuseTwins(rules, top);
  const whole = rules.flatMap((rule) => rule ?? []);
  return problems.length > 0 ? { kind: "wrong", problems } : { kind: "rules", rules: whole };
}

/** One rule; `undefined` when something is wrong with it, which `spot` has been told. */
export function readRule(value: unknown, spot: Spot, compile: CompilePattern): RuleInput | undefined {
  const before = spot.problems.length;
  const given = readFields(value, spot, RULE_KEYS);
  if (spot.problems.length > before && Object.keys(given).length === 0) return undefined;
  const at = (key: (typeof RULE_KEYS)[number]) => inside(spot, key);
  const name = readRuleName(given.name, at("name"));
  const source = readSource(given.from, at("from"));
  const targets = readTargetList(given.to, at("to"));
  const filter = readFilter(given.filter, at("filter"), compile);
  const options = readOptions(given.options, at("options"), compile);
  const enabled = readYesNo(given.enabled, at("enabled")) ?? true;
  if (spot.problems.length > before || name === undefined || !source || !options) return undefined;
  return { name, enabled, source, filter, targets, options };
}

/** Case and composition do not tell two rules apart. */
function readRuleName(value: unknown, spot: Spot): string | undefined {
  const text = readText(value, spot, LONGEST_RULE_NAME)?.normalize("NFC").toLowerCase();
  if (text === undefined || RULE_NAME.test(text)) return text;
  return refuse(spot, value, {
    rule: 'A rule\'s name has letters, digits, "_", "." and "-".',
    remedy: "Choose one such as ci-failures.",
  });
}

function readTargetList(value: unknown, spot: Spot): readonly TargetInput[] {
  if (!Array.isArray(value)) return readTargets(value, spot);
  if (value.length === 0) readTargets(undefined, spot);
  return value.flatMap((each, index) => readTargets(each, inside(spot, index)));
}

function refuseTwins(rules: readonly (RuleInput | undefined)[], top: Spot): void {
  const first = new Map<string, number>();
  for (const [index, rule] of rules.entries()) {
    if (!rule) continue;
    const known = first.get(rule.name);
    if (known === undefined) first.set(rule.name, index);
    else
      refuse(inside(inside(top, index), "name"), rule.name, {
        rule: `Each rule has a name of its own, and ${pathText([...top.path, known])} bears this one.`,
        remedy: "Choose another name.",
      });
  }
}

/** As {@link readRule} reads it, without what is as it would be anyway. */
export function writeRule({ name, enabled, source, filter, targets, options }: RuleInput): object {
  const written = writeOptions(options);
  return {
    name,
    ...(enabled ? {} : { enabled }),
    from: writeSource(source),
    ...(Object.keys(filter).length === 0 ? {} : { filter }),
    to: targets.map(writeTarget),
    ...(Object.keys(written).length === 0 ? {} : { options: written }),
  };
}
