import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import Database from "better-sqlite3";
import type { Clock } from "../../src/app/ports.ts";
import { acquireServiceLock } from "./lock.ts";
import { refuseNewer } from "./migrate.ts";
import { createSealer } from "./seal.ts";
import { createPrivateFile, databaseFile, openReader, type Sqlite } from "./sqlite.ts";
import { checkKey } from "./store.ts";
import { asStoreError, StoreError, storeError } from "./storeError.ts";

export interface RestoreOptions {
  readonly databaseUrl: string;
  readonly mediaDir: string;
  /** What `backupTo` has written. */
  readonly file: string;
  readonly secretKeys: readonly Uint8Array[];
  readonly version: string;
  readonly owner: { readonly pid: number; readonly host: string };
  readonly clock: Clock;
}

export interface Restored {
  /** Where the former database was put, when there was one. */
  readonly former?: string;
  readonly files: number;
}

/**
 * Puts a backup in the place of the database, after checking that it is whole, ours, not newer than this program and sealed
 * with a key that is given. Media are added to what is there, since they are named by their content.
 *
 * @throws {StoreError} Nothing was replaced. `locked` when a service runs on this database.
 */
export async function restoreFrom(options: RestoreOptions): Promise<Restored> {
  const { databaseUrl, owner, clock } = options;
  const file = databaseFile(databaseUrl);
  const lock = acquireServiceLock({ databaseUrl, owner, clock });
  if (lock.kind === "held") {
    const by = lock.heldBy ? ` (process ${lock.heldBy.pid} on ${lock.heldBy.host})` : "";
    throw new StoreError("locked", `database ${file}: a service is running on it${by}. Stop it, then restore`);
  }
  const staged = `${file}.restoring`;
  try {
    checkBackup(options);
    rmSync(staged, { force: true });
    createPrivateFile(staged);
    copyFileSync(resolve(options.file), staged);
    const files = unpackMedia(staged, options.mediaDir);
    const former = replace(file, staged, clock());
    return { ...(former !== undefined && { former }), files };
  } catch (error) {
    throw asStoreError(error, resolve(options.file));
  } finally {
    rmSync(staged, { force: true });
    lock.release();
  }
}

function checkBackup({ file, secretKeys, version }: RestoreOptions): void {
  const backup = resolve(file);
  const reader = openReader(backup);
  try {
    if (reader.prepare("select 1 from sqlite_schema where name = 'backup_media'").get() === undefined) {
      throw storeError("not-ours", backup);
    }
    if (reader.pragma("integrity_check", { simple: true }) !== "ok") throw storeError("corrupt", backup);
    refuseNewer(reader, { file: backup, version });
    checkKey(reader, createSealer(secretKeys), backup);
  } finally {
    reader.close();
  }
}

/** Writes the media out, and leaves a database without them. Answers how many files there were. */
function unpackMedia(staged: string, mediaDir: string): number {
  const client = new Database(staged);
  try {
    const paths = client.prepare<[], string>("select distinct path from backup_media").pluck().all();
    for (const path of paths) unpackFile(client, path, mediaDir);
    client.exec("drop table backup_media");
    client.exec("vacuum");
    return paths.length;
  } finally {
    client.close();
  }
}

function unpackFile(client: Sqlite, path: string, mediaDir: string): void {
  const root = resolve(mediaDir);
  const target = resolve(root, path);
  if (!target.startsWith(root + sep)) throw new Error(`the backup holds a file outside of the media folder: ${path}`);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const partial = `${target}.restoring`;
  const parts = client.prepare<[string], Buffer>("select bytes from backup_media where path = ? order by part").pluck();
  const handle = openSync(partial, "w", 0o600);
  try {
    for (const bytes of parts.iterate(path)) writeSync(handle, bytes);
  } finally {
    closeSync(handle);
  }
  renameSync(partial, target);
}

/** The former database is put aside with its side files, which hold what it had not yet merged. */
function replace(file: string, staged: string, now: number): string | undefined {
  const former = existsSync(file) ? `${file}.before-restore-${now}` : undefined;
  for (const side of ["-wal", "-shm", ""]) {
    if (former !== undefined && existsSync(file + side)) renameSync(file + side, former + side);
  }
  renameSync(staged, file);
  return former;
}
