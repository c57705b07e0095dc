import { writeMoment } from "../core/localMoment.ts";
import { parseMute } from "../core/muteGrammar.ts";
import type { RichText } from "../core/richText.ts";
import { filterText } from "../core/ruleText.ts";
import { shownName } from "../core/shownName.ts";
import { commandLine } from "./answers.ts";
import { type Command, noteChange } from "./command.ts";
import { personLabel } from "./peopleCommand.ts";
import type { Silence } from "./store/incidents.ts";

/** `/mute 2h #ci`, `/mute`, `/mute off 3`: alerts that nobody is told of for a while. */
export async function muteText(command: Command, rest: RichText): Promise<string> {
  const { words } = command;
  const parsed = parseMute(rest);
  switch (parsed.kind) {
    case "list":
      return listText(command);
    case "end":
      return endText(command, parsed.id);
    case "malformed":
      return words.say("mute-usage", { value: shownName(parsed.value), line: commandLine(command, "mute") });
    case "mute":
      return addText(command, parsed);
    default:
      return parsed satisfies never;
  }
}

const ACCOUNT = /^(?<platform>telegram|discord):(?<userId>\d+)$/u;

async function addText(
  command: Command,
  { seconds, matcher, word }: Extract<ReturnType<typeof parseMute>, { kind: "mute" }>,
): Promise<string> {
  const { tx, message, workspace, words, parts } = command;
  const now = parts.clock();
  const rule =
    word === undefined ? undefined : await tx.rules.byName(workspace.id, word.normalize("NFC").toLowerCase());
  const { words: _, ...others } = matcher;
  const silence = {
    workspaceId: workspace.id,
    matcher: rule ? others : matcher,
    ...(rule ? { ruleName: rule.name } : {}),
    createdBy: `${message.at.platform}:${message.sender.userId}`,
    createdAt: now,
    endsAt: now + seconds * 1_000,
  };
  const id = await tx.silences.add(silence);
  const until = writeMoment(silence.endsAt, workspace.settings.timeZone);
  await noteChange(command, { action: "silence.add", subject: `${id} until ${until} ${workspace.settings.timeZone}` });
  const what = whatOf(command, silence);
  return words.say("mute-done", {
    what,
    until,
    line: `${commandLine(command, "mute")} ${words.say("word-off")} ${id}`,
  });
}

/** What a silence is about, in words. */
function whatOf(
  { words }: Pick<Command, "words">,
  { matcher, ruleName }: Pick<Silence, "matcher" | "ruleName">,
): string {
  const parts = [ruleName === undefined ? "" : words.say("mute-rule", { name: ruleName }), filterText(matcher)];
  return parts.filter((part) => part !== "").join(", ") || words.say("mute-everything");
}

async function listText(command: Command): Promise<string> {
  const { tx, workspace, words, parts } = command;
  const silences = await tx.silences.live(workspace.id, parts.clock());
  const line = commandLine(command, "mute");
  if (silences.length === 0) return words.say("mute-none", { workspace: workspace.name, line: `${line} 2h #ci` });
  const lines: string[] = [];
  for (const silence of silences) {
    const until = writeMoment(silence.endsAt, workspace.settings.timeZone);
    const by = await nameOf(command, silence.createdBy);
    lines.push(words.say("mute-line", { id: String(silence.id), what: whatOf(command, silence), until, by }));
  }
  const title = words.say("mute-title", { workspace: workspace.name, zone: workspace.settings.timeZone });
  return [
    title,
    ...lines,
    words.say("mute-how-to-end", { line: `${line} ${words.say("word-off")} ${silences[0]?.id ?? 1}` }),
  ].join("\n");
}

async function nameOf({ tx, workspace }: Command, createdBy: string): Promise<string> {
  const { platform, userId } = ACCOUNT.exec(createdBy)?.groups ?? {};
  if ((platform !== "telegram" && platform !== "discord") || userId === undefined) return createdBy;
  const person = await tx.people.proven(workspace.id, platform, userId);
  return person ? personLabel(person) : createdBy;
}

async function endText(command: Command, id: number): Promise<string> {
  const { tx, workspace, words, parts } = command;
  const live = await tx.silences.live(workspace.id, parts.clock());
  if (!live.some((silence) => silence.id === id) || !(await tx.silences.end(id, workspace.id, parts.clock())))
    return words.say("mute-unknown", { id: String(id), line: commandLine(command, "mute") });
  await noteChange(command, { action: "silence.end", subject: String(id) });
  return words.say("mute-ended", { id: String(id) });
}
