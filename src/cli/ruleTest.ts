import type { Command } from "commander";
import { isMuted } from "../app/hush.ts";
import { ruleTroubles, troubleText } from "../app/ruleTroubles.ts";
import type { Rule } from "../app/store/rules.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { resolveTargets } from "../app/targets.ts";
import type { Alert } from "../core/alert.ts";
import { writeChat } from "../core/chat.ts";
import { incidentKey } from "../core/incidentKey.ts";
import type { CompilePattern } from "../core/pattern.ts";
import type { RuleSource } from "../core/rule.ts";
import { type Mismatch, matchRules, type RuleResult } from "../core/ruleMatch.ts";
import { wordsIn } from "../messages/catalogue.ts";
import { createPatterns } from "../patterns.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed } from "./find.ts";
import { described } from "./personView.ts";
import { readTrials, type TrialFlags } from "./ruleTrial.ts";

export type TestFlags = TrialFlags & { readonly json?: boolean };

export function withTestFlags(command: Command): Command {
  const collect = (value: string, former: readonly string[] = []): readonly string[] => [...former, value];
  return command
    .option("--file <file>", "the message, or what a hook is sent, from a file; - reads standard input")
    .option("--from <source>", "ask only the rules of this source: telegram:…, discord:… or hook:<name>")
    .option("--author <name>", "as whom it is written")
    .option("--person", "a person writes it, where signs such as ERROR say less than from a bot")
    .option("--severity <severity>", "in place of what the text says: critical, error, warning, info")
    .option("--status <status>", "in place of what the text says: firing or resolved")
    .option("--tag <tag>", "a tag besides those in the text (repeat it for several)", collect)
    .option("--field <name=value>", "a field besides those in the text", collect)
    .option("--event <name>", "of a GitHub hook: the header X-GitHub-Event");
}

/** What would become of one message, rule by rule; nothing is sent and nothing is written down. */
export async function testRules(
  context: Context,
  asked: { readonly workspace: string; readonly message: string },
  flags: TestFlags,
): Promise<void> {
  const { read } = await context.store();
  const workspace = await workspaceNamed(read, asked.workspace);
  const { alerts, source } = await readTrials(context, { workspace, message: asked.message, flags });
  const rules = (await read.rules.list(workspace.id)).filter((rule) => !source || listens(rule.source, source));
  if (rules.length === 0)
    throw wrongInput(
      `${workspace.name} has no rule${source ? " for this source" : ""} yet: herald24 rule add ${workspace.name} <name> --from … --to …`,
    );
  const compile = createPatterns();
  const now = context.clock();
  const results = [];
  for (const alert of alerts) results.push(await explain(read, { alert, rules, workspace, now, compile }));
  const shown = results.map((all, index) => ({ alert: summaryOf(alerts[index]), rules: all }));
  const lines = shown.flatMap(({ alert, rules: all }) => [
    ...(shown.length > 1 ? [`${alert?.title ?? "alert"} (${alert?.severity}, ${alert?.status}):`] : []),
    ...all.flatMap(linesOf),
  ]);
  context.out.print(shown.length === 1 ? (shown[0]?.rules ?? []) : shown, lines);
}

const summaryOf = (alert: Alert | undefined) =>
  alert && { title: alert.title ?? null, severity: alert.severity ?? "warning", status: alert.status };

/** As when it is forwarded: a rule for a whole chat hears all of its topics. */
function listens(rule: RuleSource, source: RuleSource): boolean {
  if (rule.kind === "hook" || source.kind === "hook")
    return rule.kind === "hook" && source.kind === "hook" && rule.hookId === source.hookId;
  const { chat } = rule;
  const isSameChat = chat.platform === source.chat.platform && chat.chatId === source.chat.chatId;
  return isSameChat && (chat.threadId === "" || chat.threadId === source.chat.threadId);
}

interface Explained {
  readonly rule: string;
  readonly result: "match" | "no" | "stopped" | "disabled";
  readonly because?: readonly Mismatch[];
  readonly by?: string;
  /** Equal keys are the same incident; absent when every such alert is one of its own. */
  readonly key?: string | null;
  readonly muted?: boolean;
  readonly persons?: readonly { readonly bitrixId: number; readonly name: string | null }[];
  readonly chats?: readonly string[];
  readonly troubles?: readonly string[];
}

interface Trial {
  readonly alert: Alert;
  readonly rules: readonly Rule[];
  readonly workspace: Workspace;
  readonly now: number;
  readonly compile: CompilePattern;
}

async function explain(read: Repositories, trial: Trial): Promise<readonly Explained[]> {
  const { rules, alert, compile } = trial;
  const enabled = rules.filter((rule) => rule.enabled);
  const results = new Map(matchRules(enabled, alert, compile).map((result) => [result.rule.name, result]));
  const explained: Explained[] = [];
  for (const rule of rules) {
    const result = results.get(rule.name);
    explained.push(result ? await explainOne(read, result, trial) : { rule: rule.name, result: "disabled" });
  }
  return explained;
}

async function explainOne(
  read: Repositories,
  result: RuleResult<Rule>,
  { alert, workspace, now, compile }: Trial,
): Promise<Explained> {
  const { rule } = result;
  if (result.kind === "no") return { rule: rule.name, result: "no", because: result.because };
  if (result.kind === "stopped") return { rule: rule.name, result: "stopped", by: result.by };
  const key = incidentKey(alert, rule.options.key, compile);
  const silences = await read.silences.live(workspace.id, now);
  const { persons, chats } = await resolveTargets(read, rule.targets, { workspaceId: workspace.id, now });
  const words = wordsIn("en");
  const troubles = await ruleTroubles(read, rule, { workspace, now });
  return {
    rule: rule.name,
    result: "match",
    key: key.startsWith("origin:") ? null : key,
    muted: isMuted(alert, rule, { silences, compile }),
    persons: persons.map(({ bitrixId, name }) => ({ bitrixId, name: name ?? null })),
    chats: chats.map((chat) => (chat.webhook === undefined ? writeChat(chat) : `discord-${chat.chatId}`)),
    troubles: troubles.map((each) => troubleText(words, each)),
  };
}

function linesOf(one: Explained): readonly string[] {
  const { rule, result, because = [], by, key, muted, persons = [], chats = [], troubles = [] } = one;
  switch (result) {
    case "disabled":
      return [`${rule}: is switched off`];
    case "stopped":
      return [`${rule}: is not asked, because ${by} matches and stops`];
    case "no":
      return [`${rule}: does not match: ${because.map(whyNot).join("; ")}`];
    case "match": {
      const told = [...persons.map(({ bitrixId, name }) => described({ bitrixId, ...(name && { name }) })), ...chats];
      return [
        `${rule}: matches${muted === true ? ", but is muted now" : ""}; tells ${told.join(", ") || "nobody"}`,
        `  incident: ${key ?? "every such alert is one of its own"}`,
        ...troubles.map((text) => `  missing: ${text}`),
      ];
    }
    default:
      return result satisfies never;
  }
}

function whyNot({ part, wanted, found }: Mismatch): string {
  switch (part) {
    case "severity":
      return `severity is ${found}, wanted is ${wanted}${wanted === "critical" ? "" : " or graver"}`;
    case "words":
      return `none of these words is in it: ${wanted}`;
    case "pattern":
      return `the pattern ${wanted} fits nowhere`;
    case "except":
      return `its exception holds (${wanted})`;
    case "tags":
    case "authors":
    case "status":
    case "fields":
      return `${part}: wanted is ${wanted}, found is ${found || "nothing"}`;
    default:
      return part satisfies never;
  }
}
