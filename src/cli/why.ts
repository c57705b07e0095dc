import { isStandIn } from "../app/feed.ts";
import type { Words } from "../app/ports.ts";
import { sentBy, slotOf } from "../app/receipts.ts";
import type { Delivery } from "../app/store/deliveries.ts";
import type { Notification } from "../app/store/notifications.ts";
import type { Repositories } from "../app/store/store.ts";
import { traceOf } from "../app/trace.ts";
import { latestOf, versionOf } from "../app/versions.ts";
import { type MessageRef, writeChat } from "../core/chat.ts";
import { type PointedAt, readMessageLink } from "../core/messageLink.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { wordsBeside } from "./language.ts";
import { when } from "./output.ts";
import { type Asking, type Explained, explain, linesOf, suspension, type Told } from "./whyDelivery.ts";
import { aboutForwarded, rulesNote } from "./whyForwarded.ts";

/** Explains in plain words why somebody did or did not get what a message, or one delivery, was to bring. */
export async function why(context: Context, given: string): Promise<void> {
  const { read } = await context.store();
  const words = await wordsBeside(context.host.env, read);
  const asking = { read, words, now: context.clock() };
  const isNumber = /^\d{1,25}$/u.test(given);
  const delivery = /^\d{1,15}$/u.test(given) ? await read.deliveries.byId(Number(given)) : undefined;
  const pointed = readMessageLink(given);
  if (!delivery && !pointed) throw wrongInput(words.say(isNumber ? "why-no-delivery" : "why-no-link", { given }));
  const told = delivery ? await aboutOne(asking, delivery) : pointed && (await aboutMessage(asking, pointed));
  if (told) context.out.print(told.json, told.lines);
}

async function aboutOne({ read, words, now }: Asking, delivery: Delivery): Promise<Told> {
  const notification = await read.notifications.byId(delivery.notificationId);
  const workspace = await read.workspaces.byId(delivery.workspaceId);
  const explained = await explain({ read, words, now }, delivery, workspace);
  const from = notification ? [origin(notification, words)] : [];
  const notes = delivery.state === "settled" ? [] : suspension(workspace, words);
  return { json: { deliveries: [explained], notes }, lines: [...from, ...linesOf(explained), ...notes] };
}

async function aboutMessage({ read, words, now }: Asking, pointed: PointedAt): Promise<Told> {
  const candidates = await placesOf(read, pointed);
  for (const at of candidates) {
    const [first, ...rest] = await sentBy(read, at);
    if (first) return aboutSent({ read, words, now }, [first, ...rest]);
    const incidents = await read.incidents.bySource(at);
    if (incidents.length > 0) return aboutForwarded({ read, words, now }, at, incidents);
  }
  const [at] = candidates;
  if (!at) return { json: { deliveries: [], known: false }, lines: [words.say("why-public-unknown")] };
  return aboutUnsent(read, candidates, words);
}

/** As what the house may know a message: Discord's in threads carry their channel; public Telegram chats are looked for among the bound. */
async function placesOf(read: Repositories, pointed: PointedAt): Promise<readonly MessageRef[]> {
  if (pointed.kind === "message") {
    const { at } = pointed;
    const inThread = { ...at, messageId: `${at.threadId}/${at.messageId}` };
    return at.platform === "discord" ? [at, inThread] : [at];
  }
  const { username, messageId } = pointed;
  const found: MessageRef[] = [];
  for (const chat of await read.chats.list()) {
    if (chat.platform !== "telegram") continue;
    const at = { platform: chat.platform, chatId: chat.chatId, threadId: chat.threadId, messageId };
    const [sent] = await sentBy(read, at);
    const [incident] = await read.incidents.bySource(at);
    const link = sent?.link ?? incident?.alert?.link;
    if (link?.toLowerCase().includes(`/${username}/`)) found.push(at);
  }
  return found;
}

async function aboutSent(
  { read, words, now }: Asking,
  sent: readonly [Notification, ...Notification[]],
): Promise<Told> {
  const latest = latestOf(sent);
  const workspace = await read.workspaces.byId(latest.workspaceId);
  const explained: Explained[] = [];
  const standIns = (await read.deliveries.ofNotification(latest.id)).filter(isStandIn);
  const unchanged = new Set(standIns.map(({ personId }) => personId));
  for (const notification of sent)
    for (const delivery of await read.deliveries.ofNotification(notification.id)) {
      // What an edit replaced is history: the latest version says how it stands.
      if (versionOf(notification) === versionOf(latest) || !(isReplaced(delivery) || unchanged.has(delivery.personId)))
        explained.push(await explain({ read, words, now }, delivery, workspace));
    }
  const notes = [
    ...(versionOf(latest) > 0 ? [words.say("why-edited", { count: versionOf(latest) })] : []),
    ...suspension(workspace, words),
    ...(latest.senderNote ? [words.say("why-told", { text: latest.senderNote })] : []),
    ...(latest.forgottenAt === undefined ? [] : [words.say("why-forgotten")]),
  ];
  return {
    json: { source: latest.source, deliveries: explained, notes },
    lines: [origin(sent[0], words), ...explained.flatMap(linesOf), ...notes, words.say("why-nobody-else")],
  };
}

const isReplaced = ({ verdict, recall }: Delivery): boolean =>
  verdict === "superseded" || verdict === "recalled" || (verdict === "delivered" && recall === undefined);

const origin = ({ source, createdAt, senderName }: Notification, words: Words): string =>
  words.say("why-accepted", { when: when(createdAt), place: writeChat(source), sender: senderName || "?" });

/** A message that sent nothing: what the database knows about the reason, and what it does not. */
async function aboutUnsent(read: Repositories, candidates: readonly MessageRef[], words: Words): Promise<Told> {
  const [at] = candidates;
  if (!at) return { json: {}, lines: [] };
  const binding = await read.chats.find(at);
  const workspace = binding && (await read.workspaces.byId(binding.workspaceId));
  const known: string[] = [];
  let isAnswered = false;
  for (const candidate of candidates) {
    const receipt = await read.receipts.bySlot(slotOf(candidate));
    const text = [receipt?.wish.markText, receipt?.wish.text].filter((line) => line).join(" ");
    if (text === "") continue;
    isAnswered = true;
    known.push(words.say("why-answered", { text }));
  }
  const rows = (await Promise.all(candidates.map((each) => read.inbox.byTrace(traceOf(each))))).flat();
  for (const { receivedAt, doneAt, givenUp, attempts } of rows) {
    const state = givenUp ? "given-up" : doneAt === undefined ? "waiting" : "done";
    known.push(words.say(`why-inbox-${state}`, { when: when(receivedAt), attempts }));
  }
  if (rows.length === 0) known.push(words.say("why-never-seen"));
  else if (!isAnswered) known.push(words.say("why-silent"));
  known.push(
    workspace && binding
      ? words.say("why-bound", { workspace: workspace.name, when: when(binding.createdAt), senders: binding.senders })
      : words.say("why-unbound", { place: writeChat(at) }),
  );
  known.push(...(await rulesNote({ read, words }, at, workspace)));
  return { json: { source: at, deliveries: [], notes: known }, lines: [words.say("why-nothing-sent"), ...known] };
}
