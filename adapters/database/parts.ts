import { and, eq, gt, gte, inArray, isNull, lt, ne, or, type Placeholder, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Delivery } from "../../src/app/store/deliveries.ts";
import { deliveries } from "./schema/notifications.ts";
import type { Db } from "./sqlite.ts";

const baseTag = ({ tag, part }: Delivery): string => (part === 1 ? tag : tag.slice(0, -`.${part}`.length));

/** Of older notifications: the parts of those may have been made later, with a greater id than the newer delivery's. */
export function overtakenBy(delivery: Delivery): SQL | undefined {
  const base = baseTag(delivery);
  return and(
    eq(deliveries.workspaceId, delivery.workspaceId),
    eq(deliveries.personId, delivery.personId),
    lt(deliveries.notificationId, delivery.notificationId),
    sql`${deliveries.tag} = ${base} || case when ${deliveries.part} > 1 then '.' || ${deliveries.part} else '' end`,
    // Written out: the engine only recognises its partial index when the literal stands in the statement.
    sql`${deliveries.state} <> 'settled'`,
    ne(deliveries.state, "sending"),
    isNull(deliveries.recall),
  );
}

/** The literal of the partial index, written out so that the engine recognises it. */
const indexed = sql`substr(${deliveries.tag}, 1, 6) <> 'h24.m.'`;

export async function withTag(db: Db, delivery: Delivery, side: "before" | "after"): Promise<SQL | undefined> {
  const inFeed = or(ne(deliveries.state, "settled"), inArray(deliveries.verdict, ["delivered", "unknown"]));
  return and(await ofSameTag(db, delivery, side), inFeed);
}

export async function followedBy(db: Db, delivery: Delivery): Promise<SQL | undefined> {
  const stands = or(ne(deliveries.state, "settled"), ne(deliveries.verdict, "recalled"));
  return and(await ofSameTag(db, delivery, "after"), stands, isNull(deliveries.revokedAt));
}

/** The tag of a single message comes again only by edits of that message, which are found by their source. */
async function ofSameTag(db: Db, delivery: Delivery, side: "before" | "after"): Promise<SQL | undefined> {
  const { workspaceId, personId, notificationId, id } = delivery;
  const tag = baseTag(delivery);
  const isOfMessage = tag.startsWith("h24.m.");
  const other =
    side === "before" ? lt(deliveries.notificationId, notificationId) : gt(deliveries.notificationId, notificationId);
  const theirs = and(eq(deliveries.workspaceId, workspaceId), eq(deliveries.personId, personId));
  return and(
    isOfMessage ? await ofSameMessage(db, id, theirs) : and(theirs, indexed),
    eq(deliveries.tag, tag),
    eq(deliveries.part, 1),
    other,
  );
}

/** Each way is written out in full, else the engine walks through all that the person was ever sent. */
async function ofSameMessage(db: Db, id: number, theirs: SQL | undefined): Promise<SQL | undefined> {
  const [row] = await db.select({ source: deliveries.sourceMessage }).from(deliveries).where(eq(deliveries.id, id));
  const first = (row?.source ?? "").replace(/~\d+$/u, "");
  const source = deliveries.sourceMessage;
  // From the first character that an edit's number follows to the one behind it.
  return or(and(theirs, eq(source, first)), and(theirs, gte(source, `${first}~`), lt(source, `${first}\u007f`)));
}

const own = alias(deliveries, "own");
type PartKeys = "id" | "workspaceId" | "personId" | "notificationId";

/** Of all parts for one person. Apart from any joins, for which the engine would rather walk through all that the person was ever sent. */
export function idsOfParts(db: Db, given: Readonly<Record<PartKeys, Placeholder>>) {
  const source = db.select({ of: deliveries.sourceMessage }).from(deliveries).where(eq(deliveries.id, given.id));
  return db
    .select({ id: own.id })
    .from(own)
    .where(
      and(
        eq(own.workspaceId, given.workspaceId),
        eq(own.sourceMessage, sql`(${source})`),
        eq(own.personId, given.personId),
        eq(own.notificationId, given.notificationId),
      ),
    );
}

export async function addParts(db: Db, delivery: Delivery, { parts, now }: { parts: number; now: number }) {
  const sameOne = and(
    eq(deliveries.notificationId, delivery.notificationId),
    eq(deliveries.personId, delivery.personId),
  );
  const [first] = await db
    .select()
    .from(deliveries)
    .where(and(sameOne, eq(deliveries.part, 1)));
  if (first === undefined || first.parts >= parts) return;
  await db.update(deliveries).set({ parts }).where(sameOne);
  const { notificationId, workspaceId, personId, bitrixId, sourceMessage, sourceChat, subTag } = first;
  const { createdAt, expiresAt, tag, priority } = first;
  const shared = { priority, notificationId, workspaceId, personId, bitrixId, sourceMessage, sourceChat, subTag };
  const state = "queued" as const;
  const rows = Array.from({ length: parts - 1 }, (_, index) => {
    const part = index + 2;
    return { ...shared, part, parts, tag: `${tag}.${part}`, state, dueAt: now, createdAt, expiresAt };
  });
  await db.insert(deliveries).values(rows).onConflictDoNothing();
}
