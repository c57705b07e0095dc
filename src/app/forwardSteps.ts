import { writeChat } from "../core/chat.ts";
import type { RuleFilter } from "../core/rule.ts";
import { isPlace, type TargetInput } from "../core/targetInput.ts";
import { commandLine } from "./answers.ts";
import { type Command, tell } from "./command.ts";
import { ANSWER_WITHIN_MS, closeQuestion, isSamePlace, targetOf } from "./confirm.ts";
import { slotOf } from "./receipts.ts";
import { sourceHere, targetsText, whatText } from "./ruleWords.ts";
import type { RuleChoice, RuleDraft, RuleQuestion } from "./store/confirmations.ts";
import type { Button } from "./store/queues.ts";

/** As far as it has been said what the rule is to do. */
export type Said = Pick<RuleDraft, "filter" | "targets">;

interface Choice {
  readonly label: string;
  readonly choice: RuleChoice;
}

interface Step {
  readonly text: string;
  readonly choices: readonly Choice[];
}

/** Offered as buttons; more are typed. */
const MOST_OF_A_KIND = 3;

/** Asks for what is missing yet, in place of the question before; in the end, whether it is right so. */
export async function askNext(command: Command, said: Said, former?: RuleQuestion): Promise<void> {
  const { tx, message, workspace, words, parts } = command;
  const { text, choices } = await stepFor(command, said);
  const all = [...choices, { label: words.say("confirm-no"), choice: { kind: "cancel" } as const }];
  const draft: RuleDraft = {
    ...said,
    messageId: former?.draft.messageId ?? message.at.messageId,
    language: words.language,
    choices: all.map(({ choice }) => choice),
  };
  const { userId } = message.sender;
  const expiresAt = parts.clock() + ANSWER_WITHIN_MS;
  const slot = former?.slot ?? slotOf(message.at);
  const question = { ...sourceHere(message), kind: "rule", workspaceId: workspace.id, userId, slot, draft } as const;
  const { key, replaced } = await tx.confirmations.put({ ...question, expiresAt });
  if (replaced && replaced.slot !== slot) {
    const told = replaced.kind === "rule" ? "forward-goes-on" : "confirm-replaced";
    await closeQuestion(tx, replaced, { text: words.say(told) }, parts.clock());
  }
  const buttons: readonly Button[] = all.map(({ label }, index) => ({ label, data: `rule:${index} ${key}` }));
  if (!former) return tell(tx, message, { text, buttons }, parts);
  await tx.receipts.wish(slot, targetOf(former), { text, buttons }, parts.clock());
}

function stepFor(command: Command, said: Said): Step | Promise<Step> {
  const { words } = command;
  if (said.filter === undefined) return whatStep(command);
  if (said.targets.length === 0) return whomStep(command, said.filter);
  const named = { what: whatText(words, said.filter), targets: targetsText(said.targets) };
  const make = { label: words.say("forward-make"), choice: { kind: "make" } as const };
  return { text: words.say("forward-right", named), choices: [make] };
}

function whatStep({ message, words }: Command): Step {
  const line = commandLine({ message, words }, "forward");
  const filters: readonly (readonly [string, RuleFilter])[] = [
    ["forward-everything", {}],
    ["forward-critical", { severity: "critical" }],
    ["forward-errors", { severity: "error" }],
  ];
  return {
    text: words.say("forward-what", { tag: `${line} #ci`, words: `${line} "disk full"` }),
    choices: filters.map(([label, filter]) => ({ label: words.say(label), choice: { kind: "filter", filter } })),
  };
}

async function whomStep(command: Command, filter: RuleFilter): Promise<Step> {
  const { message, words } = command;
  const line = commandLine({ message, words }, "forward");
  const targets = await offeredTargets(command);
  return {
    text: words.say("forward-whom", { what: whatText(words, filter), line: `${line} @anna, id:42` }),
    choices: targets.map(({ label, target }) => ({ label, choice: { kind: "target", target } })),
  };
}

interface Offered {
  readonly label: string;
  readonly target: TargetInput;
}

/** Groups, rotations, the workspace's other chats, and whoever asks. */
async function offeredTargets(command: Command): Promise<readonly Offered[]> {
  const { tx, message, workspace, words } = command;
  const groups = (await tx.people.listGroups(workspace.id)).slice(0, MOST_OF_A_KIND);
  const rotations = (await tx.oncall.list(workspace.id)).slice(0, MOST_OF_A_KIND);
  const chats = (await otherChats(command)).filter(isPlace).slice(0, MOST_OF_A_KIND);
  const own = await tx.people.proven(workspace.id, message.at.platform, message.sender.userId);
  const id = own?.bitrixId ?? 0;
  const me: TargetInput = { kind: "somebody", ref: { kind: "bitrix-id", id, label: `id:${id}` } };
  return [
    ...groups.map(({ name }): Offered => {
      const label = `@${name}`;
      return { label, target: { kind: "somebody", ref: { kind: "name", name, label } } };
    }),
    ...rotations.map(({ name }): Offered => ({ label: `☎ @${name}`, target: { kind: "oncall", rotation: name } })),
    ...chats.map((chat): Offered => ({ label: writeChat(chat), target: { kind: "chat", chat } })),
    ...(own ? [{ label: words.say("forward-me"), target: me }] : []),
  ];
}

/** Chats of the workspace besides this one. */
export async function otherChats({ tx, workspace, message, binding }: Command) {
  const all = await tx.chats.list(workspace.id);
  return all
    .filter(({ id, ...chat }) => id !== binding.id && !isSamePlace(chat, message.at))
    .map(({ platform, chatId, threadId }) => ({ platform, chatId, threadId }));
}
