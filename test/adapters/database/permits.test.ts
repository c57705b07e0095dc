import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addWorkspace } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

const secret = () => randomBytes(16).toString("base64url");

test("a permit is good once, until it expires, and for its own purpose alone", async () => {
  const { store } = await openTestStore();
  const { id: workspaceId } = await addWorkspace(store);
  const [invitation, state] = [secret(), secret()];
  await store.tx(async (db) => {
    await db.permits.issue(invitation, { kind: "invitation" }, 100);
    await db.permits.issue(state, { kind: "oauth-state", workspaceId }, 100);
  });
  expect(await store.read.permits.isGood(invitation, "invitation", 99)).toBe(true);
  expect(await store.read.permits.isGood(invitation, "invitation", 100)).toBe(false);
  expect(await store.read.permits.isGood(invitation, "oauth-state", 99)).toBe(false);
  const use = (kind: "invitation" | "oauth-state", given: string, now = 99) =>
    store.tx((db) => db.permits.use(given, kind, now));
  expect(await use("invitation", state)).toBeUndefined();
  expect(await use("oauth-state", state, 100)).toBeUndefined();
  expect(await use("oauth-state", state)).toEqual({ kind: "oauth-state", workspaceId });
  expect(await use("oauth-state", state)).toBeUndefined();
  expect(await use("invitation", invitation)).toEqual({ kind: "invitation" });
  expect(await use("invitation", invitation)).toBeUndefined();
});

test("what has expired is forgotten, and a workspace takes its permits along", async () => {
  const { store } = await openTestStore();
  const { id: workspaceId } = await addWorkspace(store);
  const [old, young] = [secret(), secret()];
  await store.tx(async (db) => {
    await db.permits.issue(old, { kind: "invitation" }, 10);
    await db.permits.issue(young, { kind: "oauth-state", workspaceId }, 100);
    await db.permits.forget(10);
  });
  expect(await store.read.permits.isGood(old, "invitation", 5)).toBe(false);
  expect(await store.read.permits.isGood(young, "oauth-state", 5)).toBe(true);
  await store.tx((db) => db.workspaces.remove(workspaceId));
  expect(await store.read.permits.isGood(young, "oauth-state", 5)).toBe(false);
});

test("the database holds a permit's hash, never the permit", async () => {
  const { store, folder } = await openTestStore();
  const invitation = secret();
  await store.tx((db) => db.permits.issue(invitation, { kind: "invitation" }, 100));
  const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  expect(bytes.includes("invitation")).toBe(true);
  expect(bytes.includes(invitation)).toBe(false);
});
