import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import { addRule, orderRules, subjectOf } from "../app/ruleChange.ts";
import { makePersons, settleRule } from "../app/ruleSettle.ts";
import { troubleText } from "../app/ruleTroubles.ts";
import type { Rule } from "../app/store/rules.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { type InputPath, pathText } from "../core/inputSpot.ts";
import type { RuleDefinition } from "../core/rule.ts";
import { type RuleInput, readRules } from "../core/ruleInput.ts";
import { wordsIn } from "../messages/catalogue.ts";
import { createPatterns } from "../patterns.ts";
import type { Context, Note } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed } from "./find.ts";
import { webhookReader } from "./ruleWebhook.ts";

/** More rules than that nobody writes by hand. */
const MOST_BYTES = 2_000_000;

interface Asked {
  readonly workspace: string;
  readonly file: string;
  readonly dryRun: boolean;
}

/** Makes the rules of a workspace those of the file: all of it, or nothing where anything is wrong. */
export async function importRules(context: Context, asked: Asked): Promise<void> {
  const { rules, lineOf } = await readFileOf(context, asked.file);
  const webhook = webhookReader(context);
  const plan = async (tx: Repositories) => {
    const workspace = await workspaceNamed(tx, asked.workspace);
    return planOf(tx, { workspace, file: asked.file, rules, lineOf, settling: { now: context.clock(), webhook } });
  };
  const planned = asked.dryRun
    ? await plan((await context.store()).read)
    : await context.change(async (tx, note) => {
        const made = await plan(tx);
        await carryOut(tx, made, { note, now: context.clock() });
        return made;
      });
  tell(context, planned, asked.dryRun);
}

type LineOf = (path: InputPath) => number | undefined;

async function readFileOf(context: Context, file: string): Promise<{ rules: readonly RuleInput[]; lineOf: LineOf }> {
  const { LineCounter, isNode, parseDocument } = await import("yaml");
  const source = file === "-" ? await textOf(context.host.stdin) : await fileText(context, file);
  if (source.length > MOST_BYTES) throw wrongInput(`${file}: has more than ${MOST_BYTES} characters`);
  const lineCounter = new LineCounter();
  // Every value is a text: no id loses its last digits, and no "no" turns into false.
  const document = parseDocument(source.replace(/^\uFEFF/u, ""), { lineCounter, schema: "failsafe", version: "1.2" });
  const [broken] = [...document.errors, ...document.warnings];
  if (broken) {
    const said = broken.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/u, "");
    throw wrongInput(`${file}, line ${broken.linePos?.[0].line ?? "?"}: this is no YAML: ${said}`);
  }
  const value: unknown = unfolded(document, file);
  const lineOf = (path: InputPath): number | undefined => {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const steps = path.slice(Array.isArray(value) ? 1 : 0, depth);
      const node = depth === 0 ? document.contents : document.getIn(steps, true);
      if (isNode(node) && node.range) return lineCounter.linePos(node.range[0]).line;
    }
    return undefined;
  };
  const read = readRules(value, createPatterns());
  if (read.kind === "rules") return { rules: read.rules, lineOf };
  const lines = read.problems.map(
    ({ path, value: shown, rule, remedy }) =>
      `${file}, line ${lineOf(path) ?? "?"}: ${pathText(path) || "the file"} ${shown}: ${rule} ${remedy}`,
  );
  throw wrongInput(lines.join("; "));
}

/** Aliases that refer to aliases could unfold to more than there is memory for. */
function unfolded(document: { toJS(options: { maxAliasCount: number }): unknown }, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw wrongInput(`${file}: its aliases (*name) cannot be followed, or are too many; write the values out`);
  }
}

const fileText = ({ host }: Context, file: string): Promise<string> =>
  readFile(resolve(host.cwd, file), "utf8").catch(() => {
    throw wrongInput(`${file}: the file cannot be read; check its path and permissions`);
  });

interface Step {
  readonly input: RuleInput;
  readonly definition: RuleDefinition;
  readonly line: number | undefined;
  /** As it is now; absent when it is new. */
  readonly former?: Rule;
  /** What differs, by the names in the file. */
  readonly changed: readonly string[];
  readonly warnings: readonly string[];
}

interface Plan {
  readonly workspace: Workspace;
  readonly steps: readonly Step[];
  readonly removed: readonly Rule[];
  readonly reordered: boolean;
}

interface Planning {
  readonly workspace: Workspace;
  /** As it was named. */
  readonly file: string;
  readonly rules: readonly RuleInput[];
  readonly lineOf: LineOf;
  readonly settling: { readonly now: number; readonly webhook: ReturnType<typeof webhookReader> };
}

