import type { Platform } from "../core/chat.ts";
import type { InputPath } from "../core/inputSpot.ts";
import type { RecipientRef } from "../core/recipientGrammar.ts";
import type { RuleDefinition, RuleSource, RuleTarget } from "../core/rule.ts";
import type { RuleInput } from "../core/ruleInput.ts";
import type { SourceInput, TargetInput } from "../core/targetInput.ts";
import { resolveRecipients } from "./recipients.ts";
import { isLasting, type RuleTrouble, ruleTroubles } from "./ruleTroubles.ts";
import type { Rule } from "./store/rules.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";
import { webhookPlace } from "./targets.ts";

/** The address of a webhook by what is written in its place; `undefined` when there is none, or it is none. */
export type FindWebhook = (reference: string) => Promise<string | undefined>;

export interface Settling {
  readonly workspace: Workspace;
  readonly now: number;
  /** Names of accounts are looked for on this platform first. */
  readonly platform: Platform;
  readonly webhook: FindWebhook;
}

export type Settled =
  | { readonly kind: "definition"; readonly definition: RuleDefinition; readonly warnings: readonly RuleTrouble[] }
  | { readonly kind: "troubled"; readonly troubles: readonly RuleTrouble[] };

/**
 * Looks up in a workspace what a rule names. Writes nothing: persons who are named by an id that is not known yet are made by
 * {@link makePersons}, once the rule is taken.
 */
export async function settleRule(tx: Repositories, rule: RuleInput, settling: Settling): Promise<Settled> {
  const troubles: RuleTrouble[] = [];
  const source = await settleSource(tx, rule.source, { settling, troubles });
  const each = async (inputs: readonly TargetInput[], pathOf: (index: number) => InputPath) => {
    const found: RuleTarget[] = [];
    for (const [index, input] of inputs.entries())
      found.push(...(await settleTarget(tx, input, { path: pathOf(index), settling, troubles })));
    return found;
  };
  const targets = await each(rule.targets, (index) => ["to", index]);
  const { escalation: called, ...plain } = rule.options;
  const steps = [];
  for (const [step, { afterMinutes, targets: inputs }] of (called?.steps ?? []).entries())
    steps.push({ afterMinutes, targets: await each(inputs, () => ["options", "escalate", step]) });
  if (troubles.length > 0 || !source) return { kind: "troubled", troubles };
  const options = called ? { ...plain, escalation: { steps, repeats: called.repeats } } : plain;
  const definition: RuleDefinition = { source, filter: rule.filter, targets, options };
  const found = (await ruleTroubles(tx, definition, settling)).filter(({ kind }) => kind !== "unknown-person");
  const lasting = found.filter(isLasting);
  if (lasting.length > 0) return { kind: "troubled", troubles: lasting };
  return { kind: "definition", definition, warnings: found };
}

interface Looking {
  readonly settling: Settling;
  readonly troubles: RuleTrouble[];
}

async function settleSource(
  tx: Repositories,
  source: SourceInput,
  { settling: { workspace }, troubles }: Looking,
): Promise<RuleSource | undefined> {
  if (source.kind === "chat") return source;
  const hook = await tx.hooks.byName(workspace.id, source.name);
  if (hook) return { kind: "hook", hookId: hook.id };
  troubles.push({ path: ["from"], kind: "unknown-hook", args: { name: source.name, workspace: workspace.name } });
  return undefined;
}

async function settleTarget(
  tx: Repositories,
  input: TargetInput,
  { path, settling, troubles }: Looking & { path: InputPath },
): Promise<readonly RuleTarget[]> {
  switch (input.kind) {
    case "chat":
    case "oncall":
      return [input];
    case "webhook": {
      const found = await settleWebhook(tx, input.reference, settling);
      if (found.kind === "webhook") return [found];
      troubles.push({ path, kind: found.why, args: { name: input.reference, workspace: settling.workspace.name } });
      return [];
    }
    case "somebody": {
      const found = await settleSomebody(tx, input.ref, settling);
      if ("kind" in found && found.kind !== "choices") return [found];
      const args = { name: input.ref.label, workspace: settling.workspace.name };
      if (found.choices.length === 0) troubles.push({ path, kind: "unknown-name", args });
      else troubles.push({ path, kind: "ambiguous-name", args: { ...args, choices: found.choices.join(", ") } });
      return [];
    }
    default:
      return input satisfies never;
  }
}

type Somebody = RuleTarget | { readonly kind: "choices"; readonly choices: readonly string[] };

