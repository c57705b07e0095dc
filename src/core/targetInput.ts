import { type ChatRef, writeChat } from "./chat.ts";
import { quoted, refuse, type Spot } from "./inputSpot.ts";
import { type RecipientRef, readListed, writeRecipient } from "./recipientGrammar.ts";

/** A rule's source as people write it: which hook bears the name is looked up later. */
export type SourceInput =
  | { readonly kind: "chat"; readonly chat: ChatRef }
  | { readonly kind: "hook"; readonly name: string };

/** A rule's target as people write it: whom a name stands for is looked up later. */
export type TargetInput =
  | { readonly kind: "somebody"; readonly ref: RecipientRef }
  | { readonly kind: "oncall"; readonly rotation: string }
  | { readonly kind: "chat"; readonly chat: ChatRef }
  /** Never an address, which is a credential: `$NAME` of the environment, `@file`, or the id of one that a rule has already. */
  | { readonly kind: "webhook"; readonly reference: string };

const TELEGRAM = /^telegram:(?<chat>-?[1-9]\d{0,19})(?:\/(?<thread>[1-9]\d{0,9}))?$/iu;
const DISCORD = /^discord:(?<chat>\d{1,20}|@me(?=\/))(?:\/(?<thread>\d{1,20}))?$/iu;
const NAME = "[\\p{L}\\p{M}\\p{N}_]+(?:[.-]+[\\p{L}\\p{M}\\p{N}_]+)*";
const ONCALL = new RegExp(`^oncall:@?(?<name>${NAME})$`, "iu");
const HOOK = /^hook:(?<name>\S{1,64})$/iu;
const WEBHOOK = /^discord-webhook:(?<reference>\$[A-Za-z_]\w*|@\S+|\d{1,20}(?:\/\d{1,20})?)$/iu;
const PREFIXED = /^(?:telegram|discord|discord-webhook|oncall|hook):[^\s,]*/iu;

const FORMS = "telegram:<chat>[/<topic>], discord:<server>[/<channel>]";

function readChat(text: string): ChatRef | undefined {
  const platform = TELEGRAM.test(text) ? "telegram" : "discord";
  const { chat, thread = "" } = (TELEGRAM.exec(text) ?? DISCORD.exec(text))?.groups ?? {};
  return chat === undefined ? undefined : { platform, chatId: chat, threadId: thread };
}

export function readSource(value: unknown, spot: Spot): SourceInput | undefined {
  const text = typeof value === "string" ? value.trim() : "";
  const chat = readChat(text);
  if (chat) return { kind: "chat", chat };
  const name = HOOK.exec(text)?.groups?.name;
  if (name !== undefined) return { kind: "hook", name };
  return refuse(spot, value, {
    rule: `A rule listens to one chat or hook: ${FORMS}, hook:<name>.`,
    remedy: "Write it so, such as telegram:-1001234567890/7 or hook:prometheus.",
  });
}

export const writeSource = (source: SourceInput): string =>
  source.kind === "hook" ? `hook:${source.name}` : writeChat(source.chat);

/** Several in one text are separated by blanks or commas. */
export function readTargets(value: unknown, spot: Spot): readonly TargetInput[] {
  const found: TargetInput[] = [];
  if (typeof value !== "string" || value.trim() === "") {
    refuse(spot, value, TARGET_RULE);
    return found;
  }
  let rest = value.replace(/^[\s,]+/u, "");
  while (rest !== "") {
    const read = readTarget(rest);
    if (read.kind === "bad") {
      refuse(spot, read.value, read.problem ?? TARGET_RULE);
      return found;
    }
    found.push(read.target);
    rest = rest.slice(read.length).replace(/^[\s,]+/u, "");
  }
  return found;
}

const TARGET_RULE = {
  rule: "A target is a person, a group, a rotation or a chat: id:42, @name, an e-mail, oncall:<rotation>, telegram:<chat>[/<topic>], discord:<server>/<channel>, discord-webhook:$NAME.",
  remedy: "Write it so; several are separated by commas.",
};

const CHANNEL_RULE = {
  rule: "A server of Discord has many channels, and one of them has to be named.",
  remedy: "Write discord:<server>/<channel> (Discord: Developer Mode, right click, Copy Channel ID).",
};

const WEBHOOK_RULE = {
  rule: "The address of a webhook is a credential, so it does not stand here itself.",
  remedy: "Write discord-webhook:$NAME for one in the environment, or discord-webhook:@file for one in a file.",
};

type Read =
  | { readonly kind: "target"; readonly target: TargetInput; readonly length: number }
  | {
      readonly kind: "bad";
      readonly value: string;
      readonly problem?: { readonly rule: string; readonly remedy: string };
    };

/** The target at the start of a list. */
export function readTarget(list: string): Read {
  const word = PREFIXED.exec(list)?.[0];
  if (word === undefined) {
    const found = readListed(list);
    if (found.kind === "bad") return looksLikeWebhook(found.value) ? hidden : { kind: "bad", value: found.value };
    return { kind: "target", target: { kind: "somebody", ref: found.recipient }, length: found.length };
  }
  const target = prefixed(word);
  if (target?.kind === "chat" && !isPlace(target.chat)) return { kind: "bad", value: word, problem: CHANNEL_RULE };
  if (target) return { kind: "target", target, length: word.length };
  return /^discord-webhook:/iu.test(word) ? hidden : { kind: "bad", value: word };
}

const hidden: Read = { kind: "bad", value: "discord-webhook:***", problem: WEBHOOK_RULE };

/** Where something can be said: of a server of Discord only a channel is. */
export const isPlace = ({ platform, threadId }: ChatRef): boolean => platform === "telegram" || threadId !== "";

const looksLikeWebhook = (text: string): boolean => /webhooks\//iu.test(text);

function prefixed(word: string): TargetInput | undefined {
  const chat = readChat(word);
  if (chat) return { kind: "chat", chat };
  const rotation = ONCALL.exec(word)?.groups?.name?.normalize("NFC").toLowerCase();
  if (rotation !== undefined) return { kind: "oncall", rotation };
  const reference = WEBHOOK.exec(word)?.groups?.reference;
  return reference === undefined ? undefined : { kind: "webhook", reference };
}

export function writeTarget(target: TargetInput): string {
  switch (target.kind) {
    case "somebody":
      return writeRef(target.ref);
    case "oncall":
      return `oncall:${target.rotation}`;
    case "chat":
      return writeChat(target.chat);
    case "webhook":
      return `discord-webhook:${target.reference}`;
    default:
      return target satisfies never;
  }
}

function writeRef(ref: RecipientRef): string {
  switch (ref.kind) {
    case "bitrix-id":
      return `id:${ref.id}`;
    case "email":
      return ref.email;
    case "name":
      return writeRecipient(ref.name);
    case "account":
      return ref.mention.username === undefined ? quoted(ref.label) : writeRecipient(ref.mention.username);
    default:
      return ref satisfies never;
  }
}
