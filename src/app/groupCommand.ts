import { parseNotify } from "../core/notifyGrammar.ts";
import { isBlank, plainText, type RichText, slice } from "../core/richText.ts";
import { shownName } from "../core/shownName.ts";
import { commandLine } from "./answers.ts";
import { type Command, noteChange } from "./command.ts";
import { isDiscreet, paged, personLabel } from "./peopleCommand.ts";
import { resolveRecipients } from "./recipients.ts";
import type { Person } from "./store/people.ts";
import { takenBy } from "./takenName.ts";

const HEAD = /^@?(?<name>\S+)(?:\s+|$)/u;
const NAME = /^[\p{L}\p{M}\p{N}_]{1,64}(?:[.-]+[\p{L}\p{M}\p{N}_]{1,64}){0,8}$/u;
const REMOVE = /^(?:remove|удалить)$/iu;
const PAGE_ONLY = /^(?:page|стр|страница)\s*(?<page>[1-9]\d{0,4})$/iu;
/** Members named in one answer. */
const MOST_NAMED = 20;

/** `/group`, `/group NAME`, `/group NAME @a, @b`, `/group NAME remove`: several people under one name. */
export async function groupText(command: Command, rest: RichText): Promise<string> {
  const { words } = command;
  const flat = plainText(rest).trim();
  if (flat === "" || PAGE_ONLY.test(flat)) return listText(command, Number(PAGE_ONLY.exec(flat)?.groups?.page ?? 1));
  const head = HEAD.exec(plainText(rest));
  const name = head?.groups?.name?.normalize("NFC").toLowerCase() ?? "";
  if (!head || !NAME.test(name)) {
    return words.say("group-bad-name", { name: shownName(name), example: example(command) });
  }
  const after = slice(rest, head[0].length);
  if (isBlank(after)) return oneText(command, name);
  return REMOVE.test(plainText(after).trim()) ? removeText(command, name) : setText(command, name, after);
}

const example = (command: Command): string => `${commandLine(command, "group")} oncall @anna, @boris`;

async function listText(command: Command, page: number): Promise<string> {
  const { tx, workspace, words } = command;
  const groups = [];
  for (const group of await tx.people.listGroups(workspace.id)) {
    if (await isShown(command, group.members)) groups.push(group);
  }
  if (groups.length === 0) return words.say("group-none", { workspace: workspace.name, example: example(command) });
  const lines = groups.map(({ name, members }) => `@${shownName(name)} (${members.length})`);
  const title = words.say("group-title", { workspace: workspace.name });
  return [title, ...paged(command, lines, { page, again: commandLine(command, "group") })].join("\n");
}

/** In a group everybody reads who is named. */
async function isShown(command: Command, members: readonly Person[]): Promise<boolean> {
  if (await isDiscreet(command)) return true;
  const here = new Set(await command.tx.people.seenIn(command.workspace.id, command.message.at));
  return members.every(({ id }) => here.has(id));
}

async function oneText(command: Command, name: string): Promise<string> {
  const { tx, workspace, words } = command;
  const members = await tx.people.byGroup(workspace.id, name);
  if (!members) return words.say("group-unknown", { name, workspace: workspace.name });
  if (!(await isShown(command, members))) return words.say("people-here");
  const department = await tx.people.departmentOf(workspace.id, name);
  const text = words.say("group-members", { name, members: namesOf(command, members) });
  if (department === undefined) return text;
  return [text, words.say("group-heads", { id: String(department) })].join("\n");
}

function namesOf({ words }: Command, members: readonly Person[]): string {
  if (members.length === 0) return words.say("group-empty");
  const named = members.slice(0, MOST_NAMED).map(personLabel);
  return [...named, ...(members.length > MOST_NAMED ? ["…"] : [])].join(", ");
}

async function removeText(command: Command, name: string): Promise<string> {
  const { tx, workspace, words } = command;
  if (!(await tx.people.removeGroup(workspace.id, name)))
    return words.say("group-unknown", { name, workspace: workspace.name });
  await noteChange(command, { action: "group.remove", subject: `@${name}` });
  return words.say("group-removed", { name });
}

async function setText(command: Command, name: string, rest: RichText): Promise<string> {
  const { tx, message, workspace, words } = command;
  const parsed = parseNotify(rest);
  if (parsed.kind !== "notify" || !isBlank(parsed.text) || parsed.tag !== undefined) {
    const wrong = parsed.kind === "notify" ? plainText(parsed.text) : (parsed.value ?? plainText(rest));
    return words.say("malformed-bad-recipient", { value: shownName(wrong), example: example(command) });
  }
  const department = await tx.people.departmentOf(workspace.id, name);
  if (department !== undefined) return words.say("group-of-department", { name, id: String(department) });
  const taken = await takenBy(tx, { workspaceId: workspace.id, name, as: "group" });
  if (taken !== undefined)
    return words.say(taken === "rotation" ? "group-name-rotation" : "group-name-taken", { name });
  const where = { workspaceId: workspace.id, platform: message.at.platform };
  const { people, unknown, ambiguous } = await resolveRecipients(tx, parsed.recipients, where);
  const missing = [...unknown, ...ambiguous.map(({ label, choices }) => `${label} (${choices.join(", ")})`)];
  // An empty group, or a rotation without members, stands for nobody.
  if (people.length === 0) missing.push(plainText(rest).trim());
  if (missing.length > 0) return words.say("group-not-found", { names: missing.map(shownName).join(", ") });
  await tx.people.setGroup(
    workspace.id,
    name,
    people.map(({ id }) => id),
  );
  await noteChange(command, {
    action: "group.set",
    subject: `@${name}: ${people.map(({ bitrixId }) => `id:${bitrixId}`).join(" ")}`,
  });
  return words.say("group-set", { name, count: people.length, members: namesOf(command, people) });
}
