import { randomUUID } from "node:crypto";
import { and, asc, eq, lte, type SQL } from "drizzle-orm";
import type { SendingTime } from "../../src/app/sendingTime.ts";
import type { AnyQuestion, ConfirmationRepository, RuleDraft } from "../../src/app/store/confirmations.ts";
import type { NewNotification } from "../../src/app/store/notifications.ts";
import type { ChatRef } from "../../src/core/chat.ts";
import type { RecipientRef } from "../../src/core/notifyGrammar.ts";
import { confirmations } from "./schema/queues.ts";
import type { Place, Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

const place = (uid: string): Place => ({ table: "confirmations", column: "plan", row: uid });

/** The plan of a notification, or the draft of a rule. */
type Sealed = NewNotification & {
  readonly named?: readonly RecipientRef[];
  readonly time?: SendingTime;
  readonly draft?: RuleDraft;
};

/** Of a question that a former version asked: nobody is told that this has changed. */
const UNTOLD: SendingTime = { kind: "about", seconds: Number.POSITIVE_INFINITY };

/** Sealed, because the addresses of attachments in it are signed. */
export function confirmationRepository(db: Db, sealer: Sealer): ConfirmationRepository {
  const read = ({ uid, plan: sealed, ...row }: typeof confirmations.$inferSelect): AnyQuestion => {
    const { named = [], time = UNTOLD, draft, ...plan }: Sealed = JSON.parse(sealer.open(place(uid), sealed));
    if (draft) return { ...row, key: uid, kind: "rule", draft };
    return { ...row, key: uid, kind: "notification", plan, named, time };
  };
  const find = async (which: SQL | undefined): Promise<AnyQuestion[]> =>
    (await db.select().from(confirmations).where(which).orderBy(asc(confirmations.id))).map(read);
  const ofAsker = ({ platform, chatId, threadId }: ChatRef, userId: string): SQL | undefined =>
    and(
      eq(confirmations.platform, platform),
      eq(confirmations.chatId, chatId),
      eq(confirmations.threadId, threadId),
      eq(confirmations.userId, userId),
    );
  return {
    put: async (asked) => {
      const about =
        asked.kind === "rule" ? { draft: asked.draft } : { ...asked.plan, named: asked.named, time: asked.time };
      const { platform, chatId, threadId, workspaceId, userId, slot, expiresAt } = asked;
      const columns = { platform, chatId, threadId, workspaceId, userId, slot, expiresAt };
      const [replaced] = await find(ofAsker(asked, asked.userId));
      if (replaced) await db.delete(confirmations).where(eq(confirmations.id, replaced.id));
      const uid = randomUUID();
      const sealed = sealer.seal(place(uid), JSON.stringify(about));
      await db.insert(confirmations).values({ ...columns, uid, plan: sealed });
      return { key: uid, ...(replaced && { replaced }) };
    },
    byAsker: async (chat, userId) => (await find(ofAsker(chat, userId)))[0],
    bySlot: (slot) => find(eq(confirmations.slot, slot)),
    byKey: async (key) => (await find(eq(confirmations.uid, key)))[0],
    expired: (now) => find(lte(confirmations.expiresAt, now)),
    remove: async (id) => {
      await db.delete(confirmations).where(eq(confirmations.id, id));
    },
  };
}
