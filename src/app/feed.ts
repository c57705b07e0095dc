import type { Delivery } from "./store/deliveries.ts";

/** Whether the recipient may have it in the feed now. */
export const mayBeSeen = ({ state, verdict, doubtful }: Delivery): boolean =>
  state === "settled" &&
  (verdict === "delivered" || verdict === "unknown" || (verdict === "undeliverable" && doubtful));

/** Its removal is queued or under way, or will be when what is under way is over. */
export const isGoing = ({ state, recall }: Delivery): boolean => state !== "settled" && recall !== undefined;

/** Its removal was tried in vain. */
export const isStuck = (delivery: Delivery): boolean => delivery.recall === "begun" && mayBeSeen(delivery);
