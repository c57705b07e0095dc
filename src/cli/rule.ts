import { addRule, orderRules, subjectOf } from "../app/ruleChange.ts";
import { settleRule } from "../app/ruleSettle.ts";
import { troubleText } from "../app/ruleTroubles.ts";
import type { Rule } from "../app/store/rules.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { closest } from "../core/closest.ts";
import type { PlacedProblem } from "../core/inputSpot.ts";
import { readRule } from "../core/ruleInput.ts";
import { wordsIn } from "../messages/catalogue.ts";
import { createPatterns } from "../patterns.ts";
import { type Cli, group, leaf } from "./command.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed, workspaceOf, workspacesNamed } from "./find.ts";
import { table } from "./output.ts";
import { flagOf, flagProblem, type RuleFlags, ruleFromFlags, withFilterFlags, withOptionFlags } from "./ruleFlags.ts";
import { importRules } from "./ruleImport.ts";
import { type TestFlags, testRules, withTestFlags } from "./ruleTest.ts";
import { viewRule } from "./ruleView.ts";
import { webhookReader } from "./ruleWebhook.ts";

interface ListFlags {
  readonly json?: boolean;
  readonly workspace?: string;
  readonly yaml?: boolean;
}

interface MoveFlags {
  readonly json?: boolean;
  readonly before?: string;
  readonly first?: boolean;
  readonly last?: boolean;
}

export function addRuleCommands(cli: Cli): void {
  const rules = group(cli, "rule", "what is forwarded from where to whom");
  withOptionFlags(
    withFilterFlags(
      leaf(rules, "add <workspace> <name>", "make a rule behind those that there are")
        .option("--from <source>", "telegram:<chat>[/<topic>], discord:<server>[/<channel>] or hook:<name>")
        .option(
          "--to <targets>",
          "@name, id:42, oncall:<rotation>, telegram:…, discord:…, discord-webhook:$NAME|@file (repeat it for several)",
          (value: string, former: readonly string[] = []) => [...former, value],
        ),
    ),
  ).action((workspace: string, name: string, flags: RuleFlags) =>
    cli.run(flags, (context) => add(context, { workspace, name }, flags)),
  );
  leaf(rules, "list", "rules in their order, and what keeps some from working")
    .option("--workspace <name>", "only of this workspace")
    .option("--yaml", "as `rule import` reads them; secrets are not in it")
    .action((flags: ListFlags) => cli.run(flags, (context) => list(context, flags)));
  withTestFlags(
    leaf(
      rules,
      "test <workspace> [message...]",
      "say of each rule whether it would forward this, why not, and to whom",
    ),
  ).action((workspace: string, message: string[], flags: TestFlags) =>
    cli.run(flags, (context) => testRules(context, { workspace, message: message.join(" ") }, flags)),
  );
  leaf(
    rules,
    "import <workspace> <file>",
    "make the rules those of a YAML file, all or nothing; - reads standard input",
  )
    .option("--dry-run", "only say what would change")
    .action((workspace: string, file: string, flags: { json?: boolean; dryRun?: boolean }) =>
      cli.run(flags, (context) => importRules(context, { workspace, file, dryRun: flags.dryRun === true })),
    );
  addChanges(cli, rules);
}

function addChanges(cli: Cli, rules: ReturnType<typeof group>): void {
  leaf(rules, "remove <workspace> <name>", "remove a rule with the incidents it has made").action(
    (workspace: string, name: string, flags: RuleFlags) =>
      cli.run(flags, (context) => remove(context, { workspace, name })),
  );
  for (const enabled of [true, false]) {
    const verb = enabled ? "enable" : "disable";
    leaf(rules, `${verb} <workspace> <name>`, enabled ? "let it forward again" : "let it forward nothing more").action(
      (workspace: string, name: string, flags: RuleFlags) =>
        cli.run(flags, (context) => enable(context, { workspace, name }, enabled)),
    );
  }
  leaf(rules, "move <workspace> <name>", "change the order in which rules are asked")
    .option("--before <name>", "to the place just before this one")
    .option("--first", "before all others")
    .option("--last", "behind all others")
    .action((workspace: string, name: string, flags: MoveFlags) =>
      cli.run(flags, (context) => move(context, { workspace, name }, flags)),
    );
}

interface Which {
  readonly workspace: string;
  readonly name: string;
}

async function add(context: Context, which: Which, flags: RuleFlags): Promise<void> {
  const problems: PlacedProblem[] = [];
  const input = readRule(ruleFromFlags(which.name, flags), { path: [], problems }, createPatterns());
  if (!input) throw wrongInput(problems.map(flagProblem).join("; "));
  const webhook = webhookReader(context);
  const now = context.clock();
  const words = wordsIn("en");
  const { added, warnings, workspace } = await context.change(async (tx, note) => {
    const found = await workspaceNamed(tx, which.workspace);
    const settled = await settleRule(tx, input, { workspace: found, now, platform: "telegram", webhook });
    if (settled.kind === "troubled")
      throw wrongInput(settled.troubles.map((each) => `${flagOf(each.path)}: ${troubleText(words, each)}`).join("; "));
    const { name, enabled } = input;
    const rule = await addRule(tx, { workspaceId: found.id, name, enabled, definition: settled.definition }, now);
    if (!rule)
      throw wrongInput(
        `${found.name} has a rule ${name} already; choose another name, or first: herald24 rule remove ${found.name} ${name}`,
      );
    await note({ action: "rule.add", subject: subjectOf(input), workspaceId: found.id });
    return { added: rule, warnings: settled.warnings, workspace: found };
  });
  const { read } = await context.store();
  const position = (await read.rules.list(workspace.id)).findIndex(({ id }) => id === added.id) + 1;
  const view = await viewRule(read, { rule: added, position }, { workspace, now });
  context.out.print(view, [
    `Rule ${added.name}: from ${view.from} to ${view.to.join(", ")}; forwards ${view.filter || "everything"}.`,
    ...warnings.map((each) => `For now: ${troubleText(words, each)}`),
  ]);
}

