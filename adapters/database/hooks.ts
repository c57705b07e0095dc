import { randomUUID } from "node:crypto";
import { and, asc, eq, isNotNull, isNull, lt, lte, min, or, type SQL, sql } from "drizzle-orm";
import type { Hook, HookRepository, StoredAlert } from "../../src/app/store/hooks.ts";
import type { Alert } from "../../src/core/alert.ts";
import { once } from "./once.ts";
import { withoutNulls } from "./rows.ts";
import { alerts, apiRequests, hooks } from "./schema/hooks.ts";
import type { Place, Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

/** When a hook was last used is shown to people: more exact than this is not worth a write for each request. */
const USED_EVERY_MS = 60_000;

const secretPlace = (uid: string): Place => ({ table: "hooks", column: "secret", row: uid });
const payloadPlace = (uid: string): Place => ({ table: "alerts", column: "payload", row: uid });
const undone = isNull(alerts.doneAt);
const live = isNull(hooks.revokedAt);

export function hookRepository(db: Db, sealer: Sealer): HookRepository {
  const read = (row: typeof hooks.$inferSelect): Hook => {
    const { uid, keyHash: _, secret, ...rest } = row;
    const opened = secret === null ? {} : { secret: sealer.open(secretPlace(uid), secret) };
    return { ...withoutNulls(rest), ...opened };
  };
  const one = async (which: SQL | undefined): Promise<Hook | undefined> => {
    const [row] = await db.select().from(hooks).where(which);
    return row && read(row);
  };
  const byKeyHash = once(() =>
    db
      .select()
      .from(hooks)
      .where(eq(hooks.keyHash, sql.placeholder("keyHash")))
      .prepare(),
  );
  const byId = once(() =>
    db
      .select()
      .from(hooks)
      .where(eq(hooks.id, sql.placeholder("id")))
      .prepare(),
  );
  return {
    add: async ({ secret, ...hook }) => {
      const uid = randomUUID();
      const sealed = secret === undefined ? {} : { secret: sealer.seal(secretPlace(uid), secret) };
      const rows = await db
        .insert(hooks)
        .values({ uid, ...hook, ...sealed })
        .onConflictDoNothing()
        .returning();
      return rows.map(read)[0];
    },
    byKeyHash: async (keyHash) => (await byKeyHash().execute({ keyHash })).map(read)[0],
    byId: async (id) => (await byId().execute({ id })).map(read)[0],
    byName: (workspaceId, name) => one(and(eq(hooks.workspaceId, workspaceId), eq(hooks.name, name), live)),
    list: async (workspaceId) =>
      (await db.select().from(hooks).where(eq(hooks.workspaceId, workspaceId)).orderBy(asc(hooks.id))).map(read),
    revoke: async (id, now) => {
      const which = and(eq(hooks.id, id), live);
      return (await db.update(hooks).set({ revokedAt: now }).where(which).returning({ id: hooks.id })).length > 0;
    },
    ...alertQueue(db, sealer),
    ...apiRequestsOf(db),
  };
}

type Queue = Pick<HookRepository, "take" | "due" | "waiting" | "nextDue" | "done" | "again" | "forget">;

function alertQueue(db: Db, sealer: Sealer): Queue {
  const ask = queueStatements(db);
  /** When the hook's last use was written: no need to look at the row each time. */
  const used = new Map<number, number>();
  return {
    take: async (hookId, taken, now) => {
      let added = 0;
      for (const alert of taken) {
        if (alert.origin.kind !== "hook") continue;
        const uid = randomUUID();
        const payload = sealer.seal(payloadPlace(uid), JSON.stringify(alert));
        const { delivery } = alert.origin;
        added += (await ask.add().execute({ uid, hookId, delivery, payload, now })).length;
      }
      const last = used.get(hookId);
      if (last !== undefined && now >= last && now - last < USED_EVERY_MS) return added;
      used.set(hookId, now);
      const unused = or(isNull(hooks.usedAt), lt(hooks.usedAt, now - USED_EVERY_MS));
      await db
        .update(hooks)
        .set({ usedAt: now })
        .where(and(eq(hooks.id, hookId), unused));
      return added;
    },
    due: async (now, limit) => (await ask.due().execute({ now, limit })).map((row) => stored(sealer, row)),
    waiting: async (hookId, limit) => {
      const some = db
        .select({ id: alerts.id })
        .from(alerts)
        .where(and(eq(alerts.hookId, hookId), undone))
        .limit(limit);
      return db.$count(some.as("waiting"));
    },
    nextDue: async () => {
      const [row] = await db
        .select({ at: min(alerts.dueAt) })
        .from(alerts)
        .where(undone);
      return row?.at ?? undefined;
    },
    done: async (ids, now) => {
      for (const id of ids) await ask.done().execute({ id, now });
    },
    again: async (id, dueAt) => {
      await db
        .update(alerts)
        .set({ dueAt, attempts: sql`${alerts.attempts} + 1` })
        .where(and(eq(alerts.id, id), undone));
    },
    forget: async (before) => {
      await db.delete(alerts).where(and(isNotNull(alerts.doneAt), lt(alerts.doneAt, before)));
      await db.delete(apiRequests).where(lt(apiRequests.createdAt, before));
    },
  };
}

/** Made once and kept: a storm asks these a thousand times a second, and making one takes longer than carrying it out. */
function queueStatements(db: Db) {
  const given = sql.placeholder;
  const values = { uid: given("uid"), hookId: given("hookId"), delivery: given("delivery"), payload: given("payload") };
  const times = { receivedAt: given("now"), dueAt: given("now") };
  const row = { ...values, ...times };
  const target = [alerts.hookId, alerts.delivery];
  const which = and(undone, lte(alerts.dueAt, given("now")));
  return {
    add: once(() =>
      db.insert(alerts).values(row).onConflictDoNothing({ target }).returning({ id: alerts.id }).prepare(),
    ),
    due: once(() =>
      db.select().from(alerts).where(which).orderBy(asc(alerts.dueAt), asc(alerts.id)).limit(given("limit")).prepare(),
    ),
    done: once(() =>
      db
        .update(alerts)
        .set({ doneAt: sql`${given("now")}`, payload: null })
        .where(eq(alerts.id, given("id")))
        .prepare(),
    ),
  };
}

function apiRequestsOf(db: Db): Pick<HookRepository, "request" | "remember"> {
  return {
    request: async (hookId, idempotencyKey) => {
      const which = and(eq(apiRequests.hookId, hookId), eq(apiRequests.idempotencyKey, idempotencyKey));
      const [row] = await db
        .select({ bodyHash: apiRequests.bodyHash, notificationId: apiRequests.notificationId })
        .from(apiRequests)
        .where(which);
      return row;
    },
    remember: async ({ at, ...request }) => {
      await db.insert(apiRequests).values({ ...request, createdAt: at });
    },
  };
}

/** One that cannot be opened must not hold up the others. */
function stored(sealer: Sealer, row: typeof alerts.$inferSelect): StoredAlert {
  const { id, uid, hookId, payload, attempts, receivedAt } = row;
  const rest = { id, hookId, attempts, receivedAt };
  if (payload === null) return rest;
  try {
    // Written by ourselves, and sealed: nobody else can have put anything there.
    const alert: Alert = JSON.parse(sealer.open(payloadPlace(uid), payload));
    return { ...rest, alert };
  } catch {
    return rest;
  }
}
