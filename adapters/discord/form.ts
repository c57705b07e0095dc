import type { Message } from "discord.js";
import { plainText, type RichText } from "../../src/core/richText.ts";
import type { Spot } from "./place.ts";
import type { DiscordTexts } from "./words.ts";

/** Ids of the form's fields. */
export const FORM_FIELDS = { to: "to", text: "text", tag: "tag" } as const;

const PREFIX = "notify";
/** Forms that are open at once; an older one is filled from the message itself, read again. */
const REMEMBERED = 200;

/** The form names its message, so that it can still be sent in after a restart. */
const formId = (spot: Spot): string => `${PREFIX}:${spot.channelId}:${spot.messageId}`;

export function spotOfForm(customId: string): Spot | undefined {
  const [prefix, channelId, messageId] = customId.split(":");
  return prefix === PREFIX && channelId && messageId ? { channelId, messageId } : undefined;
}

const trailingTag = (text: RichText): string | undefined =>
  /(?:^|\s)#([\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*)\s*$/u.exec(plainText(text))?.[1];

const SHORT = 1;
const PARAGRAPH = 2;

const row = (input: object) => ({ type: 1, components: [{ type: 4, ...input }] });

/** The form behind the message menu; the text may stay empty, since the message itself goes along. */
export function formFor(spot: Spot, said: RichText, { form }: DiscordTexts): object {
  const tag = trailingTag(said);
  return {
    custom_id: formId(spot),
    title: form.title,
    components: [
      row({
        custom_id: FORM_FIELDS.to,
        label: form.to,
        style: SHORT,
        required: true,
        max_length: 1000,
        placeholder: form.toHint,
      }),
      row({
        custom_id: FORM_FIELDS.text,
        label: form.text,
        style: PARAGRAPH,
        required: false,
        max_length: 4000,
        placeholder: form.textHint,
      }),
      row({
        custom_id: FORM_FIELDS.tag,
        label: form.tag,
        style: SHORT,
        required: false,
        max_length: 200,
        ...(tag === undefined ? {} : { value: tag.slice(0, 200) }),
      }),
    ],
  };
}

/** Messages whose menu was opened: Discord shows them to us at that moment even where the bot may not read. */
export function createOpenForms() {
  const messages = new Map<string, Message>();
  return {
    remember(message: Message): void {
      const id = formId({ channelId: message.channelId, messageId: message.id });
      messages.delete(id);
      messages.set(id, message);
      const oldest = messages.keys().next();
      if (messages.size > REMEMBERED && !oldest.done) messages.delete(oldest.value);
    },
    find: (customId: string): Message | undefined => messages.get(customId),
  };
}
