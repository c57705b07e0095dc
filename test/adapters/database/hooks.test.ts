import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { sha256 } from "../../../src/app/hash.ts";
import type { Store } from "../../../src/app/store/store.ts";
import type { Alert } from "../../../src/core/alert.ts";
import { addWorkspace } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";

const alert = (hookId: number, delivery: string, text = "disk is full"): Alert => ({
  origin: { kind: "hook", hookId, delivery },
  author: { kind: "hook", id: String(hookId), name: "prometheus" },
  place: "prometheus",
  text: [{ text }],
  fields: [],
  media: [],
  parts: [],
  tags: [],
  status: "firing",
  at: 5,
  edited: false,
});

async function addHook(store: Store, workspaceId: number, name = "prometheus", secret?: string) {
  const kind = "alertmanager" as const;
  const keyHash = sha256(`${workspaceId}/${name}/${secret}`);
  const hook = { workspaceId, name, kind, keyHash, createdAt: 1, ...(secret === undefined ? {} : { secret }) };
  return store.tx((tx) => tx.hooks.add(hook));
}

async function open() {
  const opened = await openTestStore();
  const workspace = await addWorkspace(opened.store);
  const hook = await addHook(opened.store, workspace.id);
  if (!hook) throw new Error("a first hook must be added");
  return { ...opened, workspace, hook };
}

test("a name is taken once in a workspace, is free in another, and free again once its hook is revoked", async () => {
  const { store, workspace, hook } = await open();
  const other = await addWorkspace(store, "other");
  expect(await addHook(store, workspace.id, "prometheus", "2")).toBeUndefined();
  expect(await addHook(store, other.id)).toMatchObject({ name: "prometheus" });
  expect(await store.tx((tx) => tx.hooks.revoke(hook.id, 9))).toBe(true);
  expect(await store.tx((tx) => tx.hooks.revoke(hook.id, 9))).toBe(false);
  const again = await addHook(store, workspace.id, "prometheus", "3");
  expect(await store.read.hooks.byName(workspace.id, "prometheus")).toEqual(again);
  expect(await store.read.hooks.list(workspace.id)).toMatchObject([{ revokedAt: 9 }, { id: again?.id }]);
});

test("a secret is read back, and stands nowhere in the file", async () => {
  const { store, workspace, file } = await open();
  const secret = "s".repeat(40);
  const hook = await addHook(store, workspace.id, "github", secret);
  expect(hook?.secret).toBe(secret);
  expect(await store.read.hooks.byKeyHash(sha256(`${workspace.id}/github/${secret}`))).toEqual(hook);
  const client = new Database(file, { readonly: true });
  const [row] = client.prepare<[], { secret: Buffer }>("select secret from hooks where name = 'github'").all();
  client.close();
  expect(row?.secret.includes(secret)).toBe(false);
});

test("a delivery counts once within its hook, and its text is sealed until it is done and gone after", async () => {
  const { store, workspace, hook, file } = await open();
  const other = await addHook(store, workspace.id, "grafana");
  const taken = [alert(hook.id, "a"), alert(hook.id, "b"), alert(hook.id, "a")];
  expect(await store.tx((tx) => tx.hooks.take(hook.id, taken, 10))).toBe(2);
  expect(await store.tx((tx) => tx.hooks.take(hook.id, taken, 11))).toBe(0);
  expect(await store.tx((tx) => tx.hooks.take(other?.id ?? 0, [alert(other?.id ?? 0, "a")], 11))).toBe(1);
  const due = await store.read.hooks.due(11, 10);
  expect(due.map((row) => row.alert?.origin)).toEqual([
    taken[0]?.origin,
    taken[1]?.origin,
    { kind: "hook", hookId: other?.id, delivery: "a" },
  ]);
  const client = new Database(file, { readonly: true });
  const payloads = () => client.prepare<[], Buffer | null>("select payload from alerts order by id").pluck().all();
  expect(payloads().some((payload) => payload?.includes("disk is full"))).toBe(false);
  await store.tx((tx) => tx.hooks.done([due[0]?.id ?? 0], 12));
  expect(payloads()[0]).toBeNull();
  client.close();
  expect(await store.tx((tx) => tx.hooks.take(hook.id, taken, 13))).toBe(0);
});

test("what is put off comes when it is due, and what was dealt with is forgotten, not what waits", async () => {
  const { store, hook } = await open();
  await store.tx((tx) => tx.hooks.take(hook.id, [alert(hook.id, "a"), alert(hook.id, "b")], 10));
  const [first, second] = await store.read.hooks.due(10, 10);
  await store.tx((tx) => tx.hooks.again(first?.id ?? 0, 500));
  expect((await store.read.hooks.due(10, 10)).map(({ id }) => id)).toEqual([second?.id]);
  await store.tx((tx) => tx.hooks.done([second?.id ?? 0], 20));
  expect(await store.read.hooks.nextDue()).toBe(500);
  expect(await store.read.hooks.waiting(hook.id, 10)).toBe(1);
  await store.tx((tx) => tx.hooks.forget(1_000));
  expect(await store.read.hooks.due(500, 10)).toMatchObject([{ id: first?.id, attempts: 1 }]);
  expect(await store.tx((tx) => tx.hooks.take(hook.id, [alert(hook.id, "b")], 30))).toBe(1);
});

test("counting what waits ends at the limit", async () => {
  const { store, hook } = await open();
  const many = Array.from({ length: 1_200 }, (_, index) => alert(hook.id, String(index)));
  expect(await store.tx((tx) => tx.hooks.take(hook.id, many, 10))).toBe(1_200);
  expect(await store.read.hooks.waiting(hook.id, 1_000)).toBe(1_000);
  expect(await store.read.hooks.waiting(hook.id, 5_000)).toBe(1_200);
});

test("when a hook was used last is noted, at most once a minute", async () => {
  const { store, hook } = await open();
  const used = async (now: number) => {
    await store.tx((tx) => tx.hooks.take(hook.id, [], now));
    return (await store.read.hooks.byId(hook.id))?.usedAt;
  };
  expect(await used(100_000)).toBe(100_000);
  expect(await used(150_000)).toBe(100_000);
  expect(await used(170_000)).toBe(170_000);
});

test("a request of the API is remembered with the hash of its body", async () => {
  const { store, hook } = await open();
  const request = { hookId: hook.id, idempotencyKey: "order-7", bodyHash: sha256("{}"), notificationId: 3, at: 50 };
  await store.tx((tx) => tx.hooks.remember(request));
  expect(await store.read.hooks.request(hook.id, "order-7")).toEqual({ bodyHash: sha256("{}"), notificationId: 3 });
  expect(await store.read.hooks.request(hook.id + 1, "order-7")).toBeUndefined();
  await store.tx((tx) => tx.hooks.forget(51));
  expect(await store.read.hooks.request(hook.id, "order-7")).toBeUndefined();
});
