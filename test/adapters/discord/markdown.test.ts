import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Names } from "../../../adapters/discord/inlineMarkdown.ts";
import { readMarkdown } from "../../../adapters/discord/markdown.ts";
import { plainText } from "../../../src/core/richText.ts";

const NAMES: Names = {
  user: (id) => (id === "7" ? { label: "Anna", username: "anna_p" } : undefined),
  role: (id) => (id === "8" ? "On call" : undefined),
  channel: (id) => (id === "9" ? "builds" : undefined),
};

const read = (source: string) => readMarkdown(source, NAMES);

describe("styles", () => {
  test.each([
    ["**b**", [{ text: "b", styles: ["bold"] }]],
    ["*i*", [{ text: "i", styles: ["italic"] }]],
    ["_i_", [{ text: "i", styles: ["italic"] }]],
    ["__u__", [{ text: "u", styles: ["underline"] }]],
    ["~~s~~", [{ text: "s", styles: ["strike"] }]],
    ["||x||", [{ text: "x", styles: ["spoiler"] }]],
    ["`a*b*`", [{ text: "a*b*", styles: ["code"] }]],
    ["``a`b``", [{ text: "a`b", styles: ["code"] }]],
    ["***x***", [{ text: "x", styles: ["bold", "italic"] }]],
    [
      "**a _b_ c**",
      [
        { text: "a ", styles: ["bold"] },
        { text: "b", styles: ["bold", "italic"] },
        { text: " c", styles: ["bold"] },
      ],
    ],
  ])("%s", (source, runs) => {
    expect(read(source)).toEqual(runs);
  });

  test.each(["2 * 3 * 4", "snake_case_name", "a * b", "**", "|| |", "unclosed **bold", "`open", "half http"])(
    "%s is just text",
    (source) => {
      expect(read(source)).toEqual([{ text: source }]);
    },
  );

  test("a backslash takes the meaning away", () => {
    expect(read("\\*no\\* \\_no\\_ \\# c:\\dir")).toEqual([{ text: "*no* _no_ # c:\\dir" }]);
  });

  test("an escaped hash stays for the grammar of a typed command", () => {
    expect(readMarkdown("text \\#ci", NAMES, true)).toEqual([{ text: "text \\#ci" }]);
  });
});

describe("blocks", () => {
  test("fenced code keeps its lines and its language", () => {
    expect(read("see\n```ts\nconst a = *b*;\nc\n```\nend")).toEqual([
      { text: "see\n" },
      { text: "const a = *b*;\nc", styles: ["pre"], codeLanguage: "ts" },
      { text: "\nend" },
    ]);
  });

  test("quotes, headings, small print and lists", () => {
    expect(read("# Title\n> one\n> two\n-# small\n- item\n  * sub")).toEqual([
      { text: "Title", styles: ["bold"] },
      { text: "\n" },
      { text: "one\ntwo", styles: ["quote"] },
      { text: "\nsmall\n• item\n  • sub" },
    ]);
  });

  test("a triple quote takes everything that follows", () => {
    expect(read("a\n>>> b\nc")).toEqual([{ text: "a\n" }, { text: "b\nc", styles: ["quote"] }]);
  });

  test("a trailing tag on a line of its own is no heading", () => {
    expect(read("text\n#ci")).toEqual([{ text: "text\n#ci" }]);
  });
});

describe("links and names", () => {
  test.each([
    ["<https://a.example/_x_>", [{ text: "https://a.example/_x_" }]],
    ["https://a.example/_x_/**y**, ok", [{ text: "https://a.example/_x_/**y**, ok" }]],
    [
      "[the *log*](https://a.example/1)",
      [
        { text: "the ", link: "https://a.example/1" },
        { text: "log", styles: ["italic"], link: "https://a.example/1" },
      ],
    ],
    ["[x](javascript:alert)", [{ text: "[x](javascript:alert)" }]],
    ["hi <@7>", [{ text: "hi " }, { text: "@Anna", mention: { userId: "7", username: "anna_p" } }]],
    ["<@!7>", [{ text: "@Anna", mention: { userId: "7", username: "anna_p" } }]],
    ["<@55>", [{ text: "@55", mention: { userId: "55" } }]],
    ["red <#9>", [{ text: "red " }, { text: "#builds", channel: true }]],
    ["<#1>", [{ text: "#…" }]],
    ["<@&8>", [{ text: "@On call", mention: { username: "On call" } }]],
    ["<@&1>", [{ text: "@…" }]],
    ["<:ok:12> <a:go:13> </notify:5> <id:customize>", [{ text: ":ok: :go: /notify customize" }]],
    ["<t:0:R>", [{ text: "1970-01-01 00:00 UTC" }]],
    ["<t:9999999999999>", [{ text: "<t:9999999999999>" }]],
  ])("%s", (source, runs) => {
    expect(read(source)).toEqual(runs);
  });
});

test("whatever is typed, no letter or digit that stands outside markup is lost", () => {
  const word = fc.stringMatching(/^[a-gi-z0-9]{1,6}$/);
  const mark = fc.constantFrom("**", "*", "_", "__", "~~", "||", "\\", " ", "\n", "[", "]", "(", ")", "# ", ">");
  fc.assert(
    fc.property(fc.array(fc.oneof(word, mark), { maxLength: 30 }), (parts) => {
      const letters = (text: string) => text.replace(/[^a-z0-9]/g, "");
      expect(letters(plainText(read(parts.join(""))))).toBe(letters(parts.join("")));
    }),
  );
});

test("4,000 unmatched marks are read without trouble", () => {
  const source = "**a||_`[".repeat(500);
  expect(plainText(read(source)).length).toBeGreaterThan(0);
});
