import { eq, lte, sql } from "drizzle-orm";
import type { RateRepository } from "../../src/app/store/store.ts";
import { kept } from "./kept.ts";
import { rates } from "./schema/queues.ts";
import type { Db } from "./sqlite.ts";

const find = kept(["key"], (db, { key }) => db.select({ fullAt: rates.fullAt }).from(rates).where(eq(rates.key, key)));
const put = kept(["key", "fullAt"], (db, { key, fullAt }) =>
  db
    .insert(rates)
    .values({ key, fullAt })
    .onConflictDoUpdate({ target: rates.key, set: { fullAt: sql`excluded.full_at` } }),
);

export function rateRepository(db: Db): RateRepository {
  return {
    fullAt: async (key) => (await find(db, { key }))[0]?.fullAt,
    put: async (key, fullAt) => {
      await put(db, { key, fullAt });
    },
    forget: async (now) => {
      await db.delete(rates).where(lte(rates.fullAt, now));
    },
  };
}
