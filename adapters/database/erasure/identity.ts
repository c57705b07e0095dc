import type { Platform } from "../../../src/core/chat.ts";
import type { Sqlite } from "../sqlite.ts";

/** Whose traces are erased: a person of the mapping, or accounts that belong to none. */
export interface ErasedWho {
  readonly workspaceId: number;
  readonly personId?: number;
  readonly accounts?: readonly { readonly platform: Platform; readonly userId: string }[];
}

/** Everything by which somebody is recognised in the database. */
export interface Identity {
  readonly workspaceId: number;
  readonly personId: number | undefined;
  readonly bitrixId: number | undefined;
  /** `telegram:77` and the like. */
  readonly accounts: ReadonlySet<string>;
  readonly userIds: ReadonlySet<string>;
  /** Names, usernames and addresses, as written. */
  readonly names: ReadonlySet<string>;
}

interface AccountRow {
  readonly platform: string;
  readonly user_id: string | null;
  readonly username: string | null;
}

interface PersonRow {
  readonly bitrix_id: number;
  readonly name: string | null;
  readonly email: string | null;
}

export function identify(client: Sqlite, { workspaceId, personId, accounts: given = [] }: ErasedWho): Identity {
  const person = client
    .prepare<[number, number], PersonRow>(
      "select bitrix_id, name, email from persons where workspace_id = ? and id = ?",
    )
    .get(workspaceId, personId ?? 0);
  const mapped = client
    .prepare<[number, number], AccountRow>(
      "select platform, user_id, username from accounts where workspace_id = ? and person_id = ?",
    )
    .all(workspaceId, personId ?? 0);
  const sighted = client.prepare<unknown[], AccountRow & { name: string }>(
    "select distinct platform, user_id, username, name from sightings where platform = ? and (user_id = ? or username = ?)",
  );
  const rows: readonly AccountRow[] = [
    ...mapped,
    ...given.map(({ platform, userId }) => ({ platform, user_id: userId, username: null })),
  ];
  const seen = rows.flatMap(({ platform, user_id, username }) => sighted.all(platform, user_id, username));
  const all = [...rows, ...seen];
  const names = [person?.name, person?.email, ...all.map(({ username }) => username), ...seen.map(({ name }) => name)];
  const ids = all.filter((row) => row.user_id !== null);
  return {
    workspaceId,
    personId: person === undefined ? undefined : personId,
    bitrixId: person?.bitrix_id,
    accounts: new Set(ids.map(({ platform, user_id }) => `${platform}:${user_id}`)),
    userIds: new Set(ids.map(({ user_id }) => String(user_id))),
    names: new Set(names.flatMap((name) => (name === null || name === undefined || name.trim() === "" ? [] : [name]))),
  };
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/gu, "\\$&");

/** Finds the identity in a text: names as whole words; numbers only where they are said to be somebody's id. */
export function patternOf({ userIds, names, bitrixId }: Identity): RegExp {
  const words = [...names].map((name) => `(?<![\\p{L}\\p{N}_])${escaped(name)}(?![\\p{L}\\p{N}_])`);
  const ids = [...userIds].map((id) =>
    id.length >= SURE_ID ? `(?<!\\d)${id}(?!\\d)` : `(?<=${OF_ACCOUNT})${id}(?!\\d)`,
  );
  const bitrix = bitrixId === undefined ? [] : [`(?<=${OF_PERSON})${bitrixId}(?!\\d)`];
  const all = [...words, ...ids, ...bitrix];
  return new RegExp(all.length === 0 ? "(?!)" : all.join("|"), "giu");
}

/** Numbers as long as this are nothing but ids. */
const SURE_ID = 7;
const OF_ACCOUNT = '(?:telegram|discord)[: /]|=|"id":|"user_id":|"id":"';
const OF_PERSON = "= |=|id:|user |bitrix[: ]|bitrixId[: ]";
