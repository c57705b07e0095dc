import { type AttachBlock, splitBlocks } from "../core/attach.ts";
import { type ComposedNotification, composeNotification } from "../core/compose.ts";
import { colorOf } from "../core/facts.ts";
import { FRESH_PACE, type Spent, spend, spentOf, waitMs } from "../core/pacing.ts";
import { plain, plainText, type RichText } from "../core/richText.ts";
import type { Turns } from "../core/turns.ts";
import { blocksOf } from "./blocks.ts";
import type { DeliverParts } from "./deliver.ts";
import { errorName } from "./errorName.ts";
import type { PortalCall, Words } from "./ports.ts";
import { updateReceipt } from "./receipts.ts";
import { prepareRemoval, tellOf, type Way, wayFor } from "./removing.ts";
import { sentTag, wholeTag } from "./sentTags.ts";
import type { Delivery, Settlement } from "./store/deliveries.ts";
import type { Attachment, Notification } from "./store/notifications.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";
import { CLIENT_ID } from "./takeBack.ts";

interface Claim {
  readonly workspaceId: number;
  /** Calls in one request, at most. */
  readonly limit: number;
  readonly turns?: Turns;
}

/** One request's worth of deliveries, claimed and written out; `calls` in the order of `deliveries`. */
export interface Shipment {
  readonly workspace: Workspace;
  readonly deliveries: readonly Delivery[];
  readonly calls: readonly PortalCall[];
  readonly spent: Spent;
}

/**
 * Claims what is due of one workspace, spends one request of the portal's budget, and writes out the calls: one transaction.
 * A delivery that cannot be written out ends that transaction and is put aside in one of its own, so that the others can go on
 * and nothing half written stays.
 */
export async function claimShipment(claim: Claim, parts: DeliverParts): Promise<Shipment | undefined> {
  for (;;) {
    try {
      const claimed = await claimOnce(claim, parts);
      if (claimed !== "ended") return claimed;
    } catch (error) {
      if (!(error instanceof UnwritableError)) throw error;
      await putAside(error, parts);
    }
  }
}

class UnwritableError extends Error {
  override readonly name = "UnwritableError";
  readonly delivery: Delivery;

  constructor(delivery: Delivery, cause: unknown) {
    super(`delivery ${delivery.id} cannot be written out`, { cause });
    this.delivery = delivery;
  }
}

async function putAside({ delivery, cause }: UnwritableError, parts: DeliverParts): Promise<void> {
  const { store, wordsIn, clock, log } = parts;
  await store.tx((tx) =>
    tx.deliveries.settle(delivery.id, { kind: "verdict", verdict: "undeliverable", code: "UNWRITABLE" }, clock()),
  );
  // The message of the cause may quote what people wrote.
  const { trace } = delivery;
  const fields = { trace, delivery: delivery.id, notification: delivery.notificationId, error: errorName(cause) };
  log.error(fields, "a notification could not be written out, and is put aside");
  try {
    await store.tx((tx) => updateReceipt(tx, delivery.notificationId, { wordsIn, now: clock() }));
  } catch (error) {
    log.error({ ...fields, error: errorName(error) }, "its sender could not be told");
  }
}

/** `ended`: nothing of what was claimed had to be sent, and there may be more. */
function claimOnce({ workspaceId, limit, turns }: Claim, parts: DeliverParts): Promise<Shipment | "ended" | undefined> {
  return parts.store.tx(async (tx) => {
    const now = parts.clock();
    const workspace = await tx.workspaces.byId(workspaceId);
    if (!workspace || workspace.suspended) return undefined;
    const pace = (await tx.pacing.get(workspace.host)) ?? FRESH_PACE;
    // A command of the CLI beside us may have taken the room meanwhile.
    if (waitMs(pace, now) > 0) return undefined;
    if ((await tx.pacing.methodRest(workspaceId, methodOf(workspace))) > now) return undefined;
    const claimed = await tx.deliveries.claim({ workspaceId, now, limit, ...(turns && { turns }) });
    const deliveries: Delivery[] = [];
    const calls: PortalCall[] = [];
    const sources = sourcesIn(tx);
    const ended = new Set<number>();
    for (const [index, delivery] of claimed.entries()) {
      const later = claimed.slice(index + 1);
      const call = await prepare(tx, delivery, { workspace, parts, later, now, sources, ended }).catch(
        (error: unknown) => {
          throw new UnwritableError(delivery, error);
        },
      );
      if (!call) continue;
      deliveries.push(delivery);
      calls.push(call);
    }
    for (const id of ended) await tellOf(tx, id, { wordsIn: parts.wordsIn, now });
    if (deliveries.length === 0) return ended.size > 0 ? "ended" : undefined;
    const after = spend(pace, now);
    await tx.pacing.put(workspace.host, after);
    return { workspace, deliveries, calls, spent: spentOf(after) };
  });
}

/** What deliveries of one claim are written out from: those of one notification read it once. */
interface Sources {
  notification(id: number): Promise<Notification | undefined>;
  attachments(notificationId: number): Promise<readonly Attachment[]>;
}

function sourcesIn(tx: Repositories): Sources {
  const notifications = new Map<number, Promise<Notification | undefined>>();
  const attachments = new Map<number, Promise<readonly Attachment[]>>();
  return {
    notification: (id) => remembered(notifications, id, () => tx.notifications.byId(id)),
    attachments: (id) => remembered(attachments, id, () => tx.media.attachmentsOf(id)),
  };
}

function remembered<Key, Value>(known: Map<Key, Value>, key: Key, find: () => Value): Value {
  const value = known.get(key) ?? find();
  known.set(key, value);
  return value;
}

