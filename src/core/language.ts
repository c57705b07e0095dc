/** The languages that everything a person reads exists in. */
export const LANGUAGES = ["en", "ru"] as const;

export type Language = (typeof LANGUAGES)[number];

/** Speakers of these read Russian more readily than English, where their own language is missing. */
const READ_RUSSIAN = new Set(["ru", "be", "kk", "ky"]);

/** From an IETF tag such as `ru-RU`; absent or unknown gives `fallback`. */
export function languageOf(tag: string | undefined, fallback: Language): Language {
  const primary = tag?.toLowerCase().split("-")[0];
  if (!primary) return fallback;
  return READ_RUSSIAN.has(primary) ? "ru" : "en";
}