async function planOf(tx: Repositories, { workspace, file, rules, lineOf, settling }: Planning): Promise<Plan> {
  const words = wordsIn("en");
  const wrong: string[] = [];
  const steps: Step[] = [];
  const existing = await tx.rules.list(workspace.id);
  for (const [index, input] of rules.entries()) {
    const settled = await settleRule(tx, input, { workspace, platform: "telegram", ...settling });
    const line = lineOf(["rules", index]);
    if (settled.kind === "troubled") {
      for (const trouble of settled.troubles) {
        const path = ["rules", index, ...trouble.path];
        wrong.push(`${file}, line ${lineOf(path) ?? "?"}: ${pathText(path)}: ${troubleText(words, trouble)}`);
      }
      continue;
    }
    const { definition } = settled;
    const former = existing.find(({ name }) => name === input.name);
    const warnings = settled.warnings.map((each) => troubleText(words, each));
    const changed = former ? differences(former, { ...definition, enabled: input.enabled }) : [];
    steps.push({ input, definition, line, changed, warnings, ...(former && { former }) });
  }
  if (wrong.length > 0) throw wrongInput(wrong.join("; "));
  const kept = new Set(rules.map(({ name }) => name));
  const stays = existing.filter(({ name }) => kept.has(name)).map(({ name }) => name);
  const wanted = rules.map(({ name }) => name).filter((name) => stays.includes(name));
  const removed = existing.filter(({ name }) => !kept.has(name));
  return { workspace, steps, removed, reordered: !isDeepStrictEqual(stays, wanted) };
}

type Whole = RuleDefinition & { readonly enabled: boolean };

function differences(former: Whole, wanted: Whole): readonly string[] {
  const parts = { enabled: "enabled", source: "from", filter: "filter", targets: "to", options: "options" } as const;
  return (Object.keys(parts) as (keyof typeof parts)[]).flatMap((part) =>
    isDeepStrictEqual(former[part], wanted[part]) ? [] : [parts[part]],
  );
}

async function carryOut(tx: Repositories, plan: Plan, { note, now }: { note: Note; now: number }): Promise<void> {
  const { id: workspaceId } = plan.workspace;
  for (const { id, name } of plan.removed) {
    await tx.rules.remove(id);
    await note({ action: "rule.remove", subject: name, workspaceId });
  }
  for (const { input, definition, former, changed } of plan.steps) {
    const { name, enabled } = input;
    if (!former) {
      await addRule(tx, { workspaceId, name, enabled, definition }, now);
      await note({ action: "rule.add", subject: subjectOf(input), workspaceId });
    } else if (changed.length > 0) {
      await makePersons(tx, workspaceId, definition);
      await tx.rules.change(former.id, { enabled, ...definition });
      await note({ action: "rule.change", subject: `${subjectOf(input)} (${changed.join(" ")})`, workspaceId });
    }
  }
  const names = plan.steps.map(({ input }) => input.name);
  const moved = await orderRules(tx, workspaceId, names);
  if (moved && plan.reordered) await note({ action: "rule.move", subject: names.join(" "), workspaceId });
}

function tell({ out }: Context, { workspace, steps, removed, reordered }: Plan, dryRun: boolean): void {
  const added = steps.filter(({ former }) => !former);
  const changed = steps.filter((step) => step.changed.length > 0);
  const same = steps.length - added.length - changed.length;
  const at = ({ input, line }: Step) => `${input.name} (line ${line ?? "?"})`;
  const would = dryRun ? "would be " : "";
  const nothing = added.length + changed.length + removed.length === 0 && !reordered;
  out.print(
    {
      workspace: workspace.name,
      dryRun,
      added: added.map(({ input, line }) => ({ name: input.name, line: line ?? null })),
      changed: changed.map((step) => ({ name: step.input.name, line: step.line ?? null, parts: step.changed })),
      removed: removed.map(({ name }) => ({ name })),
      unchanged: same,
      reordered,
      warnings: steps.flatMap(({ input, warnings }) => warnings.map((text) => ({ name: input.name, text }))),
    },
    [
      ...added.map((step) => `${would}added: ${at(step)}`),
      ...changed.map((step) => `${would}changed: ${at(step)}: ${step.changed.join(", ")}`),
      ...removed.map(({ name }) => `${would}removed: ${name}, with the incidents it has made`),
      ...(reordered ? [`${would}put into the order of the file`] : []),
      ...(nothing
        ? [`Nothing ${dryRun ? "would change" : "changed"}: ${workspace.name} has these rules already.`]
        : []),
      ...steps.flatMap(({ input, warnings }) => warnings.map((text) => `${input.name}, for now: ${text}`)),
    ],
  );
}
