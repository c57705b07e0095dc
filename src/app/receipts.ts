import type { SourceRef } from "../core/chat.ts";
import { plainText } from "../core/richText.ts";
import { isGoing, isMissedInDoubt, isStandIn, isStuck, mayBeSeen } from "./feed.ts";
import type { Words, WordsIn } from "./ports.ts";
import type { Delivery } from "./store/deliveries.ts";
import type { Attachment, Notification } from "./store/notifications.ts";
import type { Wish } from "./store/queues.ts";
import type { Repositories } from "./store/store.ts";
import { latestOf, versionOf } from "./versions.ts";

/** One slot per source message: whatever the chat is told about that message is told there. */
export const slotOf = (at: SourceRef): string => `${at.platform}:${at.chatId}:${at.messageId}`;

const nameOf = (delivery: Delivery): string => delivery.personName ?? `id:${delivery.bitrixId}`;

/** What became of one delivery, in words. */
export function verdictText(words: Words, delivery: Delivery): string {
  if (isStuck(delivery)) return words.say("verdict-stuck", { reason: words.reason(delivery.code) });
  if (isGoing(delivery)) return words.say("verdict-going");
  const verdict = verdictWords(words, delivery);
  return isMissedInDoubt(delivery) ? `${verdict}. ${words.say("verdict-doubt")}` : verdict;
}

function verdictWords(words: Words, delivery: Delivery): string {
  switch (delivery.verdict) {
    case undefined:
      return words.say(delivery.state === "media" ? "verdict-waiting-media" : "verdict-waiting");
    case "refused":
    case "undeliverable":
    case "unknown":
      return words.say(`verdict-${delivery.verdict}`, { reason: words.reason(delivery.code) });
    case "suppressed":
      return words.say("verdict-suppressed", { name: nameOf(delivery) });
    case "delivered":
    case "recalled":
    case "superseded":
      return words.say(`verdict-${delivery.verdict}`);
    default:
      return delivery.verdict satisfies never;
  }
}

/** Verdicts that the sender need not be told apart from the mark. */
const AS_WISHED: ReadonlySet<Delivery["verdict"]> = new Set(["delivered", "recalled"] as const);

interface Known {
  readonly notification: Notification;
  readonly deliveries: readonly Delivery[];
  readonly attachments: readonly Attachment[];
}

/** What the chat should see about a notification, from all that is known of it now. */
export function wishFor(words: Words, { notification, deliveries, attachments }: Known): Wish {
  // What is being taken back has been sent: whoever did that is told apart.
  const settled = deliveries.filter((delivery) => delivery.state === "settled" || delivery.recall === "begun");
  const failed = settled.filter(
    (delivery) => delivery.state === "settled" && (!AS_WISHED.has(delivery.verdict) || isStuck(delivery)),
  );
  // What was taken back before it was sent must not be called delivered.
  const isGone = deliveries.length > 0 && deliveries.every(({ verdict }) => verdict === "recalled");
  const asWished = isGone ? "recalled" : "delivered";
  const mark = settled.length < deliveries.length ? "stored" : failed.length > 0 ? "failed" : asWished;
  const lines = [
    notification.senderNote,
    ...failed.map((delivery) =>
      words.say("verdict-line", { name: nameOf(delivery), verdict: verdictText(words, delivery) }),
    ),
    ...attachments
      .filter((attachment) => attachment.state === "left-out")
      .map((attachment) =>
        words.say("left-out-line", { name: attachment.name, reason: leftOutReason(words, attachment) }),
      ),
  ].filter((line) => line !== undefined && line !== "");
  const markText = words.say(mark === "failed" ? failureOf(failed, deliveries.length) : `mark-${mark}`);
  const wish = { mark, markText, ...aboutOf(words, notification) } as const;
  return lines.length === 0 ? wish : { ...wish, text: [...new Set(lines)].join("\n") };
}

/** In words no more is said than is certain: one mark stands for all that is not as it was wished. */
function failureOf(failed: readonly Delivery[], all: number): "mark-failed" | "mark-partly" | "mark-unsure" {
  const missed = failed.filter((delivery) => !mayBeSeen(delivery)).length;
  if (missed === all) return "mark-failed";
  return missed > 0 ? "mark-partly" : "mark-unsure";
}

const NAMED_BY_FIRST = 60;

function aboutOf(words: Words, { text }: Notification): Pick<Wish, "about"> {
  const first = Array.from(plainText(text).replaceAll(/\s+/gu, " ").trim());
  if (first.length === 0) return {};
  const shown = first.length > NAMED_BY_FIRST ? [...first.slice(0, NAMED_BY_FIRST), "…"] : first;
  return { about: words.say("about-notification", { text: shown.join("") }) };
}

/** Reasons are stored as `code` or `code:limit`, the limit in megabytes. */
export function leftOutReason(words: Words, attachment: Pick<Attachment, "reason">): string {
  const [code = "other", limit] = (attachment.reason ?? "other").split(":");
  return limit === undefined ? words.reason(code) : words.say(`reason-${code}`, { limit });
}

/**
 * The source of what a message sent after the rest of it, such as members of an album that came late. No platform has such
 * message ids.
 */
export const followUpOf = <At extends SourceRef>(at: At, number: number): At => ({
  ...at,
  messageId: `${at.messageId}+${number}`,
});

/** The message itself, for the source of whatever it sent. */
export const firstOf = (at: SourceRef): SourceRef => ({ ...at, messageId: at.messageId.replace(/[+~]\d+$/u, "") });

/** What a message has sent so far, in order: what it asked for, its follow-ups and its edits. */
export const sentBy = (tx: Repositories, at: SourceRef): Promise<readonly Notification[]> =>
  tx.notifications.sentBy(at);

/** Brings the chat's receipt up to date after something about a notification has changed; part of the same transaction. */
export async function updateReceipt(
  tx: Repositories,
  notificationId: number,
  context: { wordsIn: WordsIn; now: number },
): Promise<void> {
  const changed = await tx.notifications.byId(notificationId);
  const receipt = changed && (await tx.receipts.bySlot(slotOf(firstOf(changed.source))));
  const [first, ...rest] = receipt ? await sentBy(tx, firstOf(changed.source)) : [];
  if (!receipt || !first) return;
  const known = await knownOf(tx, [first, ...rest]);
  const wish = wishFor(context.wordsIn(known.notification.senderLanguage), known);
  if (wish.mark === receipt.wish.mark && wish.text === receipt.wish.text) return;
  await tx.receipts.wish(receipt.slot, receipt.target, wish, context.now);
}

/** What counts of all that a message has sent: to each person the latest version, and what of former ones could not be removed. */
async function knownOf(tx: Repositories, sent: readonly [Notification, ...Notification[]]): Promise<Known> {
  const notification = latestOf(sent);
  const versions: { readonly delivery: Delivery; readonly version: number }[] = [];
  for (const each of sent)
    for (const delivery of await tx.deliveries.ofNotification(each.id))
      versions.push({ delivery, version: versionOf(each) });
  const isPast = ({ delivery, version }: (typeof versions)[number]) =>
    versions.some(
      (later) =>
        later.version > version &&
        later.delivery.personId === delivery.personId &&
        (!isStuck(delivery) || later.delivery.code === "NOT_REPLACED" || isStandIn(later.delivery)),
    );
  const attachments: Attachment[] = [];
  for (const each of sent)
    if (versionOf(each) === versionOf(notification)) attachments.push(...(await tx.media.attachmentsOf(each.id)));
  return {
    notification,
    deliveries: versions.filter((each) => !isPast(each)).map(({ delivery }) => delivery),
    attachments,
  };
}
