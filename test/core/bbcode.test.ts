import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { characters, renderWithin, toBBCode, toPlain } from "../../src/core/bbcode.ts";
import type { RichText } from "../../src/core/richText.ts";
import { alive, hostileRichText } from "./adversary.ts";

const OWN_CODE = /\[(\/?)(b|i|u|s|code|url)(?:=(https?:\/\/[^\]\s[]+))?\]/gu;

/** Reads the codes like a parser that forgives nothing. */
function wellFormed(bb: string): boolean {
  const open: string[] = [];
  for (const [, slash, name] of bb.matchAll(OWN_CODE)) {
    if (name === undefined) return false;
    if (slash === "") open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

/** What remains when our own codes and quotation marks are taken away must be inert. */
const strangers = (bb: string): string => bb.replaceAll(/^>>/gmu, "").replaceAll(OWN_CODE, "\u2063");

describe("toBBCode", () => {
  test.each<[string, RichText, string]>([
    ["styles", [{ text: "a " }, { text: "b", styles: ["bold"] }, { text: " c" }], "a [b]b[/b] c"],
    [
      "overlapping styles",
      [
        { text: "a", styles: ["bold"] },
        { text: "b", styles: ["bold", "italic"] },
        { text: "c", styles: ["italic"] },
      ],
      "[b]a[i]b[/i][/b][i]c[/i]",
    ],
    ["code, and no style inside it", [{ text: "x[0]", styles: ["bold", "code"] }], "[code]x［0］[/code]"],
    [
      "quotes on lines of their own",
      [{ text: "see" }, { text: "one\ntwo", styles: ["quote", "bold"] }, { text: "after" }],
      "see\n>>[b]one[/b]\n>>[b]two[/b]\nafter",
    ],
    ["spoilers marked", [{ text: "it dies", styles: ["spoiler"] }], "||it dies||"],
    ["links", [{ text: "the log", link: "https://ci.example/7" }], "[url=https://ci.example/7]the log[/url]"],
  ])("shows %s", (_, text, expected) => {
    expect(toBBCode(text)).toBe(expected);
  });

  test.each<[string, RichText]>([
    ["another address as its text", [{ text: "https://company.example", link: "https://evil.example/" }]],
    ["another path of the same host", [{ text: "company.example/a", link: "https://company.example/b" }]],
    ["a wide full stop in its text", [{ text: "company。example", link: "https://evil.example/" }]],
    ["an invisible character in its text", [{ text: "company\u200B.\u2060example", link: "https://evil.example/" }]],
    [
      "an address completed by what stands before",
      [{ text: "https://company" }, { text: ".example", link: "https://evil.example/" }],
    ],
    [
      "an address made of two links",
      [
        { text: "company", link: "https://evil.example/" },
        { text: ".example", link: "https://evil.example/2" },
      ],
    ],
    ["a user name that looks like a host", [{ text: "log in", link: "https://company.example@evil.example/" }]],
    ["nothing to see", [{ text: "\u200B", link: "https://evil.example/" }]],
    ["a scheme that does something", [{ text: "log in", link: "javascript:alert(1)" }]],
  ])("hides no address behind a link with %s", (_, text) => {
    const bb = toBBCode(text);
    expect(bb).not.toContain("[url=");
    expect(bb).toMatch(
      /\((?:https:\/\/(?:company\.example@)?evil\.example|https:\/\/company\.example\/b|javascript\u2060:)/u,
    );
  });

  test("a link whose text is its own address stays a link", () => {
    expect(toBBCode([{ text: "www.ci.example/7", link: "https://ci.example/7" }])).toBe(
      "[url=https://ci.example/7]www.ci.example/7[/url]",
    );
  });

  test("is well-formed, and keeps nothing of a stranger's alive, whatever the runs", () => {
    fc.assert(
      fc.property(hostileRichText, (text) => {
        const bb = toBBCode(text);
        expect(wellFormed(bb)).toBe(true);
        expect(alive(strangers(bb))).toEqual([]);
        expect(bb).not.toMatch(/\$(?:result|next|total|time|error)|#br#/iu);
      }),
      { numRuns: 2_000 },
    );
  });

  test("keeps every word that people typed", () => {
    const word = fc.stringMatching(/^[a-zа-я]{1,8}$/u);
    const run = fc.record({
      text: word,
      styles: fc.subarray(["bold", "italic", "code", "quote", "spoiler", "strike"] as const),
    });
    fc.assert(
      fc.property(fc.array(run), (text) => {
        const shown = toBBCode(text)
          .replaceAll(OWN_CODE, "")
          .replaceAll(/>>|\||\n/gu, "");
        expect(shown).toBe(text.map((part) => part.text).join(""));
      }),
    );
  });
});

describe("toPlain", () => {
  test("shows where links lead", () => {
    expect(toPlain([{ text: "the log", link: "https://ci.example/7" }, { text: " [b]" }])).toBe(
      "the log (https://ci.example/7) ［b］",
    );
  });

  test("keeps nothing of a stranger's alive", () => {
    fc.assert(
      fc.property(hostileRichText, (text) => {
        expect(alive(toPlain(text))).toEqual([]);
      }),
    );
  });
});

describe("renderWithin", () => {
  test("cuts nothing that fits", () => {
    expect(renderWithin([{ text: "abc", styles: ["bold"] }], 10)).toEqual({ bb: "[b]abc[/b]", cut: false });
    expect(renderWithin([{ text: "abcd", styles: ["bold"] }], 10)).toEqual({ bb: "[b]ab[/b]…", cut: true });
  });

  test("never splits what is one character to a reader", () => {
    expect(renderWithin([{ text: "ab👩‍👩‍👧cd" }], 6)).toEqual({ bb: "ab…", cut: true });
  });

  test("stays within the limit, well-formed and inert, whatever the runs", () => {
    fc.assert(
      fc.property(hostileRichText, fc.integer({ min: 0, max: 120 }), (text, limit) => {
        const { bb } = renderWithin(text, limit);
        expect(characters(bb)).toBeLessThanOrEqual(limit);
        expect(wellFormed(bb)).toBe(true);
        expect(alive(strangers(bb))).toEqual([]);
        expect(bb.isWellFormed()).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test("uses nearly all the room that there is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 400 }), (limit) => {
        const { bb } = renderWithin([{ text: "слово ".repeat(200), styles: ["bold"] }], limit);
        expect(characters(bb)).toBe(limit);
      }),
    );
  });
});
