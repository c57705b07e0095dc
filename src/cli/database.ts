import { existsSync } from "node:fs";
import { keyFile, loadSecretKeys } from "../../adapters/database/keyFile.ts";
import { databaseFile } from "../../adapters/database/sqlite.ts";
import { openStore } from "../../adapters/database/store.ts";
import type { Clock } from "../app/ports.ts";
import type { Store } from "../app/store/store.ts";
import type { Config } from "../config.ts";
import { VERSION } from "../version.ts";
import { CliError } from "./fault.ts";

/** @param options `made` hears of a key that was made, and where it lies. */
export async function openDatabase(
  config: Config,
  { mayCreate, clock, made }: { mayCreate: boolean; clock: Clock; made: (file: string) => void },
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
  if (created) made(keyFile(dataDir));
  return openStore({ databaseUrl, secretKeys: keys, mayCreate, version: VERSION, clock });
}