async function list(context: Context, { workspace: name, yaml }: ListFlags): Promise<void> {
  const { read } = await context.store();
  const now = context.clock();
  const workspaces = yaml === true ? [await workspaceOf(read, name)] : await workspacesNamed(read, name);
  const views = [];
  for (const workspace of workspaces)
    for (const [index, rule] of (await read.rules.list(workspace.id)).entries())
      views.push(await viewRule(read, { rule, position: index + 1 }, { workspace, now }));
  if (yaml === true) {
    const { stringify } = await import("yaml");
    const text = stringify({ rules: views.map(({ rule }) => rule) }, { lineWidth: 0 });
    return context.out.print(views, text.trimEnd().split("\n"));
  }
  const rows = views.map(({ workspace, position, name: rule, enabled, from, to, filter, troubles }) => [
    workspace,
    String(position),
    rule,
    `${enabled ? "on" : "off"}${troubles.length > 0 ? ", see below" : ""}`,
    from,
    filter || "everything",
    to.join(", "),
  ]);
  const below = views.flatMap(({ name: rule, troubles }) => troubles.map(({ text }) => `${rule}: ${text}`));
  const none = ["There is no rule yet: herald24 rule add <workspace> <name> --from … --to …, or /forward in a chat"];
  const shown = table(["WORKSPACE", "#", "NAME", "STATE", "FROM", "FORWARDS", "TO"], rows);
  context.out.print(views, rows.length === 0 ? none : [...shown, ...below]);
}

/** @throws {CliError} 2, with the closest name that there is. */
async function ruleNamed(tx: Repositories, { id, name: workspace }: Workspace, name: string): Promise<Rule> {
  const rule = await tx.rules.byName(id, name.normalize("NFC").toLowerCase());
  if (rule) return rule;
  const near = closest(
    name,
    (await tx.rules.list(id)).map((each) => each.name),
  );
  const hint = near === undefined ? `see herald24 rule list --workspace ${workspace}` : `did you mean ${near}?`;
  throw wrongInput(`${workspace} has no rule "${name}"; ${hint}`);
}

async function remove(context: Context, which: Which): Promise<void> {
  const rule = await context.change(async (tx, note) => {
    const workspace = await workspaceNamed(tx, which.workspace);
    const found = await ruleNamed(tx, workspace, which.name);
    await tx.rules.remove(found.id);
    await note({ action: "rule.remove", subject: found.name, workspaceId: workspace.id });
    return found;
  });
  context.out.print({ workspace: which.workspace, name: rule.name, removed: true }, [`Removed rule ${rule.name}.`]);
}

async function enable(context: Context, which: Which, enabled: boolean): Promise<void> {
  const rule = await context.change(async (tx, note) => {
    const workspace = await workspaceNamed(tx, which.workspace);
    const found = await ruleNamed(tx, workspace, which.name);
    if (found.enabled === enabled) return found;
    await tx.rules.change(found.id, { enabled });
    const action = enabled ? "rule.enable" : "rule.disable";
    await note({ action, subject: found.name, workspaceId: workspace.id });
    return found;
  });
  const said = rule.enabled === enabled ? "already" : "now";
  context.out.print({ workspace: which.workspace, name: rule.name, enabled }, [
    `Rule ${rule.name} is ${enabled ? "on" : "off"} ${said}.`,
  ]);
}

async function move(context: Context, which: Which, { before, first, last }: MoveFlags): Promise<void> {
  const ways = [before !== undefined, first === true, last === true].filter(Boolean).length;
  if (ways !== 1) throw wrongInput("where to? Give one of --before NAME, --first and --last");
  const names = await context.change(async (tx, note) => {
    const workspace = await workspaceNamed(tx, which.workspace);
    const { name } = await ruleNamed(tx, workspace, which.name);
    const behind = before === undefined ? undefined : (await ruleNamed(tx, workspace, before)).name;
    if (behind === name) throw wrongInput(`--before ${name}: a rule cannot stand before itself`);
    const others = (await tx.rules.list(workspace.id)).map((each) => each.name).filter((each) => each !== name);
    const place = behind === undefined ? (first === true ? 0 : others.length) : others.indexOf(behind);
    const wanted = others.toSpliced(place, 0, name);
    if (await orderRules(tx, workspace.id, wanted))
      await note({ action: "rule.move", subject: wanted.join(" "), workspaceId: workspace.id });
    return wanted;
  });
  context.out.print({ workspace: which.workspace, rules: names }, [`The order is: ${names.join(", ")}.`]);
}
