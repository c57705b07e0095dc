/** Characters shown of a name before it is cut. */
const LONGEST = 48;

/**
 * Controls, and marks that turn the direction of writing: they would rearrange what stands around a name. The joiner within
 * emoji (U+200D) stays.
 */
const UNRULY = /[\p{Cc}\u2028\u2029\u061C\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]+/gu;

/** A name or search word that somebody chose, fit to stand in a line of ours: one line, of bounded length. */
export function shownName(name: string): string {
  const characters = Array.from(name.toWellFormed().replaceAll(UNRULY, " ").replaceAll(/\s+/gu, " ").trim());
  return characters.length <= LONGEST ? characters.join("") : `${characters.slice(0, LONGEST - 1).join("")}…`;
}
