import { z } from "zod";
import type { InboxEntry } from "../../src/app/store/queues.ts";
import { traceOf } from "../../src/app/trace.ts";
import type { IncomingMessage } from "../../src/core/chat.ts";

/** A key that may be missing, but is never `undefined`: what JSON makes of an absent field. */
const maybe = <T extends z.ZodType>(schema: T) => z.exactOptional(schema);

const mention = z.object({ userId: maybe(z.string()), username: maybe(z.string()) });
const style = z.enum(["bold", "italic", "underline", "strike", "spoiler", "code", "pre", "quote"]);
const run = z.object({
  text: z.string(),
  styles: maybe(z.array(style)),
  codeLanguage: maybe(z.string()),
  link: maybe(z.string()),
  mention: maybe(mention),
  channel: maybe(z.literal(true)),
});
const spot = z.object({ channelId: z.string(), messageId: z.string() });
const media = z.object({
  kind: z.enum(["picture", "file"]),
  name: z.string(),
  mime: maybe(z.string()),
  size: maybe(z.number()),
  spoiler: maybe(z.literal(true)),
  source: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("discord"), url: z.string(), attachmentId: z.string(), message: maybe(spot) }),
    z.object({ kind: z.literal("remote"), url: z.string() }),
  ]),
});
const part = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("poll"), question: z.string(), options: z.array(z.string()) }),
  z.object({ kind: z.literal("contact"), name: z.string(), phone: maybe(z.string()) }),
  z.object({ kind: z.literal("sticker"), label: z.string() }),
  z.object({ kind: z.literal("other"), name: z.string(), label: maybe(z.string()) }),
]);
const content = { text: z.array(run), media: z.array(media), parts: z.array(part) };
const sender = z.object({
  kind: z.enum(["person", "anonymous-admin", "channel", "bot"]),
  userId: z.string(),
  username: maybe(z.string()),
  name: z.string(),
  chatAdmin: maybe(z.boolean()),
  language: maybe(z.string()),
  via: maybe(
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("webhook") }),
      z.object({ kind: z.literal("followed-channel"), channelId: z.string() }),
    ]),
  ),
});
const frame = z.object({
  title: maybe(z.string()),
  link: maybe(z.string()),
  text: z.array(run),
  fields: z.array(z.object({ name: z.string(), value: z.string(), inline: maybe(z.literal(true)) })),
  color: maybe(z.number()),
});
const options = z.object({
  user: maybe(mention.extend({ label: z.string() })),
  to: maybe(z.string()),
  mentions: maybe(z.array(mention.extend({ userId: z.string(), label: z.string() }))),
  text: maybe(z.string()),
  tag: maybe(z.string()),
  who: maybe(z.string()),
  code: maybe(z.string()),
  line: maybe(z.array(run)),
});

const incoming: z.ZodType<IncomingMessage> = z.object({
  ...content,
  at: z.object({
    platform: z.literal("discord"),
    chatId: z.string(),
    threadId: z.string(),
    messageId: z.string(),
  }),
  place: z.object({ kind: z.enum(["private", "group", "channel"]), title: z.string() }),
  sender,
  repliedTo: maybe(z.object({ ...content, messageId: z.string(), author: z.string() })),
  link: maybe(z.string()),
  sentAt: z.number(),
  edited: z.boolean(),
  framed: maybe(z.object({ text: z.array(run), frames: z.array(frame) })),
  forwardedFrom: maybe(z.string()),
  within: maybe(z.string()),
  interaction: maybe(z.object({ applicationId: z.string(), token: z.string(), expiresAt: z.number() })),
  command: maybe(z.string()),
  options: maybe(options),
});

/** discord.js cannot be fed with what it emitted, so the inbox keeps our own form of the message. */
export const writePayload = (message: IncomingMessage): string => JSON.stringify(message);

/** A row of the inbox. */
export const entryOf = (
  message: IncomingMessage,
  more: Pick<InboxEntry, "externalId" | "receivedAt" | "sender">,
): InboxEntry => ({
  platform: "discord",
  ...more,
  lane: laneOf(message),
  payload: writePayload(message),
  trace: traceOf(message.at),
});

/** Private dialogues all have one chat. */
const laneOf = ({ at, place, sender }: IncomingMessage): string =>
  place.kind === "private" ? `@me/${sender.userId}` : `${at.chatId}/${at.threadId}`;

/** Undefined when an older version wrote something that this one does not know. */
export function readPayload(payload: string): IncomingMessage | undefined {
  try {
    return incoming.safeParse(JSON.parse(payload)).data;
  } catch {
    return undefined;
  }
}
