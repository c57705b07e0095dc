import { cancelDeliveries } from "../app/cancel.ts";
import type { Words } from "../app/ports.ts";
import { updateReceipt } from "../app/receipts.ts";
import type { Delivery } from "../app/store/deliveries.ts";
import type { Repositories } from "../app/store/store.ts";
import { wordsIn } from "../messages/catalogue.ts";
import type { Context } from "./context.ts";
import { type FilterFlags, readFilter } from "./deliveryFilter.ts";
import { CliError, wrongInput } from "./fault.ts";
import { wordsBeside } from "./language.ts";
import { counted } from "./output.ts";

const HOUR_MS = 3_600_000;
const EVERYTHING = 1_000_000_000;
/** Back into the queue, with a fresh deadline. What waits already stays as it is, so that doing it twice is doing it once. */
export async function replay(context: Context, ids: readonly string[], flags: FilterFlags): Promise<void> {
  refuseBoth(ids, flags);
  const { replayed, waiting, leftOut, words } = await context.change(async (tx, note) => {
    const wanted = ids.length > 0 ? await byIds(tx, ids) : await matching(tx, flags);
    const told = await wordsBeside(context.host.env, tx);
    const done: number[] = [];
    const left: LeftOut[] = [];
    const notifications = new Set<number>();
    const now = context.clock();
    for (const delivery of wanted) {
      const { id, workspaceId, verdict } = delivery;
      const why = await obstacleTo(tx, delivery, told);
      if (why !== undefined) left.push({ id, why });
      else if (await replayOne(tx, delivery, now)) {
        done.push(id);
        notifications.add(delivery.notificationId);
        await note({ action: "delivery.replay", subject: `${id} (${verdict})`, workspaceId });
      }
    }
    for (const each of notifications) await updateReceipt(tx, each, { wordsIn, now });
    const still = wanted.filter(({ state }) => state !== "settled").length;
    return { replayed: done, waiting: still, leftOut: left, words: told };
  });
  const lines = leftOut.map(({ id, why }) => words.say("replay-left-out", { id, why }));
  if (replayed.length === 0 && waiting === 0 && leftOut.length > 0)
    throw new CliError(1, [words.say("replay-nothing"), ...lines].join("; "));
  context.out.print({ replayed, leftOut }, [
    words.say("replay-queued", { count: replayed.length }),
    ...(waiting === 0 ? [] : [words.say("replay-waiting", { count: waiting })]),
    ...lines,
  ]);
}

interface LeftOut {
  readonly id: number;
  /** In words. */
  readonly why: string;
}

/** Why a delivery must not be sent again, whatever its verdict is: it would show what is not meant to be seen any more. */
async function obstacleTo(tx: Repositories, delivery: Delivery, { say }: Words): Promise<string | undefined> {
  const { state, verdict, recall, revokedAt } = delivery;
  if (state !== "settled") return undefined;
  if (verdict === "delivered") return say("replay-not-delivered");
  const newer = await tx.deliveries.followedBy(delivery);
  if (newer) return say("replay-not-followed", { id: newer.id });
  if (verdict === "superseded") return say("replay-not-superseded");
  // A portal that could not remove it has left its verdict as it was.
  if (verdict === "recalled" || recall !== undefined || revokedAt !== undefined) return say("replay-not-recalled");
  const { forgottenAt } = (await tx.notifications.byId(delivery.notificationId)) ?? {};
  return forgottenAt === undefined ? undefined : say("replay-not-forgotten");
}

async function replayOne(tx: Repositories, delivery: Delivery, now: number): Promise<boolean> {
  const workspace = await tx.workspaces.byId(delivery.workspaceId);
  const hours = workspace?.settings.deadlineHours ?? 0;
  return tx.deliveries.replay(delivery.id, now, now + hours * HOUR_MS);
}

