import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type OpenStoreOptions, openStore } from "../../adapters/database/store.ts";
import type { Store } from "../../src/app/store/store.ts";

export interface TestStore {
  readonly store: Store;
  readonly databaseUrl: string;
  /** The database file. */
  readonly file: string;
  /** Its folder, gone after the test. */
  readonly folder: string;
  readonly secretKeys: readonly Uint8Array[];
  /** Another store on the same database, as a second process would open it. */
  reopen(change?: Partial<OpenStoreOptions>): Promise<Store>;
}

/** A real store in a folder of its own, with the real migrations and a random key; closed and removed when the test ends. */
export async function openTestStore(change: Partial<OpenStoreOptions> = {}): Promise<TestStore> {
  const folder = temporaryFolder();
  const file = join(folder, "herald24.sqlite");
  const secretKeys = change.secretKeys ?? [randomBytes(32)];
  const options = { databaseUrl: `file:${file}`, secretKeys, mayCreate: true, version: "0.0.0-test", clock: Date.now };
  const reopen = async (more: Partial<OpenStoreOptions> = {}) => {
    const store = await openStore({ ...options, ...change, ...more });
    onTestFinished(() => store.close());
    return store;
  };
  return { store: await reopen(), databaseUrl: options.databaseUrl, file, folder, secretKeys, reopen };
}

/** Keeps what ends something until its time has come. */
export type AtEnd = (end: () => Promise<void> | void) => void;

export const untilTestIsOver: AtEnd = (end) => onTestFinished(end);

/** A folder of its own for one test, unless another end is given. */
export function temporaryFolder(atEnd: AtEnd = untilTestIsOver): string {
  const folder = mkdtempSync(join(tmpdir(), "herald24-"));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
