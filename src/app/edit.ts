import type { Command, Request } from "./command.ts";
import { gather, planNotification } from "./plan.ts";
import { updateReceipt } from "./receipts.ts";
import { resolveRecipients } from "./recipients.ts";
import type { Notification } from "./store/notifications.ts";

/**
 * A command that was edited after it had been sent. Its sender is told, once, that the change comes too late. Platforms also
 * report an edit when a link got its preview: where the words are the same there is nothing to tell.
 */
export async function noteEdit(command: Command, request: Request, sent: Notification): Promise<void> {
  const { tx, words, parts } = command;
  const note = words.say("edited-too-late");
  if (sent.senderNote?.includes(note) || !(await isChanged(command, request, sent))) return;
  await tx.notifications.setSenderNote(
    sent.id,
    [sent.senderNote, note].filter((line) => line !== undefined).join("\n"),
  );
  await updateReceipt(tx, sent.id, { wordsIn: parts.wordsIn, now: parts.clock() });
}

async function isChanged(command: Command, request: Request, sent: Notification): Promise<boolean> {
  const { tx, message, workspace, words, parts } = command;
  if (request.kind === "malformed") return true;
  // Everybody notified is known; looking up somebody new by an id would make them so.
  for (const ref of request.recipients)
    if (ref.kind === "bitrix-id" && !(await tx.people.byBitrixId(workspace.id, ref.id))) return true;
  const { people } = await resolveRecipients(tx, request.recipients, {
    workspaceId: workspace.id,
    platform: message.at.platform,
  });
  const workspaceWords = parts.wordsIn(workspace.settings.language);
  const content = gather(message, request.text, workspaceWords);
  const plan = { message, content, tag: request.tag, people, senderNote: undefined, words };
  const { text, tag } = planNotification(plan, { ...command, workspaceWords }, parts.clock());
  if (tag !== sent.tag || JSON.stringify(text) !== JSON.stringify(sent.text)) return true;
  const notified = new Set((await tx.deliveries.ofNotification(sent.id)).map(({ personId }) => personId));
  return notified.symmetricDifference(new Set(people.map(({ id }) => id))).size > 0;
}
