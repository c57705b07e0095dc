import { holdsWords } from "../app/recipients.ts";
import { SHORTEST_SEARCH, searchDirectory } from "../app/searchDirectory.ts";
import type { Context } from "./context.ts";
import { portalFault, wrongInput } from "./fault.ts";
import { workspaceNamed } from "./find.ts";
import { table } from "./output.ts";
import { accountText } from "./place.ts";

interface Found {
  readonly bitrixId: number;
  readonly name: string;
  readonly position: string;
  /** As the mapping knows them. */
  readonly accounts: readonly string[];
}

/** By name, position or department in the portal, and by whatever the mapping knows. */
export async function searchPeople(context: Context, name: string, text: string): Promise<void> {
  if (Array.from(text.trim()).length < SHORTEST_SEARCH)
    throw wrongInput(`"${text}": give at least two characters to look for`);
  const { read } = await context.store();
  const workspace = await workspaceNamed(read, name);
  const mapped = await read.people.list(workspace.id);
  const accountsOf = (id: number): readonly string[] =>
    (mapped.find((person) => person.bitrixId === id)?.accounts ?? []).map(
      (account) => `${account.platform} ${accountText(account)}`,
    );

  const found = new Map<number, Found>();
  for (const person of mapped) {
    const known = [person.name ?? "", person.email ?? "", ...accountsOf(person.bitrixId)];
    if (!holdsWords(known, text)) continue;
    const { bitrixId } = person;
    found.set(bitrixId, { bitrixId, name: person.name ?? "", position: "", accounts: accountsOf(bitrixId) });
  }
  const looking = { read, portal: await context.portal(), workspace };
  const asked = await searchDirectory(text, looking, new AbortController().signal);
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
  if (asked.fault) throw portalFault(asked.fault);
}
