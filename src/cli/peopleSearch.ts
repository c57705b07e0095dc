import { fieldsOf } from "../app/connection.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import type { Context } from "./context.ts";
import { type CliError, portalFault, wrongInput } from "./fault.ts";
import { workspaceNamed } from "./find.ts";
import { table } from "./output.ts";
import { accountText } from "./place.ts";
import { ask } from "./portal.ts";

interface Found {
  readonly bitrixId: number;
  readonly name: string;
  readonly position: string;
  /** As the mapping knows them. */
  readonly accounts: readonly string[];
}

/** By name, position or department in the portal, and by whatever the mapping knows. */
export async function searchPeople(context: Context, name: string, text: string): Promise<void> {
  if (Array.from(text.trim()).length < 2) throw wrongInput(`"${text}": give at least two characters to look for`);
  const { read } = await context.store();
  const workspace = await workspaceNamed(read, name);
  const mapped = await read.people.list(workspace.id);
  const accountsOf = (id: number): readonly string[] =>
    (mapped.find((person) => person.bitrixId === id)?.accounts ?? []).map(
      (account) => `${account.platform} ${accountText(account)}`,
    );

  const found = new Map<number, Found>();
  for (const person of mapped) {
    const known = [person.name, person.email, ...accountsOf(person.bitrixId)].join(" ").toLowerCase();
    if (!known.includes(text.trim().toLowerCase())) continue;
    const { bitrixId } = person;
    found.set(bitrixId, { bitrixId, name: person.name ?? "", position: "", accounts: accountsOf(bitrixId) });
  }
  const asked = await searchPortal(context, workspace, text.trim());
  for (const { bitrixId, ...person } of asked.found) {
    found.set(bitrixId, { bitrixId, ...person, accounts: accountsOf(bitrixId) });
  }
  const people = [...found.values()].sort((one, other) => one.bitrixId - other.bitrixId);
  const rows = people.map((person) => [
    String(person.bitrixId),
    person.name,
    person.position,
    person.accounts.join(", "),
  ]);
  const none = [`Nobody like "${text}" was found.`];
  context.out.print(people, rows.length === 0 ? none : table(["BITRIX24", "NAME", "POSITION", "ACCOUNTS"], rows));
  // What the mapping knows has been shown all the same.
  if (asked.fault) throw asked.fault;
}

async function searchPortal(
  context: Context,
  workspace: Workspace,
  find: string,
): Promise<{ found: readonly Omit<Found, "accounts">[]; fault?: CliError }> {
  const params = { FIND: find, LIMIT: 50 };
  const reply = await ask(await context.portal(), workspace, { method: "im.search.user.list", params });
  if (reply.kind !== "result") return { found: [], fault: portalFault(reply) };
  const found = Object.values(fieldsOf(reply.result))
    .map(fieldsOf)
    .filter((user) => user.bot !== true && Number.isSafeInteger(Number(user.id)))
    .map((user) => ({
      bitrixId: Number(user.id),
      name: String(user.name ?? ""),
      position: String(user.work_position ?? ""),
    }));
  return { found };
}
