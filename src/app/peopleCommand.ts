import { plainText, type RichText } from "../core/richText.ts";
import { shownName } from "../core/shownName.ts";
import { commandLine } from "./answers.ts";
import { askerOf, type Command, tell } from "./command.ts";
import type { Words } from "./ports.ts";
import { holdsWords } from "./recipients.ts";
import { type DirectoryEntry, SHORTEST_SEARCH } from "./searchDirectory.ts";
import type { Account, Person } from "./store/people.ts";
import type { Workspace } from "./store/workspaces.ts";

/** Lines of a page: short enough for Discord's 2000 characters, with every second one escaped. */
const PAGE = 12;
const PAGE_WORD = /(?:^|\s)(?:page|стр|страница)\s*(?<page>[1-9]\d{0,4})$/iu;

/**
 * Who is mapped, or those who fit the search. Everybody in a group reads the answer, so there it names no strangers to it; where
 * only administrators read, the portal is searched too, and the answer grows when it has replied.
 */
export async function people(command: Command, rest: RichText): Promise<void> {
  const { tx, message, workspace, words, parts } = command;
  const asked = plainText(rest).trim();
  const page = Number(PAGE_WORD.exec(asked)?.groups?.page ?? 1);
  const search = asked.replace(PAGE_WORD, "").trim();
  const isAlone = await isDiscreet(command);
  const here = isAlone ? undefined : new Set(await tx.people.seenIn(workspace.id, message.at));
  const everybody = await tx.people.list(workspace.id);
  const known = everybody.filter((person) => (here?.has(person.id) ?? true) && fits(person, search));
  const list = { workspace, words, search, page, command: commandLine(command, "people") };
  if (search === "" && known.length === 0) {
    const isUnseen = everybody.length > 0;
    const none = words.say(isUnseen ? "people-none-here" : "people-none", {
      workspace: workspace.name,
      example: mapExample(command),
    });
    return tell(tx, message, { text: [none, ...(isUnseen ? [words.say("people-here")] : [])].join("\n") }, parts);
  }
  const asksPortal = isAlone && Array.from(search).length >= SHORTEST_SEARCH;
  const note = isAlone ? (asksPortal ? words.say("people-asking") : undefined) : words.say("people-here");
  await tell(tx, message, { text: listText(list, known.map(personLine), note) }, parts);
  if (!asksPortal) return;
  const who = { workspaceId: workspace.id, asker: askerOf(command), userId: message.sender.userId };
  await tx.chores.add({ kind: "search", ...who, search, page, command: list.command }, parts.clock());
}

export interface ShownList {
  readonly workspace: Workspace;
  readonly words: Words;
  readonly search: string;
  readonly page: number;
  /** By which the list is asked for. */
  readonly command: string;
}

/** `note` says what the list does not show. */
function listText(list: ShownList, lines: readonly string[], note: string | undefined): string {
  const { words, search, page, command } = list;
  const named = { workspace: list.workspace.name, search: shownName(search), count: lines.length };
  const notes = note === undefined ? [] : [note];
  if (lines.length === 0) return [words.say("people-not-found", named), ...notes].join("\n");
  const title = words.say(search === "" ? "people-title" : "people-found", named);
  return [title, ...paged({ words }, lines, { page, again: `${command} ${search}`.trim() }), ...notes].join("\n");
}

/** The mapping and the portal together, by Bitrix24 user id. */
export function foundText(
  list: ShownList,
  { known, found, note }: { known: readonly Mapped[]; found: readonly DirectoryEntry[]; note: string | undefined },
): string {
  const mapped = new Map(known.map((person) => [person.bitrixId, person]));
  const fitting = known.filter((person) => fits(person, list.search)).map(({ bitrixId }) => bitrixId);
  const entries = new Map(found.map((entry) => [entry.bitrixId, entry]));
  const ids = [...new Set([...fitting, ...entries.keys()])].sort((one, other) => one - other);
  const lines = ids.map((bitrixId) => foundLine(list.words, entries.get(bitrixId), mapped.get(bitrixId)));
  return listText(list, lines, note);
}

function foundLine(words: Words, entry: DirectoryEntry | undefined, person: Mapped | undefined): string {
  if (!entry) return person ? personLine(person) : "";
  const { bitrixId, position } = entry;
  const name = person?.name ?? (entry.name === "" ? undefined : entry.name);
  const accounts = (person?.accounts ?? []).length === 0 ? [words.say("people-unmapped")] : [];
  const label = personLine({ bitrixId, accounts: person?.accounts ?? [], ...(name === undefined ? {} : { name }) });
  return [label, ...(position === "" ? [] : [shownName(position)]), ...accounts].join(", ");
}

export const mapExample = (command: Command): string => `${commandLine(command, "map")} @anna 42`;

/** Whether none but administrators read the answer. */
export async function isDiscreet({ tx, message, workspace }: Command): Promise<boolean> {
  if (message.place.kind === "private" || message.interaction !== undefined) return true;
  const admins = await tx.chats.adminChat(workspace.id);
  const { platform, chatId, threadId } = message.at;
  return admins?.platform === platform && admins.chatId === chatId && admins.threadId === threadId;
}

/** One page of a list, with what shows the next. */
export function paged(
  { words }: Pick<Command, "words">,
  lines: readonly string[],
  { page, again }: { page: number; again: string },
): readonly string[] {
  const pages = Math.max(1, Math.ceil(lines.length / PAGE));
  const shown = Math.min(page, pages);
  const next = `${again} page ${shown === pages ? 1 : shown + 1}`;
  const head = pages === 1 ? [] : [words.say("people-page", { page: shown, pages, line: next })];
  return [...head, ...lines.slice((shown - 1) * PAGE, shown * PAGE)];
}

export type Mapped = Person & { readonly accounts: readonly Account[] };

/** Case and ё are forgiven here, and here alone: whom a command means is never guessed. */
function fits({ bitrixId, name = "", email = "", accounts }: Mapped, search: string): boolean {
  const known = [name, email, ...accounts.map(({ username = "" }) => username)];
  return search === String(bitrixId) || holdsWords(known, search);
}

const personLine = ({ accounts, ...person }: Pick<Mapped, "bitrixId" | "name" | "accounts">): string => {
  const shown = accounts.slice(0, 2).map(({ platform, username, userId }) => {
    return `${platform === "telegram" ? "Telegram" : "Discord"} ${username === undefined ? userId : `@${shownName(username)}`}`;
  });
  return [personLabel(person), ...shown, ...(accounts.length > 2 ? ["…"] : [])].join(", ");
};

export const personLabel = ({ bitrixId, name }: Pick<Person, "bitrixId" | "name">): string =>
  name === undefined ? `id:${bitrixId}` : `${shownName(name)} (id:${bitrixId})`;
