import { randomUUID } from "node:crypto";
import { and, asc, eq, gte, inArray, isNotNull, isNull, lt, max, min, sql } from "drizzle-orm";
import type { InboxEntry, InboxRepository, InboxRow } from "../../src/app/store/queues.ts";
import { dueInTurn, waitingIn } from "./inboxTurns.ts";
import { kept } from "./kept.ts";
import { withoutNulls } from "./rows.ts";
import { inbox } from "./schema/queues.ts";
import type { Place, Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

/** Members of an album arrive one by one and nothing says which is the last, so an album waits until it has been quiet. */
const ALBUM_QUIET_MS = 1_500;
/** However slowly they trickle in, the first is not kept waiting longer. */
const ALBUM_PATIENCE_MS = 10_000;
/** After a restart, until the first updates have been fetched: longer than the quiet, since fetching has yet to begin. */
const ALBUM_RESUMED_MS = 3_000;

const place = (uid: string): Place => ({ table: "inbox", column: "payload", row: uid });
const undone = isNull(inbox.doneAt);

type Found = typeof inbox.$inferSelect;

function rowOf(row: Found, payload: string): InboxRow {
  const { id, platform, externalId, albumKey, lane, trace, receivedAt, attempts } = row;
  return withoutNulls({ id, platform, externalId, albumKey, lane, trace, receivedAt, attempts, payload });
}

const insert = kept(
  ["uid", "platform", "externalId", "payload", "albumKey", "lane", "shed", "trace", "receivedAt", "dueAt"],
  (db, entry) =>
    db
      .insert(inbox)
      .values(entry)
      .onConflictDoNothing({ target: [inbox.platform, inbox.externalId] })
      .returning(),
);
const shed = kept(["id"], (db, { id }) => db.select({ shed: inbox.shed }).from(inbox).where(eq(inbox.id, id)));
const nextDue = kept(["platform"], (db, { platform }) =>
  db
    .select({ at: min(inbox.dueAt) })
    .from(inbox)
    .where(and(eq(inbox.platform, platform), undone)),
);

export function inboxRepository(db: Db, sealer: Sealer): InboxRepository {
  const read = (row: Found): InboxRow =>
    rowOf(row, row.payload === null ? "" : openedOrNothing(sealer, row.uid, row.payload));
  const put = async ({ payload, sender: _, ...entry }: InboxEntry) => {
    const uid = randomUUID();
    const { albumKey = null, lane = "", shed: isShed = false, trace = null, receivedAt } = entry;
    const values = { ...entry, uid, albumKey, lane, trace, shed: isShed ? 1 : 0, dueAt: receivedAt };
    const rows = await insert(db, { ...values, payload: sealer.seal(place(uid), payload) });
    return rows.map((row) => rowOf(row, payload));
  };
  return {
    put: async (entries) => {
      const rows: InboxRow[] = [];
      for (const entry of entries) rows.push(...(await put(entry)));
      const albums = new Set(rows.flatMap((row) => row.albumKey ?? []));
      for (const album of albums) await gather(db, album);
      return rows;
    },
    ...ofVersions(db),
    due: async (platform, ask) => (await dueInTurn(db, platform, ask)).map(read),
    waiting: (platform, lane, most) => waitingIn(db, platform, lane, most),
    isShed: async ([first]) => first !== undefined && (await shed(db, { id: first }))[0]?.shed === true,
    album: async (albumKey) => {
      const which = and(eq(inbox.albumKey, albumKey), isNotNull(inbox.payload));
      const rows = await db.select().from(inbox).where(which).orderBy(asc(inbox.id));
      return rows.map((row) => ({ ...read(row), done: row.doneAt !== null }));
    },
    done: (ids, now) => done(db, ids, { doneAt: now }),
    giveUp: (ids, now) => done(db, ids, { doneAt: now, givenUp: true }),
    givenUp: async (since) => db.$count(inbox, and(eq(inbox.givenUp, true), gte(inbox.doneAt, since))),
    again: async (id, dueAt) => again(db, id, dueAt),
    regather: async (platform, now) => {
      const which = and(eq(inbox.platform, platform), undone, isNotNull(inbox.albumKey), eq(inbox.attempts, 0));
      await db
        .update(inbox)
        .set({ dueAt: now + ALBUM_RESUMED_MS })
        .where(which);
    },
    nextDue: async (platform) => (await nextDue(db, { platform }))[0]?.at ?? undefined,
    forget: async (before) => {
      const which = and(isNotNull(inbox.doneAt), isNotNull(inbox.payload), lt(inbox.doneAt, before));
      await db.update(inbox).set({ payload: null }).where(which);
    },
  };
}

function ofVersions(db: Db): Pick<InboxRepository, "has" | "drop" | "byTrace"> {
  return {
    byTrace: async (trace) => {
      const { receivedAt, doneAt, givenUp, attempts } = inbox;
      const rows = db.select({ receivedAt, doneAt, givenUp, attempts }).from(inbox).where(eq(inbox.trace, trace));
      return (await rows.orderBy(asc(inbox.id))).map(withoutNulls);
    },
    has: async (platform, externalId) => (await idsOfVersions(db, platform, externalId)).length > 0,
    drop: async (platform, externalId, now) => {
      const ids = await idsOfVersions(db, platform, externalId);
      const rows = await db
        .select({ id: inbox.id })
        .from(inbox)
        .where(and(inArray(inbox.id, ids), undone));
      await done(
        db,
        rows.map(({ id }) => id),
        { doneAt: now },
      );
    },
  };
}

async function idsOfVersions(db: Db, platform: InboxEntry["platform"], externalId: string): Promise<number[]> {
  const found = [await versionOf(db, platform, externalId), await laterVersions(db, platform, externalId)];
  return found.flat().map(({ id }) => id);
}

const versionOf = (db: Db, platform: InboxEntry["platform"], externalId: string) =>
  db
    .select({ id: inbox.id })
    .from(inbox)
    .where(and(eq(inbox.platform, platform), eq(inbox.externalId, externalId)));

/** Apart from the first, since the engine would walk through all of the platform for both at once. `;` is the character behind `:`. */
const laterVersions = (db: Db, platform: InboxEntry["platform"], externalId: string) =>
  db
    .select({ id: inbox.id })
    .from(inbox)
    .where(
      and(
        eq(inbox.platform, platform),
        gte(inbox.externalId, `${externalId}:`),
        lt(inbox.externalId, `${externalId};`),
      ),
    );

const end = kept(["ids", "doneAt", "givenUp"], (db, { ids, doneAt, givenUp }) =>
  db
    .update(inbox)
    .set({
      doneAt: sql`${sql.param(doneAt, inbox.doneAt)}`,
      givenUp: sql`${givenUp}`,
      payload: sql`case when ${inbox.albumKey} is null then null else ${inbox.payload} end`,
      lane: "",
    })
    .where(sql`${inbox.id} in (select value from json_each(${ids}))`),
);

async function done(
  db: Db,
  ids: readonly number[],
  { doneAt, givenUp = false }: { doneAt: number; givenUp?: boolean },
): Promise<void> {
  await end(db, { ids: JSON.stringify(ids), doneAt, givenUp: givenUp ? 1 : 0 });
}

/** One row that was tampered with must not hold up all the others. */
function openedOrNothing(sealer: Sealer, uid: string, sealed: Buffer): string {
  try {
    return sealer.open(place(uid), sealed);
  } catch {
    return "";
  }
}

/** Puts off every waiting member, so that an album is dealt with as a whole. */
async function gather(db: Db, albumKey: string): Promise<void> {
  const waiting = and(eq(inbox.albumKey, albumKey), isNotNull(inbox.payload), undone);
  const [row] = await db
    .select({ first: min(inbox.receivedAt), last: max(inbox.receivedAt) })
    .from(inbox)
    .where(waiting);
  if (row === undefined || row.first === null || row.last === null) return;
  const [quiet, patience] = [row.last + ALBUM_QUIET_MS, row.first + ALBUM_PATIENCE_MS];
  // Patience that ran out before the last one came was spent on an interruption, not on the album.
  const dueAt = patience <= row.last ? quiet : Math.min(quiet, patience);
  await db.update(inbox).set({ dueAt }).where(waiting);
}

async function again(db: Db, id: number, dueAt: number): Promise<void> {
  const rows = await db
    .update(inbox)
    .set({ dueAt, attempts: sql`${inbox.attempts} + 1` })
    .where(and(eq(inbox.id, id), undone))
    .returning({ albumKey: inbox.albumKey });
  for (const { albumKey } of rows) {
    if (albumKey === null) continue;
    const siblings = and(eq(inbox.albumKey, albumKey), isNotNull(inbox.payload), undone);
    await db.update(inbox).set({ dueAt }).where(siblings);
  }
}
