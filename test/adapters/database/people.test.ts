import { expect, test } from "vitest";
import type { Store } from "../../../src/app/store/store.ts";
import { addPeople, addWorkspace, message } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

const CHAT = message("1");

async function opened() {
  const { store } = await openTestStore();
  const { id: workspaceId } = await addWorkspace(store);
  const map = (bitrixId: number, account: { userId?: string; username?: string; name?: string }) =>
    store.tx((db) => db.people.map({ workspaceId, bitrixId, platform: "telegram", ...account }));
  const see = (userId: string, username?: string, chat = CHAT) =>
    store.tx((db) => db.people.sighted({ chat, userId, name: `Name ${userId}`, ...(username && { username }) }, 0));
  const find = async (account: { userId?: string; username?: string }) =>
    (await store.read.people.byAccount(workspaceId, "telegram", account))?.bitrixId;
  return { store, workspaceId, map, see, find };
}

const accountsOf = async (store: Store, workspaceId: number) =>
  (await store.read.people.list(workspaceId)).map(({ bitrixId, accounts }) => [
    bitrixId,
    accounts.map(({ userId, username }) => `${userId ?? "-"}/${username ?? "-"}`),
  ]);

test("a username maps in any case, with or without @, until the id is seen", async () => {
  const { store, workspaceId, map, see, find } = await opened();
  expect(await map(1, { username: "@Anna", name: "Anna" })).toMatchObject({ kind: "mapped", person: { bitrixId: 1 } });
  expect(await find({ username: "ANNA" })).toBe(1);
  expect(await find({ userId: "10" })).toBeUndefined();
  await see("10", "Anna");
  expect(await find({ userId: "10" })).toBe(1);
  expect(await find({ username: "anna" })).toBe(1);
  expect(await accountsOf(store, workspaceId)).toEqual([[1, ["10/anna"]]]);
});

test("a later owner of a username is not that person, and the old mapping loses the name", async () => {
  const { store, workspaceId, map, see, find } = await opened();
  await map(1, { username: "anna" });
  await see("10", "anna");
  expect(await find({ userId: "20", username: "anna" })).toBeUndefined();
  await see("20", "anna");
  expect(await find({ username: "anna" })).toBeUndefined();
  expect(await find({ userId: "10" })).toBe(1);
  expect(await accountsOf(store, workspaceId)).toEqual([[1, ["10/-"]]]);
});

test("a name that moves between two mapped accounts moves in the mapping too", async () => {
  const { store, workspaceId, map, see } = await opened();
  await map(1, { userId: "10", username: "anna" });
  await map(2, { userId: "20", username: "bert" });
  await see("20", "anna");
  expect(await accountsOf(store, workspaceId)).toEqual([
    [1, ["10/-"]],
    [2, ["20/anna"]],
  ]);
});

test("an account keeps only the name it was last seen with", async () => {
  const { map, see, find } = await opened();
  await map(1, { userId: "10", username: "anna" });
  await see("10", "annika");
  expect([await find({ username: "anna" }), await find({ username: "annika" })]).toEqual([undefined, 1]);
  await see("10");
  expect([await find({ username: "annika" }), await find({ userId: "10" })]).toEqual([undefined, 1]);
});

test("an account of another person is a conflict, and stays where it is", async () => {
  const { store, workspaceId, map, find } = await opened();
  await map(1, { username: "anna" });
  expect(await map(2, { username: "anna" })).toMatchObject({ kind: "conflict", person: { bitrixId: 1 } });
  expect(await map(2, { userId: "10", username: "anna" })).toMatchObject({ kind: "conflict" });
  expect(await find({ username: "anna" })).toBe(1);
  expect(await accountsOf(store, workspaceId)).toHaveLength(1);
});

test("mapping the same account to the same person again adds what is new", async () => {
  const { store, workspaceId, map } = await opened();
  await map(1, { username: "anna" });
  await map(1, { userId: "10", username: "anna" });
  await map(1, { userId: "11" });
  expect(await accountsOf(store, workspaceId)).toEqual([[1, ["10/anna", "11/-"]]]);
});

test("unmapping takes the account away, and says whether there was one", async () => {
  const { store, workspaceId, map, find } = await opened();
  await map(1, { userId: "10", username: "anna" });
  const unmap = (account: object) => store.tx((db) => db.people.unmap(workspaceId, "telegram", account));
  expect(await unmap({ userId: "11", username: "anna" })).toBe(false);
  expect(await unmap({ username: "Anna" })).toBe(true);
  expect(await unmap({ username: "Anna" })).toBe(false);
  expect(await find({ userId: "10" })).toBeUndefined();
});

test("what is mapped in one workspace or platform is unknown in the others", async () => {
  const { store, workspaceId, map } = await opened();
  const other = await addWorkspace(store, "other");
  await map(1, { userId: "10", username: "anna" });
  expect(await store.read.people.byAccount(other.id, "telegram", { userId: "10" })).toBeUndefined();
  expect(await store.read.people.byAccount(workspaceId, "discord", { username: "anna" })).toBeUndefined();
});

test("people are found by exact name, however composed, and by e-mail in any case", async () => {
  const { store, workspaceId } = await opened();
  const person = { workspaceId, bitrixId: 1, name: "Zoë".normalize("NFD"), email: "Zoe@Example.com" };
  await store.tx((db) => db.people.addPerson(person));
  const { people } = store.read;
  expect(await people.byName(workspaceId, "Zoë".normalize("NFC"))).toMatchObject([{ bitrixId: 1 }]);
  expect(await people.byName(workspaceId, "zoë")).toEqual([]);
  expect(await people.byEmail(workspaceId, "zoe@example.com")).toMatchObject([{ bitrixId: 1 }]);
});

