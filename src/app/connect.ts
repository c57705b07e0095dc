import type { IncomingMessage } from "../core/chat.ts";
import type { CommandName } from "../core/command.ts";
import { languageOf } from "../core/language.ts";
import { portalAddress } from "../core/portalAddress.ts";
import { plain, type RichText } from "../core/richText.ts";
import { WANTED_SCOPES } from "../core/scopes.ts";
import { type ConnectRequest, invitationsIn, parseConnect, webhookIn } from "../core/webhookText.ts";
import { mayAnywhere } from "./administers.ts";
import { type ReceiveParts, senderKey, targetOf, tell } from "./command.ts";
import type { Words } from "./ports.ts";
import { SELDOM, takeStored } from "./rates.ts";
import { slotOf } from "./receipts.ts";
import type { Asker } from "./store/chores.ts";
import type { Repositories } from "./store/store.ts";

/** Nobody connects portals in a hurry; each attempt asks a portal, and each refusal is written down for good. */
const ATTEMPTS = { perMinute: 6, burst: 10 } as const;
/** Warnings in one chat, whoever writes; besides, one a minute for each writer. */
const WARNINGS = { perMinute: 6, burst: 6 } as const;

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
  if (!isAsked) return webhookIn(typed) !== undefined && keepBack(tx, message, parts);
  const { surplus, ...request } = parseConnect(typed);
  if (command === undefined && request.address === undefined) return false;
  // An address may come with a sentence around it.
  const whole = command === undefined || surplus === undefined ? request : { ...request, surplus };
  const { language } = await askerOf(tx, message);
  await connect({ tx, message, request: whole, parts, words: parts.wordsIn(language) });
  return true;
}

/** Nobody has read it yet; with a notification others would, and it would be stored among texts. */
async function keepBack(tx: Repositories, message: IncomingMessage, parts: ReceiveParts): Promise<boolean> {
  const asker = await askerOf(tx, message);
  const text = parts.wordsIn(asker.language).say("connect-kept-back");
  if (message.interaction) await tell(tx, message, { text }, parts);
  else await tx.chores.add({ kind: "hide", asker, text }, parts.clock());
  return true;
}

/** What others have read is worth nothing any more: a webhook is to be made anew, and a set-up code ends here. */
async function cover(
  tx: Repositories,
  message: IncomingMessage,
  { typed, parts }: { typed: RichText; parts: ReceiveParts },
): Promise<boolean> {
  const asker = await askerOf(tx, message);
  const now = parts.clock();
  const isWebhook = webhookIn(typed) !== undefined;
  let hasEnded = false;
  for (const code of invitationsIn(typed)) if (await tx.permits.use(code, "invitation", now)) hasEnded = true;
  if (!isWebhook && !hasEnded) return false;
  // A code is ended once, so only webhooks could flood a chat with warnings; their messages go in any case.
  const isQuiet = !hasEnded && (await isWarned(tx, message, parts));
  if (isWebhook) {
    const ended = hasEnded ? ({ endedCode: true } as const) : {};
    const quiet = isQuiet ? ({ isQuiet: true } as const) : {};
    await tx.chores.add({ kind: "hide", asker, ...ended, ...quiet }, now);
  } else await tell(tx, message, { text: parts.wordsIn(asker.language).say("invitation-shown") }, parts);
  if (isQuiet) return true;
  const binding = await tx.chats.find(message.at);
  const subject = [isWebhook ? "webhook" : "", hasEnded ? "set-up code" : ""].filter((what) => what !== "").join(", ");
  const where = binding === undefined ? {} : { workspaceId: binding.workspaceId };
  await tx.audit.append({ at: now, ...where, actor: actorOf(message), action: "connect.leaked", subject });
  return true;
}

async function isWarned(tx: Repositories, message: IncomingMessage, { clock }: ReceiveParts): Promise<boolean> {
  const { platform, chatId } = message.at;
  const now = clock();
  if ((await takeStored(tx, `leak:${platform}:${chatId}:${senderKey(message)}`, SELDOM, now)) > 0) return true;
  return (await takeStored(tx, `leak:${platform}:${chatId}`, WARNINGS, now)) > 0;
}

