import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { createSealer } from "../../../adapters/database/seal.ts";
import { databaseFile, openReader, openWriter } from "../../../adapters/database/sqlite.ts";
import { type OpenStoreOptions, openStore, storeOn } from "../../../adapters/database/store.ts";
import { addWorkspace } from "../../support/entries.ts";
import { openTestStore, temporaryFolder } from "../../support/store.ts";

const MIGRATIONS = "migrations";

const options = (file: string, change: Partial<OpenStoreOptions> = {}): OpenStoreOptions => ({
  databaseUrl: `file:${file}`,
  secretKeys: [randomBytes(32)],
  mayCreate: true,
  version: "1.2.3",
  clock: () => 1_000,
  ...change,
});

test("a database is made for its owner alone, side files included", async () => {
  const { store, folder } = await openTestStore();
  await addWorkspace(store);
  for (const name of readdirSync(folder))
    expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
});

test("the writer flushes every commit into a write-ahead log and holds foreign keys", async () => {
  const { file } = await openTestStore();
  const client = openWriter(file);
  const pragma = (name: string) => client.pragma(name, { simple: true });
  expect([pragma("journal_mode"), pragma("synchronous"), pragma("foreign_keys")]).toEqual(["wal", 2, 1]);
  client.close();
});

test("every table is STRICT", async () => {
  const { file } = await openTestStore();
  const client = openReader(file);
  const loose = client
    .prepare(
      "select name from pragma_table_list where schema = 'main' and strict = 0 and name not in ('sqlite_schema', 'sqlite_sequence', '__drizzle_migrations')",
    )
    .all();
  expect(loose).toEqual([]);
  client.close();
});

test("where no database may be made, the missing file is named and nothing is made", async () => {
  const file = join(temporaryFolder(), "data", "h.sqlite");
  await expect(openStore(options(file, { mayCreate: false }))).rejects.toMatchObject({
    code: "missing",
    message: expect.stringContaining(file),
  });
  expect(existsSync(join(file, ".."))).toBe(false);
});

test("an address of another engine is refused without showing what is in it", () => {
  const address = "postgres://user:hidden@db/h";
  expect(() => databaseFile(address)).toThrow(/file:data\/herald24\.sqlite/u);
  expect(() => databaseFile(address)).not.toThrow("hidden");
});

test.each([
  ["another program's database", (file: string) => new Database(file).exec("create table other (x)").close()],
  ["no database at all", (file: string) => writeFileSync(file, "hello".repeat(500))],
])("%s is refused and stays as it is", async (_, make) => {
  const file = join(temporaryFolder(), "x.sqlite");
  make(file);
  const before = readFileSync(file);
  await expect(openStore(options(file))).rejects.toMatchObject({ code: "not-ours" });
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("a wrong key is refused before anything is written; the right one still opens", async () => {
  const { store, file, reopen } = await openTestStore();
  await addWorkspace(store);
  await store.close();
  const before = readFileSync(file);
  const wrong = randomBytes(32);
  const refused = await openStore(options(file, { secretKeys: [wrong] })).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "wrong-key", message: expect.stringContaining("HERALD24_SECRET_KEY") });
  expect(String(refused)).not.toContain(wrong.toString("base64"));
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(await (await reopen()).read.workspaces.list()).toHaveLength(1);
});

test("after a rotation the old key, second in the list, still opens the database", async () => {
  const { store, secretKeys, reopen } = await openTestStore();
  const workspace = await addWorkspace(store);
  const rotated = await reopen({ secretKeys: [randomBytes(32), ...secretKeys] });
  expect(await rotated.read.workspaces.list()).toEqual([workspace]);
});

/** Our migrations and one more. */
function laterMigrations(sql: string): string {
  const folder = join(temporaryFolder(), "migrations");
  cpSync(MIGRATIONS, folder, { recursive: true });
  const journalFile = join(folder, "meta", "_journal.json");
  const journal = JSON.parse(readFileSync(journalFile, "utf8"));
  journal.entries.push({ idx: 99, version: "6", when: 9_999_999_999_999, tag: "9999_later", breakpoints: true });
  writeFileSync(journalFile, JSON.stringify(journal));
  writeFileSync(join(folder, "9999_later.sql"), sql);
  return folder;
}

test("before a migration the database is copied; the copy opens with the former program", async () => {
  const { store, file, folder, secretKeys, reopen } = await openTestStore();
  const workspace = await addWorkspace(store);
  await store.close();
  const migrations = laterMigrations("create table later (x integer) strict;");
  const updated = await openStore(options(file, { secretKeys, migrations }));
  expect(await updated.read.workspaces.list()).toEqual([workspace]);
  await updated.close();
  const copy = join(folder, "herald24.sqlite.before-1.2.3-1000");
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(await (await reopen({ databaseUrl: `file:${copy}` })).read.workspaces.list()).toEqual([workspace]);
});

