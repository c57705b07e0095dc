import { fieldsOf } from "../app/connection.ts";
import type { PortalCall } from "../app/ports.ts";
import { fold } from "../app/recipients.ts";
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
    const known = fold([person.name, person.email, ...accountsOf(person.bitrixId)].join(" "));
    if (!known.includes(fold(text.trim()))) continue;
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

interface Asked {
  readonly found: readonly Omit<Found, "accounts">[];
  readonly fault?: CliError;
}

/** The staff directory knows more than the messenger does, but needs a scope of its own. */
async function searchPortal(context: Context, workspace: Workspace, find: string): Promise<Asked> {
  const found: Omit<Found, "accounts">[] = [];
  for (const spelling of spellings(find)) {
    const directory = await searchBy(context, workspace, {
      method: "user.search",
      params: { FILTER: { FIND: spelling } },
    });
    const params = { FIND: spelling, LIMIT: 50 };
    const asked = directory.fault
      ? await searchBy(context, workspace, { method: "im.search.user.list", params })
      : directory;
    if (asked.fault) return { found, fault: asked.fault };
    found.push(...asked.found);
  }
  return { found };
}

/** A portal tells ё from е, people do not: each е may have been meant as ё. */
function spellings(text: string): readonly string[] {
  const plain = text.replaceAll("ё", "е").replaceAll("Ё", "Е");
  const places = [...plain.matchAll(/[её]/giu)].slice(0, 3).map(({ index }) => index);
  const dotted = places.map((at) => `${plain.slice(0, at)}${plain[at] === "Е" ? "Ё" : "ё"}${plain.slice(at + 1)}`);
  return [...new Set([text, plain, ...dotted])];
}

async function searchBy(context: Context, workspace: Workspace, call: PortalCall): Promise<Asked> {
  const reply = await ask(await context.portal(), workspace, call);
  if (reply.kind !== "result") return { found: [], fault: portalFault(reply) };
  const found = Object.values(fieldsOf(reply.result))
    .map(fieldsOf)
    .filter((user) => user.bot !== true && user.ACTIVE !== false && Number.isSafeInteger(Number(user.id ?? user.ID)))
    .map((user) => ({
      bitrixId: Number(user.id ?? user.ID),
      name: String(user.name ?? [user.NAME, user.LAST_NAME].filter((part) => part).join(" ")),
      position: String(user.work_position ?? user.WORK_POSITION ?? ""),
    }));
  return { found };
}