interface Writing {
  readonly workspace: Workspace;
  readonly parts: DeliverParts;
  /** Claimed behind this one. */
  readonly later: readonly Delivery[];
  readonly now: number;
  readonly sources: Sources;
  /** Notifications of which something came to its end unsent: people are told once of each, since a look at one goes through all of its recipients. */
  readonly ended: Set<number>;
}

/** The call that makes the delivery, or its end where it need not be made. */
async function prepare(tx: Repositories, delivery: Delivery, writing: Writing): Promise<PortalCall | undefined> {
  const { workspace, parts, now } = writing;
  const context = { workspace, wordsIn: parts.wordsIn, now };
  if (delivery.recall === "begun") {
    const call = await prepareRemoval(tx, delivery, context);
    if (!call) writing.ended.add(delivery.notificationId);
    return call;
  }
  const way = await wayFor(tx, delivery, context);
  const settlement = await endOf(delivery, way, writing);
  if (!settlement) return writeOut(tx, delivery, writing);
  await tx.deliveries.settle(delivery.id, settlement, now);
  if (settlement.kind === "verdict") writing.ended.add(delivery.notificationId);
  return undefined;
}

/** What becomes of it without a call; `undefined` when it is to be sent. */
async function endOf(delivery: Delivery, way: Way, writing: Writing): Promise<Settlement | undefined> {
  switch (way.kind) {
    case "free": {
      const verdict = await withoutSending(delivery, writing);
      return verdict && { kind: "verdict", ...verdict };
    }
    case "wait":
      return { kind: "released" };
    case "end":
      return way.settlement;
    default:
      return way satisfies never;
  }
}

export const methodOf = ({ settings }: Workspace): string => `im.notify.${settings.kind}.add`;

async function withoutSending(
  delivery: Delivery,
  { later, now, sources }: Writing,
): Promise<{ verdict: "superseded" } | { verdict: "undeliverable"; code: string } | undefined> {
  const newer = later.some(
    (other) =>
      other.recall === undefined &&
      other.notificationId !== delivery.notificationId &&
      other.personId === delivery.personId &&
      wholeTag(other) === wholeTag(delivery),
  );
  if (newer) return { verdict: "superseded" };
  const notification = await sources.notification(delivery.notificationId);
  return (notification?.expiresAt ?? 0) <= now ? { verdict: "undeliverable", code: "DEADLINE" } : undefined;
}

async function writeOut(
  tx: Repositories,
  delivery: Delivery,
  { workspace, parts, sources }: Writing,
): Promise<PortalCall> {
  const notification = await sources.notification(delivery.notificationId);
  if (!notification) throw new Error(`delivery ${delivery.id} has no notification`);
  const words = parts.wordsIn(workspace.settings.language);
  const attachments = await sources.attachments(notification.id);
  const { publicUrl, ackPath, clock } = parts;
  const linking = { tx, delivery, publicUrl, ackPath, clock };
  const { blocks, notes, outside } = await blocksOf({ notification, attachments }, words, linking);
  const groups = splitBlocks(blocks);
  if (delivery.part === 1 && groups.length > 1) await tx.deliveries.addParts(delivery, groups.length, parts.clock());
  const shown = { blocks: groups[delivery.part - 1] ?? [], notes, outside };
  const page: Page = { number: delivery.part, of: groups.length, ...shown };
  const composed = composePage(page, { notification, delivery, workspace, attachments, words });
  return { method: composed.method, params: { ...composed.params } };
}

/** One of the notifications that a long list of attachments is spread over; mostly the only one. */
interface Page {
  readonly number: number;
  readonly of: number;
  readonly blocks: readonly AttachBlock[];
  readonly notes: readonly string[];
  readonly outside: readonly string[];
}

interface Written {
  readonly notification: Notification;
  readonly delivery: Delivery;
  readonly workspace: Workspace;
  readonly attachments: readonly Attachment[];
  readonly words: Words;
}

function composePage(page: Page, written: Written): ComposedNotification {
  const { words, attachments } = written;
  const numbered = page.of > 1 ? [words.say("note-part", { part: page.number, parts: page.of })] : [];
  const notes = [...(page.number === 1 ? page.notes : []), ...numbered];
  const write = (said: readonly string[]) =>
    composeNotification({ ...partsOf(page, written), notes: said, blocks: page.blocks });
  const first = write(notes);
  const more = [...notes, ...cutNote(first.cut, attachments, words), ...leftOverNotes(first.leftOver, words)];
  return more.length === notes.length ? first : write(more);
}

const SHOWN_OF_FIRST = 60;

/** What nobody but the recipient may read stands at the end, on a line of its own. */
const withSecret = ({ text, secret }: Notification): RichText =>
  secret === undefined ? text : [...text, { text: "\n" }, { text: secret, styles: ["bold"] }];

function partsOf(page: Page, { notification, delivery, workspace, words }: Written) {
  const shown = plainText(notification.text).slice(0, SHOWN_OF_FIRST);
  const { facts } = notification;
  return {
    kind: workspace.settings.kind,
    recipientId: delivery.bitrixId,
    heading: { sender: notification.senderName, origin: notification.origin },
    text: page.number === 1 ? withSecret(notification) : plain(words.say("late-files", { text: shown })),
    // The rows of later parts carry their number already.
    tag: sentTag({ ...delivery, parts: page.of }),
    subTag: delivery.subTag,
    ...(workspace.credentials.kind === "webhook" ? { clientId: CLIENT_ID } : {}),
    ...(notification.link === undefined ? {} : { link: notification.link }),
    ...(facts ? { color: colorOf(facts) } : {}),
    ...(page.number === 1 ? { outside: page.outside } : {}),
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
