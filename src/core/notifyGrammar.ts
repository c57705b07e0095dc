import { type RecipientRef, readListed, readRecipient } from "./recipientGrammar.ts";
import { isCode, plainText, type RichText, type Run, slice, trim } from "./richText.ts";

export type { RecipientRef } from "./recipientGrammar.ts";

export type ParsedNotify =
  | {
      readonly kind: "notify";
      readonly recipients: readonly RecipientRef[];
      readonly text: RichText;
      /** Without `#`, as it was typed. */
      readonly tag?: string;
    }
  | {
      readonly kind: "malformed";
      readonly problem: "no-recipient" | "bad-recipient";
      /** The word that stands where a recipient was expected. */
      readonly value?: string;
    };

/** Stand for a character that only looks like grammar: inside code, links, mentions, addresses. One per UTF-16 unit. */
const OPAQUE_WORD = "\uE000";
const OPAQUE = "\uE001";
const ADDRESS = /(?:(?<![a-z\d+.-])[a-z][a-z\d+.-]*:\/\/|www\.|(?<![\p{L}\p{N}-])[\p{L}\p{N}-]+\.\p{L}{2,}\/)\S*/giu;
const TRAILING_TAG = /(?<![\p{L}\p{M}\p{N}_\\\uE000])#(?<tag>[\p{L}\p{M}\p{N}_]{1,256})\s*$/u;
const TAG_OPTION = /^#?(?<tag>[\p{L}\p{M}\p{N}_-]{1,256})$/u;
const SEPARATORS = /^[\s,]*/u;

/** What follows the command word: recipients, then the text, then perhaps a tag. Whether the text may be empty is up to the caller. */
export function parseNotify(rest: RichText): ParsedNotify {
  const flat = plainText(rest);
  const { recipients, end, bad } = takeRecipients(rest, mask(rest));
  if (bad !== undefined) return { kind: "malformed", problem: "bad-recipient", value: bad };
  if (recipients.length === 0) {
    const value = /^[\s,]*(?<word>\S+)/u.exec(flat)?.groups?.word;
    return { kind: "malformed", problem: "no-recipient", ...(value === undefined ? {} : { value }) };
  }
  const { text, tag } = takeTag(slice(rest, end));
  return { kind: "notify", recipients, text: trim(withoutEscapes(text)), ...(tag === undefined ? {} : { tag }) };
}

/** A field that holds nothing but recipients: names need no `@` there, and names with blanks stand in quotes. */
export function parseRecipients(list: string): ParsedNotify {
  const recipients: RecipientRef[] = [];
  let rest = list.replace(SEPARATORS, "");
  while (rest !== "") {
    const found = readListed(rest);
    if (found.kind === "bad") return { kind: "malformed", problem: "bad-recipient", value: found.value };
    recipients.push(found.recipient);
    rest = rest.slice(found.length).replace(SEPARATORS, "");
  }
  return recipients.length === 0
    ? { kind: "malformed", problem: "no-recipient" }
    : { kind: "notify", recipients, text: [] };
}

/** A field that holds nothing but a tag, with or without `#`; undefined when it is none. */
export function parseTag(text: string): string | undefined {
  const tag = TAG_OPTION.exec(text.trim())?.groups?.tag;
  return tag !== undefined && hasLetter(tag) ? tag : undefined;
}

const hasLetter = (tag: string): boolean => /\p{L}/u.test(tag);

/** The plain text, of the same length, with everything that is no grammar made unreadable. */
function mask(text: RichText): string {
  const shown = text
    .map((run) => (isCode(run) || run.link !== undefined || run.mention || run.channel ? hide(run.text) : run.text))
    .join("");
  return shown.replaceAll(ADDRESS, hide);
}

function hide(text: string): string {
  return Array.from(text, (character) =>
    (/[\p{L}\p{M}\p{N}_]/u.test(character) ? OPAQUE_WORD : OPAQUE).repeat(character.length),
  ).join("");
}

interface TakenRecipients {
  readonly recipients: readonly RecipientRef[];
  readonly end: number;
  readonly bad?: string;
}

function takeRecipients(text: RichText, masked: string): TakenRecipients {
  const flat = plainText(text);
  const recipients: RecipientRef[] = [];
  let end = 0;
  for (;;) {
    const start = end + (SEPARATORS.exec(masked.slice(end))?.[0].length ?? 0);
    const mentioned = mentionAt(text, start);
    const found = mentioned ?? readRecipient(flat.slice(start), masked.slice(start), recipients.length === 0);
    if (found.kind === "none") return { recipients, end: start };
    if (found.kind === "bad") return { recipients, end: start, bad: found.value };
    recipients.push(found.recipient);
    end = start + found.length;
    const colon = /^:(?=\s|$)/u.exec(masked.slice(end));
    if (colon) return { recipients, end: end + 1 };
  }
}

/** A mention may be several runs when part of the name is formatted. */
function mentionAt(text: RichText, offset: number) {
  const runs = slice(text, offset);
  const mention = runs[0]?.mention;
  const first = runs[0];
  if (!first || !mention || isCode(first) || startOf(text, offset) !== offset) return undefined;
  const beyond = runs.findIndex((run) => !sameMention(run, mention));
  const label = plainText(beyond < 0 ? runs : runs.slice(0, beyond));
  return { kind: "recipient", recipient: { kind: "account", mention, label }, length: label.length } as const;
}

function sameMention(run: Run, mention: NonNullable<Run["mention"]>): boolean {
  return (
    run.mention !== undefined && run.mention.userId === mention.userId && run.mention.username === mention.username
  );
}

function startOf(text: RichText, offset: number): number {
  let start = 0;
  for (const run of text) {
    if (offset < start + run.text.length) break;
    start += run.text.length;
  }
  return start;
}

function takeTag(text: RichText): { text: RichText; tag?: string } {
  const trimmed = trim(text);
  const last = trimmed.at(-1);
  const masked = mask(trimmed);
  if (last?.channel && !isCode(last)) {
    const tag = last.text.trim().replace(/^#/u, "");
    const before = slice(trimmed, 0, masked.length - last.text.length);
    const glued = /[\p{L}\p{M}\p{N}_\\]$/u.test(plainText(before));
    return !glued && tag.length <= 256 && hasLetter(tag) ? { text: before, tag } : { text: trimmed };
  }
  const found = TRAILING_TAG.exec(masked);
  const tag = found?.groups?.tag;
  if (!found || tag === undefined || !hasLetter(tag)) return { text: trimmed };
  return { text: slice(trimmed, 0, found.index), tag };
}

/** `\#` is how a sender writes a `#` that starts no tag. */
function withoutEscapes(text: RichText): RichText {
  const kept: RichText[] = [];
  let from = 0;
  for (const backslash of mask(text).matchAll(/\\(?=#)/gu)) {
    kept.push(slice(text, from, backslash.index));
    from = backslash.index + 1;
  }
  return [...kept.flat(), ...slice(text, from)];
}
