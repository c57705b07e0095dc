import type { SourceRef } from "./chat.ts";

/** SHA-256 of UTF-8 text as lower-case hex. Passed in, because the core does no cryptography. */
export type Hash = (text: string) => string;

/**
 * The tag of a notification that its sender tagged: a newer one with the same tag replaces it.
 *
 * @param of `scope` is what the tag is unique within, such as a binding's `tagScope`; `recipient` a Bitrix24 user id, in the
 * tag so that one person's notification can be deleted alone.
 */
export function userTag(of: { hash: Hash; scope: string; tag: string; recipient: number }): string {
  return `h24.t.${digest(of.hash, ["t", of.scope, sameTag(of.tag)])}.${of.recipient}`;
}

/** What the tags of notifications without one begin with: they come again only with the same message. */
export const MESSAGE_TAG = "h24.m.";

/** The tag of a notification without one: makes a repeated delivery of the same message harmless. */
export function messageTag(of: { hash: Hash; source: SourceRef; recipient: number }): string {
  const { platform, chatId, messageId } = of.source;
  return `${MESSAGE_TAG}${digest(of.hash, ["m", platform, chatId, messageId])}.${of.recipient}`;
}

export function sourceSubTag(of: { hash: Hash; source: Omit<SourceRef, "messageId"> }): string {
  const { platform, chatId, threadId } = of.source;
  return `h24.s.${digest(of.hash, ["s", platform, chatId, threadId])}`;
}

/** Two tags are the same when this is equal. Lower-casing can decompose (Turkish İ), hence composing twice. */
export function sameTag(tag: string): string {
  return tag.normalize("NFC").toLowerCase().normalize("NFC");
}

/** 128 bits. Parts carry their lengths, so that no two lists of parts read alike. */
function digest(hash: Hash, parts: readonly string[]): string {
  return hash(parts.map((part) => `${part.length}:${part}`).join("")).slice(0, 32);
}
