import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { backupTo } from "../../../adapters/database/backup.ts";
import { acquireServiceLock } from "../../../adapters/database/lock.ts";
import { type RestoreOptions, restoreFrom } from "../../../adapters/database/restore.ts";
import { openStore } from "../../../adapters/database/store.ts";
import { addWorkspace } from "../../support/entries.ts";
import { openTestStore, temporaryFolder } from "../../support/store.ts";

const OWNER = { pid: 1, host: "test" };

async function backedUp() {
  const test = await openTestStore();
  const mediaDir = join(test.folder, "media");
  const big = randomBytes(2_500_000);
  mkdirSync(join(mediaDir, "ab"), { recursive: true });
  writeFileSync(join(mediaDir, "ab", "abcd"), big);
  writeFileSync(join(mediaDir, "empty"), "");
  await addWorkspace(test.store);
  const file = join(test.folder, "today.backup");
  const done = await backupTo(test.databaseUrl, mediaDir, file);
  return { ...test, mediaDir, big, backup: file, done };
}

type Backup = Awaited<ReturnType<typeof backedUp>>;

function restore({ backup, secretKeys }: Backup, change: Partial<RestoreOptions> = {}) {
  const folder = temporaryFolder();
  const databaseUrl = `file:${join(folder, "h.sqlite")}`;
  const options = { databaseUrl, mediaDir: join(folder, "media"), file: backup, secretKeys, owner: OWNER };
  const all = { ...options, version: "1", clock: () => 77, ...change };
  return { all, done: restoreFrom(all) };
}

test("what was backed up beside a running service is restored elsewhere, media included", async () => {
  const made = await backedUp();
  expect(made.done).toEqual({ files: 2, bytes: 2_500_000 });
  expect(statSync(made.backup).mode & 0o777).toBe(0o600);
  const { all, done } = restore(made);
  expect(await done).toEqual({ files: 2 });
  expect(readFileSync(join(all.mediaDir, "ab", "abcd")).equals(made.big)).toBe(true);
  expect(readFileSync(join(all.mediaDir, "empty"))).toHaveLength(0);
  const store = await openStore({ ...all, mayCreate: false });
  expect(await store.read.workspaces.list()).toEqual(await made.store.read.workspaces.list());
  await store.close();
});

test("a backup does not hold the key", async () => {
  const { backup, secretKeys } = await backedUp();
  const bytes = readFileSync(backup);
  for (const key of secretKeys) {
    expect(bytes.includes(Buffer.from(key))).toBe(false);
    expect(bytes.includes(Buffer.from(key).toString("base64"))).toBe(false);
  }
});

test("the former database is put aside, not lost", async () => {
  const made = await backedUp();
  await made.store.tx((db) => db.cursors.put("1", "after the backup", 0));
  await made.store.close();
  const { databaseUrl, mediaDir } = made;
  const { former } = await restore(made, { databaseUrl, mediaDir }).done;
  expect(former).toBe(`${made.file}.before-restore-77`);
  const put = await made.reopen({ databaseUrl: `file:${former}`, mayCreate: false });
  expect(await put.read.cursors.get("1")).toBe("after the backup");
  expect(await (await made.reopen()).read.cursors.get("1")).toBeUndefined();
});

test("nothing is replaced while a service runs", async () => {
  const made = await backedUp();
  const { databaseUrl } = made;
  const lock = acquireServiceLock({ databaseUrl, owner: { pid: 4, host: "alpha" }, clock: () => 1 });
  await expect(restore(made, { databaseUrl }).done).rejects.toMatchObject({
    code: "locked",
    message: /process 4 on alpha/,
  });
  if (lock.kind === "acquired") lock.release();
});

test("a backup sealed with another key is refused and nothing is written", async () => {
  const { all, done } = restore(await backedUp(), { secretKeys: [randomBytes(32)] });
  await expect(done).rejects.toMatchObject({ code: "wrong-key" });
  expect(existsSync(all.databaseUrl.slice("file:".length))).toBe(false);
});

test("a damaged backup is refused", async () => {
  const made = await backedUp();
  const bytes = readFileSync(made.backup);
  bytes.fill(0x5a, 8_192, 60_000);
  rmSync(made.backup);
  writeFileSync(made.backup, bytes);
  await expect(restore(made).done).rejects.toMatchObject({ code: "corrupt" });
});

test.each([
  ["that is no database", "hello".repeat(1_000)],
  ["that is empty", ""],
])("a file %s is refused", async (_, content) => {
  const file = join(temporaryFolder(), "x");
  writeFileSync(file, content);
  await expect(restore(await backedUp(), { file }).done).rejects.toMatchObject({ code: "not-ours" });
});

test("a backup overwrites nothing", async () => {
  const { databaseUrl, mediaDir, backup } = await backedUp();
  await expect(backupTo(databaseUrl, mediaDir, backup)).rejects.toThrow("already exists");
});
