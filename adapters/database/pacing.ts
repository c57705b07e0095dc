import { and, eq, sql } from "drizzle-orm";
import type { CursorRepository, PacingRepository } from "../../src/app/store/store.ts";
import { kept } from "./kept.ts";
import { cursors, paces } from "./schema/queues.ts";
import { methodRests } from "./schema/workspaces.ts";
import type { Db } from "./sqlite.ts";

const ofHost = kept(["host"], (db, { host }) => db.select().from(paces).where(eq(paces.host, host)));
const PACE = [
  "level",
  "at",
  "blockedUntil",
  "refusals",
  "refusedAt",
  "size",
  "drainPerSecond",
  "lent",
  "trialAt",
  "failedTrials",
  "admitted",
  "failures",
  "failedAt",
  "roundTrip",
  "perCall",
  "aheadLeast",
  "aheadMost",
  "aheadHeard",
] as const;
const NEW_PACE = Object.fromEntries(PACE.map((name) => [name, sql`excluded.${sql.identifier(paces[name].name)}`]));
const putPace = kept(["host", ...PACE], (db, given) =>
  db.insert(paces).values(given).onConflictDoUpdate({ target: paces.host, set: NEW_PACE }),
);
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
      await putPace(db, { host, ...pace, ...time, aheadLeast, aheadMost, aheadHeard });
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
    writtenAt: async (channelId) => {
      const [row] = await db.select().from(cursors).where(eq(cursors.channelId, channelId));
      return row?.at ?? 0;
    },
    put: async (channelId, messageId, at) => {
      await db
        .insert(cursors)
        .values({ channelId, messageId, at })
        .onConflictDoUpdate({ target: cursors.channelId, set: { messageId, at } });
    },
  };
}
