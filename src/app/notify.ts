import type { Content } from "../core/chat.ts";
import { isBlank } from "../core/richText.ts";
import { exampleFor, mapLine, missingText } from "./answers.ts";
import { type Command, complain, isAdmin, maySend, type Request, tell } from "./command.ts";
import { gather, latecomers, planNotification } from "./plan.ts";
import { followUpOf, updateReceipt, wishFor } from "./receipts.ts";
import { type Resolved, resolveRecipients } from "./recipients.ts";
import type { Delivery } from "./store/deliveries.ts";
import type { Attachment, NewNotification, Notification } from "./store/notifications.ts";
import type { Person } from "./store/people.ts";

/** Turns a command into a notification and its deliveries, or into one answer that says why not. */
export async function notify(command: Command, request: Request): Promise<void> {
  const { tx, message, workspace, words, parts } = command;
  if (!(await maySend(command, message.sender))) return complain(command, refusalText(command));
  if (request.kind === "malformed") return complain(command, await malformedText(command, request));
  const workspaceWords = parts.wordsIn(workspace.settings.language);
  const content = gather(message, request.text, workspaceWords);
  if (isEmpty(content)) {
    return complain(command, words.say("malformed-no-text", { example: await example(command) }));
  }
  const resolved = await resolveRecipients(tx, request.recipients, {
    workspaceId: workspace.id,
    platform: message.at.platform,
  });
  const senderNote = await noteFor(command, resolved);
  if (resolved.people.length === 0) {
    const text = [senderNote, words.say("nobody-notified")].filter((line) => line !== undefined).join("\n");
    return tell(tx, message, { text }, parts);
  }
  const plan = { message, content, tag: request.tag, people: resolved.people, senderNote, words };
  await accept(command, planNotification(plan, { ...command, workspaceWords }, parts.clock()));
}

const isEmpty = ({ text, media, places = [], parts }: Content): boolean =>
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
  const content = latecomers(message, { notification: first, attachments }, workspaceWords);
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

async function accept(command: Command, notification: NewNotification): Promise<void> {
  const { tx, message, words, parts } = command;
  const added = await tx.notifications.add(notification);
  const stored = added && (await tx.notifications.byId(added.notificationId));
  if (!stored) return;
  const deliveries = await tx.deliveries.ofNotification(stored.id);
  for (const delivery of deliveries) await supersede(command, delivery);
  const wish = wishFor(words, { notification: stored, deliveries, attachments: [] });
  parts.meter.accepted(command.workspace.name, deliveries.length);
  await tell(tx, message, wish, parts);
}

/** A newer notification with the same tag makes the older ones that still wait for the same person pointless. */
async function supersede({ tx, parts }: Command, delivery: Delivery): Promise<void> {
  const now = parts.clock();
  for (const older of await tx.deliveries.overtaken(delivery)) {
    await tx.deliveries.settle(older.id, { kind: "verdict", verdict: "superseded" }, now);
    await updateReceipt(tx, older.notificationId, { wordsIn: parts.wordsIn, now });
  }
}

async function noteFor(command: Command, resolved: Resolved): Promise<string | undefined> {
  const { tx, message, workspace, words } = command;
  const seesEverybody = await isAdmin(command, message.sender);
  return missingText(tx, resolved, { words, workspaceId: workspace.id, chat: message.at, seesEverybody });
}

function refusalText({ message, binding, workspace, words }: Command): string {
  if (binding.senders === "list") return words.say("sender-not-listed");
  return words.say("sender-not-linked", { line: mapLine(message, workspace.name) });
}

const example = ({ tx, message, workspace, words }: Command): Promise<string> =>
  exampleFor(tx, words, { workspaceId: workspace.id, message });

async function malformedText(command: Command, request: Request & { kind: "malformed" }): Promise<string> {
  const args = { value: request.value ?? "", example: await example(command) };
  return command.words.say(`malformed-${request.problem}`, args);
}
