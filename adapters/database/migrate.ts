import { closeSync, openSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type MigrationMeta, readMigrationFiles } from "drizzle-orm/migrator";
import { APPLICATION_ID, isEmpty, type Sqlite } from "./sqlite.ts";
import { asStoreError, StoreError } from "./storeError.ts";

export interface Migrations {
  readonly file: string;
  /** Version of this program, for the name of the copy and for messages. */
  readonly version: string;
  readonly now: number;
  /** Where the generated SQL lies; ours by default. */
  readonly folder?: string;
}

const FOLDER = fileURLToPath(new URL("../../migrations", import.meta.url));
const TABLE = "__drizzle_migrations";

/**
 * Brings the schema up to date, in one transaction, after copying a database that already holds something. Our own loop over
 * drizzle's files and table because drizzle's begins with a read, so that two processes starting at once would collide.
 */
export function migrate(client: Sqlite, migrations: Migrations): void {
  refuseNewer(client, migrations);
  if (pending(client, migrations).length === 0) return;
  try {
    if (!isEmpty(client)) copyBeside(client, migrations);
    // A rebuilt table is dropped for a moment; what points to it is checked before the commit instead.
    client.pragma("foreign_keys = OFF");
    client.transaction(() => apply(client, migrations)).immediate();
  } catch (error) {
    throw asStoreError(error, migrations.file);
  } finally {
    client.pragma("foreign_keys = ON");
  }
}

/** @throws {StoreError} `newer` when this database has been migrated by a later program. Nothing is written. */
export function refuseNewer(client: Sqlite, { file, version, folder }: Omit<Migrations, "now">): void {
  const ours = new Set(shipped(folder).map((migration) => migration.folderMillis));
  if ([...applied(client)].every((when) => ours.has(when))) return;
  throw new StoreError(
    "newer",
    `database ${file}: written by a newer herald24 than ${version}. Nothing was touched; update herald24, or restore the copy made before that update`,
  );
}

function apply(client: Sqlite, migrations: Migrations): void {
  refuseNewer(client, migrations);
  client.pragma(`application_id = ${APPLICATION_ID}`);
  client.exec(`create table if not exists ${TABLE} (id integer primary key, hash text not null, created_at numeric)`);
  const note = client.prepare(`insert into ${TABLE} (hash, created_at) values (?, ?)`);
  for (const migration of pending(client, migrations)) {
    for (const statement of migration.sql) client.exec(statement);
    note.run(migration.hash, migration.folderMillis);
  }
  const dangling: unknown = client.pragma("foreign_key_check");
  if (Array.isArray(dangling) && dangling.length > 0) {
    throw new Error(`a migration left ${dangling.length} rows of ${migrations.file} pointing nowhere`);
  }
}

function shipped(folder = FOLDER): MigrationMeta[] {
  return readMigrationFiles({ migrationsFolder: folder });
}

function pending(client: Sqlite, { folder }: Migrations): MigrationMeta[] {
  const done = applied(client);
  return shipped(folder).filter((migration) => !done.has(migration.folderMillis));
}

function applied(client: Sqlite): Set<number> {
  if (client.prepare("select 1 from sqlite_schema where name = ?").get(TABLE) === undefined) return new Set();
  return new Set(client.prepare<[], number>(`select created_at from ${TABLE}`).pluck().all());
}

/** `herald24.sqlite.before-1.2.0-1766000000000`, beside the database, for the way back. */
function copyBeside(client: Sqlite, { file, version, now }: Migrations): void {
  copyInto(client, `${file}.before-${version}-${now}`);
}

/** A consistent copy of what is committed, readable by the owner alone. Works beside a writer. */
export function copyInto(client: Sqlite, copy: string): void {
  closeSync(openSync(copy, "wx", 0o600));
  try {
    client.prepare("vacuum into ?").run(copy);
  } catch (error) {
    rmSync(copy, { force: true });
    throw error;
  }
}
