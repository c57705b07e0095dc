import type { Account, Person } from "../app/store/people.ts";
import type { Platform } from "../core/chat.ts";
import type { Mention } from "../core/richText.ts";
import { shownName } from "../core/shownName.ts";
import { accountText } from "./place.ts";

type Named = Mention & { readonly platform: Platform };

export interface ImportLine {
  readonly line: number;
  readonly bitrixId: number;
  readonly name?: string;
  readonly email?: string;
  readonly accounts: readonly Named[];
}

export interface ImportChange {
  readonly line: number;
  readonly change: string;
}

type Known = Pick<Person, "bitrixId" | "name" | "email"> & { readonly accounts: readonly (Named | Account)[] };

/** What each line of a file adds to the mapping or changes in it, in words; lines that say nothing new are left out. */
export function importChanges(people: readonly Known[], lines: readonly ImportLine[]): readonly ImportChange[] {
  const known = new Map(people.map((person) => [person.bitrixId, person]));
  return lines.flatMap((line) => {
    const before = known.get(line.bitrixId);
    known.set(line.bitrixId, { ...before, ...line, accounts: [...(before?.accounts ?? []), ...line.accounts] });
    const changes = [
      ...(before ? [] : ["new"]),
      ...detail("name", before?.name, line.name),
      ...detail("e-mail", before?.email, line.email),
      ...line.accounts
        .filter((account) => !before?.accounts.some((other) => isSame(account, other)))
        .map((account) => `${account.platform} ${accountText(account)} is added`),
    ];
    const change = `Bitrix24 user ${line.bitrixId}: ${changes.join(", ")}`;
    return changes.length === 0 ? [] : [{ line: line.line, change }];
  });
}

function detail(what: string, before: string | undefined, after: string | undefined): readonly string[] {
  if (after === undefined || after === before) return [];
  if (before === undefined) return [`${what} ${shownName(after)}`];
  return [`${what} ${shownName(before)} becomes ${shownName(after)}`];
}

function isSame(account: Named, other: Named | Account): boolean {
  if (account.platform !== other.platform) return false;
  if (account.userId !== undefined && other.userId !== undefined) return account.userId === other.userId;
  return account.username !== undefined && account.username.toLowerCase() === other.username?.toLowerCase();
}
