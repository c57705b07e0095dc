import { and, asc, count, desc, eq, inArray, isNull, lte, ne, type SQL, sql } from "drizzle-orm";
import type { Delivery, DeliveryRepository, Settlement, WhichWaiting } from "../../src/app/store/deliveries.ts";
import { traceOfSlot } from "../../src/app/trace.ts";
import { idsOf } from "./chats.ts";
import { claim, dueHosts, isOneOf } from "./claim.ts";
import { fetchAnew } from "./files.ts";
import { kept } from "./kept.ts";
import { addParts, followedBy, idsOfParts, overtakenBy, withTag } from "./parts.ts";
import { withoutNulls } from "./rows.ts";
import { attempts, deliveries, notifications } from "./schema/notifications.ts";
import { persons } from "./schema/people.ts";
import { workspaces } from "./schema/workspaces.ts";
import type { Db } from "./sqlite.ts";
import { countUnsettled, countUnsettledOf, waitingFor } from "./waiting.ts";

/** Without a filter of its own, a list shows this many of the newest. */
const LIST_LIMIT = 100;

// Written out: the engine only recognises its partial indexes when the literal stands in the statement.
const queued = sql`${deliveries.state} = 'queued'`;
const forMedia = sql`${deliveries.state} = 'media'`;
const sending = sql`${deliveries.state} = 'sending'`;
const unsettled = sql`${deliveries.state} <> 'settled'`;
const waiting = inArray(deliveries.state, ["media", "queued"]);

const withIds = kept(["ids"], (db, { ids }) => selectDeliveries(db, isOneOf(ids)).orderBy(asc(deliveries.id)));
const ofNotification = kept(["id"], (db, { id }) =>
  selectDeliveries(db, eq(deliveries.notificationId, id)).orderBy(asc(deliveries.id)),
);
const partsOf = kept(["id", "workspaceId", "personId", "notificationId"], (db, given) =>
  selectDeliveries(db, inArray(deliveries.id, idsOfParts(db, given))).orderBy(asc(deliveries.id)),
);
const wantedBack = kept(["ids"], (db, { ids }) =>
  db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(isOneOf(ids), eq(deliveries.state, "sending"), eq(deliveries.recall, "wanted"))),
);
const noteAttempt = kept(["deliveryId", "at", "outcome", "code"], (db, attempt) => db.insert(attempts).values(attempt));

export function deliveryRepository(db: Db): DeliveryRepository {
  const find = (where: SQL | undefined) => findDeliveries(db, where);
  return {
    claim: async (request) => {
      const ids = await claim(db, request);
      if (ids.length === 0) return [];
      const rows = (await withIds(db, { ids: JSON.stringify(ids) })).map(readDelivery);
      const claimed = new Map(rows.map((delivery) => [delivery.id, delivery]));
      return ids.flatMap((id) => claimed.get(id) ?? []);
    },
    waitingFor: (host) => waitingFor(db, host),
    unsettled: (workspaceId, most) => countUnsettled(db, workspaceId, most),
    unsettledOf: (workspaceId, who, most) => countUnsettledOf(db, workspaceId, { ...who, most }),
    settle: (id, settlement, now) => settle(db, id, settlement, now),
    recordAttempt: async ({ deliveryId, at, outcome, code = null }) => {
      await noteAttempt(db, { deliveryId, at, outcome, code });
    },
    interrupted: () => find(sending),
    dueHosts: (host) => dueHosts(db, host),
    expired: async (now) => {
      // Apart from the order by id, for which the engine would rather walk through all of history.
      const overdue = (state: SQL) =>
        db
          .select({ id: deliveries.id })
          .from(deliveries)
          .where(and(state, lte(deliveries.expiresAt, now)));
      return [
        ...(await find(inArray(deliveries.id, overdue(queued)))),
        ...(await find(inArray(deliveries.id, overdue(forMedia)))),
      ];
    },
    overtaken: (delivery) => find(overtakenBy(delivery)),
    addParts: (delivery, parts, now) => addParts(db, delivery, { parts, now }),
    ...recalls(db, find),
    releaseMedia: async (notificationId, now) => {
      const which = and(eq(deliveries.notificationId, notificationId), eq(deliveries.state, "media"));
      await db.update(deliveries).set({ state: "queued", dueAt: now }).where(which);
    },
    ofNotification: async (notificationId) => (await ofNotification(db, { id: notificationId })).map(readDelivery),
    partsOf: async ({ id, workspaceId, personId, notificationId }) =>
      (await partsOf(db, { id, workspaceId, personId, notificationId })).map(readDelivery),
    byId: async (id) => (await withIds(db, { ids: JSON.stringify([id]) })).map(readDelivery)[0],
    ...history(db),
    replay: (id, now, expiresAt) => replay(db, id, now, expiresAt),
    countWaiting: (which) => countWaiting(db, which),
    cancel: (which, code, now) => cancel(db, which, code, now),
  };
}

