import type { Message } from "grammy/types";
import type { IncomingMessage, RepliedMessage } from "../../src/core/chat.ts";
import { isBlank } from "../../src/core/richText.ts";
import { isOurCommand, type OwnName } from "./command.ts";
import { incomingMessage } from "./message.ts";

/**
 * Makes one message of the members of an album. The member with the command leads: its text, its id and its sender count.
 * Without a command the first member with a caption does, else the first. Of a member that was edited, the last version counts.
 *
 * @param edited Whether all that is new about it are edits: a member that comes late is news, also after the caption was edited.
 */
export function albumMessage(
  members: readonly [Message, ...Message[]],
  { bot, edited }: { bot: OwnName; edited: boolean },
): IncomingMessage {
  const messages = inOrder(members);
  const lead =
    messages.find(({ text }) => isOurCommand(text, bot)) ??
    messages.find(({ text }) => !isBlank(text)) ??
    messages[0] ??
    incomingMessage(members[0]);
  return {
    ...lead,
    edited,
    members: messages.map(({ at }) => at.messageId),
    media: messages.flatMap(({ media }) => media),
    parts: messages.flatMap(({ parts }) => parts),
  };
}

/**
 * A reply names one member of an album alone; those beside it are known only when they were seen before. Of the words the
 * named member's count, else those of the first that has any.
 */
export function repliedAlbum(replied: RepliedMessage, members: readonly Message[]): RepliedMessage {
  const messages = inOrder(members);
  const worded = [replied, ...messages].find(({ text }) => !isBlank(text));
  return {
    ...replied,
    text: worded?.text ?? [],
    media: messages.flatMap(({ media }) => media),
    parts: messages.flatMap(({ parts }) => parts),
  };
}

/** Each member once, as it was sent or edited last. */
function inOrder(members: readonly Message[]): readonly IncomingMessage[] {
  const versions = new Map(members.map((member) => [member.message_id, member]));
  return [...versions.values()].sort((a, b) => a.message_id - b.message_id).map(incomingMessage);
}
