import type { Platform } from "../core/chat.ts";
import { GIVEN_ROLES, type GivenRole, mayDo } from "../core/permissions.ts";
import { isBlank, plainText, type RichText } from "../core/richText.ts";
import { commandLine } from "./answers.ts";
import { type Command, noteChange } from "./command.ts";
import { accountLabel, readAccount } from "./mapCommand.ts";
import { isDiscreet, paged, personLabel } from "./peopleCommand.ts";

const ROLE_WORDS: ReadonlyMap<string, GivenRole | "none"> = new Map([
  ["owner", "owner"],
  ["владелец", "owner"],
  ["admin", "admin"],
  ["администратор", "admin"],
  ["админ", "admin"],
  ["sender", "sender"],
  ["отправитель", "sender"],
  ["none", "none"],
  ["нет", "none"],
]);
const PAGE_ONLY = /^(?:page|стр|страница)\s*(?<page>[1-9]\d{0,4})$/iu;

/** `/role`, `/role @user owner|admin|sender|none`: what somebody is in this workspace, by the id of an account of this platform. */
export async function roleText(command: Command, rest: RichText): Promise<string> {
  const { message, words } = command;
  const said = plainText(rest).trim();
  if (said === "" || PAGE_ONLY.test(said)) return listText(command, Number(PAGE_ONLY.exec(said)?.groups?.page ?? 1));
  const read = readAccount(rest, message.at.platform);
  const role = read && ROLE_WORDS.get(plainText(read.rest).trim().toLowerCase());
  if (!read || isBlank(read.rest) || role === undefined) return words.say("role-usage", { example: example(command) });
  const { account } = read;
  const userId = account.userId ?? (await provenId(command, account.username ?? ""));
  const shown = account.username === undefined ? { userId: userId ?? "" } : account;
  const named = { account: accountLabel(shown) };
  return userId === undefined ? words.say("role-needs-id", named) : giveText(command, { ...named, userId, role });
}

const example = (command: Command): string => `${commandLine(command, "role")} @anna sender`;

/** The id behind a username, where it was given or proven: whoever merely bears the name gets no role by it. */
async function provenId({ tx, message, workspace }: Command, username: string): Promise<string | undefined> {
  const { platform } = message.at;
  const accounts = (await tx.people.list(workspace.id)).flatMap((person) => person.accounts);
  const own = accounts.find((each) => each.platform === platform && each.username === username.toLowerCase());
  return own?.proof === undefined ? undefined : own.userId;
}

interface Giving {
  readonly account: string;
  readonly userId: string;
  readonly role: GivenRole | "none";
}

async function giveText(command: Command, { account, userId, role }: Giving): Promise<string> {
  const { tx, message, workspace, words } = command;
  const { platform } = message.at;
  const before = await tx.chats.roleOf(workspace.id, platform, userId);
  if (before === role || (before === undefined && role === "none"))
    return words.say("role-unchanged", { account, role });
  const isHigh = [before, role].some((each) => each === "owner" || each === "admin");
  if (!mayDo(command.roles, isHigh ? "give-administrators" : "give-senders")) return words.say("role-owners-only");
  if (before === "owner" && (await ownersOf(command)).length === 1) return words.say("role-last-owner");
  if (role === "none") await tx.chats.removeAdmin(workspace.id, platform, userId);
  else await tx.chats.addAdmin(workspace.id, platform, userId, role);
  const subject = `${platform}:${userId}`;
  const given = { action: "admin.add", subject: `${subject} role=${role}` };
  await noteChange(command, role === "none" ? { action: "admin.remove", subject } : given);
  return words.say("role-now", { account, role });
}

const ownersOf = async ({ tx, workspace }: Command) =>
  (await tx.chats.listAdmins(workspace.id)).filter(({ role }) => role === "owner");

const PLATFORM_NAMES: Readonly<Record<Platform, string>> = { telegram: "Telegram", discord: "Discord" };

/** Who administers a workspace is not for everybody in a group to read. */
async function listText(command: Command, page: number): Promise<string> {
  const { tx, workspace, words } = command;
  const usage = words.say("role-usage", { example: example(command) });
  if (!(await isDiscreet(command))) return [words.say("role-in-private"), usage].join("\n");
  const given = (await tx.chats.listAdmins(workspace.id)).toSorted(
    (a, b) => GIVEN_ROLES.indexOf(a.role) - GIVEN_ROLES.indexOf(b.role),
  );
  const lines = [];
  for (const { platform, userId, role } of given) {
    const person = await tx.people.proven(workspace.id, platform, userId);
    const who = `${PLATFORM_NAMES[platform]} ${userId}${person ? `, ${personLabel(person)}` : ""}`;
    lines.push(words.say("role-line", { role, who }));
  }
  const title = words.say("role-title", { workspace: workspace.name, count: lines.length });
  return [title, ...paged(command, lines, { page, again: commandLine(command, "role") }), usage].join("\n");
}
