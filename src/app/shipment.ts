import { type AttachBlock, fileBlockOf, imageBlock } from "../core/attach.ts";
import { composeNotification } from "../core/compose.ts";
import { safeFileName } from "../core/fileName.ts";
import { FRESH_PACE, spend } from "../core/pacing.ts";
import type { DeliverParts } from "./deliver.ts";
import { randomToken } from "./hash.ts";
import type { PortalCall, Words } from "./ports.ts";
import { leftOutReason, updateReceipt } from "./receipts.ts";
import type { Delivery } from "./store/deliveries.ts";
import type { Attachment, Notification } from "./store/notifications.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** Bitrix24 REST documentation: at most 50 commands in one batch. */
export const BATCH_SIZE = 50;

/** Notifications disappear from Bitrix24 after 60 days; so does what they link to. */
const LINK_LIFE_MS = 60 * 86_400_000;

/** What webhooks name themselves by; the same for every installation, since tags are unguessable already. */
export const CLIENT_ID = "herald24";

/** One request's worth of deliveries, claimed and written out; `calls` in the order of `deliveries`. */
export interface Shipment {
  readonly workspace: Workspace;
  readonly deliveries: readonly Delivery[];
  readonly calls: readonly PortalCall[];
}

/** Claims what is due of one workspace, spends one request of the portal's budget, and writes out the calls: one transaction. */
export function claimShipment(workspaceId: number, parts: DeliverParts): Promise<Shipment | undefined> {
  return parts.store.tx(async (tx) => {
    const now = parts.clock();
    const workspace = await tx.workspaces.byId(workspaceId);
    if (!workspace || workspace.suspended) return undefined;
    if ((await tx.pacing.methodRest(workspaceId, methodOf(workspace))) > now) return undefined;
    const claimed = await tx.deliveries.claim({ workspaceId, now, limit: BATCH_SIZE });
    const deliveries: Delivery[] = [];
    const calls: PortalCall[] = [];
    for (const [index, delivery] of claimed.entries()) {
      const verdict = await withoutSending(tx, delivery, { later: claimed.slice(index + 1), now });
      if (verdict) {
        await tx.deliveries.settle(delivery.id, { kind: "verdict", ...verdict }, now);
        await updateReceipt(tx, delivery.notificationId, { wordsIn: parts.wordsIn, now });
        continue;
      }
      deliveries.push(delivery);
      calls.push(await writeOut(tx, delivery, { workspace, parts }));
    }
    if (deliveries.length === 0) return undefined;
    await tx.pacing.put(workspace.host, spend((await tx.pacing.get(workspace.host)) ?? FRESH_PACE, now));
    return { workspace, deliveries, calls };
  });
}

export const methodOf = ({ settings }: Workspace): string => `im.notify.${settings.kind}.add`;

async function withoutSending(
  tx: Repositories,
  delivery: Delivery,
  { later, now }: { later: readonly Delivery[]; now: number },
): Promise<{ verdict: "superseded" } | { verdict: "undeliverable"; code: string } | undefined> {
  const newer = later.some((other) => other.tag === delivery.tag && other.personId === delivery.personId);
  if (newer) return { verdict: "superseded" };
  const notification = await tx.notifications.byId(delivery.notificationId);
  return (notification?.expiresAt ?? 0) <= now ? { verdict: "undeliverable", code: "DEADLINE" } : undefined;
}

async function writeOut(
  tx: Repositories,
  delivery: Delivery,
  { workspace, parts }: { workspace: Workspace; parts: DeliverParts },
): Promise<PortalCall> {
  const notification = await tx.notifications.byId(delivery.notificationId);
  if (!notification) throw new Error(`delivery ${delivery.id} has no notification`);
  const words = parts.wordsIn(workspace.settings.language);
  const attachments = await tx.media.attachmentsOf(notification.id);
  const { blocks, notes } = await attach(tx, delivery, { attachments, words, parts });
  const write = (sent: readonly AttachBlock[], said: readonly string[]) =>
    composeNotification({ ...partsOf(notification, delivery, workspace), notes: said, blocks: sent });
  const first = write(blocks, notes);
  const more = [...notes, ...cutNote(first.cut, attachments, words), ...leftOverNotes(first.leftOver, words)];
  const composed = more.length === notes.length ? first : write(blocks, more);
  return { method: composed.method, params: { ...composed.params } };
}

