import type { ChatRef, IncomingMessage } from "../core/chat.ts";
import { languageOf } from "../core/language.ts";
import type { RecipientRef } from "../core/notifyGrammar.ts";
import { plainText, type RichText } from "../core/richText.ts";
import { accept } from "./accept.ts";
import { type Command, complain, tell } from "./command.ts";
import type { SayTarget, Words, WordsIn } from "./ports.ts";
import { reachable } from "./reach.ts";
import { slotOf } from "./receipts.ts";
import { resolveRecipients } from "./recipients.ts";
import { hasChanged, type SendingTime, sendingTime, timeText } from "./sendingTime.ts";
import type { AnyQuestion, Confirmation } from "./store/confirmations.ts";
import type { NewNotification } from "./store/notifications.ts";
import type { Wish } from "./store/queues.ts";
import type { Repositories } from "./store/store.ts";

/** For so long a question may be answered, in milliseconds. */
export const ANSWER_WITHIN_MS = 10 * 60_000;

/** What somebody says to a question that was asked before; `key` came along with a button. */
export interface Consent {
  readonly says: "yes" | "no";
  readonly key?: string;
}

const CONSENT = /^(?:(?<yes>yes|да)|no|нет)(?: (?<key>[\da-f-]{36}))?$/iu;

/** Whether a command to notify is no more than a yes or no: nobody's name can be written so. */
export function readConsent({ options, text }: IncomingMessage, rest: RichText): Consent | undefined {
  if (options && (options.user || options.to !== undefined)) return undefined;
  const found = CONSENT.exec(plainText(options ? text : rest).trim());
  if (!found) return undefined;
  const { yes, key } = found.groups ?? {};
  return { says: yes === undefined ? "no" : "yes", ...(key === undefined ? {} : { key: key.toLowerCase() }) };
}

/** Keeps a notification for many people back until its sender has read how many they are. */
export async function askToConfirm(
  command: Command,
  plan: NewNotification,
  named: readonly RecipientRef[],
): Promise<void> {
  const { tx, message, workspace, words, parts } = command;
  const { at, sender } = message;
  // An id that many share cannot tell whether it is the same who confirms.
  if (sender.kind !== "person")
    return complain(command, words.say("confirm-anonymous", { count: plan.recipients.length }));
  const { platform, chatId, threadId } = at;
  const time = await sendingTime(tx, workspace, {
    chat: at,
    count: plan.recipients.length,
    now: parts.clock(),
    slowness: parts.slowness?.(),
  });
  const { key, replaced } = await tx.confirmations.put({
    kind: "notification",
    platform,
    chatId,
    threadId,
    workspaceId: workspace.id,
    userId: sender.userId,
    slot: slotOf(at),
    plan,
    named,
    time,
    expiresAt: parts.clock() + ANSWER_WITHIN_MS,
  });
  if (replaced && replaced.slot !== slotOf(at))
    await closeQuestion(tx, replaced, { text: words.say(`${TEXTS[replaced.kind]}-replaced`) }, parts.clock());
  const form = message.command === undefined ? platform : "form";
  const count = plan.recipients.length;
  const files = plan.attachments.length === 0 ? [] : [words.say("confirm-takes-files")];
  const told = [timeText(words, time), ...files].join(" ");
  const text = words.say("confirm-ask", { count, time: told, line: words.say(`confirm-line-${form}`) });
  const asked = [plan.senderNote, text].filter((line) => line !== undefined).join("\n");
  await tell(tx, message, { text: asked, buttons: buttonsFor(words, key) }, parts);
}

/** What its own sender was asked about a message and has not answered yet; `undefined` when nothing. */
export async function openQuestion(
  { tx, message }: Pick<Command, "tx" | "message">,
  slot: string,
): Promise<Confirmation | undefined> {
  const asked = await tx.confirmations.byAsker(message.at, message.sender.userId);
  return asked?.kind === "notification" && asked.slot === slot ? asked : undefined;
}

const buttonsFor = (words: Words, key: string): NonNullable<Wish["buttons"]> => [
  { label: words.say("confirm-yes"), data: `yes ${key}` },
  { label: words.say("confirm-no"), data: `no ${key}` },
];

