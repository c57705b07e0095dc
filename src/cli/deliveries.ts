import type { Delivery } from "../app/store/deliveries.ts";
import type { Notification } from "../app/store/notifications.ts";
import type { Repositories } from "../app/store/store.ts";
import { messageIdOf, versionOf } from "../app/versions.ts";
import { type SourceRef, writeChat } from "../core/chat.ts";
import { wordsIn } from "../messages/catalogue.ts";
import { type Cli, group, leaf } from "./command.ts";
import type { Context } from "./context.ts";
import { cancel, replay } from "./deliveryChange.ts";
import { type FilterFlags, filtered, readFilter } from "./deliveryFilter.ts";
import { wrongInput } from "./fault.ts";
import { table, when } from "./output.ts";
import { why } from "./why.ts";

export function addDeliveryCommands(cli: Cli): void {
  const deliveries = group(cli, "deliveries", "what became of the notifications");
  filtered(leaf(deliveries, "list", "deliveries, the newest first")).action((flags: FilterFlags) =>
    cli.run(flags, (context) => list(context, flags)),
  );
  leaf(deliveries, "show <id>", "one delivery with all its attempts").action((id: string, flags: FilterFlags) =>
    cli.run(flags, (context) => show(context, id)),
  );
  leaf(deliveries, "why <message>", "why somebody did or did not get it: a link to the message, or a delivery").action(
    (message: string, flags: FilterFlags) => cli.run(flags, (context) => why(context, message)),
  );
  filtered(
    leaf(deliveries, "replay [ids...]", "send again what was not delivered; without ids all that match the filter"),
  ).action((ids: string[], flags: FilterFlags) => cli.run(flags, (context) => replay(context, ids, flags)));
  leaf(deliveries, "cancel [ids...]", "give up what still waits; without ids all of --workspace")
    .option("--workspace <name>", "all that waits in this workspace")
    .action((ids: string[], flags: Pick<FilterFlags, "json" | "workspace">) =>
      cli.run(flags, (context) => cancel(context, ids, flags)),
    );
}

function sourceView(source: SourceRef) {
  const { platform, chatId, threadId } = source;
  return { platform, chatId, threadId: threadId || null, messageId: messageIdOf(source) };
}

/** The contract's eight fields first; scripts read them. */
function view(delivery: Delivery, notification: Notification | undefined, workspace: string | undefined) {
  const { id, bitrixId, state, verdict = null, code = null, tag, attempts, doubtful } = delivery;
  return {
    id,
    person: bitrixId,
    state,
    verdict,
    code,
    tag,
    source: notification ? sourceView(notification.source) : null,
    attempts,
    personName: delivery.personName ?? null,
    workspace: workspace ?? null,
    userTag: notification?.tag ?? null,
    version: notification ? versionOf(notification) : 0,
    portalNotificationId: delivery.portalNotificationId ?? null,
    doubtful,
    dueAt: delivery.state === "settled" ? null : delivery.dueAt,
    createdAt: delivery.createdAt,
    settledAt: delivery.settledAt ?? null,
  };
}

async function list(context: Context, flags: FilterFlags): Promise<void> {
  const { read } = await context.store();
  const deliveries = await read.deliveries.list(await readFilter(read, flags));
  const views = await viewsOf(read, deliveries);
  const rows = views.map(
    ({ id, workspace, person, personName, state, verdict, code, userTag, attempts, createdAt }) => [
      String(id),
      when(createdAt),
      workspace ?? "",
      personName === null ? `id:${person}` : `${personName} (${person})`,
      verdict ?? state,
      code ?? "",
      userTag === null ? "" : `#${userTag}`,
      String(attempts),
    ],
  );
  const headings = ["ID", "ACCEPTED", "WORKSPACE", "PERSON", "VERDICT", "CODE", "TAG", "ATTEMPTS"];
  context.out.print(views, rows.length === 0 ? ["There are no deliveries like that."] : table(headings, rows));
}

async function viewsOf(read: Repositories, deliveries: readonly Delivery[]) {
  const names = new Map((await read.workspaces.list()).map(({ id, name }) => [id, name]));
  const notifications = new Map<number, Notification | undefined>();
  const views = [];
  for (const delivery of deliveries) {
    const { notificationId } = delivery;
    if (!notifications.has(notificationId))
      notifications.set(notificationId, await read.notifications.byId(notificationId));
    views.push(view(delivery, notifications.get(notificationId), names.get(delivery.workspaceId)));
  }
  return views;
}

async function show(context: Context, id: string): Promise<void> {
  const { read } = await context.store();
  const delivery = /^\d{1,15}$/u.test(id) ? await read.deliveries.byId(Number(id)) : undefined;
  if (!delivery) throw wrongInput(`there is no delivery ${id}; see herald24 deliveries list`);
  const [viewed] = await viewsOf(read, [delivery]);
  const attempts = await read.deliveries.attemptsOf(delivery.id);
  const notification = await read.notifications.byId(delivery.notificationId);
  const reason = delivery.code === undefined ? "" : `: ${wordsIn("en").reason(delivery.code)} (${delivery.code})`;
  const history = attempts.map(({ at, outcome, code }) => [when(at), outcome, code]);
  context.out.print(
    {
      ...viewed,
      trace: delivery.trace,
      history: attempts.map(({ at, outcome, code }) => ({ at, outcome, code })),
    },
    [
      `delivery ${delivery.id} to ${delivery.personName ?? "user"} (id ${delivery.bitrixId}) in ${viewed?.workspace ?? "?"}`,
      `accepted ${when(delivery.createdAt)} from ${notification ? writeChat(notification.source) : "?"}, message ${notification ? messageIdOf(notification.source) : "?"}, trace ${delivery.trace}`,
      `${delivery.verdict ?? delivery.state}${reason}${delivery.state === "settled" ? "" : `, due ${when(delivery.dueAt)}`}`,
      `tag ${delivery.tag}${notification?.tag === undefined ? "" : ` (#${notification.tag})`}`,
      ...(history.length === 0 ? ["no attempts yet"] : table(["ATTEMPT", "OUTCOME", "CODE"], history)),
    ],
  );
}