function history(db: Db): Pick<DeliveryRepository, "attemptsOf" | "list"> {
  return {
    attemptsOf: async (id) => {
      const { deliveryId, at, outcome, code } = attempts;
      const theirs = eq(attempts.deliveryId, id);
      return db.select({ deliveryId, at, outcome, code }).from(attempts).where(theirs).orderBy(asc(attempts.id));
    },
    list: ({ workspaceId, state, verdict, code, limit = LIST_LIMIT }) =>
      findDeliveries(
        db,
        and(
          workspaceId === undefined ? undefined : eq(deliveries.workspaceId, workspaceId),
          state === undefined ? undefined : sql`${deliveries.state} = ${sql.raw(`'${state}'`)}`,
          verdict === undefined ? undefined : eq(deliveries.verdict, verdict),
          code === undefined ? undefined : eq(deliveries.code, code),
        ),
        limit,
      ),
  };
}

type Recalls = "withTag" | "followedBy" | "setReplaces" | "wantRecall" | "wantedBack" | "beginRecall";

function recalls(db: Db, find: (where: SQL | undefined) => Promise<Delivery[]>): Pick<DeliveryRepository, Recalls> {
  return {
    withTag: async (delivery, side) => {
      const found = await find(await withTag(db, delivery, side));
      return side === "before" ? found.reverse() : found;
    },
    followedBy: async (delivery) => (await find(await followedBy(db, delivery))).at(-1),
    setReplaces: async (id, replaces) => {
      await db.update(deliveries).set({ replaces }).where(eq(deliveries.id, id));
    },
    wantRecall: async (id) => {
      const which = and(eq(deliveries.id, id), eq(deliveries.state, "sending"), isNull(deliveries.recall));
      await db.update(deliveries).set({ recall: "wanted" }).where(which);
    },
    wantedBack: async (ids) => (await wantedBack(db, { ids: JSON.stringify(ids) })).map(({ id }) => id),
    beginRecall: async (id, now, expiresAt) => {
      const removal = {
        state: "queued",
        verdict: null,
        settledAt: null,
        recall: "begun",
        dueAt: now,
        expiresAt,
      } as const;
      await db
        .update(deliveries)
        .set(removal)
        .where(and(eq(deliveries.id, id), ne(deliveries.state, "sending")));
    },
  };
}

/** Oldest first; with a limit, the newest first. */
async function findDeliveries(db: Db, where: SQL | undefined, limit?: number): Promise<Delivery[]> {
  const found = selectDeliveries(db, where);
  const rows = await (limit === undefined
    ? found.orderBy(asc(deliveries.id))
    : found.orderBy(desc(deliveries.id)).limit(limit));
  return rows.map(readDelivery);
}

const selectDeliveries = (db: Db, where: SQL | undefined) =>
  db
    .select({ delivery: deliveries, host: workspaces.host, personName: persons.name })
    .from(deliveries)
    .innerJoin(workspaces, eq(workspaces.id, deliveries.workspaceId))
    .innerJoin(persons, eq(persons.id, deliveries.personId))
    .where(where);

function readDelivery({ delivery, host, personName }: Awaited<ReturnType<typeof selectDeliveries>>[number]): Delivery {
  const { sourceMessage, sourceChat: _, expiresAt: __, ...rest } = delivery;
  return { ...withoutNulls({ ...rest, personName }), host, trace: traceOfSource(sourceMessage) };
}

/** Platform and chat hold no slash; the id of a message may. */
const traceOfSource = (sourceMessage: string): string => traceOfSlot(sourceMessage.replace("/", ":").replace("/", ":"));

