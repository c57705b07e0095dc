import type { IncomingMessage, Platform } from "../core/chat.ts";
import type { RecipientRef } from "../core/notifyGrammar.ts";
import type { CompilePattern } from "../core/pattern.ts";
import type { Permission, Role } from "../core/permissions.ts";
import type { RichText } from "../core/richText.ts";
import type { Clock, Log, SayTarget, Words, WordsIn } from "./ports.ts";
import { SELDOM, takeStored } from "./rates.ts";
import { slotOf } from "./receipts.ts";
import type { Bound } from "./shed.ts";
import type { Asker } from "./store/chores.ts";
import type { Wish } from "./store/queues.ts";
import type { Repositories } from "./store/store.ts";
import type { Binding, Workspace } from "./store/workspaces.ts";

export interface ReceiveParts {
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  readonly log: Log;
  /** How many times as long our own work takes as on a machine at rest; 1 when absent. */
  readonly slowness?: () => number;
  /** Of the rules' expressions. */
  readonly compile: CompilePattern;
  /** Shows words to whoever pressed a button, and to nobody else; absent where nobody did. */
  readonly show?: (text: string) => void;
  /** Counts a command that is not taken, once that is durable. */
  readonly shed?: (bound: Bound) => void;
  /** Of a bot, without `@`; commands addressed to another name are not ours. */
  readonly botName: (platform: Platform) => string | undefined;
}

/** A message that turned out to be a command in a bound chat, and all that answering it takes. */
export interface Command {
  readonly tx: Repositories;
  readonly message: IncomingMessage;
  readonly binding: Binding;
  readonly workspace: Workspace;
  /** In the sender's language. */
  readonly words: Words;
  readonly parts: ReceiveParts;
  /** What the sender is here. */
  readonly roles: ReadonlySet<Role>;
  /** What the sender may do with this command; never `denied`. */
  readonly permission: Permission;
}

/** What a notification was asked for, typed or filled in. */
export type Request =
  | {
      readonly kind: "notify";
      readonly recipients: readonly RecipientRef[];
      readonly text: RichText;
      readonly tag?: string;
    }
  | {
      readonly kind: "malformed";
      readonly problem: "no-recipient" | "bad-recipient" | "bad-tag";
      readonly value?: string;
    };

/** By what a sender's rate is counted. All anonymous administrators of Telegram have one id, so there it is the chat's. */
export function senderKey({ at, sender }: IncomingMessage): string {
  const who = sender.kind === "person" ? sender.userId : `${sender.userId}:${at.chatId}`;
  return `${at.platform}:${who}`;
}

/**
 * An answer to a command that was not understood or not allowed: one a minute for each sender. How long to wait is told apart
 * from it, so that a mistake just before does not swallow it.
 */
export async function complain(
  { tx, message, workspace, parts }: Pick<Command, "tx" | "message" | "workspace" | "parts">,
  text: string,
  about: "sender" | "rate" = "sender",
): Promise<void> {
  const key = `${about}:${workspace.id}:${senderKey(message)}`;
  if (!message.interaction && (await takeStored(tx, `complaint:${key}`, SELDOM, parts.clock())) > 0) return;
  await tell(tx, message, { text }, parts);
}

/** Counts a command against its sender's rate; one that is too many is answered so, and not dealt with. */
export async function isTooFast(command: Command): Promise<boolean> {
  const { tx, message, workspace, words, parts } = command;
  const { commandsPerMinute: perMinute, commandBurst: burst } = workspace.settings;
  const key = `command:${workspace.id}:${senderKey(message)}`;
  const waitMs = await takeStored(tx, key, { perMinute, burst }, parts.clock());
  if (waitMs === 0) return false;
  parts.shed?.("rate");
  await complain(command, words.say("sender-too-fast", { seconds: Math.ceil(waitMs / 1_000) }), "rate");
  return true;
}

export async function tell(
  tx: Repositories,
  message: IncomingMessage,
  wish: Wish,
  parts: Pick<ReceiveParts, "clock" | "show">,
): Promise<void> {
  if (message.pressed && parts.show && wish.text !== undefined) return parts.show(wish.text);
  await tx.receipts.wish(slotOf(message.at), targetOf(message), wish, parts.clock());
}

/** Notes who changed what, for the audit trail; `subject` never holds a text of a message. */
export async function noteChange(
  { tx, message, workspace, parts }: Command,
  { action, subject }: { action: string; subject: string },
): Promise<void> {
  const actor = `${message.at.platform}:${message.sender.userId}`;
  await tx.audit.append({ at: parts.clock(), workspaceId: workspace.id, actor, action, subject });
}

/** Where somebody is answered by a chore, in the language of the answer so far. */
export const askerOf = ({ message, words }: Pick<Command, "message" | "words">): Asker => ({
  slot: slotOf(message.at),
  target: targetOf(message),
  language: words.language,
});

/** Where the answer to a message is said. */
export function targetOf({ at, sender, interaction }: IncomingMessage): SayTarget {
  return { ...at, userId: sender.userId, ...(interaction === undefined ? {} : { interaction }) };
}
