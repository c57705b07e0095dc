import { expect, test } from "vitest";
import type { Capabilities } from "../../src/app/capabilities.ts";
import type { Connection, ConnectionCheck } from "../../src/app/connection.ts";
import { storeLearned } from "../../src/app/learned.ts";
import { addWorkspace } from "../support/entries.ts";
import { openTestStore } from "../support/store.ts";

const KNOWN: Capabilities = {
  userId: 1,
  edition: "cloud",
  rest: "available",
  scopes: ["im", "user_basic"],
  missing: [],
  tags: "honoured",
  deleteByTag: "works",
  drive: "no-scope",
  lookUp: "exact-email",
  plan: "enterprise",
  methodTime: "counted",
  aheadSeconds: 40,
};

const CONNECTION: Connection = {
  kind: "connected",
  userId: 1,
  userName: "Anna",
  isAdmin: true,
  scopes: KNOWN.scopes,
  countsTime: true,
  aheadSeconds: 2,
};

const failure = (code: string): ConnectionCheck => ({
  kind: "failed",
  reply: { kind: "error", status: 401, code, description: "" },
});

async function afterwards(before: Capabilities | undefined, checked: ConnectionCheck) {
  const { store } = await openTestStore();
  const { id } = await addWorkspace(store);
  if (before) await store.tx((tx) => tx.workspaces.set(id, { capabilities: before }));
  await store.tx((tx) => storeLearned(tx, id, checked));
  return (await store.read.workspaces.byId(id))?.capabilities;
}

test("testing a connection keeps what only a probe can tell, and brings the clock up to date", async () => {
  expect(await afterwards(KNOWN, CONNECTION)).toEqual({ ...KNOWN, aheadSeconds: 2 });
});

test("a portal that tells no time any more is not said to be off", async () => {
  const { aheadSeconds: _, ...timeless } = CONNECTION;
  expect(await afterwards(KNOWN, timeless)).not.toHaveProperty("aheadSeconds");
});

test.each([
  ["disk granted", ["im", "user_basic", "disk"], { drive: "unknown", lookUp: "exact-email" }],
  ["people taken away", ["im"], { drive: "no-scope", lookUp: "none" }],
  ["people by another scope", ["im", "user_brief"], { drive: "no-scope", lookUp: "unknown" }],
])("with %s, what hung on that is known or open again", async (_, scopes, found) => {
  expect(await afterwards(KNOWN, { ...CONNECTION, scopes })).toMatchObject({ ...found, scopes, tags: "honoured" });
});

test("a Drive that was usable is not once the scope is gone", async () => {
  const before: Capabilities = { ...KNOWN, scopes: ["im", "disk"], drive: "usable" };
  expect(await afterwards(before, { ...CONNECTION, scopes: ["im"] })).toMatchObject({ drive: "no-scope" });
});

test("credentials of somebody else may find tags treated otherwise", async () => {
  const after = await afterwards(KNOWN, { ...CONNECTION, userId: 9 });
  expect(after).toMatchObject({ userId: 9, tags: "unknown", deleteByTag: "unknown", plan: "enterprise" });
});

test.each(["WRONG_LICENSE", "ACCESS_DENIED", "PAYMENT_REQUIRED"])(
  "%s tells that the tariff has no REST, until a connection succeeds again",
  async (code) => {
    const without = await afterwards(KNOWN, failure(code));
    expect(without).toEqual({ ...KNOWN, rest: "none" });
    expect(await afterwards(without, CONNECTION)).toMatchObject({ rest: "available", tags: "honoured" });
  },
);

test("any other failure tells nothing about the portal", async () => {
  expect(await afterwards(KNOWN, failure("INVALID_CREDENTIALS"))).toEqual(KNOWN);
  expect(await afterwards(undefined, failure("INVALID_CREDENTIALS"))).toBeUndefined();
});

test("of a portal that was never probed, what is learned is kept and the rest stays open", async () => {
  expect(await afterwards(undefined, CONNECTION)).toMatchObject({
    userId: 1,
    scopes: CONNECTION.scopes,
    rest: "available",
    tags: "unknown",
    drive: "no-scope",
    lookUp: "unknown",
  });
});
