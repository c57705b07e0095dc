import fc from "fast-check";
import { expect, test } from "vitest";
import { readMarkdown } from "../../../adapters/discord/markdown.ts";
import { outgoingPieces, outgoingRich } from "../../../adapters/discord/outgoingRich.ts";
import { plainText, type RichText } from "../../../src/core/richText.ts";
import { richTexts, shownAs, shownText, visible } from "../../support/rich.ts";

const names = { user: () => undefined, role: () => undefined, channel: () => undefined };
const read = (markdown: string): RichText => readMarkdown(markdown, names);

/** A line that is quoted in part is quoted as a whole, and a block of code is in no quote. */
const isLineStyle = (mark: string): boolean => mark === "quote";
/** Discord has no empty block, and shows what is between two blocks on a line of its own. */
const words = (text: RichText): string => shownText(text).replaceAll(" ", "");

test("what goes out is read back with the same words and formatting", () => {
  fc.assert(
    fc.property(richTexts, (rich) => {
      const back = read(outgoingRich(rich));
      expect(shownAs(back, isLineStyle)).toEqual(shownAs(rich, isLineStyle));
    }),
    { numRuns: 1_000 },
  );
});

test("nothing in it can mention anybody, whoever reads it", () => {
  fc.assert(
    fc.property(richTexts, (rich) => {
      const shown = read(outgoingRich(rich)).filter(({ mention, channel }) => mention || channel);
      expect(shown).toEqual([]);
      expect(outgoingRich(rich)).not.toMatch(/@everyone|@here/u);
      expect(outgoingRich(rich.map(({ text }) => ({ text })))).not.toMatch(/(?<!\\)<@/u);
    }),
    { examples: [[[{ text: "@" }, { text: "here" }]]] },
  );
});

test("a long text is cut into messages that fit, each with its own marks, and nothing of it is lost", () => {
  fc.assert(
    fc.property(richTexts, fc.integer({ min: 50, max: 200 }), (rich, times) => {
      const long = Array.from({ length: times }, () => rich)
        .flat()
        .slice(0, 300);
      const pieces = outgoingPieces(long);
      for (const piece of pieces) expect(outgoingRich(piece).length).toBeLessThanOrEqual(2_000);
      if (outgoingRich(long).length < 5_000)
        expect(words(pieces.flatMap((piece) => read(outgoingRich(piece))))).toBe(words(long));
    }),
    { numRuns: 30 },
  );
});

test("a block of code keeps its language, in every part that it is cut into, and a further block its own", () => {
  const block = (text: string, codeLanguage?: string): RichText[number] => ({
    text,
    styles: ["pre"],
    ...(codeLanguage ? { codeLanguage } : {}),
  });
  const two = [block("a = 1", "python"), { text: "\nand\n" }, block("b = 2;", "c++")];
  expect(outgoingRich(two)).toBe("```python\na = 1\n```\nand\n```c++\nb = 2;\n```");
  const pieces = outgoingPieces([block(`${"x".repeat(99)}\n`.repeat(30), "ts")]).map(outgoingRich);
  expect(pieces).toHaveLength(2);
  for (const piece of pieces) expect(piece).toMatch(/^```ts\n(?:x{99}\n)+```$/u);
  expect(read(outgoingRich(two))).toEqual(two);
});

test("a block of code that is cut is closed and opened again", () => {
  const pieces = outgoingPieces([{ text: `${"x".repeat(99)}\n`.repeat(30), styles: ["pre"] }]).map(outgoingRich);
  expect(pieces).toHaveLength(2);
  for (const piece of pieces) expect(piece).toMatch(/^```\n(?:x{99}\n)+```$/u);
});

test.each<[string, RichText, string]>([
  ["a link shows its text", [{ text: "open", link: "https://example.org/a_b" }], "[open](https://example.org/a_b)"],
  [
    "an address is no mask for another",
    [{ text: "https://a.example", link: "https://b.example" }],
    "https://a.example ( https://b.example )",
  ],
  ["only addresses of the web are links", [{ text: "open", link: "javascript:alert(1)" }], "open"],
  [
    "a quote is quoted on each line",
    [{ text: "one\ntwo", styles: ["quote"] }, { text: "\nthree" }],
    "> one\n> two\nthree",
  ],
  ["blanks stand outside of the marks", [{ text: " bold ", styles: ["bold"] }, { text: "x" }], " **bold** x"],
  ["headings and lists are none", [{ text: "# big\n- item\n-# small" }], "\\# big\n\\- item\n\\-# small"],
  [
    "marks that touch are parted",
    [
      { text: "a", styles: ["bold"] },
      { text: "b", styles: ["italic"] },
    ],
    "**a**\u200b*b*",
  ],
])("%s", (_, rich, markdown) => {
  expect(outgoingRich(rich)).toBe(markdown);
});

test("what is escaped reads as it was", () => {
  const hostile = "@everyone <@1> **b** [x](https://evil.example) ```c``` ||s|| <#5> :a: \\";
  expect(visible(plainText(read(outgoingRich([{ text: hostile }]))))).toContain(
    "@everyone <@1> **b** [x](https://evil.example)",
  );
});

test("marks that turn the direction, and controls, are left out", () => {
  expect(outgoingRich([{ text: "a\u202Eb\u0000 " }, { text: "\u2066c", styles: ["bold"] }])).toBe("ab **c**");
});

test("what is too long for six messages ends with the sign of a cut and the link to the whole, also when its address is long", () => {
  const link = `https://graph.example/?${"(".repeat(400)}`;
  const rich: RichText = [{ text: "*".repeat(10_000) }, { text: "\n" }, { text: "Open", link }];
  const pieces = outgoingPieces(rich).map(outgoingRich);
  expect(pieces).toHaveLength(6);
  for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(2_000);
  expect(pieces.at(-1)).toMatch(/^(?:\\\*)+…\n\[Open\]\(https:\/\/graph\.example\/\?(?:%28){400}\)$/u);
});

test("an address that no message has room for is left out, and nothing else", () => {
  const link = `https://graph.example/?${"(".repeat(900)}`;
  const pieces = outgoingPieces([{ text: "Disk full\n" }, { text: "Open", link }]).map(outgoingRich);
  expect(pieces).toEqual(["Disk full\nOpen"]);
});
