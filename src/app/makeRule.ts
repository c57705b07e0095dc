import { DEFAULT_OPTIONS, type RuleFilter } from "../core/rule.ts";
import { LONGEST_RULE_NAME, type RuleInput } from "../core/ruleInput.ts";
import type { TargetInput } from "../core/targetInput.ts";
import { commandLine } from "./answers.ts";
import { type Command, noteChange } from "./command.ts";
import { addRule, subjectOf } from "./ruleChange.ts";
import { inputOf, settleRule } from "./ruleSettle.ts";
import { troubleText } from "./ruleTroubles.ts";
import { sourceHere, targetsText, whatText } from "./ruleWords.ts";

/** Makes a rule that listens to this chat, or says why it cannot be. */
export async function makeRule(
  command: Command,
  asked: { readonly filter: RuleFilter; readonly targets: readonly TargetInput[] },
): Promise<{ readonly kind: "made" | "refused"; readonly text: string }> {
  const { tx, message, workspace, words, parts } = command;
  const now = parts.clock();
  const name = await freeName(command, asked.filter);
  const source = { kind: "chat", chat: sourceHere(message) } as const;
  const input: RuleInput = { name, enabled: true, source, ...asked, options: DEFAULT_OPTIONS };
  const { platform } = message.at;
  // What the operator's environment and files hold is the operator's to use.
  const settled = await settleRule(tx, input, { workspace, now, platform, webhook: async () => undefined });
  if (settled.kind === "troubled")
    return { kind: "refused", text: settled.troubles.map((each) => troubleText(words, each)).join("\n") };
  const { definition, warnings } = settled;
  await addRule(tx, { workspaceId: workspace.id, name, enabled: true, definition }, now);
  const subject = subjectOf({ ...input, targets: definition.targets.map(inputOf) });
  await noteChange(command, { action: "rule.add", subject });
  const off = `${commandLine(command, "forward")} ${words.say("word-off")} ${name}`;
  const what = whatText(words, asked.filter);
  const said = words.say("forward-made", { name, what, targets: targetsText(asked.targets), line: off });
  return { kind: "made", text: [said, ...warnings.map((each) => troubleText(words, each))].join("\n") };
}

/** Named after what it forwards; of several the second is `ci-2`. */
async function freeName({ tx, workspace }: Command, { tags, words, severity }: RuleFilter): Promise<string> {
  const said = tags?.[0] ?? severity ?? words?.[0] ?? "all";
  const plain = said
    .normalize("NFC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}_]+/gu, "-")
    .replaceAll(/^-+|-+$/gu, "");
  const name =
    Array.from(plain)
      .slice(0, LONGEST_RULE_NAME / 2)
      .join("")
      .replace(/-+$/u, "") || "rule";
  const taken = new Set((await tx.rules.list(workspace.id)).map((rule) => rule.name));
  for (let number = 2; taken.has(name); number += 1) if (!taken.has(`${name}-${number}`)) return `${name}-${number}`;
  return name;
}
