import { globSync, readFileSync } from "node:fs";
import { FluentResource } from "@fluent/bundle";
import { expect, test } from "vitest";
import { wordsIn } from "../../src/messages/catalogue.ts";

const sourceOf = (language: string): string =>
  readFileSync(new URL(`../../src/messages/${language}.ftl`, import.meta.url), "utf8");

/** Message ids with the names of the variables that their patterns use. */
function entriesOf(language: string): Map<string, readonly string[]> {
  const { body } = new FluentResource(sourceOf(language));
  return new Map(
    body.map((entry) => {
      const names = [...JSON.stringify(entry.value).matchAll(/"type":"var","name":"(?<name>\w+)"/gu)];
      return [entry.id, [...new Set(names.map((match) => match.groups?.name ?? ""))].sort()];
    }),
  );
}

test("both languages have the same messages with the same variables", () => {
  expect(entriesOf("ru")).toEqual(entriesOf("en"));
});

test("every message that the code asks for by name is in the catalogue", () => {
  const files = globSync("{src,adapters}/**/*.ts", { cwd: new URL("../../", import.meta.url).pathname });
  const asked = files.flatMap((file) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
    return [...text.matchAll(/\bsay\(\s*"(?<id>[\w-]+)"/gu)].map((match) => match.groups?.id ?? "");
  });
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter((id) => !entriesOf("en").has(id))).toEqual([]);
});

test("Russian counts as Russian does", () => {
  const { say } = wordsIn("ru");
  const told = [1, 3, 5, 21].map((seconds) => say("sender-too-fast", { seconds }));
  expect(told.map((text) => /(?<word>секунд\p{L}?)\.?$/u.exec(text)?.groups?.word)).toEqual([
    "секунду",
    "секунды",
    "секунд",
    "секунду",
  ]);
});

test("a message that is not there is a bug and says so", () => {
  expect(() => wordsIn("en").say("no-such-message")).toThrow("no-such-message");
});
