import { isGoing, isStandIn, mayBeSeen } from "./feed.ts";
import type { PortalCall } from "./ports.ts";
import { tagsHonoured } from "./repeat.ts";
import { sentTag, sentTags } from "./sentTags.ts";
import type { Delivery } from "./store/deliveries.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** What webhooks name themselves by; the same for every installation, since tags are unguessable already. */
export const CLIENT_ID = "herald24";

/** What has stood in a feed for so long has been read. */
const PATIENCE_MS = 86_400_000;

/** What becomes of deliveries that are taken back. */
export interface TakenBack {
  /** How many the portal is asked to remove. */
  readonly going: number;
  /** How many stay in the feeds, because this portal offers no way to remove them. */
  readonly staying: number;
}

/**
 * Takes deliveries back: what waits is never sent, what may have been shown is queued for its removal, in the place of its recipient's
 * line that it has had, so that nothing newer with its tag is removed in its stead.
 */
export async function takeBack(
  tx: Repositories,
  deliveries: readonly Delivery[],
  { workspace, now }: { workspace: Workspace; now: number },
): Promise<TakenBack> {
  let [going, staying] = [0, 0];
  for (const delivery of deliveries) {
    const { id, state } = delivery;
    if (isGoing(delivery)) going += 1;
    else if (state === "sending") {
      await tx.deliveries.wantRecall(id);
      going += 1;
    } else if (isStandIn(delivery)) {
      await tx.deliveries.settle(id, { kind: "verdict", verdict: "recalled" }, now);
    } else if (!mayBeSeen(delivery) && !(state !== "settled" && delivery.doubtful)) {
      // What was given up is no dead letter any more, either: replayed, it would be shown after all.
      if (state !== "settled" || delivery.verdict === "undeliverable")
        await tx.deliveries.settle(id, { kind: "verdict", verdict: "recalled" }, now);
    } else if (removal(workspace, delivery)) {
      await tx.deliveries.beginRecall(id, now, now + PATIENCE_MS);
      going += 1;
    } else {
      staying += 1;
      if (state !== "settled")
        await tx.deliveries.settle(id, { kind: "verdict", verdict: "unknown", code: "NOT_REMOVED" }, now);
    }
  }
  return { going, staying };
}

/** The call that removes a notification; absent where no call can. By id only one's own feed is in reach. */
export function removal(workspace: Workspace, delivery: Delivery): PortalCall | undefined {
  const { credentials, capabilities } = workspace;
  const method = "im.notify.delete";
  if (tagsHonoured(workspace) && capabilities?.deleteByTag !== "ignored") {
    const clientId = credentials.kind === "webhook" ? { CLIENT_ID } : {};
    return { method, params: { TAG: sentTag(delivery), ...clientId } };
  }
  const { portalNotificationId: ID } = delivery;
  return ID === undefined ? undefined : { method, params: { ID } };
}

/** Whether a newer notification has taken its place in the feed, so that removing its tag would remove that one. */
export async function isReplaced(tx: Repositories, delivery: Delivery): Promise<boolean> {
  const newer = await tx.deliveries.withTag(delivery, "after");
  return newer.some((each) => mayBeSeen(each) && sentTags(each).includes(sentTag(delivery)));
}

/**
 * Removes what a delivery that has just been shown has not replaced by itself: parts of the older one that have no counterpart in it,
 * and the links of its attachments.
 */
export async function clearReplaced(
  tx: Repositories,
  shown: Delivery,
  { workspace, now }: { workspace: Workspace; now: number },
): Promise<void> {
  if (shown.part > 1 || shown.replaces === undefined || !tagsHonoured(workspace)) return;
  // Its number of parts was written down after it had been claimed.
  const own = sentTags((await tx.deliveries.byId(shown.id)) ?? shown);
  for (let olderId: number | undefined = shown.replaces; olderId !== undefined; ) {
    const older: Delivery | undefined = await tx.deliveries.byId(olderId);
    if (!older) return;
    const rows = await tx.deliveries.partsOf(older);
    const left = rows.filter((row) => row.recall === undefined && mayBeSeen(row) && !own.includes(sentTag(row)));
    await takeBack(tx, left, { workspace, now });
    for (const { id } of rows) await tx.media.revoke({ deliveryId: id }, now);
    // One that was in doubt may not have replaced the one before it.
    olderId = older.verdict === "delivered" ? undefined : older.replaces;
  }
}
