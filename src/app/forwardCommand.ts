import { writeChat } from "../core/chat.ts";
import { type ForwardTarget, type ParsedForward, parseForward } from "../core/forwardGrammar.ts";
import { plainText, type RichText } from "../core/richText.ts";
import { shownName } from "../core/shownName.ts";
import { isPlace, type TargetInput } from "../core/targetInput.ts";
import { commandLine } from "./answers.ts";
import { type Command, complain, noteChange, tell } from "./command.ts";
import { closeQuestion, isSamePlace } from "./confirm.ts";
import { askNext, otherChats } from "./forwardSteps.ts";
import { makeRule } from "./makeRule.ts";
import type { RuleQuestion } from "./store/confirmations.ts";

const PRESSED = /^(?<choice>\d{1,2}) (?<key>[\da-f-]{36})$/u;

/** `/forward`: makes a rule that listens to this chat, in one line or step by step; or switches one off and on. */
export async function forward(command: Command, rest: RichText): Promise<void> {
  const { message, words } = command;
  const { choice, key } = PRESSED.exec(plainText(rest).trim())?.groups ?? {};
  if (choice !== undefined && key !== undefined) return choose(command, { choice: Number(choice), key });
  const parsed = parseForward(rest);
  if (parsed.kind === "unknown") return reply(command, unknownText(command, parsed));
  if (parsed.kind === "switch") return switchRule(command, parsed);
  if (message.place.kind === "private") return reply(command, words.say("forward-in-group", examplesOf(command)));
  const targets = await targetsHere(command, parsed.targets);
  if (targets === undefined) return;
  const former = plainText(rest).trim() === "" ? undefined : await openQuestion(command);
  const filter = parsed.filter ?? former?.draft.filter;
  const draft = {
    ...(filter === undefined ? {} : { filter }),
    targets: targets.length > 0 ? targets : (former?.draft.targets ?? []),
  };
  const isWhole = parsed.filter !== undefined && targets.length > 0;
  if (!isWhole || !draft.filter) return askNext(command, draft);
  const now = command.parts.clock();
  if (former) await closeQuestion(command.tx, former, { text: words.say("forward-replaced") }, now);
  const said = await makeRule(command, { filter: draft.filter, targets });
  return reply(command, said.text);
}

/** To an administrator, whose rate is counted already: each mistake is answered, since several are made one after another. */
const reply = ({ tx, message, parts }: Command, text: string): Promise<void> => tell(tx, message, { text }, parts);

const examplesOf = (command: Pick<Command, "message" | "words">) => ({
  line: `${commandLine(command, "forward")} #ci @oncall`,
  other: `${commandLine(command, "forward")} ${command.words.say("word-critical")} id:42`,
});

function unknownText(command: Command, { word, near }: Extract<ParsedForward, { kind: "unknown" }>): string {
  const { words } = command;
  const named = { word: shownName(word), ...examplesOf(command) };
  return near === undefined
    ? words.say("forward-unknown-word", named)
    : words.say("forward-did-you-mean", { ...named, near });
}

async function openQuestion({ tx, message, workspace, parts }: Command): Promise<RuleQuestion | undefined> {
  const asked = await tx.confirmations.byAsker(message.at, message.sender.userId);
  if (asked?.kind !== "rule" || asked.workspaceId !== workspace.id) return undefined;
  return asked.expiresAt > parts.clock() ? asked : undefined;
}

/** A platform alone stands for the one other chat that the workspace has there; `undefined`: that has been answered. */
async function targetsHere(
  command: Command,
  targets: readonly ForwardTarget[],
): Promise<readonly TargetInput[] | undefined> {
  const found: TargetInput[] = [];
  for (const target of targets) {
    if (target.kind !== "platform") {
      found.push(target);
      continue;
    }
    const chats = (await otherChats(command)).filter(({ platform }) => platform === target.platform);
    const [chat, ...others] = chats;
    if (!chat || others.length > 0 || !isPlace(chat)) {
      const shown = chats.map((each) => `${writeChat(each)}${isPlace(each) ? "" : "/<channel>"}`);
      await reply(command, chatsText(command, target.platform, shown));
      return undefined;
    }
    found.push({ kind: "chat", chat });
  }
  return found;
}

function chatsText({ words, workspace }: Command, platform: string, chats: readonly string[]): string {
  const named = { platform, workspace: workspace.name, chats: chats.join(", ") };
  return chats.length === 0 ? words.say("forward-no-chat", named) : words.say("forward-which-chat", named);
}

async function choose(command: Command, { choice, key }: { choice: number; key: string }): Promise<void> {
  const { tx, message, workspace, words, parts } = command;
  const asked = await tx.confirmations.byKey(key);
  // Pressed twice, or a question that another one has replaced.
  if (asked?.kind !== "rule" || asked.workspaceId !== workspace.id || !isSamePlace(asked, message.at)) return;
  if (asked.userId !== message.sender.userId) return complain(command, words.say("forward-not-yours"));
  const now = parts.clock();
  if (asked.expiresAt <= now) return closeQuestion(tx, asked, { text: words.say("forward-expired") }, now);
  const { choices, filter, targets } = asked.draft;
  const chosen = choices[choice];
  if (!chosen) return;
  const draft = { ...(filter === undefined ? {} : { filter }), targets };
  switch (chosen.kind) {
    case "filter":
      return askNext(command, { ...draft, filter: chosen.filter }, asked);
    case "target":
      return askNext(command, { ...draft, targets: [...targets, chosen.target] }, asked);
    case "cancel":
      return closeQuestion(tx, asked, { text: words.say("forward-cancelled") }, now);
    case "make": {
      const said = filter ? await makeRule(command, { filter, targets }) : undefined;
      return closeQuestion(tx, asked, { text: said?.text ?? words.say("forward-expired") }, now);
    }
    default:
      return chosen satisfies never;
  }
}

async function switchRule(command: Command, { on, name }: { on: boolean; name: string }): Promise<void> {
  const { tx, message, workspace, words, parts } = command;
  const rule = await tx.rules.byName(workspace.id, name);
  const named = { name: shownName(name), workspace: workspace.name, line: commandLine(command, "rules") };
  if (!rule) return reply(command, words.say("forward-no-rule", named));
  if (rule.enabled !== on) {
    await tx.rules.change(rule.id, { enabled: on });
    await noteChange(command, { action: on ? "rule.enable" : "rule.disable", subject: rule.name });
  }
  const line = `${commandLine(command, "forward")} ${words.say(on ? "word-off" : "word-on")} ${rule.name}`;
  return tell(tx, message, { text: words.say(on ? "forward-on" : "forward-off", { name: rule.name, line }) }, parts);
}
