import type { Platform } from "../core/chat.ts";
import type { Alarm } from "./alarm.ts";
import { errorName } from "./errorName.ts";
import { sha256 } from "./hash.ts";
import type { ChatOutcome, Clock, Log, Messenger } from "./ports.ts";
import { inRooms, type Quiet, type RoomWork, roomOf } from "./rooms.ts";
import type { Receipt } from "./store/queues.ts";
import type { Store } from "./store/store.ts";
import { traceOfSlot } from "./trace.ts";

/** How many slots are looked at in one round; each chat takes one call at a time, and holds up no other. */
const ROUND = 200;

/** With the longest pause between them about a week: an outage of the platform costs no receipt. */
const MOST_ATTEMPTS = 2_000;
const LONGEST_PAUSE_MS = 300_000;
/** Telegram has asked for pauses of hours, never of days. */
const LONGEST_QUIET_MS = 12 * 3_600_000;
/** After a failure that nobody foresaw. */
const BROKEN_PAUSE_MS = 60_000;

type Change = Parameters<Store["read"]["receipts"]["update"]>[1];

interface ShowParts {
  readonly store: Store;
  readonly messenger: Messenger;
  readonly clock: Clock;
  readonly log: Log;
  /** Shared with whatever else is said there. */
  readonly quietUntil: Quiet;
}

/**
 * Shows wishes in the chats of one platform until `signal` aborts: marks and edits at least once, posts at most once.
 * Runs apart from delivery, so that a chat's flood control delays nobody's notification.
 */
export async function showReceipts(
  platform: Platform,
  parts: ShowParts & { alarm: Alarm },
  signal: AbortSignal,
): Promise<void> {
  const { store, alarm, clock, log } = parts;
  const rooms: RoomWork<Receipt> = {
    due: () => store.read.receipts.due(platform, clock(), ROUND),
    nextDue: () => store.read.receipts.nextDue(platform),
    roomOf: ({ target }) => roomOf(target),
    work: (receipts) => showInOneChat(receipts, parts, signal),
    alarm,
    clock,
  };
  await inRooms(rooms, signal);
  log.debug({ platform }, "receipts stopped");
}

async function showInOneChat(receipts: readonly Receipt[], parts: ShowParts, signal: AbortSignal): Promise<void> {
  for (const [index, { slot }] of receipts.entries()) {
    if (signal.aborted) return;
    if (await postponedWithChat(receipts.slice(index), parts)) return;
    // Read anew: while the others were shown, a newer wish may have taken its place.
    const receipt = await parts.store.read.receipts.bySlot(slot);
    if (!receipt || receipt.shownVersion >= receipt.version) continue;
    const { change, outcome } = await showOne(receipt, parts).catch((error: unknown) => broken(error, receipt, parts));
    const now = parts.clock();
    const update = outcome.kind === "later" ? { ...change, ...postponed(receipt, outcome, now) } : change;
    await parts.store.tx((tx) => tx.receipts.update(receipt.slot, update));
    if (outcome.kind === "later") parts.quietUntil.set(roomOf(receipt.target), now + outcome.afterMs);
    if (outcome.kind === "impossible")
      parts.log.warn({ ...about(receipt), reason: outcome.reason }, "receipt cannot be shown");
    else parts.log.debug({ ...about(receipt), mark: receipt.wish.mark, outcome: outcome.kind }, "receipt");
  }
}

/** One chat's flood control holds for all its receipts, newer ones included: asking again meanwhile would prolong it. */
async function postponedWithChat(
  receipts: readonly Receipt[],
  { store, clock, quietUntil }: ShowParts,
): Promise<boolean> {
  const [first] = receipts;
  const dueAt = first ? (quietUntil.get(roomOf(first.target)) ?? 0) : 0;
  const leftMs = dueAt - clock();
  // So far ahead it is only after the clock was set back: asking again does less harm than silence.
  if (leftMs <= 0 || leftMs > LONGEST_QUIET_MS) return false;
  await store.tx(async (tx) => {
    for (const { slot } of receipts) await tx.receipts.update(slot, { dueAt });
  });
  return true;
}

function postponed({ attempts, version }: Receipt, { afterMs }: { afterMs: number }, now: number): Change {
  if (attempts + 1 >= MOST_ATTEMPTS) return { shownVersion: version };
  const growing = Math.min(afterMs * Math.min(attempts + 1, 10), LONGEST_PAUSE_MS);
  return { attempts: attempts + 1, dueAt: now + Math.max(afterMs, growing) };
}

const about = ({ slot }: Receipt) => ({ trace: traceOfSlot(slot), slot });

/** One receipt that cannot be dealt with must not keep all the others from being shown. */
function broken(error: unknown, receipt: Receipt, { clock, log }: ShowParts): Shown {
  log.error({ ...about(receipt), error: errorName(error) }, "receipt failed");
  return { change: postponed(receipt, { afterMs: BROKEN_PAUSE_MS }, clock()), outcome: { kind: "done" } };
}

interface Shown {
  readonly change: Change;
  readonly outcome: ChatOutcome;
}

async function showOne(receipt: Receipt, parts: ShowParts): Promise<Shown> {
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

/** An interaction's answer, a chat without reactions, and one in which the source message cannot be named any more say the mark in words; elsewhere words are for what a mark cannot say. */
function textOf(receipt: Receipt, wordsOnly: boolean): string | undefined {
  const { wish, target } = receipt;
  const said = [wish.markText, wish.text].filter((line) => line).join("\n");
  if (target.messageId === undefined && !target.interaction)
    return [wish.about, said].filter((line) => line).join(" ") || undefined;
  if (wordsOnly || target.interaction) return said || undefined;
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

async function showText(receipt: Receipt, text: string, { store, messenger, clock }: ShowParts): Promise<Shown> {
  const { postedId } = receipt;
  const target = receipt.wish.about === undefined ? receipt.target : { ...receipt.target, about: receipt.wish.about };
  if (postedId !== undefined) {
    const edited = await messenger.edit(target, postedId, text, receipt.wish.buttons);
    if (edited.kind === "unknown")
      return { change: {}, outcome: { kind: "later", afterMs: 1_000, reason: edited.reason } };
    // Only an interaction's answer closes by itself; what was said there stays, and the news goes another way, once.
    if (edited.kind === "done" && edited.messageId !== undefined)
      return { change: { postedId: edited.messageId }, outcome: edited };
    if (edited.kind !== "not-allowed") return { change: {}, outcome: edited };
  }
  const said = sha256(text);
  // Posted before, and its answer was lost: only the mark is news.
  if (postedId === undefined && receipt.post !== "none" && receipt.said === said)
    return { change: {}, outcome: { kind: "done" } };
  // An open interaction has one answer only, so saying that again shows nothing twice.
  const repeatable = target.interaction !== undefined && clock() < target.interaction.expiresAt;
  const { slot, version } = receipt;
  if (!repeatable) await store.tx((tx) => tx.receipts.posting(slot, { version, said }));
  const outcome = await messenger.post(target, text, receipt.wish.buttons);
  switch (outcome.kind) {
    case "done":
      return {
        change: outcome.messageId === undefined ? { post: "posted" } : { post: "posted", postedId: outcome.messageId },
        outcome,
      };
    case "later":
      return { change: { post: "none", shownVersion: receipt.shownVersion }, outcome };
    case "unknown":
    case "impossible":
    case "not-allowed":
      return { change: { post: "posted" }, outcome };
    default:
      return outcome satisfies never;
  }
}
