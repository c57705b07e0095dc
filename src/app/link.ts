import type { ChatRef, IncomingMessage } from "../core/chat.ts";
import type { CommandName } from "../core/command.ts";
import { languageOf } from "../core/language.ts";
import { readCode } from "../core/linkCode.ts";
import { plainText, type RichText } from "../core/richText.ts";
import { type Command, type ReceiveParts, senderKey, tell } from "./command.ts";
import { isLive, LIMIT_MS } from "./linkLimits.ts";
import { answerSaid, ask, claim, invite, refuseCode, tryCode } from "./linkSteps.ts";
import { accountOf, answerLink, type LinkTalk, noteOf, talkAbout } from "./linkTalk.ts";
import { SELDOM, takeStored } from "./rates.ts";
import type { LinkAttempt } from "./store/linking.ts";
import type { Person } from "./store/people.ts";
import type { Repositories } from "./store/store.ts";

/** What one account says about linking in its private dialogue, in which there is no workspace whose rates would hold. */
const TALK_RATE = { perMinute: 30, burst: 20 };

/** What a message asks for, as far as linking is concerned. */
export interface Spoken {
  /** Absent when the message is no command that we know. */
  readonly command?: CommandName;
  /** What stands behind the command; without one, the whole message. */
  readonly rest: RichText;
}

/** `/link` where the workspace is known. */
export async function link(command: Command, rest: RichText): Promise<void> {
  const { tx, message, workspace } = command;
  if (message.sender.kind !== "person") return;
  const account = accountOf(message);
  const proven = await tx.people.proven(workspace.id, account.platform, account.userId);
  if (proven) return answerLink(command, "link-already", personArgs(proven));
  if (message.command !== undefined) return fromForm(command);
  if (message.place.kind !== "private") return invite(command);
  const said = plainText(rest).trim();
  return said === "" ? ask(command) : claim(command, said);
}

export const personArgs = ({ name, bitrixId }: Person) => ({ name: name ?? `id:${bitrixId}`, id: String(bitrixId) });

async function fromForm(talk: LinkTalk): Promise<void> {
  const { tx, message, workspace } = talk;
  const { who, code } = message.options ?? {};
  if (who !== undefined) return claim(talk, who);
  if (code === undefined) return answerLink(talk, "link-use-form");
  const attempt = await tx.links.latest(accountOf(message), workspace.id);
  return attempt ? tryCode(talk, code, attempt) : refuseCode(talk, "no code was asked for");
}

export async function unlink(command: LinkTalk): Promise<void> {
  const { tx, message, workspace } = command;
  const { platform, userId } = accountOf(message);
  const person = message.sender.kind === "person" ? await tx.people.unlink(workspace.id, platform, userId) : undefined;
  await tx.links.giveUp({ platform, userId }, workspace.id);
  if (!person) return answerLink(command, "unlink-none");
  await noteOf(command, "unlink", `id:${person.bitrixId}`);
  return answerLink(command, "unlink-done", personArgs(person));
}

/**
 * Linking goes on in a private chat that need not belong to any workspace: which one it is about is known from the link that
 * was opened, or from what was begun.
 *
 * @returns Whether the message was about linking.
 */
export async function linkPrivately(
  tx: Repositories,
  message: IncomingMessage,
  { spoken, parts }: { spoken: Spoken; parts: ReceiveParts },
): Promise<boolean> {
  const { place, sender, edited } = message;
  if (place.kind !== "private" || sender.kind !== "person" || edited) return false;
  const { command, rest } = spoken;
  const token = command === "help" ? TOKEN.exec(plainText(rest))?.groups?.token : undefined;
  const said = (message.options?.code ?? message.options?.who ?? plainText(rest)).trim();
  if (token === undefined && !(command === "link" || (command === undefined && isWords(said)))) return false;
  const waiting = token === undefined ? await attemptFor(tx, message, { said, now: parts.clock() }) : undefined;
  if (token === undefined && !waiting) return false;
  // Silence would do for the flood as well, but not for the person.
  const waitMs = await takeStored(tx, `link:${senderKey(message)}`, TALK_RATE, parts.clock());
  if (waitMs > 0) {
    await tooFast(tx, message, { waitMs, parts });
    return true;
  }
  if (token !== undefined) await openInvitation(tx, message, { token, parts });
  else if (waiting) {
    const talk = await talkAbout(tx, message, { workspaceId: waiting.workspaceId, parts });
    if (!talk) return false;
    await goOn(talk, said, waiting);
  }
  return true;
}

