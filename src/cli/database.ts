import { existsSync } from "node:fs";
import { keyFile, loadSecretKeys } from "../../adapters/database/keyFile.ts";
import { databaseFile } from "../../adapters/database/sqlite.ts";
import { openStore } from "../../adapters/database/store.ts";
import type { Clock } from "../app/ports.ts";
import type { Store } from "../app/store/store.ts";
import type { Config } from "../config.ts";
import { VERSION } from "../version.ts";
import { CliError } from "./fault.ts";

/** @param options `note` hears of a key that was made. */
export async function openDatabase(
  config: Config,
  { mayCreate, clock, note }: { mayCreate: boolean; clock: Clock; note: (line: string) => void },
): Promise<Store> {
  const { databaseUrl, dataDir, secretKey } = config;
  const file = databaseFile(databaseUrl);
  const isThere = existsSync(file);
  if (!isThere && !mayCreate) {
    throw new CliError(
      1,
      `there is no database at ${file}: begin with \`npx herald24 init\`, or check DATABASE_URL and the folder`,
    );
  }
  // A database that is there was sealed with a key of its own: another one would not open it.
  const { keys, created } = loadSecretKeys({ value: secretKey, dataDir, mayCreate: mayCreate && !isThere });
  if (created) {
    note(
      `A secret key was made: ${keyFile(dataDir)}. Keep a copy apart from the backups, which are worth nothing without it.`,
    );
  }
  return openStore({ databaseUrl, secretKeys: keys, mayCreate, version: VERSION, clock });
}
