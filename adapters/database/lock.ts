import { statSync } from "node:fs";
import Database from "better-sqlite3";
import type { Clock } from "../../src/app/ports.ts";
import { createPrivateFile, databaseFile, type Sqlite } from "./sqlite.ts";
import { asStoreError, StoreError } from "./storeError.ts";

export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

export type ServiceLock =
  | { readonly kind: "acquired"; readonly release: () => void }
  /** `heldBy` is absent in the moment before the holder has written its name. */
  | { readonly kind: "held"; readonly heldBy?: LockHolder };

/**
 * One service per database. The lock is an open transaction on a small database beside it, so the operating system takes it
 * back the moment the process ends, however it ends; a row in there tells others who holds it.
 */
export function acquireServiceLock(options: {
  databaseUrl: string;
  owner: { pid: number; host: string };
  clock: Clock;
}): ServiceLock {
  const database = databaseFile(options.databaseUrl);
  refuseNames(database);
  const file = `${database}.lock`;
  createPrivateFile(file);
  const client = new Database(file, { timeout: 0 });
  try {
    // Not WAL: a rollback journal lets others read the row while the write lock is held.
    client.exec("begin immediate");
    client.exec(
      "create table if not exists holder (id integer primary key, pid integer, host text, since integer) strict",
    );
    const { owner, clock } = options;
    client.prepare("replace into holder values (1, ?, ?, ?)").run(owner.pid, owner.host, clock());
    // Written for others to read, then locked again; whoever comes between the two has the lock and wrote its own name.
    // The commit waits for those who are just reading it.
    client.pragma("busy_timeout = 1000");
    client.exec("commit");
    client.pragma("busy_timeout = 0");
    client.exec("begin immediate");
    return { kind: "acquired", release: () => client.close() };
  } catch (error) {
    const held = isBusy(error) ? whoHolds(client) : undefined;
    client.close();
    if (held === undefined) throw asStoreError(error, file);
    return held;
  }
}

/**
 * SQLite, "How To Corrupt": what belongs to a database lies beside each of its names, the lock too, so that a second service would
 * start under another hard link to it. @throws {StoreError} `locked`
 */
function refuseNames(database: string): void {
  const names = statSync(database, { throwIfNoEntry: false })?.nlink ?? 1;
  if (names < 2) return;
  throw new StoreError(
    "locked",
    `${database}: the file has ${names} names (hard links), and a service under another one would damage it. Remove the others, or give it a file of its own: copy it and put the copy in its place`,
  );
}

function whoHolds(client: Sqlite): ServiceLock {
  try {
    if (client.inTransaction) client.exec("rollback");
    const heldBy = client.prepare<[], LockHolder>("select pid, host, since from holder").get();
    return { kind: "held", ...(heldBy && { heldBy }) };
  } catch {
    // The holder is just writing its name.
    return { kind: "held" };
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