function goOn(talk: LinkTalk, said: string, attempt: LinkAttempt): Promise<void> {
  if (said === "") return ask(talk, attempt.stage === "claimed" ? undefined : attempt);
  if (talk.message.options?.who !== undefined) return claim(talk, said, attempt);
  return isLive(attempt, talk.parts.clock()) ? answerSaid(talk, said, attempt) : tryCode(talk, said, attempt);
}

const TOKEN = /^link_(?<token>[\w-]{22,40})\s*$/u;

/** Addresses of portals are for others to read. */
const isWords = (said: string): boolean => said !== "" && !/^(?:https?:|[/!])/iu.test(said);

/** The attempt that a message is for: the open one, or one that is over, for what looks like its code. */
async function attemptFor(tx: Repositories, message: IncomingMessage, { said, now }: { said: string; now: number }) {
  const latest = await tx.links.latest(accountOf(message));
  if (!latest || latest.stage === "invited") return undefined;
  if (isLive(latest, now)) return latest;
  const isRecent = latest.stage === "claimed" && latest.createdAt > now - LIMIT_MS;
  return isRecent && readCode(said) !== undefined ? latest : undefined;
}

async function openInvitation(
  tx: Repositories,
  message: IncomingMessage,
  { token, parts }: { token: string; parts: ReceiveParts },
): Promise<void> {
  const now = parts.clock();
  const attempt = await tx.links.byToken(token);
  const account = accountOf(message);
  const isOwn = attempt?.platform === account.platform && attempt.userId === account.userId;
  const talk = attempt && (await talkAbout(tx, message, { workspaceId: attempt.workspaceId, parts }));
  if (talk && isOwn && isLive(attempt, now) && attempt.stage !== "claimed") return ask(talk, attempt);
  if (talk) await noteOf(talk, "link.refused", isOwn ? "link is over" : "somebody else's link");
  // The same for a link that is over, somebody else's, or made up.
  const words = parts.wordsIn(languageOf(message.sender.language, "en"));
  await tell(tx, message, { text: words.say("link-invitation-over") }, parts);
}

async function tooFast(
  tx: Repositories,
  message: IncomingMessage,
  { waitMs, parts }: { waitMs: number; parts: ReceiveParts },
): Promise<void> {
  if ((await takeStored(tx, `complaint:${senderKey(message)}`, SELDOM, parts.clock())) > 0) return;
  const words = parts.wordsIn(languageOf(message.sender.language, "en"));
  await tell(tx, message, { text: words.say("sender-too-fast", { seconds: Math.ceil(waitMs / 1_000) }) }, parts);
}

/** Which form `/link` opens here: who they are, the code they were sent, or none where words are the answer. */
export async function linkForm(
  read: Repositories,
  { chat, userId, now }: { chat: ChatRef; userId: string; now: number },
): Promise<"who" | "code" | "none"> {
  const binding = await read.chats.find(chat);
  const account = { platform: chat.platform, userId };
  const latest = await read.links.latest(account, binding?.workspaceId);
  const isOpen = latest !== undefined && isLive(latest, now);
  if (!binding) return isOpen ? (latest.stage === "claimed" ? "code" : "who") : "none";
  if (await read.people.proven(binding.workspaceId, chat.platform, userId)) return "none";
  return isOpen && latest.stage === "claimed" ? "code" : "who";
}
