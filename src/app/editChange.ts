import type { Content } from "../core/chat.ts";
import type { Command, Request } from "./command.ts";
import { planNotification } from "./plan.ts";
import { resolveRecipients } from "./recipients.ts";
import { isOtherMedia, isSameText } from "./sameContent.ts";
import type { Notification } from "./store/notifications.ts";

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
  if (!isSameText(planNotification(plan, { ...command, workspaceWords }, parts.clock()), latest)) return true;
  const notified = new Set((await tx.deliveries.ofNotification(latest.id)).map(({ personId }) => personId));
  if (notified.symmetricDifference(new Set(people.map(({ id }) => id))).size > 0) return true;
  return isOtherMedia(content.media, await tx.media.attachmentsOf(latest.id));
}
