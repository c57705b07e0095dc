import { isGoing, isStuck, mayBeSeen, UNCHANGED } from "./feed.ts";
import type { PortalCall, WordsIn } from "./ports.ts";
import { firstOf, updateReceipt } from "./receipts.ts";
import { tagsHonoured } from "./repeat.ts";
import { isSameContent } from "./sameContent.ts";
import type { Delivery, Settlement } from "./store/deliveries.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";
import { isReplaced, removal, takeBack } from "./takeBack.ts";
import { versionOf } from "./versions.ts";

interface Context {
  readonly workspace: Workspace;
  readonly wordsIn: WordsIn;
  readonly now: number;
}

/** The call that removes a delivery from its recipient's feed, or its end, which nobody is told yet, where none need be made. */
export async function prepareRemoval(
  tx: Repositories,
  delivery: Delivery,
  context: Context,
): Promise<PortalCall | undefined> {
  const call = removal(context.workspace, delivery);
  const isGone = call !== undefined && "TAG" in call.params && (await isReplaced(tx, delivery));
  if (call && !isGone) return call;
  await tx.deliveries.settle(delivery.id, isGone ? REMOVED : stays(delivery, "NOT_REMOVED"), context.now);
  return undefined;
}

const REMOVED: Settlement = { kind: "verdict", verdict: "recalled" };

/** What could not be removed is what it was before. */
export const stays = ({ portalNotificationId }: Delivery, code: string): Settlement & { kind: "verdict" } => ({
  kind: "verdict",
  verdict: portalNotificationId === undefined ? "unknown" : "delivered",
  code,
});

/** Tells people what has become of a notification, and whoever took it back how that ended. */
export async function tellOf(
  tx: Repositories,
  notificationId: number,
  context: Omit<Context, "workspace">,
): Promise<void> {
  await updateReceipt(tx, notificationId, context);
  await tellTakenBack(tx, notificationId, context);
}

/** Gives up what is past its deadline: notifications, or their removals. People are told once of each notification. */
export async function expire(
  tx: Repositories,
  deliveries: readonly Delivery[],
  context: Omit<Context, "workspace">,
): Promise<void> {
  const given = { kind: "verdict", verdict: "undeliverable", code: "DEADLINE" } as const;
  for (const delivery of deliveries) {
    const settlement = delivery.recall === "begun" ? stays(delivery, "DEADLINE") : given;
    await tx.deliveries.settle(delivery.id, settlement, context.now);
  }
  for (const notificationId of new Set(deliveries.map((each) => each.notificationId)))
    await tellOf(tx, notificationId, context);
}

/** Takes back what was wanted back while it was being sent, now that this is over. People are told once of each notification. */
export async function takeBackWanted(tx: Repositories, ids: readonly number[], context: Context): Promise<void> {
  const told = new Set<number>();
  for (const id of ids) {
    const delivery = await tx.deliveries.byId(id);
    if (delivery?.recall !== "wanted") continue;
    const { recall: _, ...sent } = delivery;
    await takeBack(tx, [sent], context);
    told.add(delivery.notificationId);
  }
  for (const notificationId of told) await tellOf(tx, notificationId, context);
}

/** Tells those who took a notification back how that ended, once the portal has answered for every recipient. */
export async function tellTakenBack(
  tx: Repositories,
  notificationId: number,
  { wordsIn, now }: Omit<Context, "workspace">,
): Promise<void> {
  const notification = await tx.notifications.byId(notificationId);
  if (!notification?.recallAsk) return;
  const { slot, language } = notification.recallAsk;
  const sent = await tx.notifications.sentBy(firstOf(notification.source));
  const deliveries: Delivery[] = [];
  for (const { id } of sent) deliveries.push(...(await tx.deliveries.ofNotification(id)));
  if (deliveries.some(isGoing)) return;
  for (const { id, recallAsk } of sent) if (recallAsk) await tx.notifications.setRecallAsk(id, undefined);
  const receipt = await tx.receipts.bySlot(slot);
  if (!receipt) return;
  const words = wordsIn(language);
  const lines = deliveries.filter(isStuck).map((delivery) =>
    words.say("recall-stuck-line", {
      name: delivery.personName ?? `id:${delivery.bitrixId}`,
      reason: words.reason(delivery.code),
    }),
  );
  const text =
    lines.length === 0 ? words.say("recall-done") : [words.say("recall-failed"), ...new Set(lines)].join("\n");
  await tx.receipts.wish(slot, receipt.target, { text }, now);
}

export type Way =
  | { readonly kind: "free" }
  | { readonly kind: "wait" }
  /** It is not sent at all. */
  | { readonly kind: "end"; readonly settlement: Settlement & { kind: "verdict" } };

const FREE: Way = { kind: "free" };
const WAIT: Way = { kind: "wait" };
/** The older version of an edited notification stays, so that the newer one would stand beside it. */
const NOT_REPLACED: Way = {
  kind: "end",
  settlement: { kind: "verdict", verdict: "undeliverable", code: "NOT_REPLACED" },
};

/**
 * Whether an edited notification has to wait, or cannot be sent, because the older version is still there: on a portal that
 * ignores tags the newer one would stand beside it, so that the older one has to be gone first. An edit back to what is shown
 * has nothing to replace.
 */
export async function wayFor(tx: Repositories, delivery: Delivery, { workspace, now }: Context): Promise<Way> {
  if (delivery.replaces === undefined || tagsHonoured(workspace)) return FREE;
  const notification = await tx.notifications.byId(delivery.notificationId);
  const older = await tx.deliveries.byId(delivery.replaces);
  if (!notification || versionOf(notification) === 0 || !older) return FREE;
  const rows = await tx.deliveries.partsOf(older);
  const shown = rows.filter(mayBeSeen);
  if (rows.some((row) => isGoing(row) || row.state === "sending")) return WAIT;
  if (shown.length === 0) return FREE;
  const former = await tx.notifications.byId(older.notificationId);
  if (shown.length === rows.length && former && (await isSameContent(tx, former, notification)))
    return { kind: "end", settlement: asShown(shown) };
  if (shown.some(isStuck)) return NOT_REPLACED;
  const { staying } = await takeBack(tx, shown, { workspace, now });
  return staying > 0 ? NOT_REPLACED : WAIT;
}

/** What is known of the older version holds for the newer one that says the same. */
function asShown(shown: readonly Delivery[]): Settlement & { kind: "verdict" } {
  const doubt = shown.find(({ verdict }) => verdict !== "delivered");
  if (doubt) return { kind: "verdict", verdict: "unknown", code: doubt.code ?? "NO_ANSWER" };
  const { portalNotificationId } = shown[0] ?? {};
  const id = portalNotificationId === undefined ? {} : { portalNotificationId };
  return { kind: "verdict", verdict: "delivered", code: UNCHANGED, ...id };
}
