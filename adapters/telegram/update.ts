import type { Message, Update } from "grammy/types";
import { z } from "zod";

/** Everything else of an update is optional, and new fields come with every release: unknown ones never make it malformed. */
const chat = z.looseObject({ id: z.int(), type: z.string() });
const user = z.looseObject({ id: z.int(), is_bot: z.boolean(), first_name: z.string() });
const entities = z
  .array(z.looseObject({ type: z.string(), offset: z.int(), length: z.int(), user: user.optional() }))
  .optional();
const point = z.looseObject({ latitude: z.number(), longitude: z.number() });
const attached = {
  photo: z.array(z.looseObject({ file_id: z.string(), width: z.number(), height: z.number() })).optional(),
  location: point.optional(),
  venue: z.looseObject({ location: point, title: z.string(), address: z.string() }).optional(),
  poll: z.looseObject({ question: z.string(), options: z.array(z.looseObject({ text: z.string() })) }).optional(),
};
const written = {
  ...attached,
  message_id: z.int(),
  date: z.int(),
  chat,
  from: user.optional(),
  text: z.string().optional(),
  entities,
  caption: z.string().optional(),
  caption_entities: entities,
};
const message = z
  .looseObject({
    ...written,
    reply_to_message: z.looseObject(written).optional(),
    external_reply: z.looseObject(attached).optional(),
  })
  .optional();
const essentials = z.looseObject({
  update_id: z.int(),
  message,
  edited_message: message,
  channel_post: message,
  edited_channel_post: message,
  callback_query: z
    .looseObject({
      id: z.string(),
      from: user,
      data: z.string().optional(),
      message: z.looseObject({ chat, message_id: z.int() }).optional(),
    })
    .optional(),
  my_chat_member: z.looseObject({ chat, from: user }).optional(),
});

const origin = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("user"), sender_user: user }),
  z.looseObject({ type: z.literal("hidden_user"), sender_user_name: z.string() }),
  z.looseObject({ type: z.literal("chat"), sender_chat: chat }),
  z.looseObject({ type: z.literal("channel"), chat }),
]);

/** Whether a message says where it was forwarded from in a way that we know; one of another kind is a message all the same. */
export const hasKnownOrigin = (message: Message): message is Message & Required<Pick<Message, "forward_origin">> =>
  origin.safeParse(message.forward_origin).success;

/** Whether it has all that makes an update of Telegram. */
export function isUpdate(value: unknown): value is Update {
  return essentials.safeParse(value).success;
}

/** Undefined when it is no update of Telegram. */
export function parseUpdate(json: string): Update | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    return isUpdate(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Without fields that are null, which mean the same as absent ones: Telegram sends none, servers that speak for it may. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutNulls(field)]));
}

/** The message of an update, new or edited. */
export function messageOf(update: Update): Message | undefined {
  return update.message ?? update.edited_message ?? update.channel_post ?? update.edited_channel_post;
}

export const isEdit = ({ edited_message: message, edited_channel_post: post }: Update): boolean =>
  message !== undefined || post !== undefined;

/** What we ask the platform for; it remembers the last list, so it is always sent. */
export const ALLOWED_UPDATES = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "callback_query",
  "my_chat_member",
] as const satisfies readonly (keyof Update)[];
