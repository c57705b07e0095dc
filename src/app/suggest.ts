import type { ChatRef } from "../core/chat.ts";
import { bestPermission, mayDo, type Role, reachOf } from "../core/permissions.ts";
import { writeRecipient } from "../core/recipientGrammar.ts";
import { shownName } from "../core/shownName.ts";
import { personLabel } from "./peopleCommand.ts";
import type { Suggestion, SuggestionAsk } from "./ports.ts";
import { fold } from "./recipients.ts";
import { rolesOf } from "./standing.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** Discord shows no more. */
const MOST_SUGGESTIONS = 25;

interface Seat {
  readonly read: Repositories;
  readonly workspace: Workspace;
  readonly chat: ChatRef;
  readonly roles: ReadonlySet<Role>;
}

/** What could stand in a field: of this chat's workspace alone, and nothing for whom the command would be denied. */
export async function suggest(read: Repositories, asked: SuggestionAsk): Promise<readonly Suggestion[]> {
  const { chat, command, asker, place } = asked;
  const binding = await read.chats.find(chat);
  const workspace = binding && (await read.workspaces.byId(binding.workspaceId));
  if (!binding || !workspace) return [];
  const where = { workspaceId: workspace.id, platform: chat.platform };
  const roles = await rolesOf(read, where, { kind: "person", name: "", ...asker });
  const { senders } = binding;
  if (bestPermission(roles, { command, place, senders }) === "denied") return [];
  const found = await inField({ read, workspace, chat, roles }, asked);
  // Discord takes no longer values, and one that is cut would name somebody else.
  return found.filter(({ value }) => value.length <= 100).slice(0, MOST_SUGGESTIONS);
}

function inField(seat: Seat, { field, typed }: SuggestionAsk): Promise<readonly Suggestion[]> {
  switch (field) {
    case "recipients":
      return recipients(seat, typed);
    case "tag":
      return tags(seat, typed);
    case "person":
      return persons(seat, typed);
    case "account":
      return accounts(seat, typed);
    case "group":
      return groups(seat, typed);
    case "rotation":
      return rotations(seat, typed);
    default:
      return field satisfies never;
  }
}

/** Completes the last name of a comma list; what stands before it is kept. */
async function recipients(seat: Seat, typed: string): Promise<readonly Suggestion[]> {
  const names = await namesFor(seat);
  const cut = typed.lastIndexOf(",") + 1;
  const before = typed.slice(0, cut);
  const wanted = fold(
    typed
      .slice(cut)
      .trim()
      .replace(/^@?["“«]/u, ""),
  );
  return names
    .filter(({ name, label }) => fold(name).includes(wanted) || fold(label).includes(wanted))
    .map(({ name, label }) => ({ label: `${before}${shownName(label)}`, value: `${before}${writeRecipient(name)}` }));
}

interface Name {
  readonly name: string;
  readonly label: string;
}

async function namesFor({ read, workspace, chat, roles }: Seat): Promise<readonly Name[]> {
  if (mayDo(roles, "see-everybody")) return everybody(read, workspace.id);
  const names = await read.people.addressable(workspace.id, chat);
  if (reachOf(roles, workspace.settings.reach) !== "groups") return names;
  const known = new Set((await read.people.listGroups(workspace.id)).map(({ name }) => name));
  return names.filter(({ name }) => known.has(name));
}

async function everybody(read: Repositories, workspaceId: number): Promise<readonly Name[]> {
  const known = [...(await read.people.listGroups(workspaceId)), ...(await read.oncall.list(workspaceId))];
  const people = await read.people.list(workspaceId);
  return [
    ...known.map(({ name }) => ({ name, label: `@${name}` })),
    ...people.map(({ bitrixId, name }) => ({ name: `id:${bitrixId}`, label: name ?? `id:${bitrixId}` })),
  ];
}

/** Tags that were used in this chat lately. */
async function tags({ read, workspace, chat }: Seat, typed: string): Promise<readonly Suggestion[]> {
  const wanted = fold(typed.replace(/^#/u, ""));
  const recent = await read.notifications.recentTags(chat, MOST_SUGGESTIONS, workspace.id);
  return recent.filter((tag) => fold(tag).startsWith(wanted)).map((tag) => ({ label: `#${tag}`, value: tag }));
}

async function persons({ read, workspace }: Seat, typed: string): Promise<readonly Suggestion[]> {
  const wanted = fold(typed.trim());
  return (await read.people.list(workspace.id))
    .filter(({ bitrixId, name = "", email = "" }) => [`id:${bitrixId}`, name, email].some(holds(wanted)))
    .map((person) => ({ label: personLabel(person), value: `id:${person.bitrixId}` }));
}

/** Accounts of this platform that are mapped to somebody. */
async function accounts({ read, workspace, chat }: Seat, typed: string): Promise<readonly Suggestion[]> {
  const wanted = fold(typed.trim());
  const mapped = (await read.people.list(workspace.id)).flatMap(({ accounts: own, ...person }) =>
    own.filter(({ platform }) => platform === chat.platform).map((account) => ({ account, person })),
  );
  return mapped
    .filter(({ account, person }) =>
      [account.username ?? "", account.userId ?? "", person.name ?? ""].some(holds(wanted)),
    )
    .map(({ account: { userId, username }, person }) => {
      const shown = username === undefined ? (userId ?? "") : `@${shownName(username)}`;
      return { label: `${shown}, ${personLabel(person)}`, value: userId ?? `@${username}` };
    });
}

async function groups({ read, workspace }: Seat, typed: string): Promise<readonly Suggestion[]> {
  const wanted = fold(typed.trim());
  return (await read.people.listGroups(workspace.id))
    .filter(({ name }) => holds(wanted)(name))
    .map(({ name, members }) => ({ label: `@${shownName(name)} (${members.length})`, value: name }));
}

async function rotations({ read, workspace }: Seat, typed: string): Promise<readonly Suggestion[]> {
  const wanted = fold(typed.trim().replace(/^@/u, ""));
  return (await read.oncall.list(workspace.id))
    .filter(({ name }) => holds(wanted)(name))
    .map(({ name }) => ({ label: `@${shownName(name)}`, value: name }));
}

const holds =
  (wanted: string) =>
  (text: string): boolean =>
    fold(text).includes(wanted);
