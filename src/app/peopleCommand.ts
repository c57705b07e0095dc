import { plainText, type RichText } from "../core/richText.ts";
import { shownName } from "../core/shownName.ts";
import { commandLine } from "./answers.ts";
import type { Command } from "./command.ts";
import { fold } from "./recipients.ts";
import type { Account, Person } from "./store/people.ts";

/** Lines of a page: short enough for Discord's 2000 characters, with every second one escaped. */
const PAGE = 12;
const PAGE_WORD = /(?:^|\s)(?:page|стр|страница)\s*(?<page>[1-9]\d{0,4})$/iu;

/** Who is mapped, or those of them that fit the search. Everybody in a group reads the answer, so there it names no strangers to it. */
export async function peopleText(command: Command, rest: RichText): Promise<string> {
  const { tx, workspace, words } = command;
  const asked = plainText(rest).trim();
  const page = Number(PAGE_WORD.exec(asked)?.groups?.page ?? 1);
  const search = asked.replace(PAGE_WORD, "").trim();
  const everybody = await tx.people.list(workspace.id);
  const here = (await isDiscreet(command))
    ? undefined
    : new Set(await tx.people.seenIn(workspace.id, command.message.at));
  const found = everybody.filter((person) => (here?.has(person.id) ?? true) && fits(person, search));
  const named = { workspace: workspace.name, search: shownName(search), count: found.length };
  const note = here === undefined ? [] : [words.say("people-here")];
  if (found.length === 0) {
    const none = search === "" ? words.say("people-none", { ...named, example: mapExample(command) }) : undefined;
    return [none ?? words.say("people-not-found", named), ...note].join("\n");
  }
  const title = words.say(search === "" ? "people-title" : "people-found", named);
  const again = commandLine(command, "people");
  return [title, ...note, ...paged(command, found.map(personLine), { page, again: `${again} ${search}`.trim() })].join(
    "\n",
  );
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
  { words }: Command,
  lines: readonly string[],
  { page, again }: { page: number; again: string },
): readonly string[] {
  const pages = Math.max(1, Math.ceil(lines.length / PAGE));
  const shown = Math.min(page, pages);
  const next = `${again} page ${shown === pages ? 1 : shown + 1}`;
  const head = pages === 1 ? [] : [words.say("people-page", { page: shown, pages, line: next })];
  return [...head, ...lines.slice((shown - 1) * PAGE, shown * PAGE)];
}

/** Case and ё are forgiven here, and here alone: whom a command means is never guessed. */
function fits(
  { bitrixId, name = "", email = "", accounts }: Person & { accounts: readonly Account[] },
  search: string,
) {
  const wanted = fold(search);
  const known = [name, email, ...accounts.map(({ username = "" }) => username)].map(fold);
  return wanted === "" || search === String(bitrixId) || known.some((text) => text.includes(wanted));
}

const personLine = ({ accounts, ...person }: Person & { accounts: readonly Account[] }): string => {
  const shown = accounts.slice(0, 2).map(({ platform, username, userId }) => {
    return `${platform === "telegram" ? "Telegram" : "Discord"} ${username === undefined ? userId : `@${shownName(username)}`}`;
  });
  return [personLabel(person), ...shown, ...(accounts.length > 2 ? ["…"] : [])].join(", ");
};

export const personLabel = ({ bitrixId, name }: Pick<Person, "bitrixId" | "name">): string =>
  name === undefined ? `id:${bitrixId}` : `${shownName(name)} (id:${bitrixId})`;
