import type { Delivery } from "./store/deliveries.ts";

type Tagged = Pick<Delivery, "tag" | "part" | "parts">;

/** Of the notification as a whole: later parts carry their number behind it. */
export const wholeTag = ({ tag, part }: Tagged): string => (part === 1 ? tag : tag.slice(0, -`.${part}`.length));

/** What the portal was given as tag. */
export const sentTag = ({ tag, part, parts }: Tagged): string => (parts > 1 && part === 1 ? `${tag}.1` : tag);

/** Those of all its parts. */
export function sentTags(delivery: Tagged): readonly string[] {
  const whole = wholeTag(delivery);
  if (delivery.parts === 1) return [whole];
  return Array.from({ length: delivery.parts }, (_, index) => `${whole}.${index + 1}`);
}
