import { eq, lte } from "drizzle-orm";
import type { RateRepository } from "../../src/app/store/store.ts";
import { rates } from "./schema/queues.ts";
import type { Db } from "./sqlite.ts";

export function rateRepository(db: Db): RateRepository {
  return {
    fullAt: async (key) => {
      const [row] = await db.select({ fullAt: rates.fullAt }).from(rates).where(eq(rates.key, key));
      return row?.fullAt;
    },
    put: async (key, fullAt) => {
      await db.insert(rates).values({ key, fullAt }).onConflictDoUpdate({ target: rates.key, set: { fullAt } });
    },
    forget: async (now) => {
      await db.delete(rates).where(lte(rates.fullAt, now));
    },
  };
}
