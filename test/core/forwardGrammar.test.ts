import fc from "fast-check";
import { expect, test } from "vitest";
import { SEVERITIES } from "../../src/core/alert.ts";
import { parseForward } from "../../src/core/forwardGrammar.ts";
import { parseMute } from "../../src/core/muteGrammar.ts";
import { parseQuiet } from "../../src/core/quietGrammar.ts";
import { plain, type RichText } from "../../src/core/richText.ts";

const tag = fc.stringMatching(/^[a-zа-я][a-zа-я0-9_]{0,9}$/u);
const words = fc.stringMatching(/^[a-zа-я0-9]{1,8}(?: [a-zа-я0-9#@:]{1,8}){0,2}$/u);
const id = fc.integer({ min: 1, max: 2 ** 31 - 1 });

test("whatever order its parts are in and however they are separated, a line means the same", () => {
  const line = fc.record({
    tags: fc.array(tag, { maxLength: 3 }),
    phrases: fc.array(words, { maxLength: 2 }),
    severity: fc.option(fc.constantFrom(...SEVERITIES), { nil: undefined }),
    ids: fc.array(id, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      line,
      fc.constantFrom(" ", ", ", "\n"),
      fc.integer(),
      ({ tags, phrases, severity, ids }, blank, seed) => {
        const parts = [
          tags.map((each) => `#${each}`),
          phrases.map((each, index) => (index % 2 === 0 ? `"${each}"` : `«${each}»`)),
          severity === undefined ? [] : [severity],
          ids.map((each) => `id:${each}`),
        ];
        const turned = parts.map((_, index) => parts[(index + Math.abs(seed)) % parts.length] ?? []);
        const parsed = parseForward(plain(turned.flat().join(blank)));
        expect(parsed).toEqual({
          kind: "forward",
          targets: ids.map((each) => ({
            kind: "somebody",
            ref: { kind: "bitrix-id", id: each, label: `id:${each}` },
          })),
          ...(tags.length + phrases.length === 0 && severity === undefined
            ? {}
            : {
                filter: {
                  ...(tags.length === 0 ? {} : { tags }),
                  ...(phrases.length === 0 ? {} : { words: phrases }),
                  ...(severity === undefined ? {} : { severity }),
                },
              }),
        });
      },
    ),
  );
});

test("nothing that somebody types breaks the grammars, and no word of it is dropped in silence", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
      const parsed = parseForward(plain(text));
      if (parsed.kind === "forward" && parsed.filter === undefined && parsed.targets.length === 0)
        expect(text.replaceAll(/[\s,]/gu, "")).toBe("");
      expect(() => [parseMute(plain(text)), parseQuiet(text)]).not.toThrow();
    }),
  );
});

test.each([
  ["crtical @a", { kind: "unknown", word: "crtical", near: "critical" }],
  ["quokka", { kind: "unknown", word: "quokka" }],
  ["off CI", { kind: "switch", on: false, name: "ci" }],
  ["вкл тесты", { kind: "switch", on: true, name: "тесты" }],
  ["всё дискорд", { kind: "forward", filter: {}, targets: [{ kind: "platform", platform: "discord" }] }],
  ["#", { kind: "unknown", word: "#" }],
  ['"open', { kind: "unknown", word: '"open' }],
  ["", { kind: "forward", targets: [] }],
])("/forward %s", (line, expected) => {
  expect(parseForward(plain(line))).toEqual(expected);
});

test("whom the platform names is one target, however the name is formatted", () => {
  const mention = { userId: "5" };
  const text: RichText = [
    { text: "#ci " },
    { text: "An", mention, styles: ["bold"] },
    { text: "na", mention },
    { text: ", " },
    { text: "Boris", mention: { userId: "6" } },
  ];
  expect(parseForward(text)).toMatchObject({
    filter: { tags: ["ci"] },
    targets: [{ ref: { mention } }, { ref: { mention: { userId: "6" } } }],
  });
});
