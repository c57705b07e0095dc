import type { Message, Update } from "grammy/types";
import { z } from "zod";

/** Everything else of an update is optional, and new fields come with every release: unknown ones never make it malformed. */
const chat = z.looseObject({ id: z.int(), type: z.enum(["private", "group", "supergroup", "channel"]) });
const user = z.looseObject({ id: z.int(), is_bot: z.boolean(), first_name: z.string() });
const entities = z.array(z.looseObject({ type: z.string(), offset: z.int(), length: z.int() })).optional();
const message = z
  .looseObject({
    message_id: z.int(),
    date: z.int(),
    chat,
    from: user.optional(),
    text: z.string().optional(),
    entities,
    caption: z.string().optional(),
    caption_entities: entities,
    photo: z.array(z.looseObject({ file_id: z.string(), width: z.number(), height: z.number() })).optional(),
  })
  .optional();
const essentials = z.looseObject({
  update_id: z.int(),
  message,
  edited_message: message,
  channel_post: message,
  edited_channel_post: message,
  my_chat_member: z.looseObject({ chat, from: user }).optional(),
});
const update = z.custom<Update>((value) => essentials.safeParse(value).success);

/** Undefined when it is no update of Telegram. */
export function parseUpdate(json: string): Update | undefined {
  try {
    const parsed = update.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The message of an update, new or edited. */
export function messageOf(update: Update): Message | undefined {
  return update.message ?? update.edited_message ?? update.channel_post ?? update.edited_channel_post;
}

/** What we ask the platform for; it remembers the last list, so it is always sent. */
export const ALLOWED_UPDATES = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "my_chat_member",
] as const satisfies readonly (keyof Update)[];
