import { cancelDeliveries } from "../app/cancel.ts";
import { updateReceipt } from "../app/receipts.ts";
import type { Delivery } from "../app/store/deliveries.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Verdict } from "../core/verdict.ts";
import { wordsIn } from "../messages/catalogue.ts";
import type { Context } from "./context.ts";
import { type FilterFlags, readFilter } from "./deliveryFilter.ts";
import { CliError, wrongInput } from "./fault.ts";
import { counted } from "./output.ts";

const HOUR_MS = 3_600_000;
const EVERYTHING = 1_000_000_000;
/** A recalled one was taken back on purpose, and a superseded one must not appear over the newer one. */
const FINAL: ReadonlySet<Verdict | undefined> = new Set<Verdict>(["delivered", "recalled", "superseded"]);

/** Back into the queue, with a fresh deadline. What waits already stays as it is, so that doing it twice is doing it once. */
export async function replay(context: Context, ids: readonly string[], flags: FilterFlags): Promise<void> {
  const { replayed, waiting } = await context.change(async (tx, note) => {
    const wanted = ids.length > 0 ? await byIds(tx, ids) : await matching(tx, flags);
    const done: number[] = [];
    const refused: string[] = [];
    for (const delivery of wanted) {
      const obstacle = await obstacleTo(tx, delivery);
      if (obstacle !== undefined) refused.push(`${delivery.id} ${obstacle}`);
      else if (await replayOne(tx, delivery, context.clock())) done.push(delivery.id);
    }
    if (ids.length > 0 && refused.length === wanted.length)
      throw new CliError(1, `nothing to replay: ${refused.join(", ")}`);
    for (const { id, workspaceId, verdict } of wanted) {
      if (done.includes(id)) await note({ action: "delivery.replay", subject: `${id} (${verdict})`, workspaceId });
    }
    return { replayed: done, waiting: wanted.filter(({ state }) => state !== "settled").length };
  });
  context.out.print({ replayed }, [
    `${counted(replayed.length, "delivery is", "deliveries are")} queued again.`,
    ...(waiting === 0 ? [] : [`${counted(waiting, "delivery waits", "deliveries wait")} already.`]),
  ]);
}

/** Why a delivery must not be sent again. */
async function obstacleTo(tx: Repositories, delivery: Delivery): Promise<string | undefined> {
  if (FINAL.has(delivery.verdict)) return `is ${delivery.verdict}`;
  const [newer] = delivery.state === "settled" ? await tx.deliveries.withTag(delivery, "after") : [];
  return newer && `was followed by ${newer.id} with the same tag, which it would replace`;
}

async function replayOne(tx: Repositories, delivery: Delivery, now: number): Promise<boolean> {
  const workspace = await tx.workspaces.byId(delivery.workspaceId);
  const hours = workspace?.settings.deadlineHours ?? 0;
  const isQueued = await tx.deliveries.replay(delivery.id, now, now + hours * HOUR_MS);
  if (isQueued) await updateReceipt(tx, delivery.notificationId, { wordsIn, now });
  return isQueued;
}

/** Without a verdict, dead letters: a doubt or a refusal is only repeated when it is asked for by name. */
async function matching(tx: Repositories, flags: FilterFlags): Promise<readonly Delivery[]> {
  if (flags.workspace === undefined && flags.verdict === undefined) {
    throw wrongInput("replay what? Give ids, or --workspace NAME and --verdict VERDICT (without one: undeliverable)");
  }
  const filter = await readFilter(tx, { ...flags, verdict: flags.verdict ?? "undeliverable" });
  return tx.deliveries.list({ limit: EVERYTHING, ...filter });
}

async function byIds(tx: Repositories, ids: readonly string[]): Promise<readonly Delivery[]> {
  const found: Delivery[] = [];
  for (const id of ids) {
    const delivery = /^\d{1,15}$/u.test(id) ? await tx.deliveries.byId(Number(id)) : undefined;
    if (!delivery) throw wrongInput(`there is no delivery ${id}; see herald24 deliveries list. Nothing was changed`);
    found.push(delivery);
  }
  return found;
}

/** What is being sent just now is past cancelling. */
export async function cancel(context: Context, ids: readonly string[], flags: FilterFlags): Promise<void> {
  const cancelled = await context.change(async (tx, note) => {
    if (ids.length === 0 && flags.workspace === undefined)
      throw wrongInput("cancel what? Give ids, or --workspace NAME");
    const filter = await readFilter(tx, { ...(flags.workspace === undefined ? {} : { workspace: flags.workspace }) });
    const which = ids.length > 0 ? (await byIds(tx, ids)).map(one) : [{ workspaceId: filter.workspaceId ?? 0 }];
    let count = 0;
    for (const each of which)
      count += await cancelDeliveries(tx, each, { code: "CANCELLED", wordsIn, now: context.clock() });
    if (ids.length > 0 && count === 0)
      throw new CliError(1, "nothing to cancel: settled already, or being sent just now");
    const subject = `${ids.length > 0 ? ids.join(" ") : flags.workspace}: ${count} cancelled`;
    await note({ action: "delivery.cancel", subject, ...(which[0] ? { workspaceId: which[0].workspaceId } : {}) });
    return count;
  });
  context.out.print({ cancelled }, [`${counted(cancelled, "delivery was", "deliveries were")} cancelled.`]);
}

const one = ({ id, workspaceId }: Delivery) => ({ deliveryId: id, workspaceId });
