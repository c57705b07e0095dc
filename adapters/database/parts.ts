import { and, eq, lt, ne, type SQL, sql } from "drizzle-orm";
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
  const { createdAt, expiresAt, tag } = first;
  const shared = { notificationId, workspaceId, personId, bitrixId, sourceMessage, sourceChat, subTag };
  const state = "queued" as const;
  const rows = Array.from({ length: parts - 1 }, (_, index) => {
    const part = index + 2;
    return { ...shared, part, parts, tag: `${tag}.${part}`, state, dueAt: now, createdAt, expiresAt };
  });
  await db.insert(deliveries).values(rows).onConflictDoNothing();
}
