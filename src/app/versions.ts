import type { SourceRef } from "../core/chat.ts";
import type { Notification } from "./store/notifications.ts";

const EDIT = /~(?<number>\d+)$/u;

/** The source of what the edit number `number` of a message sends. No platform has such message ids. */
export const editOf = <At extends SourceRef>(at: At, number: number): At => ({
  ...at,
  messageId: `${at.messageId}~${number}`,
});

/** The message itself, of what an edit of it sends. */
export const unedited = <At extends SourceRef>(at: At): At => ({ ...at, messageId: at.messageId.replace(EDIT, "") });

/** The id that the chat platform knows: of an edit, of what followed later, and of what a rule forwards, that of the message itself. */
export const messageIdOf = ({ platform, messageId }: SourceRef): string =>
  platform === "telegram" || platform === "discord" ? messageId.replace(/[+~]\d+$|\^[\d.]+$/u, "") : messageId;

/** 0 for what a message sent before it was edited. */
export const versionOf = ({ source }: Pick<Notification, "source">): number =>
  Number(EDIT.exec(source.messageId)?.groups?.number ?? 0);

/** What the latest version of a message sends; of the first version without its follow-ups. */
export function latestOf<Sent extends Pick<Notification, "source">>(sent: readonly [Sent, ...Sent[]]): Sent {
  const [first, ...rest] = sent;
  return rest.reduce((latest, each) => (versionOf(each) > versionOf(latest) ? each : latest), first);
}