test("a database of a newer program is refused and stays as it is", async () => {
  const { store, file, secretKeys } = await openTestStore();
  await store.close();
  const migrations = laterMigrations("create table later (x integer) strict;");
  await (await openStore(options(file, { secretKeys, migrations }))).close();
  const before = readFileSync(file);
  await expect(openStore(options(file, { secretKeys }))).rejects.toMatchObject({
    code: "newer",
    message: expect.stringMatching(/1\.2\.3.*update herald24/u),
  });
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("a migration that fails leaves the database as it was", async () => {
  const { store, file, secretKeys, reopen } = await openTestStore();
  const workspace = await addWorkspace(store);
  await store.close();
  const migrations = laterMigrations("drop table audit;--> statement-breakpoint\ncreate table audit (no such syntax");
  await expect(openStore(options(file, { secretKeys, migrations }))).rejects.toThrow();
  const again = await reopen();
  expect(await again.read.workspaces.list()).toEqual([workspace]);
  expect(await again.read.audit.list({ limit: 1 })).toEqual([]);
});

test("processes that begin a database at the same time agree on it", async () => {
  const file = join(temporaryFolder(), "h.sqlite");
  const key = randomBytes(32);
  expect(await Promise.all([1, 2, 3].map(() => openElsewhere(file, key)))).toEqual(["opened", "opened", "opened"]);
  const store = await openStore(options(file, { secretKeys: [key] }));
  expect(await store.read.cursors.get("1")).toBe("1");
  await store.close();
});

test.each(["the file", "its folder"])("what cannot be written, %s, is refused in one line", async (which) => {
  const { store, file, folder, secretKeys } = await openTestStore();
  await store.close();
  chmodSync(folder, which === "its folder" ? 0o555 : 0o777);
  chmodSync(file, which === "the file" ? 0o444 : 0o666);
  onTestFinished(() => chmodSync(folder, 0o777));
  // Root may write anything, so the attempt is made by a process of an ordinary user.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const report = await openElsewhere(file, secretKeys[0] ?? randomBytes(32), nobody);
  expect(report).toMatch(/^read-only database .*h(?:erald24)?\.sqlite: .*write access/u);
});

/** Opens the database in a process of its own and writes to it; answers what came of that. */
async function openElsewhere(
  file: string,
  key: Uint8Array,
  user: { uid?: number; gid?: number } = {},
): Promise<string> {
  const script = `
    const { openStore } = await import(${JSON.stringify(new URL("../../../adapters/database/store.ts", import.meta.url).href)});
    const secretKeys = [Buffer.from(${JSON.stringify(Buffer.from(key).toString("base64"))}, "base64")];
    const options = { databaseUrl: ${JSON.stringify(`file:${file}`)}, secretKeys, mayCreate: true, version: "1", clock: Date.now };
    try {
      const store = await openStore(options);
      await store.tx((db) => db.cursors.put("1", "1", 0));
      console.log("opened");
    } catch (error) { console.log(error.code, error.message); }`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], user);
  return stdout.trim();
}

test("a full disk refuses the transaction and keeps what was there before", async () => {
  const { store, file, secretKeys } = await openTestStore();
  const workspace = await addWorkspace(store);
  await store.close();
  const writer = openWriter(file);
  writer.pragma(`max_page_count = ${writer.pragma("page_count", { simple: true })}`);
  const tight = storeOn({ writer, reader: openReader(file), sealer: createSealer(secretKeys), file });
  const payload = "x".repeat(1_000_000);
  const put = () =>
    tight.tx(async (db) => {
      await db.cursors.put("1", "2", 0);
      await db.inbox.put([{ platform: "telegram", externalId: "1", payload, receivedAt: 0 }]);
    });
  await expect(put()).rejects.toMatchObject({ code: "full", message: expect.stringContaining(file) });
  expect(await tight.read.cursors.get("1")).toBeUndefined();
  expect(await tight.read.workspaces.list()).toEqual([workspace]);
  writer.pragma("max_page_count = 1000000");
  await put();
  expect(await tight.read.cursors.get("1")).toBe("2");
  await tight.close();
});

test("a transaction waits for another process that writes, then goes on", async () => {
  const { store, file } = await openTestStore();
  const other = new Database(file);
  other.exec("begin immediate");
  const waiting = store.tx((db) => db.cursors.put("1", "2", 0));
  expect(await store.read.cursors.get("1")).toBeUndefined();
  other.exec("commit");
  await waiting;
  expect(await store.read.cursors.get("1")).toBe("2");
  other.close();
});

test("a writer that never ends is told as a locked database, and nothing is changed", async () => {
  const { file, secretKeys } = await openTestStore();
  const sealer = createSealer(secretKeys);
  const hasty = storeOn({ writer: openWriter(file), reader: openReader(file), sealer, file, patienceMs: 60 });
  const other = new Database(file);
  other.exec("begin immediate");
  await expect(hasty.tx((db) => db.cursors.put("1", "2", 0))).rejects.toMatchObject({ code: "locked" });
  other.exec("rollback");
  other.close();
  expect(await hasty.read.cursors.get("1")).toBeUndefined();
  await hasty.close();
});

test("the read side cannot write", async () => {
  const { store } = await openTestStore();
  await expect(store.read.cursors.put("1", "2", 0)).rejects.toMatchObject({ code: "SQLITE_READONLY" });
});
