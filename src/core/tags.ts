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

/** The tag of what a person is told of an incident: each telling takes the place of the one before. `incident` is its uid. */
export function incidentTag(of: { hash: Hash; incident: string; recipient: number }): string {
  return `h24.i.${digest(of.hash, ["i", of.incident])}.${of.recipient}`;
}

/** The tag of one digest; `key` is random, since no other digest may take its place. */
export function digestTag(of: { hash: Hash; key: string; recipient: number }): string {
  return `h24.d.${digest(of.hash, ["d", of.key])}.${of.recipient}`;
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
