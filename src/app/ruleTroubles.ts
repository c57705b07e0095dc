import { type ChatRef, writeChat } from "../core/chat.ts";
import type { InputPath } from "../core/inputSpot.ts";
import type { RuleDefinition, RuleTarget } from "../core/rule.ts";
import { bindLine } from "./answers.ts";
import type { Words } from "./ports.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";
import { type MissingReason, resolveTargets } from "./targets.ts";

/** Why a rule, as it is, cannot do all that it says; `kind` names the words for it, `rule-trouble-<kind>`. */
export interface RuleTrouble {
  /** What of the rule it is about, as in what people write: `["to", 1]`. */
  readonly path: InputPath;
  readonly kind:
    | MissingReason
    | "hook-gone"
    | "unknown-hook"
    | "same-chat"
    | "unknown-name"
    | "ambiguous-name"
    | "unreadable-webhook"
    | "unknown-webhook";
  readonly args: Readonly<Record<string, string>>;
}

/** Those heal by themselves when somebody comes back; a rule may be made all the same. */
const PASSING: readonly RuleTrouble["kind"][] = ["left", "empty"];

export const isLasting = ({ kind }: RuleTrouble): boolean => !PASSING.includes(kind);

export const troubleText = ({ say }: Words, { kind, args }: RuleTrouble): string => say(`rule-trouble-${kind}`, args);

interface Where {
  readonly workspace: Workspace;
  readonly now: number;
}

/** Everything that keeps a rule from listening and from telling, at this moment. */
export async function ruleTroubles(
  tx: Repositories,
  { source, targets, options }: RuleDefinition,
  where: Where,
): Promise<readonly RuleTrouble[]> {
  const found: RuleTrouble[] = [];
  const { workspace } = where;
  if (source.kind === "chat") {
    const binding = await tx.chats.find(source.chat);
    if (binding?.workspaceId !== workspace.id) found.push(notBound(["from"], source.chat, workspace));
  } else {
    const hook = await tx.hooks.byId(source.hookId);
    if (hook?.workspaceId !== workspace.id || hook.revokedAt !== undefined)
      found.push({ path: ["from"], kind: "hook-gone", args: { name: hook?.name ?? "?", workspace: workspace.name } });
  }
  for (const [index, target] of targets.entries())
    found.push(...(await troublesOf(tx, { target, path: ["to", index], source }, where)));
  for (const [step, { targets: called }] of (options.escalation?.steps ?? []).entries())
    for (const target of called)
      found.push(...(await troublesOf(tx, { target, path: ["options", "escalate", step], source }, where)));
  return onceEach(found);
}

/** Who is told by a rule and called in by it too is in trouble once, at the first place that names them. */
const onceEach = (troubles: readonly RuleTrouble[]): readonly RuleTrouble[] =>
  troubles.filter((one, index) => troubles.findIndex((other) => isSame(one, other)) === index);

const isSame = (one: RuleTrouble, other: RuleTrouble): boolean =>
  one.kind === other.kind && JSON.stringify(one.args) === JSON.stringify(other.args);

async function troublesOf(
  tx: Repositories,
  { target, path, source }: { target: RuleTarget; path: InputPath; source: RuleDefinition["source"] },
  { workspace, now }: Where,
): Promise<readonly RuleTrouble[]> {
  if (target.kind === "chat" && source.kind === "chat" && writeChat(target.chat) === writeChat(source.chat))
    return [{ path, kind: "same-chat", args: { chat: writeChat(target.chat) } }];
  const { missing } = await resolveTargets(tx, [target], { workspaceId: workspace.id, now });
  return missing.map(({ why }) =>
    target.kind === "chat"
      ? notBound(path, target.chat, workspace)
      : { path, kind: why, args: { name: nameOf(target), workspace: workspace.name } },
  );
}

const notBound = (path: InputPath, chat: ChatRef, { name: workspace }: Workspace): RuleTrouble => ({
  path,
  kind: "not-bound",
  args: { chat: writeChat(chat), workspace, line: bindLine(chat, workspace) },
});

/** Without what is secret of it. */
function nameOf(target: Exclude<RuleTarget, { kind: "chat" }>): string {
  switch (target.kind) {
    case "person":
      return `id:${target.bitrixId}`;
    case "group":
      return `@${target.name}`;
    case "oncall":
      return `oncall:${target.rotation}`;
    case "webhook":
      return "discord-webhook";
    default:
      return target satisfies never;
  }
}
