import type { Message } from "grammy/types";
import type { IncomingMessage, RepliedMessage } from "../../src/core/chat.ts";
import { isBlank } from "../../src/core/richText.ts";
import { webhookIn } from "../../src/core/webhookText.ts";
import { isOurCommand, type OwnName } from "./command.ts";
import { incomingMessage } from "./message.ts";

/**
 * Makes one message of the members of an album. The member with the command leads: its text, its id and its sender count, and
 * other captions go along as words. Without a command the first member with a caption leads, else the first, and all captions
 * are the text. One that holds a webhook goes before all, so that it is that message which is deleted. Of a member that was
 * edited, the last version counts.
 *
 * @param edited Whether all that is new about it are edits: a member that comes late is news, also after the caption was edited.
 */
export function albumMessage(
  members: readonly [Message, ...Message[]],
  { bot, edited }: { bot: OwnName; edited: boolean },
): IncomingMessage {
  const messages = inOrder(members);
  const lead =
    messages.find(({ text }) => webhookIn(text) !== undefined) ??
    messages.find(({ text }) => isOurCommand(text, bot)) ??
    messages.find(({ text }) => !isBlank(text)) ??
    messages[0] ??
    incomingMessage(members[0]);
  const worded = messages.filter(({ text }) => !isBlank(text));
  const isCommand = isOurCommand(lead.text, bot);
  return {
    ...lead,
    text: isCommand ? lead.text : worded.flatMap(({ text }, place) => (place === 0 ? text : [{ text: "\n" }, ...text])),
    edited,
    members: messages.map(({ at }) => at.messageId),
    media: messages.flatMap(({ media }) => media),
    parts: messages.flatMap((message) => {
      const isBeside = isCommand && message !== lead && worded.includes(message);
      return isBeside ? [{ kind: "caption" as const, text: message.text }, ...message.parts] : message.parts;
    }),
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
