import { findHeads, headsText, setHeads } from "../app/leavers.ts";
import type { Person } from "../app/store/people.ts";
import type { Repositories } from "../app/store/store.ts";
import { takenBy } from "../app/takenName.ts";
import type { Platform } from "../core/chat.ts";
import { type Cli, group, leaf } from "./command.ts";
import type { Context } from "./context.ts";
import { CliError, wrongInput } from "./fault.ts";
import { workspaceNamed, workspaceOf } from "./find.ts";
import { table } from "./output.ts";
import { accountOf } from "./place.ts";

interface Flags {
  readonly json?: boolean;
  readonly department?: string;
}

const NAME = /^@?[\p{L}\p{M}\p{N}_]+(?:[.-]+[\p{L}\p{M}\p{N}_]+)*$/u;
const PLATFORMS: readonly Platform[] = ["telegram", "discord"];

export function addGroupCommands(cli: Cli): void {
  const groups = group(cli, "group", "several people under one name, such as @oncall");
  leaf(
    groups,
    "add <workspace> <name> [members...]",
    "add people to a group, and make it when there is none; members: @name, id:42 or an e-mail",
  )
    .option(
      "--department <id>",
      "in place of members: whoever heads this department of the portal, looked up every day",
    )
    .action((workspace: string, name: string, members: string[], flags: Flags) =>
      cli.run(flags, (context) =>
        flags.department === undefined
          ? add(context, { workspace, name }, members)
          : addDepartment(context, { workspace, name }, { department: flags.department, members }),
      ),
    );
  leaf(groups, "list [workspace]", "groups and who is in them").action((workspace: string | undefined, flags: Flags) =>
    cli.run(flags, (context) => list(context, workspace)),
  );
  leaf(
    groups,
    "remove <workspace> <name> [members...]",
    "take people out of a group; without members the group itself",
  ).action((workspace: string, name: string, members: string[], flags: Flags) =>
    cli.run(flags, (context) => remove(context, { workspace, name }, members)),
  );
}

interface Which {
  readonly workspace: string;
  readonly name: string;
}

function groupName(given: string): string {
  const name = given.replace(/^@/u, "");
  if (NAME.test(name)) return name;
  throw wrongInput(`group "${given}": a name has letters, digits, "_", "." and "-", such as oncall`);
}

async function refuseTaken(tx: Repositories, workspaceId: number, name: string): Promise<void> {
  const taken = await takenBy(tx, { workspaceId, name, as: "group" });
  if (taken === "rotation") throw wrongInput(`group "${name}": there is a rotation @${name}; choose another name`);
  if (taken !== undefined)
    throw wrongInput(`group "${name}": somebody's ${taken} username is @${name}; choose another name`);
}

/** What is changed by hand there would be gone with the next look at the portal. */
async function refuseDepartment(tx: Repositories, workspaceId: number, { workspace, name }: Which): Promise<void> {
  const departmentId = await tx.people.departmentOf(workspaceId, name);
  if (departmentId === undefined) return;
  throw wrongInput(
    `@${groupName(name)} stands for whoever heads department ${departmentId}; to name its members by hand, first: herald24 group remove ${workspace} ${groupName(name)}`,
  );
}

/** Asked once now, so that a department that cannot be looked up is refused; the service asks every day. */
async function addDepartment(
  context: Context,
  which: Which,
  { department, members }: { department: string; members: readonly string[] },
): Promise<void> {
  const name = groupName(which.name);
  if (members.length > 0) throw wrongInput("give members or --department, not both");
  if (!/^[1-9]\d{0,9}$/u.test(department))
    throw wrongInput(`--department ${department}: must be the id of a department, such as 5 (in its address)`);
  const departmentId = Number(department);
  const workspace = await workspaceNamed((await context.store()).read, which.workspace);
  const portal = await context.portal();
  const heads = await findHeads(workspace, departmentId, { portal }, new AbortController().signal);
  if (!heads) throw new CliError(3, `the portal did not say who heads department ${departmentId}`);
  const people = await context.change(async (tx, note) => {
    await refuseTaken(tx, workspace.id, name);
    const found = await setHeads(tx, { workspaceId: workspace.id, name, heads });
    await tx.people.setDepartment(workspace.id, name, departmentId);
    await note({
      action: "group.add",
      subject: headsText(name, departmentId, found),
      workspaceId: workspace.id,
    });
    return found;
  });
  const who = people.map(label).join(", ") || "nobody: check that id, where you expected somebody";
  context.out.print({ ...view({ name, members: people }), departmentId }, [
    `@${name}: whoever heads department ${departmentId}; now ${who}.`,
  ]);
}