/** Sends what was kept back, or gives it up, when its own sender says so in time. */
export async function consent(command: Command, { says, key }: Consent): Promise<void> {
  const { tx, message, workspace, words, parts } = command;
  const { userId } = message.sender;
  const asked =
    key === undefined ? await tx.confirmations.byAsker(message.at, userId) : await tx.confirmations.byKey(key);
  if (asked?.kind !== "notification" || asked.workspaceId !== workspace.id || !isSamePlace(asked, message.at))
    return key === undefined ? complain(command, words.say("confirm-none")) : undefined;
  if (asked.userId !== userId) return complain(command, words.say("confirm-not-yours"));
  const now = parts.clock();
  if (asked.expiresAt <= now) return closeQuestion(tx, asked, { text: words.say("confirm-expired") }, now);
  await tx.confirmations.remove(asked.id);
  if (says === "no") return cancel(tx, asked, { wordsIn: parts.wordsIn, now });
  const time = await send(command, asked);
  if (!time) return;
  const confirmed = message.interaction ? [words.say("confirm-sent")] : [];
  const changed = hasChanged(asked.time, time)
    ? [words.say("confirm-time-changed", { time: timeText(words, time) })]
    : [];
  const text = [...confirmed, ...changed].join(" ");
  if (text !== "") await tell(tx, message, { text }, parts);
}

/** @returns How long it takes from now on; `undefined` when nobody is left to send it to. */
async function send(command: Command, asked: Confirmation): Promise<SendingTime | undefined> {
  const { tx, workspace, words, parts } = command;
  const { plan } = asked;
  const now = parts.clock();
  const recipients = await stillMeant(command, asked);
  if (recipients.length === 0) {
    await closeQuestion(tx, asked, { text: words.say("confirm-nobody") }, now);
    return undefined;
  }
  const time = await sendingTime(tx, workspace, {
    chat: asked,
    count: recipients.length,
    now,
    slowness: parts.slowness?.(),
  });
  const left = plan.recipients.length - recipients.length;
  const notes = [plan.senderNote, left === 0 ? undefined : words.say("confirm-fewer", { count: left })];
  const senderNote = notes.filter((line) => line !== undefined).join("\n");
  const moved = { createdAt: now, expiresAt: plan.expiresAt + (now - plan.createdAt) };
  const noted = senderNote === "" ? {} : { senderNote };
  await accept(command, { ...plan, ...moved, ...noted, recipients }, targetOf(asked));
  return time;
}

/** Of those that were asked about, whom the sender's words still mean and may still reach. Nobody is added. */
async function stillMeant(command: Command, { named, plan }: Confirmation): Promise<NewNotification["recipients"]> {
  const { tx, message, workspace } = command;
  const known: RecipientRef[] = [];
  // By an id that nobody here has any more, no person is made anew.
  for (const ref of named)
    if (ref.kind !== "bitrix-id" || (await tx.people.byBitrixId(workspace.id, ref.id))) known.push(ref);
  const { people } = await resolveRecipients(tx, known, {
    workspaceId: workspace.id,
    platform: message.at.platform,
    within: await reachable(command),
    now: plan.createdAt,
  });
  const meant = new Set(people.map(({ id }) => id));
  return plan.recipients.filter(({ personId }) => meant.has(personId));
}

export const isSamePlace = (asked: ChatRef, here: ChatRef): boolean =>
  asked.platform === here.platform && asked.chatId === here.chatId && asked.threadId === here.threadId;

/** Where the question stands. */
export function targetOf(asked: AnyQuestion): SayTarget {
  const { platform, chatId, threadId, userId } = asked;
  const messageId = asked.kind === "rule" ? asked.draft.messageId : asked.plan.source.messageId;
  return { platform, chatId, threadId, messageId, userId };
}

/** Nothing can be answered any more; what was asked makes room for what came of it. */
export async function closeQuestion(tx: Repositories, asked: AnyQuestion, wish: Wish, now: number): Promise<void> {
  await tx.confirmations.remove(asked.id);
  await tx.receipts.wish(asked.slot, targetOf(asked), wish, now);
}

/** Nothing is sent, and where the question stood, that is said. */
export async function cancel(
  tx: Repositories,
  asked: Confirmation,
  { wordsIn, now }: { wordsIn: WordsIn; now: number },
): Promise<void> {
  const words = wordsIn(languageOf(asked.plan.senderLanguage, "en"));
  await closeQuestion(tx, asked, { text: words.say("confirm-cancelled") }, now);
}

const TEXTS = { notification: "confirm", rule: "forward" } as const;

/** Tells those who did not answer in time that nothing was sent, or that no rule was made. */
export async function closeExpired(
  tx: Repositories,
  { wordsIn, now }: { wordsIn: WordsIn; now: number },
): Promise<void> {
  for (const asked of await tx.confirmations.expired(now)) {
    const words = wordsIn(asked.kind === "rule" ? asked.draft.language : languageOf(asked.plan.senderLanguage, "en"));
    await closeQuestion(tx, asked, { text: words.say(`${TEXTS[asked.kind]}-expired`) }, now);
  }
}