function partsOf(notification: Notification, delivery: Delivery, workspace: Workspace) {
  return {
    kind: workspace.settings.kind,
    recipientId: delivery.bitrixId,
    heading: { sender: notification.senderName, origin: notification.origin },
    text: notification.text,
    tag: delivery.tag,
    subTag: delivery.subTag,
    ...(workspace.credentials.kind === "webhook" ? { clientId: CLIENT_ID } : {}),
    ...(notification.link === undefined ? {} : { link: notification.link }),
  };
}

function cutNote(cut: boolean, attachments: readonly Attachment[], words: Words): readonly string[] {
  if (!cut) return [];
  const whole = attachments.find((attachment) => attachment.source.kind === "text" && attachment.state === "kept");
  return [whole ? words.say("note-text-cut", { name: whole.name }) : words.say("note-text-lost")];
}

function leftOverNotes(leftOver: readonly AttachBlock[], words: Words): readonly string[] {
  const nameOf = (block: AttachBlock): string =>
    /"NAME":"(?<name>(?:[^"\\]|\\.)*)"/u.exec(JSON.stringify(block))?.groups?.name ?? "?";
  return leftOver.map((block) =>
    words.say("note-left-out", { name: nameOf(block), reason: words.say("reason-no-room") }),
  );
}

/** Blocks for what is kept, notes for what had to be left out. */
async function attach(
  tx: Repositories,
  delivery: Delivery,
  { attachments, words, parts }: { attachments: readonly Attachment[]; words: Words; parts: DeliverParts },
): Promise<{ blocks: readonly AttachBlock[]; notes: readonly string[] }> {
  const blocks: AttachBlock[] = [];
  const notes: string[] = [];
  for (const attachment of attachments) {
    const link = await linkTo(tx, attachment, { delivery, parts });
    if (link !== undefined) blocks.push(blockOf(attachment, link));
    // That the whole text could not be kept is told by the cut itself.
    else if (attachment.source.kind !== "text")
      notes.push(words.say("note-left-out", { name: attachment.name, reason: leftOutReason(words, attachment) }));
  }
  return { blocks, notes };
}

/** Only these are shown by every Bitrix24 client, and only these are served as pictures. */
const SHOWN_AS_PICTURE = new Set(["image/jpeg", "image/png", "image/gif"]);

function blockOf(attachment: Attachment, link: string): AttachBlock {
  const { name, keptSize, keptMime, spoiler } = attachment;
  if (attachment.kind === "picture" && !spoiler && SHOWN_AS_PICTURE.has(keptMime ?? ""))
    return imageBlock({ name, link });
  return fileBlockOf({ name, link, ...(keptSize === undefined ? {} : { size: keptSize }) });
}

/** One secret address for each recipient; a repeated attempt carries the same one. */
async function linkTo(
  tx: Repositories,
  attachment: Attachment,
  { delivery, parts }: { delivery: Delivery; parts: DeliverParts },
): Promise<string | undefined> {
  const { sha256, keptSize, keptMime, name } = attachment;
  if (parts.publicUrl === undefined || attachment.state !== "kept" || sha256 === undefined) return undefined;
  const former = await tx.media.linkOf(attachment.id, delivery.id);
  const capability = former?.capability ?? randomToken();
  if (!former) {
    await tx.media.addLink(capability, {
      attachmentId: attachment.id,
      deliveryId: delivery.id,
      sha256,
      name,
      mime: keptMime ?? "application/octet-stream",
      size: keptSize ?? 0,
      expiresAt: parts.clock() + LINK_LIFE_MS,
    });
  }
  return `${parts.publicUrl}/media/${capability}/${encodeURIComponent(safeFileName(name))}`;
}
