import type { Content, IncomingMedia } from "../core/chat.ts";
import type { Command, Request } from "./command.ts";
import { planNotification } from "./plan.ts";
import { resolveRecipients } from "./recipients.ts";
import type { Attachment, Notification } from "./store/notifications.ts";

interface Edited {
  readonly request: Request & { kind: "notify" };
  readonly content: Content;
}

/** Whether an edited command says anything else than the version that was sent last; looking makes nobody known. */
export async function isChanged(command: Command, edited: Edited, latest: Notification): Promise<boolean> {
  const { tx, message, workspace, words, parts } = command;
  const { request, content } = edited;
  for (const ref of request.recipients)
    if (ref.kind === "bitrix-id" && !(await tx.people.byBitrixId(workspace.id, ref.id))) return true;
  const { people } = await resolveRecipients(tx, request.recipients, {
    workspaceId: workspace.id,
    platform: message.at.platform,
    now: message.sentAt,
  });
  const workspaceWords = parts.wordsIn(workspace.settings.language);
  const plan = { message, content, tag: request.tag, people, senderNote: undefined, words };
  const { text, tag, places } = planNotification(plan, { ...command, workspaceWords }, parts.clock());
  if (tag !== latest.tag || JSON.stringify(text) !== JSON.stringify(latest.text)) return true;
  if (JSON.stringify(places) !== JSON.stringify(latest.places)) return true;
  const notified = new Set((await tx.deliveries.ofNotification(latest.id)).map(({ personId }) => personId));
  if (notified.symmetricDifference(new Set(people.map(({ id }) => id))).size > 0) return true;
  return isOtherMedia(content.media, await tx.media.attachmentsOf(latest.id));
}

function isOtherMedia(media: readonly IncomingMedia[], attachments: readonly Attachment[]): boolean {
  // What cannot be told any more is no reason to send everything once more.
  if (attachments.some(({ source }) => source.kind === "unreadable")) return false;
  const sent = new Set(attachments.flatMap((attachment) => identityOf(attachment) ?? []));
  return sent.symmetricDifference(new Set(media.flatMap((each) => identityOf(each) ?? []))).size > 0;
}

/** What stays the same when a platform tells of a file once more; its addresses do not. */
function identityOf({ source }: Pick<Attachment, "source">): string | undefined {
  switch (source.kind) {
    case "telegram":
      return source.uniqueId;
    case "discord":
      return source.attachmentId;
    case "remote":
      return source.url;
    case "text":
    case "unreadable":
      return undefined;
    default:
      return source satisfies never;
  }
}
