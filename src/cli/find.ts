import type { Repositories } from "../app/store/store.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { wrongInput } from "./fault.ts";

/** @throws {CliError} 2, naming those that there are. */
export async function workspaceNamed(
  { workspaces }: Pick<Repositories, "workspaces">,
  name: string,
): Promise<Workspace> {
  const found = await workspaces.byName(name);
  if (found) return found;
  const names = (await workspaces.list()).map((workspace) => workspace.name);
  const known =
    names.length === 0 ? "there is none yet: herald24 workspace add <name>" : `there is ${names.join(", ")}`;
  throw wrongInput(`no workspace is called "${name}"; ${known}`);
}

/** The one that is named; without a name the only one that there is. @throws {CliError} 2 */
export async function workspaceOf(repositories: Pick<Repositories, "workspaces">, name?: string): Promise<Workspace> {
  if (name !== undefined) return workspaceNamed(repositories, name);
  const [only, ...others] = await repositories.workspaces.list();
  if (only && others.length === 0) return only;
  const names = [only, ...others].flatMap((workspace) => (workspace ? [workspace.name] : []));
  throw wrongInput(
    only ? `which workspace? There is ${names.join(", ")}` : "there is no workspace yet: herald24 workspace add <name>",
  );
}

/** The one that is named, or all of them. */
export async function workspacesNamed(repositories: Repositories, name?: string): Promise<readonly Workspace[]> {
  return name === undefined ? repositories.workspaces.list() : [await workspaceNamed(repositories, name)];
}