/** As in `/notify`: group, rotation, account, exact name; but whom a group or a rotation stands for is looked up when it is told. */
async function settleSomebody(tx: Repositories, ref: RecipientRef, settling: Settling): Promise<Somebody> {
  const { workspace, platform } = settling;
  if (ref.kind === "bitrix-id") return { kind: "person", bitrixId: ref.id };
  const name = ref.kind === "name" ? ref.name : ref.kind === "account" ? bareName(ref) : undefined;
  if (name !== undefined) {
    const key = name.normalize("NFC").toLowerCase();
    if (await tx.people.byGroup(workspace.id, key)) return { kind: "group", name: key };
    if (await tx.oncall.byName(workspace.id, key)) return { kind: "oncall", rotation: key };
  }
  const { people, ambiguous } = await resolveRecipients(tx, [ref], { workspaceId: workspace.id, platform });
  const [person] = people;
  if (person) return { kind: "person", bitrixId: person.bitrixId };
  return { kind: "choices", choices: ambiguous.flatMap(({ choices }) => choices) };
}

const bareName = ({ mention }: Extract<RecipientRef, { kind: "account" }>): string | undefined =>
  mention.userId === undefined ? mention.username : undefined;

type FoundWebhook =
  | Extract<RuleTarget, { kind: "webhook" }>
  | { readonly kind: "none"; readonly why: "unknown-webhook" | "unreadable-webhook" };

/** A bare id stands for a webhook that a rule of the workspace has already: so what was exported can be imported. */
async function settleWebhook(
  tx: Repositories,
  reference: string,
  { workspace, webhook }: Settling,
): Promise<FoundWebhook> {
  if (!/^\d/u.test(reference)) {
    const url = await webhook(reference);
    return url === undefined ? { kind: "none", why: "unreadable-webhook" } : { kind: "webhook", url };
  }
  const known = (await tx.rules.list(workspace.id)).flatMap(targetsOf);
  const same = known.find((target) => target.kind === "webhook" && webhookReference(target.url) === reference);
  return same?.kind === "webhook" ? same : { kind: "none", why: "unknown-webhook" };
}

/** All that a rule may tell, the steps of its escalation too. */
export const targetsOf = ({ targets, options }: Pick<RuleDefinition, "targets" | "options">): readonly RuleTarget[] => [
  ...targets,
  ...(options.escalation?.steps ?? []).flatMap((step) => step.targets),
];

/** What may be shown of a webhook: its id, which opens nothing. */
function webhookReference(url: string): string {
  const place = webhookPlace(url);
  if (!place) return "0".repeat(17);
  const id = place.chatId.replace(/^webhook:/u, "");
  return place.threadId === "" ? id : `${id}/${place.threadId}`;
}

/** A person needs no account to be told; one that is named by its id only is made. */
export async function makePersons(tx: Repositories, workspaceId: number, definition: RuleDefinition): Promise<void> {
  for (const target of targetsOf(definition)) {
    if (target.kind !== "person" || (await tx.people.byBitrixId(workspaceId, target.bitrixId))) continue;
    await tx.people.addPerson({ workspaceId, bitrixId: target.bitrixId });
  }
}

/** A stored rule as people write it. */
export async function ruleInputOf(tx: Repositories, rule: Rule): Promise<RuleInput> {
  const { name, enabled, source, filter, targets, options } = rule;
  const { escalation, ...plain } = options;
  const steps = escalation?.steps.map((step) => ({ ...step, targets: step.targets.map(inputOf) }));
  return {
    name,
    enabled,
    source: source.kind === "chat" ? source : { kind: "hook", name: (await tx.hooks.byId(source.hookId))?.name ?? "?" },
    filter,
    targets: targets.map(inputOf),
    options: escalation && steps ? { ...plain, escalation: { steps, repeats: escalation.repeats } } : plain,
  };
}

export function inputOf(target: RuleTarget): TargetInput {
  switch (target.kind) {
    case "person":
      return somebody({ kind: "bitrix-id", id: target.bitrixId, label: `id:${target.bitrixId}` });
    case "group":
      return somebody({ kind: "name", name: target.name, label: `@${target.name}` });
    case "oncall":
    case "chat":
      return target;
    case "webhook":
      return { kind: "webhook", reference: webhookReference(target.url) };
    default:
      return target satisfies never;
  }
}

const somebody = (ref: RecipientRef): TargetInput => ({ kind: "somebody", ref });
