import type { ExternalReplyInfo, Message, MessageOrigin } from "grammy/types";
import type { RepliedMessage } from "../../src/core/chat.ts";
import { richText } from "./entities.ts";
import { mediaIn, partsIn, placesIn } from "./media.ts";
import { chatTitle, personName, senderOf } from "./sender.ts";

/**
 * What a message replies to. A part that the sender selected stands for the whole text.
 *
 * Bot API, Message: in a forum topic a message that replies to nothing carries the topic's opening message as its reply.
 */
export function repliedTo(message: Message): RepliedMessage | undefined {
  const { reply_to_message: replied, external_reply: external, quote } = message;
  const selected = quote && richText(quote.text, quote.entities);
  if (replied && !replied.forum_topic_created) {
    return {
      messageId: String(replied.message_id),
      author: senderOf(replied).name,
      text: selected ?? ownText(replied),
      media: mediaIn(replied, replied.message_id),
      ...placesIn(replied),
      parts: partsIn(replied),
    };
  }
  return external && elsewhere(external, selected ?? []);
}

/** The original stands in another chat or topic. Its id means nothing here, so it stays out; its text is never sent along. */
function elsewhere(external: ExternalReplyInfo, text: RepliedMessage["text"]): RepliedMessage {
  return {
    messageId: "",
    author: originName(external.origin),
    text,
    media: mediaIn(external, external.message_id ?? 0),
    ...placesIn(external),
    parts: partsIn(external),
  };
}

/** Who said first what was forwarded, or what a reply into another chat is about. */
export function originName(origin: MessageOrigin): string {
  switch (origin.type) {
    case "user":
      return personName(origin.sender_user);
    case "hidden_user":
      return origin.sender_user_name;
    case "chat":
      return chatTitle(origin.sender_chat);
    case "channel":
      return chatTitle(origin.chat);
    default:
      return origin satisfies never;
  }
}

/** Bot API, Message: a message has a text or a caption, never both. */
export function ownText(message: Message): RepliedMessage["text"] {
  if (message.text !== undefined) return richText(message.text, message.entities);
  return richText(message.caption ?? "", message.caption_entities);
}
