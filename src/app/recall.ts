import type { MessageRef } from "../core/chat.ts";
import { parseTag } from "../core/notifyGrammar.ts";
import { plainText, type RichText } from "../core/richText.ts";
import { sameTag } from "../core/tags.ts";
import { type Command, complain, tell } from "./command.ts";
import { cancel, openQuestion } from "./confirm.ts";
import type { WordsIn } from "./ports.ts";
import { firstOf, sentBy, slotOf, updateReceipt } from "./receipts.ts";
import type { Notification } from "./store/notifications.ts";
import type { Repositories } from "./store/store.ts";
import { type TakenBack, takeBack } from "./takeBack.ts";

/** Takes back the notification replied to, or the latest one with the tag named: what waits at once, what was delivered by its tag. */
export async function recall(command: Command, rest: RichText): Promise<void> {
  const { tx, message, words, parts, permission } = command;
  const found = await findSent(command, rest);
  if (found.length === 0) {
    if (!(await withdraw(command))) await complain(command, words.say("recall-none"));
    return;
  }
  const allowed =
    permission === "own-only" ? found.filter(({ senderUserId }) => senderUserId === message.sender.userId) : found;
  if (allowed.length === 0) {
    // Whose it was has been erased with its text.
    const isErased = found.every(({ forgottenAt }) => forgottenAt !== undefined);
    return complain(command, words.say(isErased ? "recall-forgotten" : "recall-not-yours"));
  }
  const actor = `${message.at.platform}:${message.sender.userId}`;
  const now = parts.clock();
  const { going, staying } = await takeBackAll(tx, allowed, { actor, wordsIn: parts.wordsIn, now });
  const text = words.say(going > 0 ? "recall-going" : staying > 0 ? "recall-too-late" : "recall-done");
  await tell(tx, message, { text }, parts);
  const ask = { slot: slotOf(message.at), language: words.language };
  if (going > 0) for (const { id } of allowed) await tx.notifications.setRecallAsk(id, ask);
}

/** Whoever takes back what has yet to be confirmed does not want it sent. */
async function withdraw(command: Command): Promise<boolean> {
  const { tx, message, words, parts } = command;
  const { repliedTo } = message;
  const slot = repliedTo && slotOf({ ...message.at, messageId: repliedTo.messageId });
  const asked = slot === undefined ? undefined : await openQuestion(command, slot);
  if (!asked) return false;
  await cancel(tx, asked, { wordsIn: parts.wordsIn, now: parts.clock() });
  await tell(tx, message, { text: words.say("recall-done") }, parts);
  return true;
}

async function findSent({ tx, message, workspace }: Command, rest: RichText): Promise<readonly Notification[]> {
  const ofHere = (sent: readonly Notification[]) => sent.filter(({ workspaceId }) => workspaceId === workspace.id);
  const { repliedTo } = message;
  if (repliedTo && repliedTo.messageId !== "")
    return ofHere(await sentBy(tx, { ...message.at, messageId: repliedTo.messageId }));
  const tag = parseTag(message.options?.tag ?? plainText(rest));
  if (tag === undefined) return [];
  const [latest] = await tx.notifications.byTag(message.at, sameTag(tag), workspace.id);
  return latest ? ofHere(await sentBy(tx, firstOf(latest.source))) : [];
}

interface Taker {
  /** As the audit trail names it. */
  readonly actor: string;
  readonly wordsIn: WordsIn;
  readonly now: number;
}

/** Takes back all that a message has sent. */
async function takeBackAll(
  tx: Repositories,
  notifications: readonly Notification[],
  { actor, wordsIn, now }: Taker,
): Promise<TakenBack> {
  let [going, staying] = [0, 0];
  for (const { id, workspaceId, uid } of notifications) {
    const workspace = await tx.workspaces.byId(workspaceId);
    if (!workspace) continue;
    const deliveries = await tx.deliveries.ofNotification(id);
    const taken = await takeBack(tx, deliveries, { workspace, now });
    [going, staying] = [going + taken.going, staying + taken.staying];
    await tx.media.revoke({ notificationId: id }, now);
    await updateReceipt(tx, id, { wordsIn, now });
    await tx.audit.append({ at: now, workspaceId, actor, action: "notification.recall", subject: uid });
  }
  return { going, staying };
}

/** Whoever deletes a message means what it sent, too; who that was is not told by the platform. */
export async function takeBackDeleted(tx: Repositories, at: MessageRef, context: Omit<Taker, "actor">): Promise<void> {
  const sent = await sentBy(tx, at);
  if (sent.length > 0) await takeBackAll(tx, sent, { ...context, actor: "herald24" });
  for (const asked of await tx.confirmations.bySlot(slotOf(at)))
    if (asked.kind === "notification") await cancel(tx, asked, context);
}
