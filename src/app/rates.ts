import { type Rate, takeTurn } from "../core/rate.ts";
import { sha256 } from "./hash.ts";
import type { Repositories } from "./store/store.ts";

/** Answers about what went wrong: one a minute, so that whoever floods does not make the bot do the same. */
export const SELDOM: Rate = { perMinute: 1, burst: 1 };

/**
 * Takes one turn of a key, in the transaction of what it is taken for; answers 0 when it was free, else the milliseconds until the next
 * one is. A restart forgets none.
 */
export async function takeStored(tx: Repositories, key: string, rate: Rate, now: number): Promise<number> {
  const hash = sha256(key);
  const taken = takeTurn((await tx.rates.fullAt(hash)) ?? 0, now, rate);
  if (taken.waitMs === 0) await tx.rates.put(hash, taken.fullAt);
  return taken.waitMs;
}
