import { randomUUID } from "node:crypto";
import { and, asc, eq, inArray, lt, lte, min, sql } from "drizzle-orm";
import type { Receipt, ReceiptRepository } from "../../src/app/store/queues.ts";
import type { Interaction } from "../../src/core/chat.ts";
import { kept } from "./kept.ts";
import { withoutNulls } from "./rows.ts";
import { receipts } from "./schema/queues.ts";
import type { Place, Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

const place = (uid: string): Place => ({ table: "receipts", column: "interaction", row: uid });
const unshown = sql`${receipts.version} > ${receipts.shownVersion}`;

const inSlot = kept(["slot"], (db, { slot }) => db.select().from(receipts).where(eq(receipts.slot, slot)));
const due = kept(["platform", "now", "limit"], (db, { platform, now, limit }) =>
  db
    .select()
    .from(receipts)
    .where(and(eq(receipts.platform, platform), unshown, lte(receipts.dueAt, now)))
    .orderBy(asc(receipts.dueAt))
    .limit(limit),
);
const nextDue = kept(["platform"], (db, { platform }) =>
  db
    .select({ at: min(receipts.dueAt) })
    .from(receipts)
    .where(and(eq(receipts.platform, platform), unshown)),
);

const insert = kept(
  ["slot", "uid", "platform", "chatId", "threadId", "messageId", "userId", "wish", "dueAt", "interaction"],
  (db, { wish, ...receipt }) => db.insert(receipts).values({ ...receipt, wish: sql`${wish}`, version: 1 }),
);
const wishAnew = kept(["slot", "wish", "dueAt", "interaction"], (db, { slot, wish, dueAt, interaction }) =>
  db
    .update(receipts)
    .set({
      wish: sql`${wish}`,
      version: sql`${receipts.version} + 1`,
      dueAt: sql`${sql.param(dueAt, receipts.dueAt)}`,
      attempts: 0,
      interaction: sql`coalesce(${interaction}, ${receipts.interaction})`,
    })
    .where(eq(receipts.slot, slot)),
);

/**
 * A slot belongs to one source message for good: later wishes keep its place, which only a migration of the chat moves, and its
 * interaction unless they bring another one. To give up on a wish, mark its version as shown.
 */
export function receiptRepository(db: Db, sealer: Sealer): ReceiptRepository {
  const read = (row: typeof receipts.$inferSelect): Receipt => {
    const { uid, chatId, threadId, messageId, userId, interaction, ...rest } = row;
    const target = withoutNulls({ platform: rest.platform, chatId, threadId, messageId, userId });
    const opened = interaction === null ? undefined : openedOrNothing(sealer, uid, interaction);
    return withoutNulls({ ...rest, target: opened ? { ...target, interaction: opened } : target });
  };
  const sealed = (uid: string, interaction: Interaction | undefined) =>
    interaction ? sealer.seal(place(uid), JSON.stringify(interaction)) : null;

  return {
    wish: async (slot, target, wish, now) => {
      const [known] = await inSlot(db, { slot });
      const uid = known?.uid ?? randomUUID();
      const said = { slot, wish: JSON.stringify(wish), dueAt: now, interaction: sealed(uid, target.interaction) };
      const { platform, chatId, threadId, messageId = null, userId = null } = target;
      if (known) await wishAnew(db, said);
      else await insert(db, { ...said, uid, platform, chatId, threadId, messageId, userId });
    },
    due: async (platform, now, limit) => (await due(db, { platform, now, limit })).map(read),
    bySlot: async (slot) => {
      const [row] = await inSlot(db, { slot });
      return row && read(row);
    },
    forget: async (before, limit) => {
      const old = and(sql`${receipts.version} <= ${receipts.shownVersion}`, lt(receipts.dueAt, before));
      const slots = (await db.select({ slot: receipts.slot }).from(receipts).where(old).limit(limit)).map(
        ({ slot }) => slot,
      );
      await db.delete(receipts).where(inArray(receipts.slot, slots));
      return slots.length;
    },
    posting: async (slot, { version, said }) => {
      const change = { post: "posting", shownVersion: version, said } as const;
      await db.update(receipts).set(change).where(eq(receipts.slot, slot));
    },
    update: async (slot, change) => {
      if (Object.keys(change).length > 0) await db.update(receipts).set(change).where(eq(receipts.slot, slot));
    },
    nextDue: async (platform) => (await nextDue(db, { platform }))[0]?.at ?? undefined,
  };
}

/** One that cannot be opened must not hold up all other receipts: what is left to say goes another way, as after its end. */
function openedOrNothing(sealer: Sealer, uid: string, sealed: Buffer): Interaction | undefined {
  try {
    const opened: Interaction = JSON.parse(sealer.open(place(uid), sealed));
    return opened;
  } catch {
    return undefined;
  }
}
