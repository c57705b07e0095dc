import { existsSync } from "node:fs";
import { keyFile, SecretKeyError } from "../../adapters/database/keyFile.ts";
import { databaseFile } from "../../adapters/database/sqlite.ts";
import { StoreError } from "../../adapters/database/storeError.ts";
import type { Finding, Words } from "../app/ports.ts";
import type { Store } from "../app/store/store.ts";
import type { Context } from "./context.ts";
import { faultOf } from "./fault.ts";

/** Key and database together: only the right key shows that the database is ours to read. */
export async function openedDatabase(context: Context): Promise<{ store: Store } | { fault: unknown }> {
  try {
    return { store: await context.store() };
  } catch (fault) {
    return { fault };
  }
}

export function databaseFinding(
  context: Context,
  opened: Awaited<ReturnType<typeof openedDatabase>>,
  { say }: Words,
): Finding {
  const check = "database";
  const { databaseUrl, dataDir, secretKey } = context.config();
  const file = "fault" in opened && opened.fault instanceof StoreError ? databaseUrl : databaseFile(databaseUrl);
  const broken = (id: string, args: Readonly<Record<string, string>>): Finding => ({
    check,
    state: "broken",
    detail: say(id, args),
    fix: say(`${id}-fix`, args),
  });
  if ("store" in opened) return { check, state: "ok", detail: say("database-ok", { file }) };
  const { fault } = opened;
  const place = secretKey === undefined ? keyFile(dataDir) : "HERALD24_SECRET_KEY";
  if (fault instanceof StoreError) return broken(`database-${fault.code}`, { file, place });
  if (fault instanceof SecretKeyError) return broken(`key-${fault.problem}`, { place: fault.place });
  if (!existsSync(file)) return broken("database-none", { file });
  return broken("database-other", { reason: faultOf(fault).message });
}
