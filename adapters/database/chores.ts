import { randomUUID } from "node:crypto";
import { asc, eq, lte, min, sql } from "drizzle-orm";
import type { Chore, ChoreRepository, ChoreWork } from "../../src/app/store/chores.ts";
import { kept } from "./kept.ts";
import { only } from "./rows.ts";
import { chores } from "./schema/linking.ts";
import { type Place, SealError, type Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

const place = (uid: string): Place => ({ table: "chores", column: "work", row: uid });

const due = kept(["now", "limit"], (db, { now, limit }) =>
  db.select().from(chores).where(lte(chores.dueAt, now)).orderBy(asc(chores.dueAt), asc(chores.id)).limit(limit),
);
const nextDue = kept([], (db) => db.select({ at: min(chores.dueAt) }).from(chores));

export function choreRepository(db: Db, sealer: Sealer): ChoreRepository {
  const read = ({ id, uid, work, attempts, dueAt, createdAt }: typeof chores.$inferSelect): Chore => ({
    id,
    attempts,
    dueAt,
    createdAt,
    ...opened(sealer, place(uid), work),
  });

  return {
    add: async (work, now) => {
      const uid = randomUUID();
      const sealed = sealer.seal(place(uid), JSON.stringify(work));
      const values = { uid, kind: work.kind, work: sealed, dueAt: now, createdAt: now };
      return only(await db.insert(chores).values(values).returning({ id: chores.id })).id;
    },
    due: async (now, limit) => (await due(db, { now, limit })).map(read),
    nextDue: async () => (await nextDue(db, {}))[0]?.at ?? undefined,
    again: async (id, dueAt) => {
      const attempts = sql`${chores.attempts} + 1`;
      await db.update(chores).set({ dueAt, attempts }).where(eq(chores.id, id));
    },
    done: async (id) => (await db.delete(chores).where(eq(chores.id, id)).returning({ id: chores.id })).length > 0,
  };
}

function opened(sealer: Sealer, at: Place, sealed: Buffer): { work?: ChoreWork } {
  try {
    return { work: JSON.parse(sealer.open(at, sealed)) };
  } catch (error) {
    if (error instanceof SealError) return {};
    throw error;
  }
}
