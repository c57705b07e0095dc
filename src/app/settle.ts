import { isLearnable, judge, judgeRemoval, resetOf, retryDelayMs } from "../core/outcome.ts";
import { FRESH_PACE, heed, OPERATING_CEILING_SECONDS, type Spent } from "../core/pacing.ts";
import type { Outcome, PortalReply, Removal } from "../core/verdict.ts";
import type { DeliverParts } from "./deliver.ts";
import { hearOf, tookOf } from "./hear.ts";
import { heldLog } from "./heldLog.ts";
import { tellLeft } from "./leavers.ts";
import { updateReceipt } from "./receipts.ts";
import { stays, takeBackWanted, tellTakenBack } from "./removing.ts";
import { mayRepeat } from "./repeat.ts";
import { methodOf, type Shipment } from "./shipment.ts";
import type { Delivery, Settlement } from "./store/deliveries.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";
import { suspendWorkspace } from "./suspend.ts";
import { clearReplaced } from "./takeBack.ts";

/** How long a method rests when the portal refused it for its time and named no end. */
const METHOD_REST_MS = 60_000;

/** A delivery in doubt holds up its recipient's later ones, so that it may not rest for as long as a portal may. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * Notifications whose senders are told when all of a shipment is settled: each look at one goes through all of its recipients, and
 * mostly a shipment is of one. `isRemoved`: a removal has ended.
 */
type Told = Map<number, { isRemoved: boolean }>;

interface Settling {
  readonly workspace: Workspace;
  readonly parts: DeliverParts;
  readonly now: number;
}

/** Writes down what became of a shipment, delivery by delivery, with all that follows for portal, workspace and chat: one transaction. */
export async function settleShipment(
  shipment: Shipment,
  { replies, seconds }: { replies: readonly PortalReply[]; seconds: number },
  given: DeliverParts,
): Promise<void> {
  const held = heldLog(given.log);
  const parts = { ...given, log: held.log };
  await given.store.tx(async (tx) => {
    const settling: Settling = { workspace: shipment.workspace, parts, now: parts.clock() };
    const outcomes = shipment.deliveries.map((delivery, index) => judged(delivery, replies[index], settling));
    const wanted = await tx.deliveries.wantedBack(shipment.deliveries.map(({ id }) => id));
    const told: Told = new Map();
    for (const [index, delivery] of shipment.deliveries.entries()) {
      const outcome = outcomes[index];
      if (outcome) await settleOne(tx, { delivery, outcome, told }, settling);
    }
    const telling = { ...settling, wordsIn: parts.wordsIn };
    for (const [id, { isRemoved }] of told) {
      await updateReceipt(tx, id, telling);
      if (isRemoved) await tellTakenBack(tx, id, telling);
    }
    await takeBackWanted(tx, wanted, telling);
    await pacePortal(tx, { outcomes, replies }, { ...settling, spent: shipment.spent, seconds });
    await learnIds(tx, outcomes, settling);
    const dead = outcomes.find((outcome) => outcome.kind === "suspend");
    if (dead)
      await suspendWorkspace(tx, { workspace: shipment.workspace, code: dead.code, reason: dead.reason }, parts);
  });
  held.release();
}

/** What follows from an attempt to send, or to remove what was sent. */
type Judged = Outcome | Removal;

function judged(delivery: Delivery, reply: PortalReply | undefined, { workspace, now }: Settling): Judged {
  if (!reply) return { kind: "unknown", code: "NO_ANSWER", reason: "the batch has no answer for this call" };
  const { lastNotificationId } = workspace;
  const known = { tagsHonoured: mayRepeat(workspace), lastNotificationId, now, attempts: delivery.attempts + 1 };
  return delivery.recall === "begun" ? judgeRemoval(reply, known) : judge(reply, known);
}

async function settleOne(
  tx: Repositories,
  { delivery, outcome, told }: { delivery: Delivery; outcome: Judged; told: Told },
  { workspace, parts, now }: Settling,
): Promise<void> {
  if (outcome.kind === "retry" && outcome.cause === "held-back")
    return tx.deliveries.settle(delivery.id, { kind: "released" }, now);
  const settlement = settlementOf(delivery, outcome, { now, random: parts.random() });
  const code = "code" in outcome ? outcome.code : "";
  await tx.deliveries.recordAttempt({ deliveryId: delivery.id, at: now, outcome: outcome.kind, code });
  await tx.deliveries.settle(delivery.id, settlement, now);
  const isRemoved = delivery.recall === "begun" && settlement.kind === "verdict";
  const former = told.get(delivery.notificationId)?.isRemoved ?? false;
  told.set(delivery.notificationId, { isRemoved: former || isRemoved });
  if (outcome.kind === "delivered") await clearReplaced(tx, delivery, { workspace, now });
  if (code === "RESULT_FALSE") await noteLeft(tx, delivery, { workspace, parts, now });
  const { id, notificationId, trace } = delivery;
  parts.log.info({ trace, delivery: id, notification: notificationId, outcome: outcome.kind, code }, "attempt");
}

