import type { IncomingMessage } from "../core/chat.ts";
import type { CommandName } from "../core/command.ts";
import { languageOf } from "../core/language.ts";
import { plain, type RichText } from "../core/richText.ts";
import { WANTED_SCOPES } from "../core/scopes.ts";
import { type ConnectRequest, parseConnect } from "../core/webhookText.ts";
import { administers } from "./administers.ts";
import { type ReceiveParts, senderKey, targetOf, tell } from "./command.ts";
import { slotOf } from "./receipts.ts";
import type { Asker } from "./store/chores.ts";
import type { Repositories } from "./store/store.ts";

interface HandOver {
  /** Absent when the message is no command that we know. */
  readonly command?: CommandName;
  /** What stands behind the command; without one, the whole message. */
  readonly rest: RichText;
  readonly parts: ReceiveParts;
}

/**
 * Webhooks in messages come before everything else: in private they are a wish to connect a portal, in front of others they
 * are a leak, whatever the message was meant to be.
 *
 * @returns Whether the message was about that.
 */
export async function handOver(
  tx: Repositories,
  message: IncomingMessage,
  { command, rest, parts }: HandOver,
): Promise<boolean> {
  const isAlone = message.place.kind === "private" || message.interaction !== undefined;
  const typed = message.options?.text === undefined ? rest : plain(message.options.text);
  if (!isAlone) return cover(tx, message, { typed, parts });
  const isAsked = command === "connect" || (command === undefined && message.place.kind === "private");
  if (!isAsked) return false;
  const request = parseConnect(typed);
  if (command === undefined && request.address === undefined) return false;
  await connect(tx, message, { request, parts });
  return true;
}

/** What others have read is worth nothing any more: a webhook is to be made anew, and a set-up code ends here. */
async function cover(
  tx: Repositories,
  message: IncomingMessage,
  { typed, parts }: { typed: RichText; parts: ReceiveParts },
): Promise<boolean> {
  const { address, invitation } = parseConnect(typed);
  const asker = askerOf(message);
  const ended = invitation && (await tx.permits.use(invitation, "invitation", parts.clock()));
  if (address !== undefined) await tx.chores.add({ kind: "hide", asker }, parts.clock());
  else if (ended) await tell(tx, message, { text: parts.wordsIn(asker.language).say("invitation-shown") }, parts);
  return address !== undefined || ended !== undefined;
}

const askerOf = (message: IncomingMessage): Asker => ({
  slot: slotOf(message.at),
  target: targetOf(message),
  language: languageOf(message.sender.language, "en"),
});

async function connect(
  tx: Repositories,
  message: IncomingMessage,
  { request, parts }: { request: ConnectRequest; parts: ReceiveParts },
): Promise<void> {
  const { sender, place, interaction } = message;
  const asker = askerOf(message);
  const words = parts.wordsIn(asker.language);
  const now = parts.clock();
  const waitMs = parts.commands.take(`connect:${senderKey(message)}`, now);
  const seconds = Math.ceil(waitMs / 1_000);
  if (waitMs > 0) return tell(tx, message, { text: words.say("sender-too-fast", { seconds }) }, parts);
  const { address } = request;
  if (address === undefined) {
    const text = words.say("connect-how", { scopes: WANTED_SCOPES.join(", ") });
    return tell(tx, message, { text }, parts);
  }
  if (!(await mayConnect(tx, message, { request, now })))
    return tell(tx, message, { text: words.say("connect-not-allowed") }, parts);
  if (!interaction) await tell(tx, message, { mark: "stored", markText: words.say("mark-stored") }, parts);
  const isPrivate = place.kind === "private";
  const work = { kind: "connect", asker, userId: sender.userId, isPrivate, isMessage: !interaction } as const;
  await tx.chores.add({ ...work, ...request, address }, now);
}

/** Whoever has a set-up code from the operator, and whoever administers a workspace already. */
async function mayConnect(
  tx: Repositories,
  { at, sender }: IncomingMessage,
  { request, now }: { request: ConnectRequest; now: number },
): Promise<boolean> {
  if (sender.kind !== "person") return false;
  const { invitation } = request;
  if (invitation !== undefined && (await tx.permits.isGood(invitation, "invitation", now))) return true;
  return administers(tx, at.platform, sender.userId);
}
