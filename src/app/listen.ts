import { alertOf, isEmptyAlert } from "../core/alertOf.ts";
import type { IncomingMessage, MessageRef } from "../core/chat.ts";
import { forwardAlert } from "./forward.ts";
import type { ForwardParts } from "./incidents.ts";
import type { Repositories } from "./store/store.ts";

/** The map of ids that tells an edit from news goes back no further. */
const KNOWN_MS = 60 * 86_400_000;

/**
 * Hands what is said in a chat to the rules that listen there. Whatever becomes of it, the chat itself is told nothing. Private
 * dialogues are between somebody and the bot, so no rule listens to them.
 */
export async function listen(tx: Repositories, message: IncomingMessage, parts: ForwardParts): Promise<void> {
  if (message.place.kind === "private" || message.command !== undefined) return;
  const before = await saidBefore(tx, message);
  if (message.edited && !before && !(await isRecent(tx, message, parts.clock()))) return;
  // A member of an album that comes late makes the same message once more.
  const edited = message.edited || before !== undefined;
  const alert = alertOf({ ...message, at: before ?? message.at, edited });
  if (isEmptyAlert(alert)) return;
  await forwardAlert(tx, alert, parts);
  if (message.members) await joinMembers(tx, message.members, before ?? message.at, parts.clock());
}

/** The message of an album under which the album was told before, or the message itself if it was. */
async function saidBefore(tx: Repositories, { at, members = [] }: IncomingMessage): Promise<MessageRef | undefined> {
  for (const messageId of new Set([at.messageId, ...members])) {
    const known = { ...at, messageId };
    if ((await tx.incidents.bySource(known)).length > 0) return known;
  }
  return undefined;
}

/** Whichever message of an album is edited later, the album is known by it. */
async function joinMembers(tx: Repositories, members: readonly string[], at: MessageRef, now: number): Promise<void> {
  for (const { id } of await tx.incidents.bySource(at))
    for (const messageId of members) await tx.incidents.addSource(id, { ...at, messageId }, now);
}

/** What was said before the chat was bound, or too long ago to know what came of it, is not made news by an edit. */
async function isRecent(tx: Repositories, { at, sentAt }: IncomingMessage, now: number): Promise<boolean> {
  const binding = await tx.chats.find(at);
  return binding !== undefined && sentAt >= binding.createdAt && sentAt > now - KNOWN_MS;
}
