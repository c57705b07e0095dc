import type { ChatRef, SourceRef } from "../core/chat.ts";
import { plainText } from "../core/richText.ts";
import type { Command } from "./command.ts";
import { firstOf, slotOf, verdictText } from "./receipts.ts";
import type { Delivery } from "./store/deliveries.ts";
import type { Notification } from "./store/notifications.ts";
import { versionOf } from "./versions.ts";

const LATEST = 10;
/** Of a sender in all chats, among which those that may be shown here are looked for. */
const LOOKED_AT = 200;
const TEXT_SHOWN = 40;

/**
 * What became of the notification replied to, or of the sender's latest ones: in a private chat of all in the workspace,
 * elsewhere of those from this very chat, whose members have read them before.
 */
export async function statusText(command: Command): Promise<string> {
  const { tx, message, words } = command;
  const replied =
    message.repliedTo && (await tx.notifications.sentBy({ ...message.at, messageId: message.repliedTo.messageId }));
  const found = replied?.length
    ? replied
    : await tx.notifications.bySender(message.at.platform, message.sender.userId, {
        limit: LOOKED_AT,
        workspaceId: command.workspace.id,
      });
  const visible = found
    .filter((notification) => isShownTo(command, notification) && !isEdited(notification, found))
    .slice(0, LATEST);
  if (visible.length === 0) return words.say("status-none");
  const entries = [];
  for (const notification of visible) entries.push(await entryText(command, notification));
  return [words.say("status-title"), ...entries].join("\n");
}

/** Whether a later version has taken its place. */
function isEdited(notification: Notification, among: readonly Notification[]): boolean {
  const slot = slotOf(firstOf(notification.source));
  const version = versionOf(notification);
  return among.some((other) => versionOf(other) > version && slotOf(firstOf(other.source)) === slot);
}

function isShownTo({ message, workspace, permission }: Command, notification: Notification): boolean {
  const { workspaceId, source, senderUserId } = notification;
  if (workspaceId !== workspace.id) return false;
  if (permission === "own-only" && senderUserId !== message.sender.userId) return false;
  return message.place.kind === "private" || message.interaction !== undefined || isHere(message.at, source);
}

/** Channels of a Discord server have readers of their own; topics of a Telegram group are read by all its members. */
const isHere = (at: ChatRef, source: SourceRef): boolean =>
  source.chatId === at.chatId && (at.platform !== "discord" || source.threadId === at.threadId);

async function entryText(command: Command, notification: Notification): Promise<string> {
  const { tx, workspace, words } = command;
  const deliveries = await tx.deliveries.ofNotification(notification.id);
  const verdicts = deliveries.map((delivery) =>
    words.say("verdict-line", {
      name: delivery.personName ?? `id:${delivery.bitrixId}`,
      verdict: `${verdictText(words, delivery)}${waitsFor(command, delivery)}`,
    }),
  );
  const text = plainText(notification.text).replace(/\s+/gu, " ");
  return words.say("status-entry", {
    when: new Intl.DateTimeFormat(words.language, {
      dateStyle: "short",
      timeStyle: "short",
      timeZone: workspace.settings.timeZone,
    }).format(notification.createdAt),
    text: text.length > TEXT_SHOWN ? `${Array.from(text).slice(0, TEXT_SHOWN).join("")}…` : text,
    verdicts: verdicts.join("; "),
  });
}

/** What keeps a delivery that waits from going out. */
function waitsFor({ workspace, words }: Command, { state, code }: Delivery): string {
  if (state === "settled") return "";
  const reason = workspace.suspended ? words.reason("SUSPENDED") : code === undefined ? "" : words.reason(code);
  return reason === "" ? "" : ` (${reason})`;
}
