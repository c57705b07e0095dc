import Database from "better-sqlite3";

export const STORE_ERRORS = [
  "newer",
  "wrong-key",
  "locked",
  "read-only",
  "full",
  "missing",
  "corrupt",
  "not-ours",
  "bad-address",
] as const;

export type StoreErrorCode = (typeof STORE_ERRORS)[number];

/** The database cannot be used, or did not take a transaction, which is then rolled back as a whole. One line for the operator. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const LINES: Partial<Record<StoreErrorCode, string>> = {
  locked: "another process has been writing to it for too long. Nothing was changed; end that process, or try again",
  "read-only": "it cannot be written. Give the service's user write access to the file and to its folder",
  full: "its disk is full. Nothing was lost and nothing was written; free some space, the service goes on by itself",
  missing: "it cannot be opened. Check DATABASE_URL and the rights of the folder",
  corrupt: "the file is damaged. Restore the latest backup with `herald24 restore FILE`",
  "not-ours": "the file is not a herald24 database. Point DATABASE_URL somewhere else",
};

/** SQLite's primary result codes; extended ones (`SQLITE_BUSY_SNAPSHOT`) begin with them. */
const CODES: readonly (readonly [string, StoreErrorCode])[] = [
  ["SQLITE_BUSY", "locked"],
  ["SQLITE_LOCKED", "locked"],
  ["SQLITE_READONLY", "read-only"],
  ["SQLITE_PERM", "read-only"],
  ["SQLITE_FULL", "full"],
  ["SQLITE_CANTOPEN", "missing"],
  ["SQLITE_CORRUPT", "corrupt"],
  ["SQLITE_NOTADB", "not-ours"],
];

export function storeError(code: StoreErrorCode, file: string, options?: ErrorOptions): StoreError {
  return new StoreError(code, `database ${file}: ${LINES[code] ?? code}`, options);
}

/** What the engine complained about, as a StoreError where the operator can do something; anything else unchanged. */
export function asStoreError(error: unknown, file: string): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof Database.SqliteError)) continue;
    const { code } = cause;
    const found = CODES.find(([prefix]) => code === prefix || code.startsWith(`${prefix}_`));
    if (found !== undefined) return storeError(found[1], file, { cause });
  }
  return error;
}
