import type { Mention } from "./richText.ts";

/** Somebody as a sender names them; `label` is what they typed, for answers. */
export type RecipientRef =
  | { readonly kind: "account"; readonly mention: Mention; readonly label: string }
  | { readonly kind: "name"; readonly name: string; readonly label: string }
  | { readonly kind: "bitrix-id"; readonly id: number; readonly label: string }
  | { readonly kind: "email"; readonly email: string; readonly label: string };

export type FoundRecipient =
  | { readonly kind: "recipient"; readonly recipient: RecipientRef; readonly length: number }
  | { readonly kind: "bad"; readonly value: string }
  | { readonly kind: "none" };

const MAX_ID = 2 ** 31 - 1;
/** A recipient ends before a blank, a comma, or the colon of `@anna: text`. */
const END = "(?=[\\s,]|:(?:\\s|$)|$)";
const WORD = "[\\p{L}\\p{M}\\p{N}_]+(?:[.-]+[\\p{L}\\p{M}\\p{N}_]+)*";
const NAME = new RegExp(`^@(?<name>${WORD})${END}`, "u");
const QUOTED_NAME = new RegExp(`^@["“«]\\s*(?<name>[^\\s"“”«»][^"“”«»\\n]{0,255})["”»]${END}`, "u");
const EMAIL = new RegExp(
  `^(?<email>[\\p{L}\\p{N}!#$%&'*+/=?^_\`{|}~.-]+@[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)+)${END}`,
  "u",
);
const ID = new RegExp(`^id:(?<id>[+-]?\\d[^\\s,:]*)${END}`, "iu");
const LISTED_ACCOUNT = new RegExp(`^<@!?(?<userId>\\d{1,20})>${END}`, "u");
const LISTED_QUOTED = new RegExp(`^["“«]\\s*(?<name>[^\\s"“”«»][^"“”«»\\n]{0,255})["”»]${END}`, "u");
const LISTED_NAME = new RegExp(`^(?<name>${WORD})${END}`, "u");
const TOKEN = /^[^\s,]+/u;

/**
 * The recipient at the start of `masked`, in which everything that is no grammar is unreadable; `flat` is the same text as
 * typed. Where nobody has been named yet, a word that merely looks like a recipient is a mistake and not the text.
 */
export function readRecipient(flat: string, masked: string, first: boolean): FoundRecipient {
  const id = ID.exec(masked);
  if (id) return readId(id);
  const name = QUOTED_NAME.exec(masked) ?? NAME.exec(masked);
  if (name) return named(name);
  const email = EMAIL.exec(masked);
  if (email) return mailed(email);
  if (first && /^(?:@|id:|[^\s,]+@)/iu.test(masked)) return { kind: "bad", value: TOKEN.exec(flat)?.[0] ?? flat };
  return { kind: "none" };
}

/** A name in the form in which {@link readRecipient} reads it back; `id:42` stays as it is. */
export function writeRecipient(name: string): string {
  if (ID.test(name)) return name;
  const bare = `@${name}`;
  return NAME.exec(bare)?.[0] === bare ? bare : `@"${name}"`;
}

/** The recipient at the start of a list of nothing but recipients. */
export function readListed(list: string): Exclude<FoundRecipient, { kind: "none" }> {
  const account = LISTED_ACCOUNT.exec(list);
  const userId = account?.groups?.userId;
  if (account && userId !== undefined) {
    return {
      kind: "recipient",
      recipient: { kind: "account", mention: { userId }, label: account[0] },
      length: account[0].length,
    };
  }
  const found = readRecipient(list, list, true);
  if (found.kind !== "none") return found;
  const name = LISTED_QUOTED.exec(list) ?? LISTED_NAME.exec(list);
  return name ? named(name) : { kind: "bad", value: TOKEN.exec(list)?.[0] ?? list };
}

function readId(found: RegExpExecArray): Exclude<FoundRecipient, { kind: "none" }> {
  const text = found.groups?.id ?? "";
  const id = /^\d{1,10}$/u.test(text) ? Number(text) : 0;
  if (id < 1 || id > MAX_ID) return { kind: "bad", value: found[0] };
  return { kind: "recipient", recipient: { kind: "bitrix-id", id, label: found[0] }, length: found[0].length };
}

function named(found: RegExpExecArray): Exclude<FoundRecipient, { kind: "none" | "bad" }> {
  const name = (found.groups?.name ?? "").trim();
  return { kind: "recipient", recipient: { kind: "name", name, label: found[0] }, length: found[0].length };
}

function mailed(found: RegExpExecArray): FoundRecipient {
  const email = found.groups?.email ?? "";
  return { kind: "recipient", recipient: { kind: "email", email, label: email }, length: found[0].length };
}
