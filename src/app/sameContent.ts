import type { IncomingMedia } from "../core/chat.ts";
import { fileKey } from "../core/sameAlert.ts";
import type { Attachment, Notification } from "./store/notifications.ts";
import type { Repositories } from "./store/store.ts";

type Shown = Pick<Notification, "text" | "tag" | "places">;

/** Whether two versions of a message say the same, apart from what is attached. */
export const isSameText = (one: Shown, other: Shown): boolean =>
  one.tag === other.tag &&
  JSON.stringify(one.text) === JSON.stringify(other.text) &&
  JSON.stringify(one.places) === JSON.stringify(other.places);

/** What is known of attachments does not always tell them apart; then this answers false. */
export async function isSameContent(tx: Repositories, one: Notification, other: Notification): Promise<boolean> {
  if (!isSameText(one, other) || one.forgottenAt !== undefined || other.forgottenAt !== undefined) return false;
  const [ours, theirs] = [await tx.media.attachmentsOf(one.id), await tx.media.attachmentsOf(other.id)];
  return ![...ours, ...theirs].some(isUnreadable) && !isOtherMedia(ours, theirs);
}

export function isOtherMedia(
  media: readonly Pick<IncomingMedia | Attachment, "source">[],
  attachments: readonly Pick<Attachment, "source">[],
): boolean {
  // What cannot be told any more is no reason to send everything once more.
  if (attachments.some(isUnreadable)) return false;
  const sent = new Set(attachments.flatMap((attachment) => identityOf(attachment) ?? []));
  return sent.symmetricDifference(new Set(media.flatMap((each) => identityOf(each) ?? []))).size > 0;
}

const isUnreadable = ({ source }: Pick<Attachment, "source">): boolean => source.kind === "unreadable";

/** Nobody attached what is only the text, written out; what cannot be read is nothing to compare. */
const identityOf = ({ source }: Pick<Attachment, "source">): string | undefined =>
  source.kind === "text" || source.kind === "unreadable" ? undefined : fileKey(source);
