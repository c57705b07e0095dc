type Absent<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : never]?: Exclude<T[K], null>;
};

/** A row without its nulls: what the database calls null is an absent property to the rest of the house. */
export function withoutNulls<T extends object>(row: T): Absent<T> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Absent<T>;
}

/** The one row that an insert hands back. */
export function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error("the database handed back no row for one that was written");
  return row;
}
