import { and, eq } from "drizzle-orm";
import type { CursorRepository, PacingRepository } from "../../src/app/store/store.ts";
import { kept } from "./kept.ts";
import { cursors, paces } from "./schema/queues.ts";
import { methodRests } from "./schema/workspaces.ts";
import type { Db } from "./sqlite.ts";

const ofHost = kept(["host"], (db, { host }) => db.select().from(paces).where(eq(paces.host, host)));
const restOf = kept(["workspaceId", "method"], (db, { workspaceId, method }) =>
  db
    .select()
    .from(methodRests)
    .where(and(eq(methodRests.workspaceId, workspaceId), eq(methodRests.method, method))),
);

export function pacingRepository(db: Db): PacingRepository {
  return {
    get: async (host) => {
      const [row] = await ofHost(db, { host });
      if (!row) return undefined;
      const { host: _, roundTrip, perCall, aheadLeast: least, aheadMost: most, aheadHeard: heard, ...pace } = row;
      return { ...pace, time: { roundTrip, perCall }, clock: { least, most, heard } };
    },
    put: async (host, { time, clock, ...pace }) => {
      const { least: aheadLeast, most: aheadMost, heard: aheadHeard } = clock;
      const values = { ...pace, ...time, aheadLeast, aheadMost, aheadHeard };
      await db
        .insert(paces)
        .values({ host, ...values })
        .onConflictDoUpdate({ target: paces.host, set: values });
    },
    methodRest: async (workspaceId, method) => {
      const [row] = await restOf(db, { workspaceId, method });
      return row?.until ?? 0;
    },
    restMethod: async (workspaceId, method, until) => {
      await db
        .insert(methodRests)
        .values({ workspaceId, method, until })
        .onConflictDoUpdate({ target: [methodRests.workspaceId, methodRests.method], set: { until } });
    },
  };
}

export function cursorRepository(db: Db): CursorRepository {
  return {
    get: async (channelId) => {
      const [row] = await db.select().from(cursors).where(eq(cursors.channelId, channelId));
      return row?.messageId;
    },
    put: async (channelId, messageId) => {
      await db
        .insert(cursors)
        .values({ channelId, messageId })
        .onConflictDoUpdate({ target: cursors.channelId, set: { messageId } });
    },
  };
}
