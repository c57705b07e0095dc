import type { Message } from "discord.js";
import type { BoundChat, Clock, Intake, Log } from "../../src/app/ports.ts";
import { readCommand } from "../../src/core/command.ts";
import { mayHoldSecret } from "../../src/core/webhookText.ts";
import { contentOf, messageFrom, placedOf, repliedId } from "./convert.ts";
import { deletionEntry, deletionOf, messageEntry, placedDeletion, writeDeletion } from "./deletion.ts";
import { failureOf } from "./failures.ts";
import { entryOf } from "./payload.ts";
import { boundTo, chatOf } from "./place.ts";

export interface TypedParts {
  bound(): Promise<readonly BoundChat[]>;
  /** What rules listen to. */
  watched(): Promise<readonly BoundChat[]>;
  readonly intake: Intake;
  readonly log: Log;
  readonly clock: Clock;
}

/** Discord: the message types that people write, DEFAULT and REPLY. */
const WRITTEN: readonly number[] = [0, 19];

/** Our own words come back as events, also as answers of our application to an interaction. */
export function isOwn(message: Message): boolean {
  const { client } = message;
  return message.author.id === client.user.id || message.applicationId === client.application.id;
}

/** Commands of bots count too: whether they may send is not decided here. */
export function isCommand(message: Message): boolean {
  if (!message.content.startsWith("!") || !WRITTEN.includes(message.type)) return false;
  return readCommand(contentOf(message, true).text, { prefix: "!" }).kind === "command";
}

/** A credential that others read is taken away, whatever the message is about. */
export const holdsSecret = (message: Message): boolean =>
  WRITTEN.includes(message.type) && !message.author.bot && mayHoldSecret(contentOf(message).text);

/** In a private dialogue every word may be an answer to a question of ours. */
export const isSaidToUs = (message: Message): boolean =>
  message.channel.isDMBased() && !message.author.bot && WRITTEN.includes(message.type);

/** The message replied to; undefined when it is gone or may not be read. Network failures are thrown: they pass. */
async function originalOf(message: Message): Promise<Message | undefined> {
  const id = repliedId(message);
  if (id === undefined) return undefined;
  try {
    return await message.channel.messages.fetch({ message: id, cache: false });
  } catch (error) {
    if (failureOf(error).kind === "refused") return undefined;
    throw error;
  }
}

/** An edit is another update of the same message; previews and pins leave the time of the edit as it was. */
export const externalIdOf = (message: Message): string =>
  message.editedTimestamp === null
    ? messageEntry(message.id)
    : `${messageEntry(message.id)}:${message.editedTimestamp}`;

/** Keeps a typed command; resolves once it is durable. */
export async function keepCommand(parts: TypedParts, message: Message): Promise<void> {
  const kept = messageFrom(message, await parts.bound(), await originalOf(message));
  const isMore = message.editedTimestamp !== null || !isCommand(message) || holdsSecret(message);
  const entry = { externalId: externalIdOf(message), receivedAt: parts.clock() };
  const sender = isMore ? {} : { sender: message.author.id };
  await parts.intake.store([entryOf(kept, { ...entry, ...sender })]);
}

export async function keepIfBound(parts: TypedParts, message: Message): Promise<void> {
  if (boundTo(await parts.bound(), placedOf(message))) await keepCommand(parts, message);
}

/** What is left to know of a message that is gone. */
export type Deleted = Pick<Message, "id" | "guildId" | "channelId">;

/** Keeps that commands were deleted; resolves once that is durable. What was no command is none of our business. */
export async function keepDeletions(
  { intake, clock }: Pick<TypedParts, "intake" | "clock">,
  messages: readonly Deleted[],
): Promise<void> {
  const entries = messages.map((message) => {
    const deletion = deletionOf(message.id, placedDeletion(message));
    const entry = {
      platform: "discord" as const,
      externalId: deletionEntry(message.id),
      payload: writeDeletion(deletion),
    };
    return { ...entry, of: deletion.of, receivedAt: clock() };
  });
  await intake.deletions(entries);
}

/** Remembers who writes in bound chats. */
export async function sightAuthor(parts: TypedParts, message: Message): Promise<void> {
  const { author } = message;
  if (author.bot || message.webhookId) return;
  const chats = await parts.bound();
  const placed = placedOf(message);
  if (!boundTo(chats, placed)) return;
  const name = message.member?.displayName ?? author.displayName;
  await parts.intake.sighted({ chat: chatOf(chats, placed), userId: author.id, username: author.username, name });
}
