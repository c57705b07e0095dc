import type { Account, Person } from "../app/store/people.ts";

export const personView = ({ bitrixId, name, email, leftAt }: Person, accounts: readonly Account[]) => ({
  bitrixId,
  name: name ?? null,
  email: email ?? null,
  leftAt: leftAt ?? null,
  accounts: accounts.map(({ platform, userId, username }) => ({
    platform,
    userId: userId ?? null,
    username: username ?? null,
  })),
});

export const described = ({ bitrixId: id, name }: Pick<Person, "bitrixId" | "name">): string =>
  name === undefined ? `Bitrix24 user ${id}` : `${name} (Bitrix24 user ${id})`;
