import fc from "fast-check";
import { expect, test } from "vitest";
import { recogniseEntities } from "../../../sandbox/telegram/entities.ts";
import { parseHtml } from "../../../sandbox/telegram/markup.ts";

const seen = (text: string) =>
  recogniseEntities(text).map((e) => `${e.type}:${text.slice(e.offset, e.offset + e.length)}`);

test.each([
  ["/notify @anna_k сборка #ci", ["bot_command:/notify", "mention:@anna_k", "hashtag:#ci"]],
  ["/notify@herald24_bot hi", ["bot_command:/notify@herald24_bot"]],
  ["🔥🔥 @anna_k", ["mention:@anna_k"]],
  ["пиши на me@host.ru", ["email:me@host.ru"]],
  ["@abc is too short, @gif is not", ["mention:@gif"]],
  ["слово@anna_k", []],
  ["#Тег_1 и #тег", ["hashtag:#Тег_1", "hashtag:#тег"]],
  ["#2026 #2026год", ["hashtag:#2026год"]],
  ["#a#b", []],
  ["#build-red", ["hashtag:#build"]],
  ["#tag@channel #tag@ab", ["hashtag:#tag@channel", "hashtag:#tag"]],
  ["/уведомить @anna_k", ["mention:@anna_k"]],
  ["a/b and/or </x> //y", []],
  ["see https://ci.example/build#top.", ["url:https://ci.example/build#top"]],
  ["example.com/@anna_k and main.ts", ["url:example.com/@anna_k"]],
])("%j holds %j", (text, expected) => {
  expect(seen(text)).toEqual(expected);
});

test("nothing is recognised inside code, but inside bold it is", () => {
  const text = "@anna_k @boris";
  const code = recogniseEntities(text, [{ type: "code", offset: 0, length: 7 }]);
  expect(code.map((e) => e.type)).toEqual(["code", "mention"]);
  const bold = recogniseEntities(text, [{ type: "bold", offset: 0, length: 14 }]);
  expect(bold.map((e) => e.type)).toEqual(["bold", "mention", "mention"]);
});

test("entities never leave the text and never start inside one another's half", () => {
  const pieces = fc.constantFrom(
    "@anna_k",
    "#тег",
    "/notify",
    "🔥",
    " ",
    "a",
    "https://x.ru/",
    "#",
    "@",
    "/",
    "ё",
    ".",
  );
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      const text = parts.join("");
      const entities = recogniseEntities(text);
      for (const { offset, length } of entities) expect(offset + length).toBeLessThanOrEqual(text.length);
      entities.slice(1).forEach((entity, i) => {
        const before = entities[i] ?? entity;
        expect(entity.offset).toBeGreaterThanOrEqual(before.offset + before.length);
      });
    }),
  );
});

test("HTML becomes text and entities counted in UTF-16 units", () => {
  expect(parseHtml('🔥 <b>red &amp; <i>dead</i></b> <a href="https://x.ru/?a=1&amp;b=2">log</a>')).toEqual({
    text: "🔥 red & dead log",
    entities: [
      { type: "italic", offset: 9, length: 4 },
      { type: "bold", offset: 3, length: 10 },
      { type: "text_link", url: "https://x.ru/?a=1&b=2", offset: 14, length: 3 },
    ],
  });
});

test("a language inside pre becomes part of it", () => {
  expect(parseHtml('<pre><code class="language-ts">x</code></pre>').entities).toEqual([
    { type: "pre", language: "ts", offset: 0, length: 1 },
  ]);
});

test.each([
  ["я <br>", 'Unsupported start tag "br" at byte offset 3'],
  ["<b>x", `Can't find end tag corresponding to start tag "b"`],
  ["<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
  ["x</b>", "Unexpected end tag at byte offset 1"],
  ["1 < 2", "Unclosed start tag at byte offset 2"],
])("%j is refused: %s", (html, problem) => {
  expect(() => parseHtml(html)).toThrow(`Bad Request: can't parse entities: ${problem}`);
});
