import { rosterOf } from "../app/duty.ts";
import { targetsOf } from "../app/ruleSettle.ts";
import type { Rotation } from "../app/store/oncall.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { takenBy } from "../app/takenName.ts";
import { closest } from "../core/closest.ts";
import { type Cli, group, leaf } from "./command.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed, workspacesNamed } from "./find.ts";
import { findMembers } from "./group.ts";
import { momentOf, type OverrideFlags, overridden } from "./oncallOverride.ts";
import { type RotationFlags, rotationFrom } from "./rotationFlags.ts";
import { rosterLines, rosterView } from "./rotationView.ts";

interface ShowFlags {
  readonly json?: boolean;
  readonly at?: string;
}

interface Which {
  readonly workspace: string;
  readonly name: string;
}

export function addOncallCommands(cli: Cli): void {
  const oncall = group(cli, "oncall", "who is on call when: people who take turns under one name, such as @ops");
  leaf(oncall, "show [workspace]", "who is on call now, and who is next")
    .option("--at <time>", "at another moment: 2026-08-01T12:00 by the rotation's clocks, or with Z; +8h")
    .action((workspace: string | undefined, flags: ShowFlags) =>
      cli.run(flags, (context) => show(context, workspace, flags)),
    );
  leaf(oncall, "set <workspace> <name>", "make a rotation, or change one; what is not given stays as it is")
    .option("--members <people>", "in the order of their turns: id:7,id:8, @name or an e-mail")
    .option("--weekly", "turns of a week; when neither is given and it is new")
    .option("--daily", "turns of a day")
    .option("--handover <time>", "when the next one takes over, such as 09:00, which it is when it is new")
    .option("--time-zone <zone>", "by whose clocks; the workspace's when it is new")
    .option("--start <date>", "first day of the first turn, 2026-01-31; today when it is new")
    .action((workspace: string, name: string, flags: RotationFlags) =>
      cli.run(flags, (context) => set(context, { workspace, name }, flags)),
    );
  leaf(oncall, "remove <workspace> <name>", "remove a rotation").action(
    (workspace: string, name: string, flags: ShowFlags) =>
      cli.run(flags, (context) => remove(context, { workspace, name })),
  );
  leaf(oncall, "override <workspace> <name>", "let somebody else be on call for a while")
    .option("--person <person>", "id:7, @name or an e-mail")
    .option("--from <time>", "now, +8h, 2026-08-01T12:00 by the rotation's clocks, or with Z; now when absent")
    .option("--until <time>", "likewise; that moment is not part of it")
    .option("--remove <number>", "take one back, by its number in oncall show")
    .action((workspace: string, name: string, flags: OverrideFlags) =>
      cli.run(flags, (context) => override(context, { workspace, name }, flags)),
    );
}

async function show(context: Context, name: string | undefined, { at }: ShowFlags): Promise<void> {
  const { read } = await context.store();
  const views = [];
  const lines: string[] = [];
  for (const workspace of await workspacesNamed(read, name)) {
    for (const rotation of await read.oncall.list(workspace.id)) {
      const moment = momentOf(context, rotation, { flag: "--at", text: at ?? "now" });
      const roster = await rosterOf(read, rotation, moment);
      views.push({ workspace: workspace.name, at: moment, ...rosterView(roster) });
      lines.push(...rosterLines(roster, workspace.name));
    }
  }
  const none = ["There is no rotation yet: herald24 oncall set <workspace> ops --members id:7,id:8 --weekly"];
  context.out.print(views, lines.length === 0 ? none : lines);
}

const NAME = /^@?[\p{L}\p{M}\p{N}_]{1,64}(?:[.-]+[\p{L}\p{M}\p{N}_]{1,64}){0,8}$/u;

