import type { WordsIn } from "./ports.ts";
import { updateReceipt } from "./receipts.ts";
import type { Delivery, WhichWaiting } from "./store/deliveries.ts";
import type { Repositories } from "./store/store.ts";

type Which = WhichWaiting & { readonly workspaceId: number };

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** Gives up what still waits, and tells its senders so. Part of the same transaction; answers how many there were. */
export async function cancelDeliveries(
  tx: Repositories,
  which: Which,
  { code, wordsIn, now }: { code: string; wordsIn: WordsIn; now: number },
): Promise<number> {
  const waiting = await candidates(tx, which);
  const cancelled = await tx.deliveries.cancel(which, code, now);
  if (cancelled === 0) return 0;
  const concerned = new Set<number>();
  for (const { id, notificationId } of waiting) {
    if (!concerned.has(notificationId) && (await tx.deliveries.byId(id))?.state === "settled")
      concerned.add(notificationId);
  }
  for (const notificationId of concerned) await updateReceipt(tx, notificationId, { wordsIn, now });
  return cancelled;
}

async function candidates(
  { deliveries }: Repositories,
  { workspaceId, deliveryId }: Which,
): Promise<readonly Delivery[]> {
  if (deliveryId !== undefined) return [await deliveries.byId(deliveryId)].filter((each) => each !== undefined);
  return [
    ...(await deliveries.list({ workspaceId, state: "queued", limit: EVERYTHING })),
    ...(await deliveries.list({ workspaceId, state: "media", limit: EVERYTHING })),
  ];
}