// An attempt ends with its settlement; what never went out settles without one.
const attempted = sql`${deliveries.attempts} + (${deliveries.state} = 'sending')`;
const verdictIs = kept(["id", "now", "verdict", "code", "portalId"], (db, { id, now, verdict, code, portalId }) =>
  db
    .update(deliveries)
    .set({
      state: "settled",
      verdict: sql`${sql.param(verdict, deliveries.verdict)}`,
      code: sql`${sql.param(code, deliveries.code)}`,
      settledAt: sql`${sql.param(now, deliveries.settledAt)}`,
      portalNotificationId: sql`coalesce(${portalId}, ${deliveries.portalNotificationId})`,
      attempts: attempted,
    })
    .where(eq(deliveries.id, id)),
);
// A doubt stays: a later attempt that was clearly refused says nothing about an earlier one.
const goesAgain = kept(["id", "dueAt", "code", "doubtful"], (db, { id, dueAt, code, doubtful }) =>
  db
    .update(deliveries)
    .set({
      state: "queued",
      dueAt: sql`${sql.param(dueAt, deliveries.dueAt)}`,
      code: sql`${sql.param(code, deliveries.code)}`,
      doubtful: sql`max(${deliveries.doubtful}, ${doubtful})`,
      attempts: attempted,
    })
    .where(and(eq(deliveries.id, id), unsettled)),
);
async function settle(db: Db, id: number, settlement: Settlement, now: number): Promise<void> {
  switch (settlement.kind) {
    case "verdict": {
      const { verdict, code = null, portalNotificationId: portalId = null } = settlement;
      await verdictIs(db, { id, now, verdict, code, portalId });
      return;
    }
    case "again": {
      const { dueAt, code, doubtful } = settlement;
      await goesAgain(db, { id, dueAt, code, doubtful: doubtful ? 1 : 0 });
      return;
    }
    case "released": {
      const which = and(eq(deliveries.id, id), unsettled);
      await db.update(deliveries).set({ state: "queued", dueAt: now }).where(which);
      return;
    }
    default:
      return settlement satisfies never;
  }
}

async function replay(db: Db, id: number, now: number, expiresAt: number): Promise<boolean> {
  const settled = and(eq(deliveries.id, id), eq(deliveries.state, "settled"), ne(deliveries.verdict, "delivered"));
  // What has been forgotten has no text any more.
  const kept = sql`exists (select 1 from ${notifications} where ${notifications.id} = ${deliveries.notificationId} and ${notifications.forgottenAt} is null)`;
  const which = and(settled, kept);
  const fresh = {
    verdict: null,
    code: null,
    settledAt: null,
    portalNotificationId: null,
    revokedAt: null,
    // What an earlier attempt may have shown is taken back with the rest.
    doubtful: sql`${deliveries.doubtful} or ${deliveries.verdict} = 'unknown'`,
    recall: null,
    replaces: null,
    attempts: 0,
  };
  const [row] = await db
    .update(deliveries)
    .set({ ...fresh, state: "queued", dueAt: now, expiresAt })
    .where(which)
    .returning({ notificationId: deliveries.notificationId });
  if (row === undefined) return false;
  await db.update(notifications).set({ expiresAt }).where(eq(notifications.id, row.notificationId));
  const siblings = and(eq(deliveries.notificationId, row.notificationId), unsettled);
  await db.update(deliveries).set({ expiresAt }).where(siblings);
  if (await fetchAnew(db, row.notificationId, now))
    await db.update(deliveries).set({ state: "media" }).where(eq(deliveries.id, id));
  return true;
}

async function cancel(db: Db, which: WhichWaiting, code: string, now: number): Promise<number> {
  const cancelled = await db
    .update(deliveries)
    .set({ state: "settled", verdict: "undeliverable", code, settledAt: now })
    .where(await matching(db, which))
    .returning({ id: deliveries.id });
  return cancelled.length;
}

async function countWaiting(db: Db, which: WhichWaiting): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(deliveries)
    .where(await matching(db, which));
  return row?.count ?? 0;
}

async function matching(db: Db, { deliveryId, workspaceId, personId, chat }: WhichWaiting): Promise<SQL | undefined> {
  const fromChat =
    chat &&
    and(
      eq(notifications.platform, chat.platform),
      inArray(notifications.chatId, await idsOf(db, chat)),
      // A binding of the whole chat has no thread.
      chat.threadId === "" ? undefined : eq(notifications.threadId, chat.threadId),
    );
  const sources = db.select({ id: notifications.id }).from(notifications).where(fromChat);
  return and(
    unsettled,
    waiting,
    isNull(deliveries.recall),
    deliveryId === undefined ? undefined : eq(deliveries.id, deliveryId),
    workspaceId === undefined ? undefined : eq(deliveries.workspaceId, workspaceId),
    personId === undefined ? undefined : eq(deliveries.personId, personId),
    fromChat && inArray(deliveries.notificationId, sources),
  );
}