async function add(context: Context, which: Which, members: readonly string[]): Promise<void> {
  const name = groupName(which.name);
  if (members.length === 0) throw wrongInput("who? Give @name, id:42 or an e-mail, or --department ID");
  const people = await context.change(async (tx, note) => {
    const { id: workspaceId } = await workspaceNamed(tx, which.workspace);
    await refuseTaken(tx, workspaceId, name);
    await refuseDepartment(tx, workspaceId, which);
    const before = (await tx.people.byGroup(workspaceId, name)) ?? [];
    const added = await findMembers(tx, workspaceId, members);
    const all = [...new Map([...before, ...added].map((person) => [person.id, person])).values()];
    await tx.people.setGroup(
      workspaceId,
      name,
      all.map((person) => person.id),
    );
    await note({ action: "group.add", subject: `@${name}: ${members.join(" ")}`, workspaceId });
    return all;
  });
  context.out.print(view({ name, members: people }), [`@${name}: ${people.map(label).join(", ")}.`]);
}

async function list(context: Context, which: string | undefined): Promise<void> {
  const { read } = await context.store();
  const { id, name: workspace } = await workspaceOf(read, which);
  const groups = await read.people.listGroups(id);
  const rows = groups.map(({ name, members, departmentId }) => [
    `@${name}`,
    `${departmentId === undefined ? "" : `heads of department ${departmentId}: `}${members.map(label).join(", ")}`,
  ]);
  const none = [`${workspace} has no group yet: herald24 group add ${workspace} oncall @anna id:42`];
  context.out.print(groups.map(view), rows.length === 0 ? none : table(["GROUP", "MEMBERS"], rows));
}

async function remove(context: Context, { workspace, name }: Which, members: readonly string[]): Promise<void> {
  const left = await context.change(async (tx, note) => {
    const { id: workspaceId } = await workspaceNamed(tx, workspace);
    const before = await tx.people.byGroup(workspaceId, name);
    if (members.length > 0) await refuseDepartment(tx, workspaceId, { workspace, name });
    if (!before) throw wrongInput(`${workspace} has no group ${name}; see herald24 group list ${workspace}`);
    const gone = new Set((await findMembers(tx, workspaceId, members)).map((person) => person.id));
    const stays = before.filter((person) => !gone.has(person.id));
    if (members.length === 0) await tx.people.removeGroup(workspaceId, name);
    else
      await tx.people.setGroup(
        workspaceId,
        name,
        stays.map((person) => person.id),
      );
    await note({ action: "group.remove", subject: [`@${name.replace(/^@/u, "")}`, ...members].join(" "), workspaceId });
    return members.length === 0 ? [] : stays;
  });
  const said =
    members.length === 0 ? `Removed group ${name}.` : `${name}: ${left.map(label).join(", ") || "nobody is left"}.`;
  context.out.print(view({ name: name.replace(/^@/u, ""), members: left }), [said]);
}

/** @throws {CliError} 2 when somebody is not known, or is several people. */
export async function findMembers(
  tx: Repositories,
  workspaceId: number,
  members: readonly string[],
): Promise<readonly Person[]> {
  const found: Person[] = [];
  for (const member of members.flatMap((text) => text.split(",")).filter((text) => text.trim() !== "")) {
    const people = await findMember(tx, workspaceId, member.trim());
    const [person] = people;
    if (!person)
      throw wrongInput(
        `${member}: no such person is mapped; give @name, id:<Bitrix24 id> or an e-mail, see herald24 people list`,
      );
    if (people.length > 1)
      throw wrongInput(`${member}: that is ${people.map(label).join(" and ")}; write id:<Bitrix24 id>`);
    found.push(person);
  }
  return found;
}

async function findMember({ people }: Repositories, workspaceId: number, member: string): Promise<readonly Person[]> {
  const id = /^(?:id:)?(?<id>[1-9]\d{0,9})$/iu.exec(member)?.groups?.id;
  if (id !== undefined) {
    const known = await people.byBitrixId(workspaceId, Number(id));
    // A person needs no account to be notified.
    return [known ?? (await people.addPerson({ workspaceId, bitrixId: Number(id) }))];
  }
  if (/^[^@\s]+@[^@\s]+$/u.test(member)) return people.byEmail(workspaceId, member);
  const found: Person[] = [];
  for (const platform of PLATFORMS) {
    const person = await people.byAccount(workspaceId, platform, { username: usernameIn(platform, member) });
    if (person && !found.some((each) => each.id === person.id)) found.push(person);
  }
  return found.length > 0 ? found : people.byName(workspaceId, member);
}

/** What cannot be a username is looked for as it is, and found nowhere. */
function usernameIn(platform: Platform, text: string): string {
  try {
    return accountOf(platform, text).username ?? text;
  } catch {
    return text;
  }
}

const label = ({ bitrixId, name }: Person): string =>
  name === undefined ? `id:${bitrixId}` : `${name} (id:${bitrixId})`;

const view = ({ name, members }: { name: string; members: readonly Person[] }) => ({
  name,
  members: members.map((member) => ({ bitrixId: member.bitrixId, name: member.name ?? null })),
});
