/** Crockford's base 32: no I, L, O, U, so that nothing can be read as something else. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 8 characters of 5 bits are 40 bits. */
const CODE_LENGTH = 8;

/** What people type in place of it: letters left out of the alphabet, and Cyrillic ones that look the same. */
const MEANT: ReadonlyMap<string, string> = new Map(
  Array.from("OILUАВЕКМНОРСТУХ", (typed, place) => [typed, Array.from("011VABEKMH0PCTYX")[place] ?? ""] as const),
);

/** @param bytes Random, at least eight; of each the lowest five bits count. */
export const codeFrom = (bytes: Uint8Array): string =>
  Array.from(bytes.slice(0, CODE_LENGTH), (byte) => ALPHABET[byte & 31]).join("");

/** As people read it best. */
export const writeCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** The code in what was typed: letters of any case, with or without blanks and dashes. Undefined when it can be none. */
export function readCode(typed: string): string | undefined {
  const letters = Array.from(typed.toUpperCase().replace(/[\s\p{Pd}]/gu, ""), (letter) => MEANT.get(letter) ?? letter);
  const isCode = letters.length === CODE_LENGTH && letters.every((letter) => ALPHABET.includes(letter));
  return isCode ? letters.join("") : undefined;
}
