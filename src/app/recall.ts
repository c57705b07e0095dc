import { parseTag } from "../core/notifyGrammar.ts";
import { plainText, type RichText } from "../core/richText.ts";
import { sameTag } from "../core/tags.ts";
import type { ChoreHandler } from "./chores.ts";
import { type Command, complain, tell } from "./command.ts";
import type { Clock, Portal, WordsIn } from "./ports.ts";
import { sentBy, updateReceipt } from "./receipts.ts";
import { tagsHonoured } from "./repeat.ts";
import { CLIENT_ID, sentTag } from "./shipment.ts";
import type { RecallWork } from "./store/chores.ts";
import type { Delivery } from "./store/deliveries.ts";
import type { Notification } from "./store/notifications.ts";
import type { Repositories, Store } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** Takes back the notification replied to, or the latest one with the tag named: what waits at once, what was delivered by its tag. */
export async function recall(command: Command, rest: RichText): Promise<void> {
  const { tx, message, words, parts, workspace, permission } = command;
  const found = await findSent(command, rest);
  if (found.length === 0) return complain(command, words.say("recall-none"));
  const allowed =
    permission === "own-only" ? found.filter(({ senderUserId }) => senderUserId === message.sender.userId) : found;
  if (allowed.length === 0) return complain(command, words.say("recall-not-yours"));
  let delivered = 0;
  for (const notification of allowed) delivered += await takeBack(command, notification);
  const text = words.say(delivered > 0 && !tagsHonoured(workspace) ? "recall-too-late" : "recall-done");
  await tell(tx, message, { text }, parts);
}

async function findSent({ tx, message, workspace }: Command, rest: RichText): Promise<readonly Notification[]> {
  const ofHere = (sent: readonly Notification[]) => sent.filter(({ workspaceId }) => workspaceId === workspace.id);
  const { repliedTo } = message;
  if (repliedTo && repliedTo.messageId !== "")
    return ofHere(await sentBy(tx, { ...message.at, messageId: repliedTo.messageId }));
  const tag = parseTag(message.options?.tag ?? plainText(rest));
  if (tag === undefined) return [];
  const [latest] = await tx.notifications.byTag(message.at, sameTag(tag), workspace.id);
  return latest ? ofHere(await sentBy(tx, latest.source)) : [];
}

/** Answers how many of its deliveries had been handed over already. */
async function takeBack({ tx, message, words, parts }: Command, notification: Notification): Promise<number> {
  const now = parts.clock();
  const deliveries = await tx.deliveries.ofNotification(notification.id);
  for (const { id, state } of deliveries)
    if (state === "queued" || state === "media")
      await tx.deliveries.settle(id, { kind: "verdict", verdict: "recalled" }, now);
  await tx.media.revoke({ notificationId: notification.id }, now);
  await updateReceipt(tx, notification.id, { wordsIn: parts.wordsIn, now });
  const handedOver = deliveries.filter(mayBeSeen);
  if (handedOver.length > 0) {
    await tx.chores.add({ kind: "recall", notificationId: notification.id, language: words.language }, now);
    await tx.audit.append({
      at: now,
      workspaceId: notification.workspaceId,
      actor: `${message.at.platform}:${message.sender.userId}`,
      action: "notification.recall",
      subject: notification.trace,
    });
  }
  return handedOver.length;
}

/** What a recipient may have in the feed. */
const mayBeSeen = ({ state, verdict }: Delivery): boolean =>
  state === "sending" || verdict === "delivered" || verdict === "unknown";

interface RecallParts {
  readonly store: Store;
  readonly portal: Portal;
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
}

const LOOK_AGAIN_MS = 1_000;
const PORTAL_PAUSE_MS = 15_000;
/** What has stood in a feed for so long has been read. */
const PATIENCE_MS = 86_400_000;

/** Deletes by tag what was handed over; the portal answers `true` for a tag that it does not know, too. */
export function recallChore({ store, portal, wordsIn, clock }: RecallParts): ChoreHandler<RecallWork> {
  return async ({ notificationId }, { attempts, createdAt }, signal) => {
    if (clock() - createdAt > PATIENCE_MS) return { kind: "done" };
    const deliveries = await store.read.deliveries.ofNotification(notificationId);
    if (deliveries.some(({ state }) => state === "sending")) return { kind: "again", afterMs: LOOK_AGAIN_MS };
    const [first] = deliveries;
    const workspace = first && (await store.read.workspaces.byId(first.workspaceId));
    if (!workspace) return { kind: "done" };
    const shown = tagsHonoured(workspace) ? deliveries.filter(mayBeSeen) : [];
    for (const delivery of shown) {
      const reply = await portal.call(workspace, deletion(workspace, delivery), signal);
      if (reply.kind !== "result") return { kind: "again", afterMs: PORTAL_PAUSE_MS * 2 ** Math.min(attempts, 6) };
    }
    // An attempt that was under way when it was taken back may have failed and be waiting again.
    const gone = [...shown, ...deliveries.filter(({ state }) => state === "queued")];
    return { kind: "done", write: (tx) => markRecalled(tx, gone, { wordsIn, now: clock() }) };
  };
}

function deletion({ credentials }: Workspace, delivery: Delivery) {
  const clientId = credentials.kind === "webhook" ? { CLIENT_ID } : {};
  return { method: "im.notify.delete", params: { TAG: sentTag(delivery), ...clientId } };
}

async function markRecalled(
  tx: Repositories,
  deliveries: readonly Delivery[],
  { wordsIn, now }: { wordsIn: WordsIn; now: number },
): Promise<void> {
  for (const { id } of deliveries) await tx.deliveries.settle(id, { kind: "verdict", verdict: "recalled" }, now);
  const [first] = deliveries;
  if (first) await updateReceipt(tx, first.notificationId, { wordsIn, now });
}
