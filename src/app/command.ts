import type { IncomingMessage, Platform, Sender } from "../core/chat.ts";
import type { RecipientRef } from "../core/notifyGrammar.ts";
import type { RichText } from "../core/richText.ts";
import type { Clock, Meter, Words, WordsIn } from "./ports.ts";
import { slotOf } from "./receipts.ts";
import type { Wish } from "./store/queues.ts";
import type { Repositories } from "./store/store.ts";
import type { Binding, Workspace } from "./store/workspaces.ts";
import type { Throttle } from "./throttle.ts";

export interface ReceiveParts {
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  readonly meter: Pick<Meter, "accepted">;
  /** Commands of one sender. */
  readonly commands: Throttle;
  /** Answers to malformed commands of one sender, and to anything in an unbound chat. */
  readonly complaints: Throttle;
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

/** Whether this sender may send from here; a mapping by name alone addresses a person, it never authorises one. */
export async function maySend({ tx, binding, workspace }: Command, sender: Sender): Promise<boolean> {
  if (binding.senders === "everyone") return true;
  if (sender.kind !== "person") return false;
  if (await isAdmin({ tx, workspace, binding }, sender)) return true;
  if (binding.senders === "list") return false;
  return (await tx.people.proven(workspace.id, binding.platform, sender.userId)) !== undefined;
}

export async function isAdmin(
  { tx, workspace, binding }: Pick<Command, "tx" | "workspace" | "binding">,
  sender: Sender,
): Promise<boolean> {
  const admins = await tx.chats.listAdmins(workspace.id);
  return (
    sender.kind === "person" &&
    admins.some((admin) => admin.platform === binding.platform && admin.userId === sender.userId)
  );
}

/** By what a sender's rate is counted. All anonymous administrators of Telegram have one id, so there it is the chat's. */
export function senderKey({ at, sender }: IncomingMessage): string {
  const who = sender.kind === "person" ? sender.userId : `${sender.userId}:${at.chatId}`;
  return `${at.platform}:${who}`;
}

/** An answer to a command that was not understood or not allowed: one a minute for each sender. */
export async function complain({ tx, message, parts }: Command, text: string): Promise<void> {
  const key = `sender:${senderKey(message)}`;
  if (!message.interaction && parts.complaints.take(key, parts.clock()) > 0) return;
  await tell(tx, message, { text }, parts);
}

export async function tell(
  tx: Repositories,
  message: IncomingMessage,
  wish: Wish,
  parts: Pick<ReceiveParts, "clock">,
): Promise<void> {
  const { at, sender, interaction } = message;
  const target = { ...at, userId: sender.userId, ...(interaction === undefined ? {} : { interaction }) };
  await tx.receipts.wish(slotOf(at), target, wish, parts.clock());
}
