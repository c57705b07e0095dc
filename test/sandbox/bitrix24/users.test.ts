import { expect, test } from "vitest";
import { DEFAULT_USERS, type PortalUser } from "../../../sandbox/bitrix24/users.ts";
import { type Answered, call, portalFor } from "./calls.ts";

const BRIEF = { webhooks: [{ userId: 1, code: "c".repeat(8), scopes: ["user_brief"] }] };

function ids({ json }: Answered): string[] {
  return (json.result as { ID: string }[]).map(({ ID }) => ID);
}

test.each([
  { FILTER: { "=EMAIL": "anna@company.example" }, found: ["7"] },
  { FILTER: { EMAIL: "ANNA@%" }, found: ["7"] },
  { FILTER: { EMAIL: "%@company.example" }, found: ["1", "7", "8", "9"] },
  { FILTER: { NAME: "A__" }, found: ["1"] },
  { FILTER: { "=NAME": "A__" }, found: [] },
  { FILTER: { "%LAST_NAME": "an" }, found: ["8"] },
  { FILTER: { "!NAME": "A%", ACTIVE: true }, found: ["8"] },
  { FILTER: { ACTIVE: "N" }, found: ["9"] },
  { FILTER: { "@ID": [1, 8, 99] }, found: ["1", "8"] },
  { FILTER: { "!@ID": [1, 8] }, found: ["7", "9"] },
  { FILTER: { ">ID": 7 }, found: ["8", "9"] },
  { FILTER: { "<=ID": 7 }, found: ["1", "7"] },
  { FILTER: { "!=WORK_POSITION": "Engineer" }, found: ["1", "8", "9"] },
  { FILTER: { "@UF_DEPARTMENT": [1] }, found: ["1", "7", "8", "9"] },
  { FILTER: { USER_TYPE: "extranet" }, found: [] },
  { "=email": "boris@company.example", found: ["8"] },
  { FILTER: { NO_SUCH_FIELD: "x" }, found: ["1", "7", "8", "9"] },
  { found: ["9", "8", "7", "1"], ORDER: "DESC" },
  { found: ["1", "7", "8", "9"], sort: "NAME" },
])("user.get by %o", async ({ found, ...parameters }) => {
  expect(ids(await call(await portalFor(), "user.get", parameters))).toEqual(found);
});

test("a field outside the scope is dropped from the filter, and everybody comes back", async () => {
  const answer = await call(await portalFor(BRIEF), "user.get", { FILTER: { "=EMAIL": "anna@company.example" } });
  expect(ids(answer)).toEqual(["1", "7", "8", "9"]);
  expect(answer.text).not.toContain("@company.example");
});

test("the directory holds people only, fifty a page", async () => {
  const people: PortalUser[] = Array.from({ length: 60 }, (_, index) => ({ ...user(index + 1) }));
  const portal = await portalFor({ users: [...people, { ...user(100), type: "bot" }] });
  const first = await call(portal, "user.get");
  expect([ids(first).length, first.json.total, first.json.next]).toEqual([50, 60, 50]);
  const second = await call(portal, "user.get", { start: 50 });
  expect([ids(second).length, second.json.total, second.json.next]).toEqual([10, 60, undefined]);
  expect((await call(portal, "user.get", { start: -1 })).json).not.toHaveProperty("total");
  expect((await call(portal, "user.get", { FILTER: { "=ID": 999 } })).json).not.toHaveProperty("total");
});

function user(id: number): PortalUser {
  return { id, name: `N${id}`, lastName: "L", active: true };
}

test("select limits the fields", async () => {
  const { json } = await call(await portalFor(), "user.get", { FILTER: { ID: 7 }, select: ["NAME", "UF_*"] });
  expect(json.result).toEqual([{ ID: "7", NAME: "Anna", UF_DEPARTMENT: [1], UF_PHONE_INNER: "" }]);
});

test.each([
  { FILTER: { FIND: "anna orl" }, found: ["7"] },
  { FILTER: { FIND: "engin" }, found: ["7"] },
  { FILTER: { NAME: "bor" }, found: ["8"] },
  { FILTER: { FIND: "nna" }, found: [] },
])("user.search by %o", async ({ found, ...parameters }) => {
  expect(ids(await call(await portalFor(), "user.search", parameters))).toEqual(found);
});

test("the messenger tells whether a recipient exists and is active", async () => {
  const portal = await portalFor();
  expect((await call(portal, "im.user.get", { ID: 9 })).json.result).toMatchObject({ id: 9, active: false });
  expect((await call(portal, "im.user.get")).json.result).toMatchObject({ id: 1, name: "Ada Admin" });
  expect((await call(portal, "im.user.get", { ID: 404 })).json.error).toBe("USER_NOT_EXISTS");
  expect((await call(portal, "im.user.get", { ID: "x" })).json.error).toBe("ID_EMPTY");
});

test("an extranet caller may not look others up", async () => {
  const guest = { id: 30, name: "Guest", lastName: "", active: true, type: "extranet" } as const;
  const webhooks = [{ userId: 30, code: "g".repeat(8), scopes: ["im"] }];
  const portal = await portalFor({ users: [...DEFAULT_USERS, guest], webhooks });
  expect((await call(portal, "im.user.get", { ID: 7 }, 30)).json.error).toBe("ACCESS_DENIED");
});

test("several profiles come keyed by id, or as a list of those that exist", async () => {
  const portal = await portalFor();
  const keyed = await call(portal, "im.user.list.get", { ID: [7, 404] });
  expect(keyed.json.result).toMatchObject({ 7: { id: 7 }, 404: null });
  const listed = await call(portal, "im.user.list.get", { ID: [7, 404], RESULT_TYPE: "array" });
  expect(listed.json.result).toMatchObject([{ id: 7 }]);
});

test("a name search is keyed by id, `[]` when empty, and knows no e-mail addresses", async () => {
  const portal = await portalFor();
  const find = async (FIND: string) => (await call(portal, "im.search.user.list", { FIND })).json;
  expect((await find("orlo")).result).toMatchObject({ 7: { name: "Anna Orlova" } });
  expect((await find("anna@")).result).toEqual([]);
  expect((await find("a")).error).toBe("FIND_SHORT");
});
