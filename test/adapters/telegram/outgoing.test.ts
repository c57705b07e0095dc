import fc from "fast-check";
import { expect, test } from "vitest";
import { richText } from "../../../adapters/telegram/entities.ts";
import { outgoingPieces, outgoingText } from "../../../adapters/telegram/outgoing.ts";
import { recogniseEntities } from "../../../sandbox/telegram/entities.ts";
import { plainText, type RichText } from "../../../src/core/richText.ts";
import { richTexts, shownAs, shownText } from "../../support/rich.ts";

const read = ({ text, entities }: ReturnType<typeof outgoingText>): RichText => richText(text, [...entities]);

test("what goes out is read back with the same words and formatting", () => {
  fc.assert(
    fc.property(richTexts, (rich) => {
      const back = read(outgoingText(rich));
      expect(shownAs(back)).toEqual(shownAs(rich));
    }),
  );
});

test("entities never cross, stand within the text, and no name in it notifies anybody", () => {
  fc.assert(
    fc.property(richTexts, (rich) => {
      const { text, entities } = outgoingText(rich);
      for (const one of entities) {
        expect(one.offset + one.length).toBeLessThanOrEqual(text.length);
        for (const other of entities) {
          const crosses = one.offset < other.offset && other.offset < one.offset + one.length;
          if (crosses) expect(other.offset + other.length).toBeLessThanOrEqual(one.offset + one.length);
        }
      }
      const given = entities.map((entity) => ({ ...entity }));
      expect(recogniseEntities(text, given).filter(({ type }) => type === "mention")).toEqual([]);
    }),
  );
});

test("a long text is cut between lines and words into messages that fit, and nothing of it is lost", () => {
  fc.assert(
    fc.property(richTexts, fc.integer({ min: 100, max: 600 }), (rich, times) => {
      const long = Array.from({ length: times }, () => rich)
        .flat()
        .slice(0, 500);
      const pieces = outgoingPieces(long);
      for (const piece of pieces) expect(outgoingText(piece).text.length).toBeLessThanOrEqual(4_096);
      if (plainText(long).length < 8_000)
        expect(shownText(pieces.flat()).replaceAll(" ", "")).toBe(shownText(long).replaceAll(" ", ""));
    }),
    { numRuns: 30 },
  );
});

test("formatting goes on in the next message, and the cut is at the end of a line", () => {
  const line = `${"x".repeat(99)}\n`;
  const pieces = outgoingPieces([{ text: line.repeat(60), styles: ["pre"] }]);
  expect(pieces.map((piece) => plainText(piece).length)).toEqual([3_999, 1_999]);
  expect(pieces.every((piece) => piece.every(({ styles }) => styles?.includes("pre")))).toBe(true);
});

test("a block of code keeps its language, in every message that it is cut into", () => {
  const block = { text: `${"x".repeat(99)}\n`.repeat(60), styles: ["pre"] as const, codeLanguage: "ts" };
  const pieces = outgoingPieces([{ text: "see\n" }, block]).map(outgoingText);
  expect(pieces).toHaveLength(2);
  for (const { entities } of pieces) expect(entities).toMatchObject([{ type: "pre", language: "ts" }]);
});

test("what is too long for four messages shows that it is cut", () => {
  const pieces = outgoingPieces([{ text: "слово ".repeat(5_000) }]);
  expect(pieces).toHaveLength(4);
  expect(plainText(pieces.at(-1) ?? [])).toMatch(/…$/u);
});

test("no surrogate pair and no joined emoji is cut in two", () => {
  const pieces = outgoingPieces([{ text: "👩‍🚒".repeat(2_000) }]);
  for (const piece of pieces) expect(plainText(piece).replace("…", "")).toMatch(/^(?:👩‍🚒)+$/u);
});

test("an address keeps its @, and an e-mail address is no name", () => {
  const said = "see https://example.org/@anna_k or a@example.org, @anna_k";
  expect(outgoingText([{ text: said }]).text).toBe(said.replace(/@anna_k$/u, "@\u2060anna_k"));
});

test("marks that turn the direction, controls and half characters are left out, and what formats the rest stays", () => {
  const rich: RichText = [{ text: "a\u202Eb\u0000" }, { text: "\u2066c\ud83d", styles: ["bold"] }, { text: "d" }];
  const bold = { type: "bold", offset: 2, length: 2 };
  expect(outgoingText(rich)).toEqual({ text: "abc\uFFFDd", entities: [bold] });
});

test("no message is made of what nobody can see", () => {
  const pieces = outgoingPieces([{ text: `head${"\u200B".repeat(9_000)}\u202E end` }]);
  expect(pieces.map((piece) => plainText(piece).replaceAll("\u200B", "").trim())).toEqual(["head", "end"]);
});
