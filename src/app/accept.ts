import { MESSAGE_TAG } from "../core/tags.ts";
import type { Command } from "./command.ts";
import type { SayTarget, WordsIn } from "./ports.ts";
import { slotOf, updateReceipt, wishFor } from "./receipts.ts";
import type { Delivery } from "./store/deliveries.ts";
import type { NewNotification, Notification } from "./store/notifications.ts";
import type { Repositories } from "./store/store.ts";
import { traceOf } from "./trace.ts";

/** Writes a notification down: from here on it is not lost. `target` is where its sender is told about it. */
export async function accept(
  command: Pick<Command, "tx" | "workspace" | "words" | "parts">,
  notification: NewNotification,
  target: SayTarget,
): Promise<void> {
  const { tx, workspace, words, parts } = command;
  const written = await writeDown(tx, notification, { wordsIn: parts.wordsIn, now: parts.clock() });
  if (!written) return;
  const { stored, deliveries } = written;
  const wish = wishFor(words, { notification: stored, deliveries, attachments: [] });
  const trace = traceOf(stored.source);
  parts.log.info(
    { trace, workspace: workspace.name, notification: stored.id, deliveries: deliveries.length },
    "accepted",
  );
  await tx.receipts.wish(slotOf(notification.source), target, wish, parts.clock());
}

interface Telling {
  readonly wordsIn: WordsIn;
  readonly now: number;
}

/** Writes a notification down, in place of what it makes pointless; `undefined` where everybody has been sent it already. */
export async function writeDown(
  tx: Repositories,
  notification: NewNotification,
  telling: Telling,
): Promise<{ stored: Notification; deliveries: readonly Delivery[] } | undefined> {
  const added = await tx.notifications.add(notification);
  const stored = added && (await tx.notifications.byId(added.notificationId));
  if (!stored) return undefined;
  const deliveries = await tx.deliveries.ofNotification(stored.id);
  await supersede(tx, deliveries, telling);
  for (const delivery of deliveries) await takePlace(tx, delivery);
  return { stored, deliveries };
}

/** A newer notification with the same tag replaces what is shown. */
async function takePlace(tx: Repositories, delivery: Delivery): Promise<void> {
  // The tag of a message comes again only when that is edited.
  if (delivery.tag.startsWith(MESSAGE_TAG)) return;
  const [older] = await tx.deliveries.withTag(delivery, "before");
  if (older) await tx.deliveries.setReplaces(delivery.id, older.id);
}

/**
 * Makes pointless what still waits for the same persons with the same tag. Senders are told once of each notification, since a look at
 * one goes through all of its recipients.
 */
export async function supersede(
  tx: Repositories,
  deliveries: readonly Delivery[],
  { wordsIn, now }: Telling,
): Promise<void> {
  const told = new Set<number>();
  for (const delivery of deliveries)
    for (const { id, notificationId } of await tx.deliveries.overtaken(delivery)) {
      await tx.deliveries.settle(id, { kind: "verdict", verdict: "superseded" }, now);
      told.add(notificationId);
    }
  for (const notificationId of told) await updateReceipt(tx, notificationId, { wordsIn, now });
}
