import type { Command } from "./command.ts";
import type { SayTarget } from "./ports.ts";
import { slotOf, updateReceipt, wishFor } from "./receipts.ts";
import type { Delivery } from "./store/deliveries.ts";
import type { NewNotification } from "./store/notifications.ts";
import { traceOf } from "./trace.ts";

/** Writes a notification down: from here on it is not lost. `target` is where its sender is told about it. */
export async function accept(
  command: Pick<Command, "tx" | "workspace" | "words" | "parts">,
  notification: NewNotification,
  target: SayTarget,
): Promise<void> {
  const { tx, workspace, words, parts } = command;
  const added = await tx.notifications.add(notification);
  const stored = added && (await tx.notifications.byId(added.notificationId));
  if (!stored) return;
  const deliveries = await tx.deliveries.ofNotification(stored.id);
  for (const delivery of deliveries) await supersede(command, delivery);
  const wish = wishFor(words, { notification: stored, deliveries, attachments: [] });
  parts.log.info(
    {
      trace: traceOf(stored.source),
      workspace: workspace.name,
      notification: stored.id,
      deliveries: deliveries.length,
    },
    "accepted",
  );
  await tx.receipts.wish(slotOf(notification.source), target, wish, parts.clock());
}

/** A newer notification with the same tag makes the older ones that still wait for the same person pointless. */
async function supersede({ tx, parts }: Pick<Command, "tx" | "parts">, delivery: Delivery): Promise<void> {
  const now = parts.clock();
  for (const older of await tx.deliveries.overtaken(delivery)) {
    await tx.deliveries.settle(older.id, { kind: "verdict", verdict: "superseded" }, now);
    await updateReceipt(tx, older.notificationId, { wordsIn: parts.wordsIn, now });
  }
}
