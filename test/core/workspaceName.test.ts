import { expect, test } from "vitest";
import { isMeantBy, isWorkspaceName, nameFromChat } from "../../src/core/workspaceName.ts";

function named(wanted: string | undefined, host: string, ...taken: string[]) {
  const endings = ["k7wz", "p3xn"].values();
  const ending = () => endings.next().value ?? "last";
  return nameFromChat({ wanted, host }, { isTaken: async (name) => taken.includes(name), ending });
}

test.each([
  [undefined, "acme.bitrix24.com", "acme-k7wz"],
  ["sales", "acme.bitrix24.com", "sales-k7wz"],
  ["no good", "acme.bitrix24.com", "acme-k7wz"],
  [undefined, "127.0.0.1:8080", "portal-127-k7wz"],
  [undefined, "[::1]", "portal-k7wz"],
  ["x".repeat(63), "acme.bitrix24.com", `${"x".repeat(56)}-k7wz`],
])("wanted %j at %s becomes %s", async (wanted, host, name) => {
  expect(await named(wanted, host)).toBe(name);
  expect(isWorkspaceName(name)).toBe(true);
});

test("whether others have the name changes nothing that could be seen", async () => {
  expect(await named("acme", "a.example", "acme")).toBe(await named("acme", "a.example"));
  expect(await named("acme", "a.example", "acme-k7wz")).toBe("acme-p3xn");
});

test.each(["main", "acme-k7wz", "1c-bitrix24-portal", "customerportal24", "отдел.продаж", "2024-backup"])(
  "%s is a name",
  (name) => {
    expect(isWorkspaceName(name)).toBe(true);
  },
);

test.each([
  ["a set-up code", "0f".repeat(16)],
  ["one in capitals", "0F".repeat(16)],
  ["one in groups", Array(8).fill("0f0f").join("-")],
  ["one that is not whole", "0f".repeat(13)],
  ["the code of a webhook", ["a1b2c3", "d4e5f6", "g7h8"].join("")],
  ["digits alone", "42"],
  ["an address", "https://acme.example/rest/1/x"],
  ["nothing", ""],
])("%s is no name", (_, name) => {
  expect(isWorkspaceName(name)).toBe(false);
});

test.each([
  ["acme-k7wz", "acme-k7wz", true],
  ["acme-k7wz", "acme", true],
  ["acme-k7wz", "acm", false],
  ["acme", "acme", true],
])("the workspace %s is meant by %s: %s", (name, wanted, isMeant) => {
  expect(isMeantBy(name, wanted)).toBe(isMeant);
});
