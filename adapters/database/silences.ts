import { randomUUID } from "node:crypto";
import { and, asc, eq, gt, isNull, lt } from "drizzle-orm";
import type { QuietRepository, Silence, SilenceRepository } from "../../src/app/store/incidents.ts";
import { only } from "./rows.ts";
import { quietHours, silences } from "./schema/alerts.ts";
import { type Place, SealError, type Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

const place = (uid: string): Place => ({ table: "silences", column: "matcher", row: uid });

export function silenceRepository(db: Db, sealer: Sealer): SilenceRepository {
  return {
    add: async ({ matcher, ruleName, ...silence }) => {
      const uid = randomUUID();
      const sealed = sealer.seal(place(uid), JSON.stringify({ matcher, ruleName }));
      const rows = await db
        .insert(silences)
        .values({ ...silence, uid, matcher: sealed })
        .returning({ id: silences.id });
      return only(rows).id;
    },
    live: async (workspaceId, now) => {
      const live = and(eq(silences.workspaceId, workspaceId), gt(silences.endsAt, now), isNull(silences.endedAt));
      const rows = await db.select().from(silences).where(live).orderBy(asc(silences.endsAt), asc(silences.id));
      return rows.flatMap(({ uid, matcher, endedAt: _, ...row }): Silence[] => {
        const about = opened(sealer, uid, matcher);
        return about ? [{ ...row, ...about }] : [];
      });
    },
    end: async (id, workspaceId, now) => {
      const live = and(eq(silences.id, id), eq(silences.workspaceId, workspaceId), isNull(silences.endedAt));
      return (await db.update(silences).set({ endedAt: now }).where(live).returning({ id: silences.id })).length > 0;
    },
    rein: async (now) => {
      const { id, createdAt, endsAt, endedAt } = silences;
      const ahead = await db
        .select({ id, createdAt, endsAt })
        .from(silences)
        .where(and(gt(createdAt, now), isNull(endedAt)));
      for (const silence of ahead) {
        const times = { createdAt: now, endsAt: now + silence.endsAt - silence.createdAt };
        await db.update(silences).set(times).where(eq(id, silence.id));
      }
      return ahead.length;
    },
    forget: async (before) => {
      await db.delete(silences).where(lt(silences.endsAt, before));
    },
  };
}

/** What no key opens silences nothing: rather an alert too many than one that nobody hears. */
function opened(sealer: Sealer, uid: string, sealed: Buffer): Pick<Silence, "matcher" | "ruleName"> | undefined {
  try {
    return JSON.parse(sealer.open(place(uid), sealed));
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

export function quietRepository(db: Db): QuietRepository {
  return {
    of: async (personId) => {
      const [row] = await db.select().from(quietHours).where(eq(quietHours.personId, personId));
      return row && { timeZone: row.timeZone, from: row.from, until: row.until };
    },
    set: async (personId, hours) => {
      if (!hours) await db.delete(quietHours).where(eq(quietHours.personId, personId));
      else {
        await db
          .insert(quietHours)
          .values({ personId, ...hours })
          .onConflictDoUpdate({ target: quietHours.personId, set: hours });
      }
    },
  };
}