const actorOf = ({ at, sender }: IncomingMessage): string => `${at.platform}:${sender.userId}`;

/** Where the platform does not say what somebody speaks, the language of the chat's workspace counts. */
async function askerOf(tx: Repositories, message: IncomingMessage): Promise<Asker> {
  const binding = await tx.chats.find(message.at);
  const workspace = binding && (await tx.workspaces.byId(binding.workspaceId));
  const language = languageOf(message.sender.language, workspace?.settings.language ?? "en");
  return { slot: slotOf(message.at), target: targetOf(message), language };
}

interface Attempt {
  readonly tx: Repositories;
  readonly message: IncomingMessage;
  readonly request: ConnectRequest;
  readonly parts: ReceiveParts;
  readonly words: Words;
}

async function connect(attempt: Attempt): Promise<void> {
  const { tx, message, request, parts, words } = attempt;
  const { sender, place, interaction } = message;
  const now = parts.clock();
  const seconds = Math.ceil((await takeStored(tx, `connect:${senderKey(message)}`, ATTEMPTS, now)) / 1_000);
  if (seconds > 0) return refuse(attempt, "throttled", words.say("sender-too-fast", { seconds }));
  const { address, invitation, name } = request;
  if (address === undefined) {
    const text = words.say("connect-how", { scopes: WANTED_SCOPES.join(", ") });
    return tell(tx, message, { text }, parts);
  }
  if (request.surplus) return refuse(attempt, "malformed", words.say("connect-surplus"));
  if (!(await mayConnect(attempt)))
    return refuse(attempt, invitation === undefined ? "not-allowed" : "wrong-code", words.say("connect-not-allowed"));
  if (!interaction) await tell(tx, message, { mark: "stored", markText: words.say("mark-stored") }, parts);
  const named = { ...(invitation === undefined ? {} : { invitation }), ...(name === undefined ? {} : { name }) };
  const isPrivate = place.kind === "private";
  const from = { asker: await askerOf(tx, message), userId: sender.userId, isPrivate, isMessage: !interaction };
  await tx.chores.add({ kind: "connect", ...from, address, ...named }, now);
}

/** Says why, writes it down, and deletes the message with the secret that came to nothing. */
async function refuse(
  attempt: Attempt,
  why: "throttled" | "malformed" | "not-allowed" | "wrong-code",
  text: string,
): Promise<void> {
  const { tx, message, request, parts } = attempt;
  const { address } = request;
  const now = parts.clock();
  const isSeldom = why !== "throttled" || (await takeStored(tx, `refused:${senderKey(message)}`, SELDOM, now)) === 0;
  if (isSeldom) {
    const subject = [why, hostOf(address)].filter((part) => part !== undefined).join(": ");
    await tx.audit.append({ at: now, actor: actorOf(message), action: "connect.refused", subject });
  }
  if (message.interaction !== undefined || address === undefined) {
    if (isSeldom || message.interaction !== undefined) await tell(tx, message, { text }, parts);
    return;
  }
  const quiet = isSeldom ? {} : ({ isQuiet: true } as const);
  await tx.chores.add({ kind: "hide", asker: await askerOf(tx, message), text, ...quiet }, now);
}

/** Of a portal that could be the operator's own; what else somebody calls an address is left out. */
function hostOf(address: string | undefined): string | undefined {
  const read = portalAddress(address ?? "");
  return read.kind === "webhook" ? new URL(read.base).host : undefined;
}

/** Whoever has a set-up code from the operator, and whoever owns a workspace already. */
async function mayConnect({ tx, message, request, parts }: Attempt): Promise<boolean> {
  const { at, sender } = message;
  if (sender.kind !== "person") return false;
  const { invitation } = request;
  if (invitation !== undefined && (await tx.permits.isGood(invitation, "invitation", parts.clock()))) return true;
  return mayAnywhere(tx, { platform: at.platform, userId: sender.userId, deed: "add-portal" });
}
