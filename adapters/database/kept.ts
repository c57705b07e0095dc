import { type Placeholder, sql } from "drizzle-orm";
import type { Db } from "./sqlite.ts";

/** What stands in a statement for a value, told by its name. */
type Given<Name extends string> = { readonly [Each in Name]: Placeholder<Each> };
type Values<Name extends string> = { readonly [Each in Name]: string | number | Buffer | null };

interface Query<Rows> {
  prepare(): Prepared<Rows>;
}
interface Prepared<Rows> {
  execute(values: Record<string, unknown>): PromiseLike<Rows>;
}

/**
 * A statement that is written out once for each connection, with its first use: to write it takes the query builder several times
 * as long as the engine takes to carry it out. For what is asked with each message or each delivery.
 *
 * @param names Of its values. They are given as the database holds them, since nothing translates what comes later.
 */
export function kept<const Name extends string, Rows>(
  names: readonly Name[],
  write: (db: Db, given: Given<Name>) => Query<Rows>,
): (db: Db, values: Values<Name>) => PromiseLike<Rows> {
  const given = Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as Given<Name>;
  const statements = new WeakMap<Db, Prepared<Rows>>();
  return (db, values) => {
    const statement = statements.get(db) ?? write(db, given).prepare();
    statements.set(db, statement);
    return statement.execute(values);
  };
}
