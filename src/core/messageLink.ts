import type { MessageRef } from "./chat.ts";

/** A message, as somebody points at it. Public Telegram links name their chat by its username, whose id they do not tell. */
export type PointedAt =
  | { readonly kind: "message"; readonly at: MessageRef }
  | { readonly kind: "public"; readonly username: string; readonly messageId: string };

const TELEGRAM = /^(?:https?:\/\/)?(?:www\.)?(?:t\.me|telegram\.(?:me|dog))\/(?<path>[^?#]+)/iu;
const DISCORD =
  /^(?:https?:\/\/)?(?:(?:ptb|canary|www)\.)?discord(?:app)?\.com\/channels\/(?<guild>\d{1,20}|@me)\/(?<channel>\d{1,20})\/(?<message>\d{1,20})\/?(?:[?#].*)?$/iu;
/** `telegram:-1001234/56`, `telegram:-1001234/5/56` with a topic, `discord:<server>/<channel>/<message>`. */
const OWN = /^(?<platform>telegram|discord):(?<chat>-?\d{1,20}|@me)\/(?:(?<thread>\d{1,20})\/)?(?<message>\d{1,20})$/iu;

/** Reads a link to a message, or our own way to write one; undefined when it is neither. */
export function readMessageLink(given: string): PointedAt | undefined {
  // As Discord and mail wrap what is to be no preview.
  const text = given.trim().replace(/^<(?<inner>.*)>$/u, "$<inner>");
  const { path } = TELEGRAM.exec(text)?.groups ?? {};
  if (path !== undefined) return telegram(path.split("/").filter((part) => part !== ""));
  const { guild, channel, message } = DISCORD.exec(text)?.groups ?? {};
  if (guild && channel && message) return { kind: "message", at: discordAt(guild, channel, message) };
  const own = OWN.exec(text)?.groups;
  if (!own?.chat || !own.message) return undefined;
  const { chat, thread = "", message: messageId } = own;
  if (own.platform?.toLowerCase() === "telegram") return { kind: "message", at: telegramAt(chat, thread, messageId) };
  return thread === "" ? undefined : { kind: "message", at: discordAt(chat, thread, messageId) };
}

const discordAt = (chatId: string, threadId: string, messageId: string): MessageRef => ({
  platform: "discord",
  chatId,
  threadId,
  messageId,
});
const telegramAt = (chatId: string, threadId: string, messageId: string): MessageRef => ({
  platform: "telegram",
  chatId,
  threadId: withoutZeros(threadId),
  messageId: withoutZeros(messageId),
});

/** A number is the same however many zeros stand before it. */
const withoutZeros = (digits: string): string => digits.replace(/^0+(?=\d)/u, "");

const NUMBER = /^\d{1,19}$/u;

/** Bot API: links of private chats leave out the `-100` that their ids begin with. The message comes last, after a topic. */
function telegram(parts: readonly string[]): PointedAt | undefined {
  // Telegram's preview of a public channel in a browser stands under `/s/`.
  const [first = "", ...rest] = parts[0] === "s" && parts.length > 2 ? parts.slice(1) : parts;
  const isPrivate = first === "c";
  const [chat, ...numbers] = isPrivate ? rest : [first, ...rest];
  const messageId = numbers.at(-1);
  const topic = numbers.length === 2 ? numbers[0] : "";
  if (chat === undefined || messageId === undefined || numbers.length > 2) return undefined;
  if (!numbers.every((number) => NUMBER.test(number))) return undefined;
  if (isPrivate)
    return NUMBER.test(chat)
      ? { kind: "message", at: telegramAt(`-100${withoutZeros(chat)}`, topic ?? "", messageId) }
      : undefined;
  return /^[a-z]\w{1,31}$/iu.test(chat)
    ? { kind: "public", username: chat.toLowerCase(), messageId: withoutZeros(messageId) }
    : undefined;
}
