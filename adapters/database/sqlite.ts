import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { asStoreError, StoreError, storeError } from "./storeError.ts";

export type Sqlite = Database.Database;
export type Db = BetterSQLite3Database;

/** Marks a file as ours ("h24d"). */
export const APPLICATION_ID = 0x68323464;

/** How long a statement waits for a lock of another process before the engine gives up. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Path of the database file, absolute, and the same by whichever link it was named: what lies beside it, above all the lock, must be
 * one for all who open it.
 *
 * @param databaseUrl `file:data/herald24.sqlite` (relative to the working directory) or `file:///var/lib/h.sqlite`.
 */
export function databaseFile(databaseUrl: string): string {
  if (databaseUrl.startsWith("file://")) return realFile(fileURLToPath(databaseUrl));
  const path = /^file:(?<path>[^?#]+)$/u.exec(databaseUrl)?.groups?.path;
  if (path === undefined) {
    // The address of another engine may hold a password, so only its scheme is shown.
    const scheme = databaseUrl.split(":", 1)[0];
    throw new StoreError(
      "bad-address",
      `DATABASE_URL begins with "${scheme}:", but it must name a file, such as file:data/herald24.sqlite`,
    );
  }
  return realFile(resolve(path));
}

/** As named where nothing is there yet. */
const realFile = (file: string): string => (existsSync(file) ? realpathSync(file) : file);

/** Makes the file, and its folder, readable by the owner alone. The engine gives its side files the same rights. */
export function createPrivateFile(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, "a", 0o600));
  } catch (cause) {
    throw storeError("read-only", file, { cause });
  }
}

/** Write-ahead log, every commit flushed to the disk, foreign keys held. */
export function openWriter(file: string): Sqlite {
  if (!existsSync(file)) throw storeError("missing", file);
  return connect(file, (client) => {
    refuseStrangers(client, file);
    client.pragma("journal_mode = WAL");
    client.pragma("synchronous = FULL");
    client.pragma("foreign_keys = ON");
  });
}

/** Can only read what is committed; the engine itself refuses a write. */
export function openReader(file: string): Sqlite {
  if (!existsSync(file)) throw storeError("missing", file);
  return connect(file, (client) => refuseStrangers(client, file), { readonly: true });
}

function connect(file: string, prepare: (client: Sqlite) => void, options: Database.Options = {}): Sqlite {
  let client: Sqlite | undefined;
  try {
    client = new Database(file, { ...options, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    prepare(client);
    return client;
  } catch (error) {
    client?.close();
    throw asStoreError(error, file);
  }
}

/** Before anything is written: a database of another program stays as it is. */
function refuseStrangers(client: Sqlite, file: string): void {
  const marked = client.pragma("application_id", { simple: true }) === APPLICATION_ID;
  if (!marked && !isEmpty(client)) throw storeError("not-ours", file);
}

export function isEmpty(client: Sqlite): boolean {
  return client.prepare("select 1 from sqlite_schema limit 1").get() === undefined;
}
