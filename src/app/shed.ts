import type { IncomingMessage } from "../core/chat.ts";
import { roundTime } from "../core/forecast.ts";
import { languageOf } from "../core/language.ts";
import { type Command, complain, type ReceiveParts, tell } from "./command.ts";
import type { Words } from "./ports.ts";
import { SELDOM, takeStored } from "./rates.ts";
import { waitingTime } from "./sendingTime.ts";
import type { InboxEntry } from "./store/queues.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** What there was too much of: commands of one sender in a minute, of one chat in the inbox, or what a sender or all of a workspace have waiting. */
export type Bound = "rate" | "chat" | "sender" | "workspace";

/** Updates of one chat that may wait: some seconds of work, and more than people write while a service restarts. */
export const MOST_IN_LANE = 1_000;
/** Senders of one chat that are being told so at the same time. */
const MOST_NOTICES = 100;
/** What is to be dealt with of a full chat takes less. */
const CHAT_WAIT_SECONDS = 30;

/**
 * Which of these entries are stored, and how. New commands of a chat of which too much waits are not: the platform has to be told that it
 * need not send them again, so that storing all of them would let whoever floods fill the disk. Only one of a sender in a minute is kept,
 * marked, for that sender to be told. Nothing else is shed, since there would be nobody to tell.
 */
export async function withinBounds(
  tx: Repositories,
  entries: readonly InboxEntry[],
  { now, most }: { now: number; most: number },
): Promise<{ kept: readonly InboxEntry[]; shed: number }> {
  const rooms = new Map<string, number>();
  const roomIn = async ({ platform }: InboxEntry, lane: string, of: number): Promise<boolean> => {
    const left = rooms.get(lane) ?? of - (await tx.inbox.waiting(platform, lane, of));
    rooms.set(lane, left - 1);
    return left > 0;
  };
  const kept: InboxEntry[] = [];
  let shed = 0;
  for (const entry of entries) {
    const { platform, lane = "", sender } = entry;
    if ((await roomIn(entry, lane, most)) || sender === undefined) {
      kept.push(entry);
      continue;
    }
    shed += 1;
    const notices = `${lane} shed`;
    if ((await takeStored(tx, `shed:${platform}:${lane}:${sender}`, SELDOM, now)) > 0) continue;
    if (await roomIn(entry, notices, MOST_NOTICES)) kept.push({ ...entry, lane: notices, shed: true });
  }
  return { kept, shed };
}

/** Tells the sender of a command that was not taken; in a group that is not ours nobody is told anything. */
export async function tellShed(tx: Repositories, message: IncomingMessage, parts: ReceiveParts): Promise<void> {
  const binding = await tx.chats.find(message.at);
  const workspace = binding && (await tx.workspaces.byId(binding.workspaceId));
  if (!workspace && message.place.kind !== "private") return;
  const words = parts.wordsIn(languageOf(message.sender.language, workspace?.settings.language ?? "en"));
  const time = words.say("wait-seconds", { count: CHAT_WAIT_SECONDS });
  await tell(tx, message, { text: words.say("shed-chat", { time }) }, parts);
}

/** Answers a command that would add to what waits when too much does; whatever was accepted before stays. */
export async function isTooMuch(command: Command): Promise<boolean> {
  const { tx, message, workspace, words, parts } = command;
  const { at, sender } = message;
  const { platform, chatId } = at;
  const who = { platform, userId: sender.userId, ...(sender.kind === "person" ? {} : { chatId }) };
  const full = await fullOf(tx, workspace, who);
  if (!full) return false;
  parts.shed?.(full.bound);
  const args = { count: full.most, workspace: workspace.name };
  const text = workspace.suspended
    ? words.say("shed-suspended", args)
    : words.say(`shed-${full.bound}`, { ...args, time: await timeFor(command, full.most) });
  await complain(command, text, "rate");
  return true;
}

/** Whose bound is reached, if any is. */
export async function fullOf(
  tx: Repositories,
  { id, settings }: Workspace,
  who: Parameters<Repositories["deliveries"]["unsettledOf"]>[1],
): Promise<{ readonly bound: "sender" | "workspace"; readonly most: number } | undefined> {
  const { waitingPerSender, waitingInWorkspace } = settings;
  // Cheap, and mostly enough: no sender has more waiting than all of them have.
  const all = await tx.deliveries.unsettled(id, Math.max(waitingPerSender, waitingInWorkspace));
  if (all >= waitingInWorkspace) return { bound: "workspace", most: waitingInWorkspace };
  if (all < waitingPerSender) return undefined;
  const theirs = await tx.deliveries.unsettledOf(id, who, waitingPerSender);
  return theirs >= waitingPerSender ? { bound: "sender", most: waitingPerSender } : undefined;
}

/** Until a tenth of what waits has gone. */
async function timeFor({ tx, message, workspace, words, parts }: Command, most: number): Promise<string> {
  const asked = { chat: message.at, count: Math.ceil(most / 10), now: parts.clock() };
  return timeText(words, await waitingTime(tx, workspace, asked));
}

function timeText(words: Words, seconds: number): string {
  const { unit, count } = roundTime(seconds);
  return words.say(`wait-${unit}`, { count });
}
