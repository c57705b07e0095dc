import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { backupTo } from "../../adapters/database/backup.ts";
import { loadSecretKeys } from "../../adapters/database/keyFile.ts";
import { reseal } from "../../adapters/database/reseal.ts";
import { restoreFrom } from "../../adapters/database/restore.ts";
import { VERSION } from "../version.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { counted } from "./output.ts";

const mediaIn = (dataDir: string): string => join(dataDir, "media");

export async function backup(context: Context, given: string): Promise<void> {
  const { databaseUrl, dataDir } = context.config();
  const file = resolve(context.host.cwd, given);
  if (existsSync(file))
    throw wrongInput(`${file} is there already, and a backup overwrites nothing; choose another name`);
  if (!existsSync(dirname(file)))
    throw wrongInput(`${dirname(file)} is not there; make the folder first, or check the path`);
  const { files, bytes } = await backupTo(databaseUrl, mediaIn(dataDir), file);
  context.out.print({ file, files, bytes }, [
    `Backed up the database and ${files} media files to ${file}.`,
    "The secret key is not in it: keep a copy of secret.key (or HERALD24_SECRET_KEY) in another place, or the backup cannot be opened.",
  ]);
}

export async function restore(context: Context, given: string): Promise<void> {
  const { databaseUrl, dataDir, secretKey } = context.config();
  const file = resolve(context.host.cwd, given);
  if (!existsSync(file)) throw wrongInput(`${file} is not there; check the path`);
  const { keys } = loadSecretKeys({ value: secretKey, dataDir, mayCreate: false });
  const restored = await restoreFrom({
    databaseUrl,
    mediaDir: mediaIn(dataDir),
    file,
    secretKeys: keys,
    version: VERSION,
    owner: { pid: process.pid, host: hostname() },
    clock: context.clock,
  });
  await context.change((_tx, note) => note({ action: "restore", subject: file }));
  context.out.print({ file, former: restored.former ?? null, files: restored.files }, [
    `Restored the database and ${restored.files} media files from ${file}.`,
    ...(restored.former === undefined ? [] : [`The former database was put aside: ${restored.former}`]),
  ]);
}

export async function rotate(context: Context): Promise<void> {
  const { databaseUrl, dataDir, secretKey } = context.config();
  const { keys } = loadSecretKeys({ value: secretKey, dataDir, mayCreate: false });
  if (keys.length < 2) {
    const place = secretKey === undefined ? join(dataDir, "secret.key") : "HERALD24_SECRET_KEY";
    throw wrongInput(
      `there is only one key. Put a new one (openssl rand -base64 32) before it in ${place}, as <new>,<old>; restart the service; then run this again`,
    );
  }
  // Brings the schema up to date first, and makes sure that the keys fit.
  await context.store();
  const count = reseal(databaseUrl, keys);
  await context.change((_tx, note) => note({ action: "secrets.rotate", subject: `${counted(count, "value")}` }));
  context.out.print({ resealed: count }, [
    `Sealed ${counted(count, "value")} anew with the first key. The other keys open older backups only: take them out of the list, and keep them with those backups.`,
    "A running service must have been started with both keys; if it was not, restart it now.",
  ]);
}