/** The portal answers `false` for those whom it does not know as active users. */
async function noteLeft(tx: Repositories, { personId }: Delivery, { workspace, parts, now }: Settling): Promise<void> {
  const gone = await tx.people.leave(personId, now);
  if (gone?.mapped) await tellLeft(tx, { workspace, left: [gone.person] }, parts);
}

function settlementOf(
  delivery: Delivery,
  outcome: Judged,
  { now, random }: { now: number; random: number },
): Settlement {
  switch (outcome.kind) {
    case "removed":
      return { kind: "verdict", verdict: "recalled" };
    case "delivered":
      return { kind: "verdict", verdict: "delivered", portalNotificationId: outcome.notificationId };
    case "suppressed":
      return { kind: "verdict", verdict: "suppressed" };
    case "refused":
    case "unknown":
      if (delivery.recall === "begun") return stays(delivery, outcome.code);
      return { kind: "verdict", verdict: outcome.kind, code: outcome.code };
    case "suspend":
      return { kind: "again", dueAt: now, code: outcome.code, doubtful: delivery.doubtful };
    case "retry": {
      const pause = Math.min(retryDelayMs(delivery.attempts + 1, random), LONGEST_PAUSE_MS);
      // Where the whole portal or method waits, its own pause is enough; each delivery need not add to it.
      const waitsAlone = delivery.recall === "begun" || outcome.cause === "fault" || outcome.cause === "ambiguous";
      const dueAt = waitsAlone ? now + pause : now;
      const doubtful = delivery.doubtful || outcome.cause === "ambiguous";
      return { kind: "again", dueAt: Math.max(dueAt, outcome.notBefore ?? 0), code: outcome.code, doubtful };
    }
    default:
      return outcome satisfies never;
  }
}

/** The portal's own words overrule the model of its limits. */
async function pacePortal(
  tx: Repositories,
  { outcomes, replies }: { outcomes: readonly Judged[]; replies: readonly PortalReply[] },
  { workspace, parts, now, spent, seconds }: Settling & { spent: Spent; seconds: number },
): Promise<void> {
  const heard = hearOf(replies);
  const pace = (await tx.pacing.get(workspace.host)) ?? FRESH_PACE;
  const took = tookOf(replies, { seconds, calls: replies.length });
  const told = heard.kind === "answered" ? { ...heard, took } : heard;
  await tx.pacing.put(workspace.host, heed(pace, spent, told, { now, random: parts.random() }));
  const rest = restUntil(outcomes, replies, now);
  if (rest > now) await tx.pacing.restMethod(workspace.id, methodOf(workspace), rest);
}

function restUntil(outcomes: readonly Judged[], replies: readonly PortalReply[], now: number): number {
  const refused = outcomes
    .filter((outcome) => outcome.kind === "retry" && outcome.cause === "method-time")
    .map((outcome) => ("notBefore" in outcome && outcome.notBefore) || now + METHOD_REST_MS);
  const spent = replies
    .map((reply) => ("operating" in reply ? reply.operating : undefined))
    .filter((operating) => operating !== undefined && operating.seconds >= OPERATING_CEILING_SECONDS)
    .map((operating) => resetOf(operating, now) ?? now + METHOD_REST_MS);
  return Math.max(0, ...refused, ...spent);
}

/** Real ids only grow; a fake one stands far above them and is told apart by that. */
async function learnIds(tx: Repositories, outcomes: readonly Judged[], { workspace, now }: Settling): Promise<void> {
  const { lastNotificationId } = workspace;
  const ids = outcomes.flatMap((outcome) => (outcome.kind === "delivered" ? outcome.notificationId : []));
  const learnt = ids.filter((id) => isLearnable(id, { lastNotificationId, now }));
  if (learnt.length > 0) await tx.workspaces.set(workspace.id, { lastNotificationId: Math.max(...learnt) });
}
