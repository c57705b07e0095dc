import { type ChatRef, writeChat } from "../core/chat.ts";
import { plainText, type RichText } from "../core/richText.ts";
import type { RuleDefinition } from "../core/rule.ts";
import { writeSource } from "../core/targetInput.ts";
import { commandLine } from "./answers.ts";
import type { Command } from "./command.ts";
import { isDiscreet, paged } from "./peopleCommand.ts";
import { ruleInputOf, targetsOf } from "./ruleSettle.ts";
import { ruleTroubles, troubleText } from "./ruleTroubles.ts";
import { targetsText, whatText } from "./ruleWords.ts";
import type { Rule } from "./store/rules.ts";

const PAGE_ONLY = /^(?:page|стр|страница)\s*(?<page>[1-9]\d{0,4})$/iu;

/** `/rules`: each with how it stands and what keeps it from working. In a group only those that concern it: everybody reads that. */
export async function rulesText(command: Command, rest: RichText): Promise<string> {
  const { tx, workspace, words } = command;
  const page = Number(PAGE_ONLY.exec(plainText(rest).trim())?.groups?.page ?? 1);
  const all = await tx.rules.list(workspace.id);
  const example = `${commandLine(command, "forward")} #ci @oncall`;
  if (all.length === 0) return words.say("rules-none", { workspace: workspace.name, example });
  const isAlone = await isDiscreet(command);
  const shown = isAlone ? all : all.filter((rule) => concerns(rule, command.message.at));
  const lines: string[] = [];
  for (const rule of shown) lines.push(await ruleLine(command, rule));
  const title = words.say("rules-title", { workspace: workspace.name, count: shown.length });
  const others = all.length - shown.length;
  return [
    title,
    ...paged(command, lines, { page, again: commandLine(command, "rules") }),
    ...(others === 0 ? [] : [words.say("rules-elsewhere", { count: others })]),
  ].join("\n");
}

function concerns({ source, ...rule }: RuleDefinition, here: ChatRef): boolean {
  const chats = targetsOf(rule).flatMap((target) => (target.kind === "chat" ? target.chat : []));
  return [...(source.kind === "chat" ? [source.chat] : []), ...chats].some((chat) => overlaps(chat, here));
}

const overlaps = (chat: ChatRef, here: ChatRef): boolean =>
  chat.platform === here.platform &&
  chat.chatId === here.chatId &&
  (chat.threadId === here.threadId || chat.threadId === "" || here.threadId === "");

async function ruleLine(command: Command, rule: Rule): Promise<string> {
  const { tx, message, workspace, words, parts } = command;
  const { name, source, targets } = await ruleInputOf(tx, rule);
  const isHere = source.kind === "chat" && writeChat(source.chat) === writeChat(message.at);
  const troubles = await ruleTroubles(tx, rule, { workspace, now: parts.clock() });
  const line = words.say(rule.enabled ? "rules-line" : "rules-line-off", {
    name,
    source: isHere ? words.say("rules-here") : writeSource(source),
    what: whatText(words, rule.filter),
    targets: targetsText(targets),
  });
  return [line, ...troubles.map((each) => `  ⚠ ${troubleText(words, each)}`)].join("\n");
}
