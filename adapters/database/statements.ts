import type { Sqlite } from "./sqlite.ts";

/** Statements that are kept: the house has some hundred, and lists of different lengths make a few more of each. */
const MOST_KEPT = 500;

/**
 * The same connection, whose statements are compiled once and kept: the query builder asks for them anew each time, and compiling
 * one takes longer than carrying it out. Only for the query builder, which runs each to its end before it asks for the next.
 *
 * @param asked Told of each statement before it is carried out.
 */
export function keepingStatements(client: Sqlite, asked: (source: string) => void = () => undefined): Sqlite {
  const kept = new Map<string, ReturnType<Sqlite["prepare"]>>();
  const prepare = (source: string): ReturnType<Sqlite["prepare"]> => {
    asked(source);
    const statement = kept.get(source) ?? client.prepare(source);
    kept.delete(source);
    kept.set(source, statement);
    const oldest = kept.keys().next();
    if (kept.size > MOST_KEPT && !oldest.done) kept.delete(oldest.value);
    // As a new one: whoever wants rows as lists says so each time.
    return statement.reader ? statement.raw(false) : statement;
  };
  return Object.create(client, { prepare: { value: prepare } });
}
