import { globSync, readFileSync } from "node:fs";
import { FluentResource } from "@fluent/bundle";
import { expect, test } from "vitest";
import { STORE_ERRORS } from "../../adapters/database/storeError.ts";
import { CHECKS } from "../../src/app/checks.ts";
import { SETTING_NAMES } from "../../src/config.ts";
import { NETWORK_FAULTS } from "../../src/core/network.ts";
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

test.each([
  ["en", "seconds", ["second", "seconds", "seconds", "seconds"]],
  ["en", "hours", ["hour", "hours", "hours", "hours"]],
  ["ru", "seconds", ["секунды", "секунд", "секунд", "секунды"]],
  ["ru", "minutes", ["минуты", "минут", "минут", "минуты"]],
  ["ru", "hours", ["часа", "часов", "часов", "часа"]],
] as const)("the expected time is counted right in %s: %s", (language, unit, expected) => {
  const { say } = wordsIn(language);
  const told = [1, 3, 40, 21].map((count) => say(`confirm-takes-${unit}`, { count }));
  expect(told.map((text) => /(?<word>\p{L}+)\.$/u.exec(text)?.groups?.word)).toEqual(expected);
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

/** Messages whose words depend on a number: those with a variant for one of something. */
const counting = (language: string): readonly string[] =>
  new FluentResource(sourceOf(language)).body
    .filter(({ value }) => /"variants":\[.*?"value":"one"/u.test(JSON.stringify(value)))
    .map(({ id }) => id);

/** Whatever a message asks for is this number. */
const every = (count: number) =>
  new Proxy<Record<string, number>>(
    {},
    {
      get: () => count,
      has: () => true,
      getOwnPropertyDescriptor: () => ({ value: count, configurable: true, enumerable: true }),
    },
  );

test("what is counted in English is counted in Russian", () => {
  expect(counting("en").length).toBeGreaterThan(10);
  expect(counting("ru")).toEqual(expect.arrayContaining([...counting("en")]));
});

test.each(counting("ru"))("Russian has its own words for 1, 2 and 5 in %s; 11 goes with 5, and 21 with 1", (id) => {
  const { say } = wordsIn("ru");
  const without = (count: number): string =>
    say(id, every(count)).replaceAll(new RegExp(`(?<![\\p{L}\\d])${count}(?!\\d)`, "gu"), "#");
  const [one, few, many] = [1, 2, 5].map(without);
  expect([21, 31, 101].map(without)).toEqual([one, one, one]);
  expect([22, 34].map(without)).toEqual([few, few]);
  expect([11, 12, 14, 25, 111].map(without)).toEqual([many, many, many, many, many]);
});

test("everything that doctor can say is in the catalogue, though it is not asked for by name", () => {
  const settings = SETTING_NAMES.filter((name) => !["HOST", "PRIVATE_HOSTS", "DATA_DIR", "ADMIN_TOKEN"].includes(name));
  const keys = ["absent", "malformed", "unreadable", "unwritable"].flatMap((each) => [
    `key-${each}`,
    `key-${each}-fix`,
  ]);
  const wanted = [
    ...CHECKS.map((check) => `subject-${check}`),
    ...NETWORK_FAULTS.flatMap((each) => [`network-${each}`, `network-${each}-fix`]),
    ...STORE_ERRORS.flatMap((each) => [`database-${each}`, `database-${each}-fix`]),
    ...settings.map((name) => `config-${name}`),
    ...keys,
  ];
  expect(wanted.filter((id) => !entriesOf("en").has(id))).toEqual([]);
});

test("no Russian word stands in the English catalogue", () => {
  expect(
    sourceOf("en")
      .replaceAll(/Русский|Язык/gu, "")
      .match(/\p{Script=Cyrillic}+/gu),
  ).toBeNull();
});
