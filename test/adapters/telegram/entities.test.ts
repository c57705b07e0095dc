import fc from "fast-check";
import type { MessageEntity } from "grammy/types";
import { expect, test } from "vitest";
import { richText } from "../../../adapters/telegram/entities.ts";
import { plainText } from "../../../src/core/richText.ts";

test("names after emoji are found where UTF-16 counts them", () => {
  const text = "🚀👩‍💻 @anna_k вниз";
  const offset = text.indexOf("@");
  expect(richText(text, [{ type: "mention", offset, length: 7 }])).toEqual([
    { text: "🚀👩‍💻 " },
    { text: "@anna_k", mention: { username: "anna_k" } },
    { text: " вниз" },
  ]);
});

test("a person without a username is known by id", () => {
  const user = { id: 42, is_bot: false, first_name: "Пётр Первый" };
  expect(richText("Пётр Первый", [{ type: "text_mention", offset: 0, length: 11, user }])).toEqual([
    { text: "Пётр Первый", mention: { userId: "42" } },
  ]);
});

test("overlapping formatting becomes runs that carry all that covers them", () => {
  const entities: MessageEntity[] = [
    { type: "bold", offset: 0, length: 4 },
    { type: "strikethrough", offset: 2, length: 4 },
    { type: "text_link", offset: 4, length: 4, url: "https://example.org/" },
  ];
  expect(richText("aabbccdd", entities)).toEqual([
    { text: "aa", styles: ["bold"] },
    { text: "bb", styles: ["bold", "strike"] },
    { text: "cc", styles: ["strike"], link: "https://example.org/" },
    { text: "dd", link: "https://example.org/" },
  ]);
});

test("formatting that covers half a name does not cut the name", () => {
  const entities: MessageEntity[] = [
    { type: "bold", offset: 0, length: 3 },
    { type: "mention", offset: 0, length: 7 },
  ];
  expect(richText("@anna_k", entities)).toEqual([{ text: "@anna_k", mention: { username: "anna_k" } }]);
});

test.each([
  ["code", "code"],
  ["pre", "pre"],
  ["spoiler", "spoiler"],
  ["blockquote", "quote"],
  ["expandable_blockquote", "quote"],
  ["underline", "underline"],
  ["italic", "italic"],
] as const)("%s is shown as %s", (type, style) => {
  expect(richText("x", [{ type, offset: 0, length: 1 }])).toEqual([{ text: "x", styles: [style] }]);
});

test.each([
  ["python", "python"],
  ["c++", "c++"],
  ["``` @everyone", undefined],
  ["two words", undefined],
  ["", undefined],
])("a block of code in the language %j keeps %j of it", (language, kept) => {
  const code = { text: "x", styles: ["pre"], ...(kept ? { codeLanguage: kept } : {}) };
  expect(richText("x", [{ type: "pre", offset: 0, length: 1, language }])).toEqual([code]);
});

test("entities that only repeat what the text says leave it whole", () => {
  const entities: MessageEntity[] = [
    { type: "bot_command", offset: 0, length: 7 },
    { type: "url", offset: 8, length: 11 },
    { type: "custom_emoji", offset: 20, length: 2, custom_emoji_id: "1" },
  ];
  expect(richText("/notify example.org 🚀", entities)).toEqual([{ text: "/notify example.org 🚀" }]);
});

const entity = fc.record({
  type: fc.constantFrom("bold", "italic", "mention", "code", "url", "spoiler"),
  offset: fc.integer({ min: -2, max: 40 }),
  length: fc.integer({ min: 0, max: 50 }),
}) as fc.Arbitrary<MessageEntity>;

test("whatever the entities, no character is lost, doubled or moved, and no run is empty", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.array(entity), (text, entities) => {
      const runs = richText(text, entities);
      expect(plainText(runs)).toBe(text);
      expect(runs.every((run) => run.text !== "")).toBe(true);
    }),
  );
});
