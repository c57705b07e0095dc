import { readFileSync } from "node:fs";
import { FluentBundle, FluentResource } from "@fluent/bundle";
import type { Words } from "../app/ports.ts";
import { LANGUAGES, type Language } from "../core/language.ts";

function openBundle(language: Language): FluentBundle {
  // Isolation marks would stand in commands that people copy.
  const bundle = new FluentBundle(language, { useIsolating: false });
  const [error] = bundle.addResource(
    new FluentResource(readFileSync(new URL(`./${language}.ftl`, import.meta.url), "utf8")),
  );
  if (error) throw error;
  return bundle;
}

function openWords(language: Language): Words {
  const bundle = openBundle(language);
  const say: Words["say"] = (id, args) => {
    const pattern = bundle.getMessage(id)?.value;
    if (pattern === null || pattern === undefined) throw new Error(`the ${language} catalogue has no message ${id}`);
    return bundle.formatPattern(pattern, args ?? null);
  };
  const reason: Words["reason"] = (code) => {
    if (bundle.hasMessage(`reason-${code}`)) return say(`reason-${code}`);
    const status = /^HTTP_(?<status>\d+)$/u.exec(code ?? "")?.groups?.status;
    return status === undefined ? say("reason-other", { code: code ?? "?" }) : say("reason-http", { status });
  };
  return { language, say, reason };
}

const catalogues = new Map<Language, Words>(LANGUAGES.map((language) => [language, openWords(language)]));

/** The words of one language. Asking them for a message that the catalogue lacks throws: that is a bug, and a test looks for it. */
export function wordsIn(language: Language): Words {
  const words = catalogues.get(language);
  if (!words) throw new Error(`there is no catalogue for ${language}`);
  return words;
}