async function set(context: Context, which: Which, flags: RotationFlags): Promise<void> {
  const name = which.name.replace(/^@/u, "").normalize("NFC").toLowerCase();
  if (!NAME.test(name))
    throw wrongInput(`rotation "${which.name}": a name has letters, digits, "_", "." and "-", such as ops`);
  const rotation = await context.change(async (tx, note) => {
    const workspace = await workspaceNamed(tx, which.workspace);
    const taken = await takenBy(tx, { workspaceId: workspace.id, name, as: "rotation" });
    if (taken === "group") throw wrongInput(`rotation "${name}": there is a group @${name}; choose another name`);
    if (taken !== undefined)
      throw wrongInput(`rotation "${name}": somebody's ${taken} username is @${name}; choose another name`);
    const former = await tx.oncall.byName(workspace.id, name);
    const people = flags.members === undefined ? undefined : await findMembers(tx, workspace.id, [flags.members]);
    if (people?.length === 0 || (!people && !former))
      throw wrongInput("--members is missing: who takes turns, such as --members id:7,id:8");
    const members = people?.map(({ id }) => id) ?? former?.members ?? [];
    const turns = rotationFrom(flags, { former, workspace, now: context.clock() });
    const made = await tx.oncall.set({ workspaceId: workspace.id, name, members, ...turns }, context.clock());
    await note({ action: "oncall.set", subject: await subjectOf(tx, made), workspaceId: workspace.id });
    return made;
  });
  await tellRoster(context, which.workspace, rotation);
}

async function subjectOf({ people }: Repositories, rotation: Rotation): Promise<string> {
  const ids = new Map((await people.list(rotation.workspaceId)).map(({ id, bitrixId }) => [id, bitrixId]));
  const members = rotation.members.map((id) => `id:${ids.get(id)}`).join(" ");
  return `@${rotation.name}: ${members} ${rotation.period} from ${rotation.startDate} ${rotation.timeZone}`;
}

async function tellRoster(context: Context, workspace: string, rotation: Rotation): Promise<void> {
  const roster = await rosterOf((await context.store()).read, rotation, context.clock());
  context.out.print({ workspace, at: context.clock(), ...rosterView(roster) }, rosterLines(roster, workspace));
}

/** @throws {CliError} 2, with the closest name that there is. */
async function rotationNamed(tx: Repositories, { id, name: workspace }: Workspace, name: string): Promise<Rotation> {
  const rotation = await tx.oncall.byName(id, name);
  if (rotation) return rotation;
  const near = closest(
    name.replace(/^@/u, ""),
    (await tx.oncall.list(id)).map((each) => each.name),
  );
  const hint = near === undefined ? `see herald24 oncall show ${workspace}` : `did you mean ${near}?`;
  throw wrongInput(`${workspace} has no rotation "${name}"; ${hint}`);
}

async function remove(context: Context, which: Which): Promise<void> {
  const { rotation, rules } = await context.change(async (tx, note) => {
    const workspace = await workspaceNamed(tx, which.workspace);
    const found = await rotationNamed(tx, workspace, which.name);
    await tx.oncall.remove(found.id);
    await note({ action: "oncall.remove", subject: `@${found.name}`, workspaceId: workspace.id });
    const using = (await tx.rules.list(workspace.id)).filter((rule) =>
      targetsOf(rule).some((target) => target.kind === "oncall" && target.rotation === found.name),
    );
    return { rotation: found, rules: using.map(({ name }) => name) };
  });
  context.out.print({ workspace: which.workspace, name: rotation.name, removed: true, rules }, [
    `Removed rotation ${rotation.name}.`,
    ...(rules.length === 0 ? [] : [`These rules tell nobody by it any more: ${rules.join(", ")}.`]),
  ]);
}

async function override(context: Context, which: Which, flags: OverrideFlags): Promise<void> {
  const rotation = await context.change(async (tx, note) => {
    const workspace = await workspaceNamed(tx, which.workspace);
    const found = await rotationNamed(tx, workspace, which.name);
    const noted = await overridden(tx, found, { context, flags });
    await note({ ...noted, workspaceId: workspace.id });
    return found;
  });
  await tellRoster(context, which.workspace, rotation);
}
