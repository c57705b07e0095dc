import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { Clock } from "../../src/app/ports.ts";
import type { Store } from "../../src/app/store/store.ts";
import { migrate, refuseNewer } from "./migrate.ts";
import { repositories } from "./repositories.ts";
import { createSealer, type Sealer } from "./seal.ts";
import { createPrivateFile, databaseFile, openReader, openWriter, type Sqlite } from "./sqlite.ts";
import { keepingStatements } from "./statements.ts";
import { asStoreError, StoreError, storeError } from "./storeError.ts";
import { createTransactions } from "./transactions.ts";

export interface OpenStoreOptions {
  /** `file:data/herald24.sqlite`. */
  readonly databaseUrl: string;
  /** 32 bytes each: the first seals, all of them open. */
  readonly secretKeys: readonly Uint8Array[];
  /** Whether a database may be made where there is none. */
  readonly mayCreate: boolean;
  /** Of this program: named in messages and in the copy made before a migration. */
  readonly version: string;
  readonly clock: Clock;
  /** Where the generated SQL lies; ours by default. */
  readonly migrations?: string;
}

/** How soon a change by another process is noticed; operators are promised a second (docs/cli.md). */
const WATCH_MS = 250;

/** Writes that may change which chats are bound or listened to; with a workspace go its chats and rules. */
const PLACES = /^(?:(?:insert into|update|delete from) "(?:chats|rules)"|delete from "workspaces")/u;

const KEY_CHECK = { table: "meta", column: "value", row: "key-check" };

/**
 * Opens the database, brings its schema up to date and makes sure that the keys fit.
 *
 * @throws {StoreError} One clear line; nothing was changed.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const file = databaseFile(options.databaseUrl);
  const sealer = createSealer(options.secretKeys);
  if (!existsSync(file)) {
    if (!options.mayCreate) throw nothingThere(file);
    createPrivateFile(file);
  }
  const writer = openWriter(file);
  try {
    const { version, migrations: folder } = options;
    const migrations = { file, version, now: options.clock(), ...(folder !== undefined && { folder }) };
    refuseNewer(writer, migrations);
    if (holdsKeyCheck(writer)) checkKey(writer, sealer, file);
    migrate(writer, migrations);
    checkKey(writer, sealer, file);
    return storeOn({ writer, reader: openReader(file), sealer, file });
  } catch (error) {
    writer.close();
    throw asStoreError(error, file);
  }
}

export interface Connections {
  readonly writer: Sqlite;
  readonly reader: Sqlite;
  readonly sealer: Sealer;
  readonly file: string;
  /** How long a transaction waits for another process that writes; 5 s by default. */
  readonly patienceMs?: number | undefined;
}

/** The store over two connections to one database that is up to date. */
export function storeOn(open: Connections): Store {
  const { writer, reader, sealer, file } = open;
  let touched = 0;
  const note = (source: string): void => {
    if (PLACES.test(source)) touched += 1;
  };
  const writing = repositories(drizzle({ client: keepingStatements(writer, note) }), sealer);
  const reading = drizzle({ client: keepingStatements(reader) });
  const transactions = createTransactions(writer, file, { patienceMs: open.patienceMs });
  // Asked on the writer, whose own commits do not count.
  const dataVersion = () => writer.pragma("data_version", { simple: true });
  let seen = dataVersion();
  let placed = 0;
  return {
    tx: async (work) => {
      const done = await transactions.run(async () => {
        const before = touched;
        return { result: await work(writing), isPlaced: touched !== before };
      });
      // Only now can it be read.
      if (done.isPlaced) placed += 1;
      return done.result;
    },
    read: repositories(reading, sealer),
    placesVersion: () => `${dataVersion()}/${placed}`,
    changedElsewhere: async (signal) => {
      while (!signal.aborted && writer.open) {
        const now = dataVersion();
        if (now !== seen) {
          seen = now;
          return;
        }
        await delay(WATCH_MS, undefined, { ref: false, signal }).catch(() => undefined);
      }
    },
    close: () =>
      transactions.end(() => {
        reader.close();
        writer.close();
      }),
  };
}

/** A small sealed text that only opens with a key that this database knows. Written with the first opening. */
export function checkKey(client: Sqlite, sealer: Sealer, file: string): void {
  const read = client.prepare<[string], Buffer>("select value from meta where key = ?").pluck();
  const write = client.prepare("insert into meta (key, value) values (?, ?) on conflict do nothing");
  if (read.get(KEY_CHECK.row) === undefined) write.run(KEY_CHECK.row, sealer.seal(KEY_CHECK, randomUUID()));
  const sealed = read.get(KEY_CHECK.row);
  if (sealed === undefined || !sealer.knows(sealed)) throw wrongKey(file);
  try {
    sealer.open(KEY_CHECK, sealed);
  } catch (cause) {
    throw storeError("corrupt", file, { cause });
  }
}

function holdsKeyCheck(client: Sqlite): boolean {
  return client.prepare("select 1 from sqlite_schema where name = 'meta'").get() !== undefined;
}

function wrongKey(file: string): StoreError {
  return new StoreError(
    "wrong-key",
    `database ${file}: none of the given secret keys is the one it was sealed with. Put the right key back into HERALD24_SECRET_KEY or secret.key; nothing was touched`,
  );
}

function nothingThere(file: string): StoreError {
  return new StoreError(
    "missing",
    `database ${file}: there is none. Check DATABASE_URL and the working directory, or begin with \`herald24 init\``,
  );
}
