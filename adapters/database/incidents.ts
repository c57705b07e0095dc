import { randomUUID } from "node:crypto";
import {
  and,
  asc,
  between,
  count,
  desc,
  eq,
  exists,
  gte,
  inArray,
  isNotNull,
  lt,
  lte,
  min,
  ne,
  or,
  sql,
} from "drizzle-orm";
import type { ConcernedPerson, Incident, IncidentRepository, Seen } from "../../src/app/store/incidents.ts";
import type { MessageRef } from "../../src/core/chat.ts";
import { readState } from "./incidentState.ts";
import { kept } from "./kept.ts";
import { only, withoutNulls } from "./rows.ts";
import { incidentPersons, incidentSources, incidents, posts } from "./schema/alerts.ts";
import { persons } from "./schema/people.ts";
import { postFiles } from "./schema/postFiles.ts";
import { type Place, SealError, type Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

const place = (uid: string): Place => ({ table: "incidents", column: "alert", row: uid });

const due = kept(["now", "limit"], (db, { now, limit }) =>
  db.select().from(incidents).where(lte(incidents.timerAt, now)).orderBy(asc(incidents.timerAt)).limit(limit),
);
const nextDue = kept([], (db) => db.select({ at: min(incidents.timerAt) }).from(incidents));

export function incidentRepository(db: Db, sealer: Sealer): IncidentRepository {
  const read = ({ alert, state, ...row }: typeof incidents.$inferSelect): Incident => ({
    ...withoutNulls(row),
    ...readState(state, row.timerAt),
    ...(alert === null ? {} : opened(sealer, row.uid, alert)),
  });
  const first = async (which: ReturnType<typeof and>): Promise<Incident | undefined> =>
    (await db.select().from(incidents).where(which).orderBy(desc(incidents.id)).limit(1)).map(read)[0];
  return {
    add: async (incident) => {
      const written = valuesOf(sealer, { ...incident, uid: randomUUID() });
      return read(only(await db.insert(incidents).values(written).returning()));
    },
    save: async ({ id, ...incident }) => {
      await db.update(incidents).set(valuesOf(sealer, incident)).where(eq(incidents.id, id));
    },
    byId: (id) => first(eq(incidents.id, id)),
    byUid: (uid) => first(eq(incidents.uid, uid)),
    byKey: async (ruleId, keyHash, resolvedSince) => {
      const keyed = and(eq(incidents.ruleId, ruleId), eq(incidents.keyHash, keyHash));
      const live = await first(and(keyed, ne(incidents.status, "resolved")));
      if (live || resolvedSince === undefined) return live;
      return first(and(keyed, eq(incidents.status, "resolved"), gte(incidents.resolvedAt, resolvedSince)));
    },
    due: async (now, limit) => (await due(db, { now, limit })).map(read),
    nextDue: async () => (await nextDue(db, {}))[0]?.at ?? undefined,
    open: async ({ workspaceId, ruleId, severities, limit }) => {
      const which = and(
        eq(incidents.workspaceId, workspaceId),
        ne(incidents.status, "resolved"),
        ...(ruleId === undefined ? [] : [eq(incidents.ruleId, ruleId)]),
        ...(severities === undefined ? [] : [inArray(incidents.severity, [...severities])]),
      );
      return (await db.select().from(incidents).where(which).orderBy(desc(incidents.id)).limit(limit)).map(read);
    },
    openedSince: async (ruleId, since, now) => {
      const recent = and(eq(incidents.ruleId, ruleId), between(incidents.openedAt, since, now));
      return (await db.select({ opened: count() }).from(incidents).where(recent))[0]?.opened ?? 0;
    },
    forget: (which) => forget(db, which),
    prune: (before) => prune(db, before),
    ...sourceMethods(db, { read, first }),
    ...seenMethods(db, { read, first }),
    ...personMethods(db),
  };
}

const valuesOf = (sealer: Sealer, { damage: _, ...incident }: Omit<Incident, "id">) => ({
  ...incident,
  state: JSON.stringify(incident.state),
  timerAt: incident.timerAt ?? null,
  acknowledgedAt: incident.acknowledgedAt ?? null,
  acknowledgedBy: incident.acknowledgedBy ?? null,
  acknowledgedPersonId: incident.acknowledgedPersonId ?? null,
  resolvedAt: incident.resolvedAt ?? null,
  alert: incident.alert ? sealer.seal(place(incident.uid), JSON.stringify(incident.alert)) : null,
});

interface Reading {
  readonly read: (row: typeof incidents.$inferSelect) => Incident;
  readonly first: (which: ReturnType<typeof and>) => Promise<Incident | undefined>;
}

function sourceMethods(
  db: Db,
  { read, first }: Reading,
): Pick<IncidentRepository, "sourcesIn" | "bySource" | "byPost" | "addSource" | "dropSource"> {
  return {
    sourcesIn: async ({ chat: { platform, chatId, threadId }, first, last }) => {
      const { messageId } = incidentSources;
      const inRange = and(
        eq(incidentSources.platform, platform),
        eq(incidentSources.chatId, chatId),
        eq(incidentSources.threadId, threadId),
        between(messageId, first, last),
      );
      return (await db.selectDistinct({ messageId }).from(incidentSources).where(inRange)).map((row) => row.messageId);
    },
    bySource: async (source) => {
      const made = db.select({ id: incidentSources.incidentId }).from(incidentSources).where(from(source));
      return (await db.select().from(incidents).where(inArray(incidents.id, made)).orderBy(asc(incidents.id))).map(
        read,
      );
    },
    byPost: async ({ platform, chatId, threadId, messageId }) => {
      const here = and(eq(posts.platform, platform), eq(posts.chatId, chatId));
      // Telegram's ids are unique in a chat; a channel's in Discord in the whole of it.
      const where = platform === "discord" ? and(here, eq(posts.threadId, threadId)) : here;
      const says = sql`exists (select 1 from json_each(${posts.messageIds}) where value = ${messageId})`;
      const carries = exists(
        db
          .select({ id: postFiles.id })
          .from(postFiles)
          .where(and(eq(postFiles.postId, posts.id), eq(postFiles.messageId, messageId))),
      );
      const [post] = await db
        .select({ id: posts.incidentId })
        .from(posts)
        .where(and(where, or(says, carries)))
        .limit(1);
      return post && first(eq(incidents.id, post.id));
    },
    addSource: async (incidentId, { platform, chatId, threadId, messageId }, at) => {
      await db
        .insert(incidentSources)
        .values({ incidentId, platform, chatId, threadId, messageId, at })
        .onConflictDoNothing();
    },
    dropSource: async (incidentId, source) => {
      const its = eq(incidentSources.incidentId, incidentId);
      const made = db.select().from(incidentSources).where(its);
      if ((await made.limit(2)).length < 2) return true;
      await db.delete(incidentSources).where(and(its, from(source)));
      return false;
    },
  };
}

function personMethods(
  db: Db,
): Pick<
  IncidentRepository,
  "persons" | "concern" | "heldDue" | "heldOf" | "holdUntil" | "nextHeld" | "digestOf" | "digested"
> {
  return {
    persons: async (incidentId): Promise<readonly ConcernedPerson[]> => {
      const rows = await db
        .select()
        .from(incidentPersons)
        .where(eq(incidentPersons.incidentId, incidentId))
        .orderBy(asc(incidentPersons.personId));
      return rows.map(({ incidentId: _, ...row }) => withoutNulls(row));
    },
    concern: async (incidentId, { personId, toldVersion, held, heldUntil }) => {
      const known = { toldVersion, held: held ?? null, heldUntil: heldUntil ?? null };
      await db
        .insert(incidentPersons)
        .values({ incidentId, personId, ...known })
        .onConflictDoUpdate({ target: [incidentPersons.incidentId, incidentPersons.personId], set: known });
    },
    heldDue: async (now, limit) => {
      const due = await db
        .selectDistinct({ personId: incidentPersons.personId })
        .from(incidentPersons)
        .where(lte(incidentPersons.heldUntil, now))
        .limit(limit);
      return due.map(({ personId }) => personId);
    },
    heldOf: async (personId) => {
      const theirs = and(eq(incidentPersons.personId, personId), isNotNull(incidentPersons.heldUntil));
      const { incidentId } = incidentPersons;
      const rows = await db.select({ incidentId }).from(incidentPersons).where(theirs).orderBy(asc(incidentId));
      return rows.map((row) => row.incidentId);
    },
    holdUntil: async (personId, heldUntil) => {
      const theirs = and(eq(incidentPersons.personId, personId), isNotNull(incidentPersons.heldUntil));
      await db.update(incidentPersons).set({ heldUntil }).where(theirs);
    },
    digestOf: async (personId) => {
      const theirs = eq(incidentPersons.personId, personId);
      const [held] = await db
        .select({ dueAt: min(incidentPersons.heldUntil) })
        .from(incidentPersons)
        .where(theirs);
      const [person] = await db.select({ lastAt: persons.digestedAt }).from(persons).where(eq(persons.id, personId));
      return withoutNulls({ dueAt: held?.dueAt ?? null, lastAt: person?.lastAt ?? null });
    },
    digested: async (personId, digestedAt) => {
      await db.update(persons).set({ digestedAt }).where(eq(persons.id, personId));
    },
    nextHeld: async () =>
      (await db.select({ at: min(incidentPersons.heldUntil) }).from(incidentPersons))[0]?.at ?? undefined,
  };
}

function seenMethods(db: Db, { read, first }: Reading): Pick<IncidentRepository, "openIn" | "isIn"> {
  return {
    openIn: async (workspaceId, seen, limit) => {
      // Named one by one, so that the index is used: most of a workspace's incidents are over.
      const live = inArray(incidents.status, ["open", "acknowledged"]);
      const which = and(eq(incidents.workspaceId, workspaceId), live, seenBy(db, seen));
      const nobodysFirst = [desc(incidents.status), desc(incidents.id)];
      return (
        await db
          .select()
          .from(incidents)
          .where(which)
          .orderBy(...nobodysFirst)
          .limit(limit)
      ).map(read);
    },
    isIn: async (id, seen) => (await first(and(eq(incidents.id, id), seenBy(db, seen)))) !== undefined,
  };
}

function seenBy(db: Db, { chat, personId }: Seen): ReturnType<typeof or> {
  const { platform, chatId, threadId } = chat;
  // In Telegram a button's message may have lost its topic; a topic of another workspace's is told apart by that.
  const here = (table: typeof posts | typeof incidentSources) =>
    and(
      eq(table.platform, platform),
      eq(table.chatId, chatId),
      platform === "discord" ? eq(table.threadId, threadId) : undefined,
    );
  const shown = db
    .select({ id: posts.incidentId })
    .from(posts)
    .where(and(here(posts), ne(posts.post, "gone")));
  const said = db.select({ id: incidentSources.incidentId }).from(incidentSources).where(here(incidentSources));
  const told = db
    .select({ id: incidentPersons.incidentId })
    .from(incidentPersons)
    .where(eq(incidentPersons.personId, personId ?? 0));
  return or(inArray(incidents.id, shown), inArray(incidents.id, said), inArray(incidents.id, told));
}

const from = ({ platform, chatId, messageId }: MessageRef) =>
  and(
    eq(incidentSources.platform, platform),
    eq(incidentSources.chatId, chatId),
    eq(incidentSources.messageId, messageId),
  );

async function forget(
  db: Db,
  { workspaceId, before, limit }: Parameters<IncidentRepository["forget"]>[0],
): Promise<number> {
  const old = and(eq(incidents.workspaceId, workspaceId), lt(incidents.updatedAt, before), isNotNull(incidents.alert));
  const ids = (await db.select({ id: incidents.id }).from(incidents).where(old).limit(limit)).map(({ id }) => id);
  await db.update(incidents).set({ alert: null, acknowledgedBy: null }).where(inArray(incidents.id, ids));
  const theirs = db.select({ id: posts.id }).from(posts).where(inArray(posts.incidentId, ids));
  await db.update(postFiles).set({ file: null }).where(inArray(postFiles.postId, theirs));
  return ids.length;
}

async function prune(db: Db, before: number): Promise<void> {
  const old = db.select({ id: incidents.id }).from(incidents).where(lt(incidents.updatedAt, before));
  await db.delete(incidentSources).where(inArray(incidentSources.incidentId, old));
  await db.delete(posts).where(inArray(posts.incidentId, old));
}

function opened(sealer: Sealer, uid: string, sealed: Buffer): Pick<Incident, "alert"> {
  try {
    return { alert: JSON.parse(sealer.open(place(uid), sealed)) };
  } catch (error) {
    if (error instanceof SealError) return {};
    throw error;
  }
}
