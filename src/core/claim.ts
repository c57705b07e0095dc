/** Who somebody says they are in Bitrix24. */
export type Claim =
  | { readonly kind: "email"; readonly email: string }
  | { readonly kind: "id"; readonly id: number }
  /** In full, blanks collapsed. */
  | { readonly kind: "name"; readonly name: string };

const ID = /^(?:id\s*:?\s*)?(?<id>[1-9]\d{0,9})$/iu;
const EMAIL = /^[^\s@<>"'(),:;[\]\\%]{1,64}@[^\s@<>"'(),:;[\]\\%]{1,190}$/u;
/** First and last name: a single word would fit too many. */
const NAME = /^\p{L}[\p{L}\p{M}.'’-]*(?: \p{L}[\p{L}\p{M}.'’-]*){1,5}$/u;
const LONGEST_NAME = 100;

/** Undefined when it is none of these. */
export function readClaim(typed: string): Claim | undefined {
  const text = typed.normalize("NFC").trim().replace(/\s+/gu, " ");
  const { id } = ID.exec(text)?.groups ?? {};
  if (id !== undefined) return { kind: "id", id: Number(id) };
  if (EMAIL.test(text)) return { kind: "email", email: text.toLowerCase() };
  return NAME.test(text) && text.length <= LONGEST_NAME ? { kind: "name", name: text } : undefined;
}
