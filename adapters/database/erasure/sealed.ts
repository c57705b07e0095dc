import type { Sealer } from "../seal.ts";
import type { Sqlite } from "../sqlite.ts";
import { type Identity, patternOf } from "./identity.ts";

interface SealedRow {
  readonly id: number;
  readonly uid: string;
  readonly sealed: Buffer;
}

/** What is sealed has to be opened to see whom it is about. */
export function eraseSealed(
  client: Sqlite,
  sealer: Sealer,
  identity: Identity,
  now: number,
): { updates: number; chores: number; confirmations: number; alerts: number } {
  const pattern = patternOf(identity);
  const isTheirs = (table: string, column: string, { uid, sealed }: SealedRow): boolean => {
    try {
      return sealer.open({ table, column, row: uid }, sealed).search(pattern) >= 0;
    } catch {
      return false;
    }
  };
  const rows = (sql: string): readonly SealedRow[] => client.prepare<[], SealedRow>(sql).all();
  const updates = rows("select id, uid, payload as sealed from inbox where payload is not null").filter((row) =>
    isTheirs("inbox", "payload", row),
  );
  const drop = client.prepare(
    "update inbox set payload = null, album_key = null, lane = '', done_at = coalesce(done_at, ?) where id = ?",
  );
  for (const { id } of updates) drop.run(now, id);
  const chores = rows("select id, uid, work as sealed from chores").filter((row) => isTheirs("chores", "work", row));
  const remove = client.prepare("delete from chores where id = ?");
  for (const { id } of chores) remove.run(id);
  const asked = rows("select id, uid, plan as sealed from confirmations").filter((row) =>
    isTheirs("confirmations", "plan", row),
  );
  const forget = client.prepare("delete from confirmations where id = ?");
  for (const { id } of asked) forget.run(id);
  const alerts = rows("select id, uid, payload as sealed from alerts where payload is not null").filter((row) =>
    isTheirs("alerts", "payload", row),
  );
  const end = client.prepare("update alerts set payload = null, done_at = coalesce(done_at, ?) where id = ?");
  for (const { id } of alerts) end.run(now, id);
  return { updates: updates.length, chores: chores.length, confirmations: asked.length, alerts: alerts.length };
}
