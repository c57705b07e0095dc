import type { WordsIn } from "./ports.ts";
import { updateReceipt } from "./receipts.ts";
import type { DeliveryRepository } from "./store/deliveries.ts";
import type { Repositories } from "./store/store.ts";

type Which = Parameters<DeliveryRepository["cancel"]>[0] & { readonly workspaceId: number };

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** Gives up what still waits, and tells its senders so. Part of the same transaction; answers how many there were. */
export async function cancelDeliveries(
  tx: Repositories,
  which: Which,
  { code, wordsIn, now }: { code: string; wordsIn: WordsIn; now: number },
): Promise<number> {
  const { workspaceId } = which;
  const waiting = [
    ...(await tx.deliveries.list({ workspaceId, state: "queued", limit: EVERYTHING })),
    ...(await tx.deliveries.list({ workspaceId, state: "media", limit: EVERYTHING })),
  ];
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
