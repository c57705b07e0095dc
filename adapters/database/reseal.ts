import { createSealer, type Sealer } from "./seal.ts";
import { databaseFile, openWriter, type Sqlite } from "./sqlite.ts";
import { checkKey } from "./store.ts";
import { asStoreError } from "./storeError.ts";

/** Every sealed column, and the column that its ciphertext is bound to. */
export const SEALED_COLUMNS = [
  { table: "meta", column: "value", key: "key" },
  { table: "workspaces", column: "credentials", key: "uid" },
  { table: "inbox", column: "payload", key: "uid" },
  { table: "receipts", column: "interaction", key: "uid" },
  { table: "confirmations", column: "plan", key: "uid" },
  { table: "attachments", column: "source", key: "uid" },
  { table: "attachments", column: "drive_external_url", key: "uid" },
  { table: "media_links", column: "capability", key: "hash" },
  { table: "chores", column: "work", key: "uid" },
  { table: "notifications", column: "secret", key: "trace" },
  { table: "hooks", column: "secret", key: "uid" },
  { table: "alerts", column: "payload", key: "uid" },
  { table: "rules", column: "definition", key: "uid" },
  { table: "incidents", column: "alert", key: "uid" },
  { table: "posts", column: "webhook", key: "uid" },
  { table: "post_files", column: "file", key: "uid" },
  { table: "post_files", column: "capability", key: "hash" },
  { table: "silences", column: "matcher", key: "uid" },
] as const;

/**
 * Seals everything anew with the first key, in one transaction, so that the other keys are not needed any more.
 *
 * @param keys 32 bytes each; together they open everything.
 * @returns How many values were sealed anew.
 * @throws {StoreError | SealError} Nothing was changed.
 */
export function reseal(databaseUrl: string, keys: readonly Uint8Array[]): number {
  const file = databaseFile(databaseUrl);
  const sealer = createSealer(keys);
  const client = openWriter(file);
  try {
    checkKey(client, sealer, file);
    return client
      .transaction(() => SEALED_COLUMNS.reduce((sum, place) => sum + resealColumn(client, sealer, place), 0))
      .immediate();
  } catch (error) {
    throw asStoreError(error, file);
  } finally {
    client.close();
  }
}

interface SealedRow {
  readonly row: string;
  readonly sealed: Buffer;
}

function resealColumn(client: Sqlite, sealer: Sealer, { table, column, key }: (typeof SEALED_COLUMNS)[number]): number {
  const rows = client
    .prepare<[], SealedRow>(`select ${key} as row, ${column} as sealed from ${table} where ${column} is not null`)
    .all();
  const write = client.prepare(`update ${table} set ${column} = ? where ${key} = ?`);
  for (const { row, sealed } of rows) {
    const place = { table, column, row };
    write.run(sealer.seal(place, sealer.open(place, sealed)), row);
  }
  return rows.length;
}
