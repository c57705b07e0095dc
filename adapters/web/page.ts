import { html } from "hono/html";
import type { WordsIn } from "../../src/app/ports.ts";
import { type Language, languageOf } from "../../src/core/language.ts";

/** The best of our languages for an `Accept-Language` header (RFC 9110, 12.5.4). */
export function viewerLanguage(header: string | undefined): Language {
  const tags = (header ?? "")
    .slice(0, 1_000)
    .split(",")
    .map((entry) => {
      const [tag = "", ...parameters] = entry.split(";").map((part) => part.trim());
      const quality = parameters.find((parameter) => parameter.startsWith("q="));
      return { tag, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality);
  for (const { tag } of tags) {
    const language = languageOf(tag, "en");
    // Unknown languages fall back to English; a known one further down is better than that.
    if (language !== "en" || /^en\b/iu.test(tag)) return language;
  }
  return "en";
}

/** A page that says one thing. Its words are the catalogue's `page-<id>-title` and `page-<id>-text`. */
export function plainPage(id: string, acceptLanguage: string | undefined, wordsIn: WordsIn) {
  const language = viewerLanguage(acceptLanguage);
  const { say } = wordsIn(language);
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${say(`page-${id}-title`)}</title>
</head>
<body>
<h1>${say(`page-${id}-title`)}</h1>
<p>${say(`page-${id}-text`)}</p>
</body>
</html>
`;
}