test("adding a person again keeps what is not given anew", async () => {
  const { store, workspaceId } = await opened();
  const add = (more: object) => store.tx((db) => db.people.addPerson({ workspaceId, bitrixId: 1, ...more }));
  const { id } = await add({ name: "Anna" });
  expect(await add({ email: "anna@example.com" })).toEqual({
    id,
    workspaceId,
    bitrixId: 1,
    name: "Anna",
    email: "anna@example.com",
  });
});

test("groups are found in any case, replaced as a whole, and hold only people of their workspace", async () => {
  const { store, workspaceId } = await opened();
  const other = await addWorkspace(store, "other");
  const [one, two, stranger] = await store.tx(async (db) => [
    ...(await addPeople(db, workspaceId, [1, 2])),
    ...(await addPeople(db, other.id, [1])),
  ]);
  const set = (...ids: (number | undefined)[]) =>
    store.tx((db) =>
      db.people.setGroup(
        workspaceId,
        "@OnCall",
        ids.flatMap((id) => id ?? []),
      ),
    );
  await set(one);
  await set(two, two);
  expect(await store.read.people.byGroup(workspaceId, "oncall")).toMatchObject([{ bitrixId: 2 }]);
  await expect(set(one, stranger)).rejects.toThrow(RangeError);
  expect(await store.read.people.listGroups(workspaceId)).toMatchObject([{ name: "oncall", members: [{ id: two }] }]);
  expect(await store.tx((db) => db.people.removeGroup(workspaceId, "ONCALL"))).toBe(true);
  expect(await store.read.people.byGroup(workspaceId, "oncall")).toBeUndefined();
});

test("only those seen in a chat can be addressed there, and groups of nobody else", async () => {
  const { store, workspaceId, map, see } = await opened();
  await map(1, { username: "anna", name: "Anna A." });
  await map(2, { userId: "20", name: "Bert B." });
  await map(3, { username: "carl" });
  await see("10", "anna", message("1", CHAT.chatId, "7"));
  await see("20");
  await see("30", "carl", message("1", "-200"));
  await store.tx(async (db) => {
    const id = async (bitrixId: number) => (await db.people.byBitrixId(workspaceId, bitrixId))?.id ?? 0;
    await db.people.setGroup(workspaceId, "here", [await id(1), await id(2)]);
    await db.people.setGroup(workspaceId, "wider", [await id(1), await id(3)]);
    await db.people.setGroup(workspaceId, "nobody", []);
  });
  expect(await store.read.people.addressable(workspaceId, CHAT)).toEqual([
    { name: "anna", label: "Anna A." },
    { name: "Bert B.", label: "Bert B." },
    { name: "here", label: "here" },
  ]);
});

test("in a bound channel only those can be addressed who were seen in it; in a server bound as a whole, everybody seen", async () => {
  const { store, workspaceId, map, see } = await opened();
  const guild = "-300";
  const bind = (threadId: string) =>
    store.tx((db) =>
      db.chats.bind({ platform: "telegram", chatId: guild, threadId, workspaceId, senders: "everyone" }, 0),
    );
  const names = async (threadId: string) =>
    (await store.read.people.addressable(workspaceId, message("1", guild, threadId))).map(({ name }) => name);
  await map(1, { userId: "10", username: "anna" });
  await map(2, { userId: "20", username: "bert" });
  await see("10", "anna", message("1", guild, "7"));
  await see("20", "bert", message("1", guild, "8"));
  await bind("7");
  expect([await names("7"), await names("9")]).toEqual([["anna"], []]);
  await bind("");
  expect([await names("7"), await names("8"), await names("")]).toEqual([["anna"], ["anna", "bert"], ["anna", "bert"]]);
});

test("an id is proven by whoever gave it, never by a sighting of the username", async () => {
  const { store, workspaceId, map, see } = await opened();
  const proven = async (userId: string) => (await store.read.people.proven(workspaceId, "telegram", userId))?.bitrixId;
  await map(1, { username: "anna" });
  await see("10", "anna");
  expect(await proven("10")).toBeUndefined();
  await map(1, { username: "anna" });
  expect(await proven("10")).toBeUndefined();
  await map(1, { userId: "10" });
  expect(await proven("10")).toBe(1);
  await see("10", "annika");
  expect(await proven("10")).toBe(1);
});

test("whoever left the portal proves nothing any more, until they come back", async () => {
  const { store } = await openTestStore();
  const { id: workspaceId } = await addWorkspace(store);
  const entry = { workspaceId, bitrixId: 7, platform: "telegram", userId: "10" } as const;
  await store.tx((db) => db.people.map(entry));
  const person = await store.tx((db) => db.people.addPerson({ workspaceId, bitrixId: 7 }));
  expect(await store.tx((db) => db.people.leave(person.id, 5))).toMatchObject({ mapped: true, person: { leftAt: 5 } });
  expect(await store.tx((db) => db.people.leave(person.id, 6))).toBeUndefined();
  expect(await store.read.people.proven(workspaceId, "telegram", "10")).toBeUndefined();
  expect(await store.read.people.byAccount(workspaceId, "telegram", { userId: "10" })).toMatchObject({ leftAt: 5 });
  expect(await store.tx((db) => db.people.cameBack(person.id))).toBe(true);
  expect(await store.read.people.proven(workspaceId, "telegram", "10")).toMatchObject({ bitrixId: 7 });
});
