import type { Content } from "../core/chat.ts";
import { mayDo, reachOf } from "../core/permissions.ts";
import { isBlank } from "../core/richText.ts";
import { accept } from "./accept.ts";
import { exampleFor, missingText } from "./answers.ts";
import { type Command, complain, type Request, targetOf, tell } from "./command.ts";
import { askToConfirm } from "./confirm.ts";
import { gather, latecomers, planNotification } from "./plan.ts";
import { reachable } from "./reach.ts";
import { followUpOf, updateReceipt } from "./receipts.ts";
import { type Resolved, resolveRecipients } from "./recipients.ts";
import type { Attachment, Notification } from "./store/notifications.ts";
import type { Person } from "./store/people.ts";

/** Turns a command into a notification and its deliveries, or into one answer that says why not. */
export async function notify(command: Command, request: Request): Promise<void> {
  const { tx, message, workspace, words, parts } = command;
  if (request.kind === "malformed") return complain(command, await malformedText(command, request));
  const workspaceWords = parts.wordsIn(workspace.settings.language);
  const content = gather(message, request.text, workspaceWords);
  if (isEmpty(content)) {
    return complain(command, words.say("malformed-no-text", { example: await example(command) }));
  }
  const resolved = await resolveRecipients(tx, request.recipients, {
    workspaceId: workspace.id,
    platform: message.at.platform,
    within: await reachable(command),
    now: parts.clock(),
  });
  const senderNote = await noteFor(command, resolved);
  if (resolved.people.length === 0) {
    const text = [senderNote, words.say("nobody-notified")].filter((line) => line !== undefined).join("\n");
    return tell(tx, message, { text }, parts);
  }
  const plan = { message, content, tag: request.tag, people: resolved.people, senderNote, words };
  const planned = planNotification(plan, { ...command, workspaceWords }, parts.clock());
  if (resolved.people.length > workspace.settings.confirmAbove)
    return askToConfirm(command, planned, request.recipients);
  await accept(command, planned, targetOf(message));
}

export const isEmpty = ({ text, media, places = [], parts }: Content): boolean =>
  isBlank(text) && media.length + places.length + parts.length === 0;

/**
 * A message that has been dealt with comes again: as a repeated update, or with members of an album that arrived after it had
 * been sent. These follow on their own, to the same people.
 */
export async function sendLatecomers(
  command: Command,
  sent: readonly [Notification, ...Notification[]],
): Promise<void> {
  const { tx, message, workspace, words, parts } = command;
  const workspaceWords = parts.wordsIn(workspace.settings.language);
  const [first] = sent;
  const attachments: Attachment[] = [];
  for (const { id } of sent) attachments.push(...(await tx.media.attachmentsOf(id)));
  const content = latecomers(message, { notifications: sent, attachments }, workspaceWords);
  if (!content) return;
  const people: Person[] = [];
  for (const { bitrixId } of await tx.deliveries.ofNotification(first.id)) {
    const person = await tx.people.byBitrixId(workspace.id, bitrixId);
    if (person) people.push(person);
  }
  const at = followUpOf(message.at, sent.length);
  const plan = { message: { ...message, at }, content, tag: undefined, people, senderNote: undefined, words };
  const now = parts.clock();
  const added = await tx.notifications.add(planNotification(plan, { ...command, workspaceWords }, now));
  if (added) await updateReceipt(tx, added.notificationId, { wordsIn: parts.wordsIn, now });
}

export async function noteFor(command: Command, resolved: Resolved): Promise<string | undefined> {
  const { tx, message, workspace, words, roles } = command;
  const request = { words, workspaceId: workspace.id, chat: message.at, seesEverybody: mayDo(roles, "see-everybody") };
  const missing = await missingText(tx, resolved, request);
  const isLimited = resolved.unknown.length > 0 && reachOf(roles, workspace.settings.reach) === "groups";
  return isLimited ? [missing, words.say("reach-groups")].join("\n") : missing;
}

const example = ({ tx, message, workspace, words }: Command): Promise<string> =>
  exampleFor(tx, words, { workspaceId: workspace.id, message });

export async function malformedText(command: Command, request: Request & { kind: "malformed" }): Promise<string> {
  const args = { value: request.value ?? "", example: await example(command) };
  return command.words.say(`malformed-${request.problem}`, args);
}
