import type { Content } from "../core/chat.ts";
import { supersede } from "./accept.ts";
import { refusalText } from "./answers.ts";
import { type Command, complain, isTooFast, type Request, targetOf } from "./command.ts";
import { isChanged } from "./editChange.ts";
import { isGoing, isStandIn, mayBeSeen } from "./feed.ts";
import { isEmpty, malformedText, noteFor } from "./notify.ts";
import { gather, planNotification } from "./plan.ts";
import { reachable } from "./reach.ts";
import { slotOf, updateReceipt, wishFor } from "./receipts.ts";
import { type Resolved, resolveRecipients } from "./recipients.ts";
import type { Delivery } from "./store/deliveries.ts";
import type { NewNotification, Notification } from "./store/notifications.ts";
import { takeBack } from "./takeBack.ts";
import { traceOf } from "./trace.ts";
import { editOf, latestOf, versionOf } from "./versions.ts";

type Sent = readonly [Notification, ...Notification[]];

/**
 * A command that was edited after it had been sent: its notification is replaced by the new version, with the same tag where that was
 * not changed. Whoever is named no more gets it taken back. Platforms also report an edit when a link got its preview, and
 * repeat edits: where nothing differs from the latest version, nothing happens.
 */
export async function replaceEdited(command: Command, request: Request, sent: Sent): Promise<void> {
  const { tx, words } = command;
  const latest = latestOf(sent);
  if (latest.forgottenAt !== undefined) return complain(command, words.say("edit-too-old"));
  if (request.kind === "malformed") return refuse(command, latest, await malformedText(command, request));
  const content = contentOf(command, request);
  if (!(await isChanged(command, { request, content }, latest))) return clearRefusal(command, latest);
  if (command.permission === "denied") return complain(command, refusalText(command, "notify"));
  if (await isTooFast(command)) return;
  if (isEmpty(content)) return refuse(command, latest, words.say("edit-empty"));
  const deliveries = await deliveriesOf(command, sent);
  if (deliveries.some(isTakenBack(latest))) return refuse(command, latest, words.say("edit-recalled"));
  const resolved = await resolveRecipients(tx, request.recipients, {
    workspaceId: command.workspace.id,
    platform: command.message.at.platform,
    within: await reachable(command),
    // Whoever was on call when it was written.
    now: command.message.sentAt,
  });
  const reason = await obstacle(command, { resolved, deliveries });
  if (reason !== undefined) return refuse(command, latest, reason);
  await send(command, { sent, deliveries, planned: await planOf(command, { request, content, resolved, latest }) });
}

function contentOf({ message, workspace, parts }: Command, request: Request & { kind: "notify" }): Content {
  return gather(message, request.text, parts.wordsIn(workspace.settings.language));
}

async function deliveriesOf({ tx }: Command, sent: Sent): Promise<readonly Delivery[]> {
  const all: Delivery[] = [];
  for (const { id } of sent) all.push(...(await tx.deliveries.ofNotification(id)));
  return all;
}

/** Of the latest version; what an edit took from somebody is taken back as well, but that is another matter. */
const isTakenBack =
  (latest: Notification) =>
  (delivery: Delivery): boolean =>
    delivery.notificationId === latest.id && (delivery.verdict === "recalled" || isGoing(delivery));

/** Why a change that was understood is not sent all the same. */
async function obstacle(
  command: Command,
  { resolved, deliveries }: { resolved: Resolved; deliveries: readonly Delivery[] },
): Promise<string | undefined> {
  const { tx, workspace, words } = command;
  const missing = await noteFor(command, resolved);
  if (resolved.people.length === 0) return (missing ?? words.say("nobody-notified")).replaceAll("\n", " ");
  const known = new Set(deliveries.map(({ personId }) => personId));
  const added = resolved.people.filter(({ id }) => !known.has(id)).length;
  if (added > workspace.settings.confirmAbove) return words.say("edit-too-many", { count: added });
  const own = new Set(deliveries.map(({ notificationId }) => notificationId));
  for (const delivery of deliveries)
    for (const newer of await tx.deliveries.withTag(delivery, "after"))
      if (!own.has(newer.notificationId)) return words.say("edit-superseded");
  return undefined;
}