/** Without a verdict, dead letters: a doubt or a refusal is only repeated when it is asked for by name. */
async function matching(tx: Repositories, flags: FilterFlags): Promise<readonly Delivery[]> {
  if (flags.workspace === undefined && flags.verdict === undefined) {
    throw wrongInput("replay what? Give ids, or --workspace NAME and --verdict VERDICT (without one: undeliverable)");
  }
  const filter = await readFilter(tx, { ...flags, verdict: flags.verdict ?? "undeliverable" });
  const found = await tx.deliveries.list({ limit: EVERYTHING, ...filter });
  return withText(tx, found);
}

/** What has been forgotten can never be sent again, and would be named for ever. */
async function withText(tx: Repositories, found: readonly Delivery[]): Promise<readonly Delivery[]> {
  const gone = new Map<number, boolean>();
  for (const { notificationId } of found) {
    if (!gone.has(notificationId))
      gone.set(notificationId, (await tx.notifications.byId(notificationId))?.forgottenAt !== undefined);
  }
  return found.filter(({ notificationId }) => gone.get(notificationId) !== true);
}

/** Whoever gives both means fewer than the ids alone, and must not be taken for more. */
function refuseBoth(ids: readonly string[], { workspace, state, verdict, code, limit }: FilterFlags): void {
  const isFiltered = [workspace, state, verdict, code, limit].some((flag) => flag !== undefined);
  if (ids.length > 0 && isFiltered) throw wrongInput("give ids or a filter, not both. Nothing was changed");
}

async function byIds(tx: Repositories, ids: readonly string[]): Promise<readonly Delivery[]> {
  const found: Delivery[] = [];
  for (const id of new Set(ids)) {
    const delivery = /^\d{1,15}$/u.test(id) ? await tx.deliveries.byId(Number(id)) : undefined;
    if (!delivery) throw wrongInput(`there is no delivery ${id}; see herald24 deliveries list. Nothing was changed`);
    found.push(delivery);
  }
  return found;
}

/** What is being sent just now is past cancelling. */
export async function cancel(
  context: Context,
  ids: readonly string[],
  flags: Pick<FilterFlags, "workspace">,
): Promise<void> {
  refuseBoth(ids, flags);
  const cancelled = await context.change(async (tx, note) => {
    if (ids.length === 0 && flags.workspace === undefined)
      throw wrongInput("cancel what? Give ids, or --workspace NAME");
    const how = { code: "CANCELLED", wordsIn, now: context.clock() };
    let count = 0;
    for (const { workspaceId, name, which } of await toCancel(tx, ids, flags)) {
      let here = 0;
      for (const each of which) here += await cancelDeliveries(tx, { workspaceId, ...each }, how);
      await note({ action: "delivery.cancel", subject: `${name}: ${here} cancelled`, workspaceId });
      count += here;
    }
    if (ids.length > 0 && count === 0)
      throw new CliError(1, "nothing to cancel: settled already, or being sent just now");
    return count;
  });
  context.out.print({ cancelled }, [`${counted(cancelled, "delivery was", "deliveries were")} cancelled.`]);
}

interface ToCancel {
  readonly workspaceId: number;
  /** Of the workspace, or the ids that were given of it. */
  readonly name: string;
  readonly which: readonly { readonly deliveryId?: number }[];
}

/** What is asked for, by workspace: each has its own line in the audit. */
async function toCancel(
  tx: Repositories,
  ids: readonly string[],
  { workspace }: Pick<FilterFlags, "workspace">,
): Promise<readonly ToCancel[]> {
  if (ids.length === 0 && workspace !== undefined) {
    const { workspaceId = 0 } = await readFilter(tx, { workspace });
    return [{ workspaceId, name: workspace, which: [{}] }];
  }
  const named = Map.groupBy(await byIds(tx, ids), (delivery) => delivery.workspaceId);
  return [...named].map(([workspaceId, deliveries]) => ({
    workspaceId,
    name: deliveries.map(({ id }) => id).join(" "),
    which: deliveries.map(({ id }) => ({ deliveryId: id })),
  }));
}
