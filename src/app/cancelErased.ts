import type { WordsIn } from "./ports.ts";
import { firstOf, sentBy, slotOf, wishFor } from "./receipts.ts";
import type { Delivery } from "./store/deliveries.ts";
import type { Notification } from "./store/notifications.ts";
import type { Wish } from "./store/queues.ts";
import type { Repositories } from "./store/store.ts";

export interface CancelledForErasure {
  readonly cancelled: number;
  /** Receipts that tell of it, and name nobody. */
  readonly told: readonly string[];
}

/** Gives up what waits for somebody whose data is about to be erased, and tells the senders without naming whom. */
export async function cancelErased(
  tx: Repositories,
  { workspaceId, personId }: { workspaceId: number; personId: number },
  { wordsIn, now }: { wordsIn: WordsIn; now: number },
): Promise<CancelledForErasure> {
  const waiting = await waitingFor(tx, { workspaceId, personId });
  const cancelled = await tx.deliveries.cancel({ workspaceId, personId }, "ERASED", now);
  const counts = new Map<string, { first: Notification; count: number }>();
  for (const { notificationId } of waiting) {
    const notification = await tx.notifications.byId(notificationId);
    const [first] = notification ? await sentBy(tx, firstOf(notification.source)) : [];
    if (!first) continue;
    const slot = slotOf(first.source);
    counts.set(slot, { first, count: (counts.get(slot)?.count ?? 0) + 1 });
  }
  for (const [slot, { first, count }] of counts) {
    const receipt = await tx.receipts.bySlot(slot);
    if (!receipt) counts.delete(slot);
    else await tx.receipts.wish(slot, receipt.target, await wishWithout(tx, personId, { first, count, wordsIn }), now);
  }
  return { cancelled, told: [...counts.keys()] };
}

async function waitingFor(
  { deliveries }: Repositories,
  { workspaceId, personId }: { workspaceId: number; personId: number },
): Promise<readonly Delivery[]> {
  const limit = Number.MAX_SAFE_INTEGER;
  const queued = await deliveries.list({ workspaceId, state: "queued", limit });
  const media = await deliveries.list({ workspaceId, state: "media", limit });
  return [...queued, ...media].filter((delivery) => delivery.personId === personId);
}

/** What became of the others, and that some were cancelled; the note stays for what becomes of those who still wait. */
async function wishWithout(
  tx: Repositories,
  personId: number,
  { first, count, wordsIn }: { first: Notification; count: number; wordsIn: WordsIn },
): Promise<Wish> {
  const words = wordsIn(first.senderLanguage);
  const senderNote = words.say("erased-note", { count });
  await tx.notifications.setSenderNote(first.id, senderNote);
  const sent = await sentBy(tx, first.source);
  const all = await Promise.all(sent.map(({ id }) => tx.deliveries.ofNotification(id)));
  const deliveries = all.flat().filter((delivery) => delivery.personId !== personId);
  // What the message said is not repeated: it may be erased too.
  const { about: _, ...wish } = wishFor(words, { notification: { ...first, senderNote }, deliveries, attachments: [] });
  const mark = wish.mark === "stored" ? "stored" : "failed";
  return { ...wish, mark, markText: words.say(`mark-${mark}`) };
}
