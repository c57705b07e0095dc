/** Characters that the Drive replaces or refuses in names, and direction marks, which disguise an extension. */
const UNWELCOME = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069\\/:*?"'<>|~#&;%]/gu;
/** Databases of older on-premise portals hold no characters beyond the basic plane. */
const BEYOND_BASIC = /[\u{10000}-\u{10FFFF}]/gu;

const LONGEST_STEM = 100;
const EXTENSION = /(?<=.)\.[\p{L}\p{N}]{1,16}$/u;

const cut = (text: string, length: number): string => Array.from(text).slice(0, length).join("");

/**
 * What a file is called on the Drive: its name for people, made harmless, with `unique` before the extension. The names of
 * two files never clash, so the portal has no reason to change one, and a file whose upload went unanswered can be found.
 */
export function driveName(name: string, unique: string): string {
  const plain = name
    .toWellFormed()
    .normalize("NFC")
    .replaceAll(UNWELCOME, "_")
    .replaceAll(BEYOND_BASIC, "_")
    .replaceAll(/^[\s.]+|[\s.]+$/gu, "");
  const extension = EXTENSION.exec(plain)?.[0] ?? "";
  const stem = cut(plain.slice(0, plain.length - extension.length), LONGEST_STEM).trim();
  return `${stem === "" ? "file" : stem} (${unique})${extension}`;
}
