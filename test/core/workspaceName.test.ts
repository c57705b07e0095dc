import { expect, test } from "vitest";
import { freeName } from "../../src/core/workspaceName.ts";

const named = (wanted: string | undefined, host: string, ...taken: string[]) =>
  freeName({ wanted, host }, async (name) => taken.includes(name));

test.each([
  [undefined, "acme.bitrix24.com", "acme"],
  ["sales", "acme.bitrix24.com", "sales"],
  ["no good", "acme.bitrix24.com", "acme"],
  [undefined, "127.0.0.1:8080", "portal-127"],
  [undefined, "[::1]", "portal"],
])("wanted %j at %s becomes %s", async (wanted, host, name) => {
  expect(await named(wanted, host)).toBe(name);
});

test("a name that is taken gets a number", async () => {
  expect(await named(undefined, "acme.bitrix24.com", "acme", "acme-2")).toBe("acme-3");
});
