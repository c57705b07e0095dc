import fc from "fast-check";
import { expect, test } from "vitest";
import { type RichNode, renderText, safeAddress } from "../../../sandbox/demo/render.ts";

const text = (content: string): RichNode => ({ kind: "text", text: content });

const shown = (nodes: readonly RichNode[]): string =>
  nodes.map((node) => ("text" in node ? node.text : shown(node.children))).join("");

test.each([
  { code: "[b]bold[/b]", node: { kind: "style", style: "b", children: [text("bold")] } },
  { code: "[I]any case[/i]", node: { kind: "style", style: "i", children: [text("any case")] } },
  { code: "[color=#a0F]c[/color]", node: { kind: "color", color: "#a0F", children: [text("c")] } },
  { code: "[size=20]s[/size]", node: { kind: "size", px: 20, children: [text("s")] } },
  { code: "[user=7]Anna[/user]", node: { kind: "person", children: [text("Anna")] } },
  { code: "[code][b]raw[/b][/code]", node: { kind: "code", text: "[b]raw[/b]" } },
  {
    code: "[url=https://a.example/x]there[/url]",
    node: { kind: "link", href: "https://a.example/x", children: [text("there")] },
  },
  {
    code: "https://a.example/x",
    node: { kind: "link", href: "https://a.example/x", children: [text("https://a.example/x")] },
  },
])("$code is shown as what it means", ({ code, node }) => {
  expect(renderText(code)).toEqual([node]);
});

test.each([
  "[b]never closed",
  "closed only[/b]",
  "[url=javascript:alert(1)]x[/url]",
  "[size=900]x[/size]",
  "[color=url(x)]x[/color]",
  "[user=me]x[/user]",
  "[img]https",
  "[code]open",
  "<b>x</b><script>alert(1)</script>",
])("%s stays as it was typed", (typed) => {
  const nodes = renderText(typed);
  expect(shown(nodes)).toBe(typed);
  expect(nodes.every(({ kind }) => kind === "text")).toBe(true);
});

test("what is opened inside and not closed there is literal, and the rest still counts", () => {
  expect(renderText("[b]one [i]two[/b] three")).toEqual([
    { kind: "style", style: "b", children: [text("one "), text("[i]"), text("two")] },
    text(" three"),
  ]);
});

test("lines after >> are one quotation", () => {
  expect(renderText(">>one\n>>[b]two[/b]\nthree")).toEqual([
    { kind: "quote", children: [text("one\n"), { kind: "style", style: "b", children: [text("two")] }] },
    text("three"),
  ]);
});

test("only web addresses are followed", () => {
  for (const address of ["javascript:alert(1)", "data:text/html,x", "/relative", "ftp://a.example", ""])
    expect(safeAddress(address)).toBeUndefined();
  expect(safeAddress("http://127.0.0.1:8024/media/x")).toBe("http://127.0.0.1:8024/media/x");
});

test("no text can make a link that leads anywhere but to the web, and none is lost on the way", () => {
  const piece = fc.constantFrom(
    "[b]",
    "[/b]",
    "[url=",
    "javascript:x",
    "https://a.example",
    "]",
    "[/url]",
    "[code]",
    "x",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const nodes = renderText(pieces.join(""));
      const links = (all: readonly RichNode[]): string[] =>
        all.flatMap((node) => [
          ...(node.kind === "link" ? [node.href] : []),
          ...("children" in node ? links(node.children) : []),
        ]);
      for (const href of links(nodes)) expect(href).toMatch(/^https?:/u);
      const letters = (all: string) => all.replaceAll(/[^x]/gu, "").length;
      const inTags =
        pieces
          .join("")
          .match(/\[url=[^\]\n]*\]/gu)
          ?.join("") ?? "";
      expect(letters(shown(nodes))).toBeGreaterThanOrEqual(letters(pieces.join("")) - letters(inTags));
    }),
  );
});
