import type { Delivery } from "./store/deliveries.ts";

/** Whether the recipient may have it in the feed now. */
export const mayBeSeen = (delivery: Delivery): boolean =>
  delivery.verdict === "delivered" || delivery.verdict === "unknown" || isMissedInDoubt(delivery);

/** It came to nothing in the end, after an attempt whose answer was lost, and which may have brought it all the same. */
export const isMissedInDoubt = ({ verdict, doubtful }: Delivery): boolean =>
  doubtful && (verdict === "undeliverable" || verdict === "refused" || verdict === "suppressed");

/** Its removal is queued or under way, or will be when what is under way is over. */
export const isGoing = ({ state, recall }: Delivery): boolean => state !== "settled" && recall !== undefined;

/** Its removal was tried in vain. */
export const isStuck = (delivery: Delivery): boolean => delivery.recall === "begun" && mayBeSeen(delivery);

/** The code of a version that needed no sending, because an older one that says the same is in the feed and stays there. */
export const UNCHANGED = "UNCHANGED";

/** Shown by an older delivery, which is what can be taken back. */
export const isStandIn = ({ state, code }: Delivery): boolean => state === "settled" && code === UNCHANGED;