async function planOf(
  command: Command,
  edited: { request: Request & { kind: "notify" }; content: Content; resolved: Resolved; latest: Notification },
): Promise<NewNotification> {
  const { message, workspace, words, parts } = command;
  const { request, content, resolved, latest } = edited;
  const senderNote = await noteFor(command, resolved);
  const version = { ...message, at: editOf(message.at, versionOf(latest) + 1) };
  const plan = { message: version, content, tag: request.tag, people: resolved.people, senderNote, words };
  const workspaceWords = parts.wordsIn(workspace.settings.language);
  return planNotification(plan, { ...command, workspaceWords }, parts.clock());
}

async function send(
  command: Command,
  { sent, deliveries, planned }: { sent: Sent; deliveries: readonly Delivery[]; planned: NewNotification },
): Promise<void> {
  const { tx, message, workspace, words, parts } = command;
  const now = parts.clock();
  const added = await tx.notifications.add(planned);
  const stored = added && (await tx.notifications.byId(added.notificationId));
  if (!stored) return;
  const versions = await tx.deliveries.ofNotification(stored.id);
  await supersede(tx, versions, { wordsIn: parts.wordsIn, now });
  for (const delivery of versions) {
    const older = olderOf(delivery, deliveries);
    if (older) await tx.deliveries.setReplaces(delivery.id, older.id);
  }
  const kept = new Set(versions.map(({ personId, tag }) => `${personId} ${tag}`));
  const left = deliveries.filter(({ personId, tag, part }) => part === 1 && !kept.has(`${personId} ${tag}`));
  const leftParts = deliveries.filter((each) =>
    left.some(({ personId, notificationId }) => each.personId === personId && each.notificationId === notificationId),
  );
  for (const { id } of leftParts) {
    const fresh = await tx.deliveries.byId(id);
    if (fresh?.recall !== undefined || !fresh) continue;
    await tx.media.revoke({ deliveryId: id }, now);
    await takeBack(tx, [fresh], { workspace, now });
  }
  const { id: notification, source } = stored;
  parts.log.info(
    { trace: traceOf(source), workspace: workspace.name, notification, deliveries: versions.length },
    "edited",
  );
  if (await tx.receipts.bySlot(slotOf(message.at))) await updateReceipt(tx, stored.id, { wordsIn: parts.wordsIn, now });
  else {
    const wish = wishFor(words, { notification: stored, deliveries: versions, attachments: [] });
    await tx.receipts.wish(slotOf(sent[0].source), targetOf(message), wish, now);
  }
}

/** What the same person has been sent of the message before, or is being sent; also when it is about to be taken back, which may fail. */
function olderOf(delivery: Delivery, deliveries: readonly Delivery[]): Delivery | undefined {
  return deliveries.findLast(
    (older) =>
      older.personId === delivery.personId &&
      older.part === 1 &&
      !isStandIn(older) &&
      (mayBeSeen(older) || isGoing(older) || older.state === "sending"),
  );
}

/** The notification stays as it was; its sender is told why, until another edit is sent or undoes this one. */
async function refuse(command: Command, latest: Notification, reason: string): Promise<void> {
  await note(command, latest, command.words.say("edit-not-sent", { reason }));
}

async function clearRefusal(command: Command, latest: Notification): Promise<void> {
  if (linesOf(command, latest).length !== (latest.senderNote?.split("\n").length ?? 0)) await note(command, latest);
}

async function note(command: Command, latest: Notification, line?: string): Promise<void> {
  const { tx, parts } = command;
  const lines = [...linesOf(command, latest), ...(line === undefined ? [] : [line])];
  await tx.notifications.setSenderNote(latest.id, lines.join("\n"));
  await updateReceipt(tx, latest.id, { wordsIn: parts.wordsIn, now: parts.clock() });
}

/** What the sender has been told, without what was about edits. */
function linesOf({ words }: Command, { senderNote }: Notification): readonly string[] {
  const mark = words.say("edit-not-sent", { reason: "" }).trim();
  return senderNote === undefined || senderNote === ""
    ? []
    : senderNote.split("\n").filter((line) => !line.startsWith(mark));
}
