import type { Platform } from "../core/chat.ts";
import type { Alarm } from "./alarm.ts";
import type { ChatOutcome, Clock, Log, Messenger } from "./ports.ts";
import type { Receipt } from "./store/queues.ts";
import type { Store } from "./store/store.ts";

/** How many slots are looked at in one round; each chat takes one call at a time. */
const ROUND = 50;

/** After this many failures in a row a receipt is given up: the chat is gone, and nothing of the delivery depends on it. */
const MOST_ATTEMPTS = 12;

type Change = Parameters<Store["read"]["receipts"]["update"]>[1];

/**
 * Shows wishes in the chats of one platform until `signal` aborts: marks and edits at least once, posts at most once.
 * Runs apart from delivery, so that a chat's flood control delays nobody's notification.
 */
export async function showReceipts(
  platform: Platform,
  parts: { store: Store; messenger: Messenger; alarm: Alarm; clock: Clock; log: Log },
  signal: AbortSignal,
): Promise<void> {
  const { store, alarm, clock, log } = parts;
  while (!signal.aborted) {
    const due = await store.read.receipts.due(platform, clock(), ROUND);
    const byChat = Map.groupBy(due, (receipt) => receipt.target.chatId);
    await Promise.all([...byChat.values()].map((receipts) => showInOneChat(receipts, parts, signal)));
    if (due.length > 0) continue;
    const next = await store.read.receipts.nextDue(platform);
    await alarm.wait(next === undefined ? Number.POSITIVE_INFINITY : Math.max(next - clock(), 1), signal);
  }
  log.debug({ platform }, "receipts stopped");
}

async function showInOneChat(
  receipts: readonly Receipt[],
  parts: { store: Store; messenger: Messenger; clock: Clock; log: Log },
  signal: AbortSignal,
): Promise<void> {
  for (const receipt of receipts) {
    if (signal.aborted) return;
    const { change, outcome } = await showOne(receipt, parts);
    const update = outcome.kind === "later" ? { ...change, ...postponed(receipt, outcome, parts.clock()) } : change;
    await parts.store.tx((tx) => tx.receipts.update(receipt.slot, update));
    if (outcome.kind === "impossible")
      parts.log.warn({ slot: receipt.slot, reason: outcome.reason }, "receipt cannot be shown");
    if (outcome.kind !== "later") continue;
    await postponeChat(receipts, receipt, { ...parts, afterMs: outcome.afterMs });
    return;
  }
}

/** One chat's flood control holds for all its receipts. */
async function postponeChat(
  receipts: readonly Receipt[],
  reached: Receipt,
  parts: { store: Store; clock: Clock; afterMs: number },
): Promise<void> {
  const rest = receipts.slice(receipts.indexOf(reached) + 1);
  if (rest.length === 0) return;
  const dueAt = parts.clock() + parts.afterMs;
  await parts.store.tx(async (tx) => {
    for (const receipt of rest) await tx.receipts.update(receipt.slot, { dueAt });
  });
}

const postponed = (receipt: Receipt, outcome: { afterMs: number }, now: number): Change =>
  receipt.attempts + 1 >= MOST_ATTEMPTS
    ? { shownVersion: receipt.version }
    : { attempts: receipt.attempts + 1, dueAt: now + outcome.afterMs * Math.min(receipt.attempts + 1, 10) };

interface Shown {
  readonly change: Change;
  readonly outcome: ChatOutcome;
}

async function showOne(receipt: Receipt, parts: { store: Store; messenger: Messenger; clock: Clock }): Promise<Shown> {
  const marked = await showMark(receipt, parts.messenger);
  if (marked.outcome.kind === "later") return marked;
  const wordsOnly = receipt.wordsOnly || marked.change.wordsOnly === true;
  const text = textOf(receipt, wordsOnly);
  const told: Shown =
    text === undefined ? { change: {}, outcome: { kind: "done" } } : await showText(receipt, text, parts);
  const change = { ...marked.change, ...told.change };
  if (told.outcome.kind === "later") return { change, outcome: told.outcome };
  return { change: { ...change, shownVersion: receipt.version, attempts: 0 }, outcome: told.outcome };
}

/** An interaction's answer, and a chat without reactions, say the mark in words; elsewhere words are for what a mark cannot say. */
function textOf(receipt: Receipt, wordsOnly: boolean): string | undefined {
  const { wish, target } = receipt;
  if (wordsOnly || target.interaction) return [wish.markText, wish.text].filter((line) => line).join("\n") || undefined;
  return wish.text ?? (receipt.post === "posted" ? wish.markText : undefined);
}

async function showMark(receipt: Receipt, messenger: Messenger): Promise<Shown> {
  const { wish, target } = receipt;
  const done: Shown = { change: {}, outcome: { kind: "done" } };
  if (!wish.mark || receipt.wordsOnly || target.interaction || target.messageId === undefined) return done;
  if (wish.mark === receipt.shownMark) return done;
  const outcome = await messenger.mark(target, wish.mark);
  switch (outcome.kind) {
    case "done":
      return { change: { shownMark: wish.mark }, outcome };
    case "not-allowed":
      return { change: { wordsOnly: true }, outcome };
    case "later":
      return { change: {}, outcome };
    case "unknown":
      return { change: {}, outcome: { kind: "later", afterMs: 1_000, reason: outcome.reason } };
    case "impossible":
      return { change: {}, outcome };
    default:
      return outcome satisfies never;
  }
}

async function showText(
  receipt: Receipt,
  text: string,
  { store, messenger, clock }: { store: Store; messenger: Messenger; clock: Clock },
): Promise<Shown> {
  const { target, postedId } = receipt;
  if (postedId !== undefined) {
    const edited = await messenger.edit(target, postedId, text);
    if (edited.kind === "unknown")
      return { change: {}, outcome: { kind: "later", afterMs: 1_000, reason: edited.reason } };
    // Only an interaction's answer closes by itself; what was said there stays, and the news goes another way, once.
    if (edited.kind === "done" && edited.messageId !== undefined)
      return { change: { postedId: edited.messageId }, outcome: edited };
    if (edited.kind !== "not-allowed") return { change: {}, outcome: edited };
  }
  // Said before, or perhaps said before a crash: saying it again could show it twice. An open interaction has one answer only.
  const repeatable = target.interaction !== undefined && clock() < target.interaction.expiresAt;
  if (receipt.post !== "none" && postedId === undefined && !repeatable)
    return { change: {}, outcome: { kind: "done" } };
  await store.tx((tx) => tx.receipts.posting(receipt.slot));
  const outcome = await messenger.post(target, text);
  switch (outcome.kind) {
    case "done":
      return {
        change: outcome.messageId === undefined ? { post: "posted" } : { post: "posted", postedId: outcome.messageId },
        outcome,
      };
    case "later":
      return { change: { post: "none" }, outcome };
    case "unknown":
    case "impossible":
    case "not-allowed":
      return { change: { post: "posted" }, outcome };
    default:
      return outcome satisfies never;
  }
}
