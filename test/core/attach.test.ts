import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ATTACH_LIMIT,
  type AttachBlock,
  attachSize,
  fileBlock,
  fileBlockOf,
  imageBlock,
  pictureBlock,
} from "../../src/core/attach.ts";
import { checkAttach } from "../../src/core/attachCheck.ts";
import { hostileText } from "./adversary.ts";

const LINK = "https://a.example/x.png";

describe("blocks", () => {
  test("of the scripting functions hold name and link as given", () => {
    expect(pictureBlock("x.png", LINK)).toEqual({ IMAGE: { NAME: "x.png", LINK } });
    expect(fileBlock("", LINK)).toEqual({ FILE: { LINK } });
  });

  test("of media neutralise the name that a stranger chose", () => {
    expect(imageBlock({ name: "[b]\n\\new.png", link: LINK, preview: LINK, width: 640, height: 360 })).toEqual({
      IMAGE: [{ NAME: "［b］ \\\u2060new.png", LINK, PREVIEW: LINK, WIDTH: 640, HEIGHT: 360 }],
    });
    expect(fileBlockOf({ name: "  ", link: LINK, size: 0 })).toEqual({ FILE: [{ NAME: "—", LINK }] });
  });
});

describe("checkAttach", () => {
  const image = { IMAGE: { NAME: "x", LINK } };

  test.each<[string, unknown, unknown]>([
    ["a list", [image], [image]],
    ["an empty list", [], []],
    ["one block alone", image, [image]],
    ["the full form", { COLOR_TOKEN: "alert", BLOCKS: [image] }, { COLOR_TOKEN: "alert", BLOCKS: [image] }],
    ["a loud scheme", [{ FILE: [{ LINK: " HTTPS://a.example/X " }] }], [{ FILE: [{ LINK: "https://a.example/X" }] }]],
    ["a path of the portal", [{ FILE: { LINK: "/disk/1" } }], [{ FILE: { LINK: "/disk/1" } }]],
    ["a link inside the portal", [{ LINK: { NAME: "Ann", USER_ID: 5 } }], [{ LINK: { NAME: "Ann", USER_ID: 5 } }]],
    ["text, table and line", [{ MESSAGE: "x" }, { GRID: [{ NAME: "a" }] }, { DELIMITER: {} }], undefined],
  ])("takes %s", (_, value, attach) => {
    expect(checkAttach(value)).toEqual({ kind: "ok", attach: attach ?? value });
  });

  test.each<[string, unknown, string, string]>([
    ["text", "[]", "not-blocks", "blocks"],
    ["null", null, "not-blocks", "blocks"],
    ["a number", 7, "not-blocks", "blocks"],
    ["a full form without a list", { BLOCKS: image }, "not-blocks", "blocks"],
    ["a full form in lower case", { blocks: [image] }, "lower-case-key", "blocks.blocks"],
    ["a block that is text", [image, "x"], "not-an-object", "blocks[1]"],
    ["an unknown block", [{ HTML: "x" }], "unknown-type", "blocks[0]"],
    ["a block in lower case", [{ image: { LINK } }], "lower-case-key", "blocks[0].image"],
    ["a link key in lower case", [{ IMAGE: [{ link: LINK }] }], "lower-case-key", "blocks[0].IMAGE[0].link"],
    ["two blocks in one", [{ IMAGE: { LINK }, FILE: { LINK } }], "several-types", "blocks[0]"],
    ["a block without link", [image, { IMAGE: [{ NAME: "x" }] }], "no-link", "blocks[1].IMAGE[0].LINK"],
    ["an empty link", [{ FILE: { LINK: " " } }], "no-link", "blocks[0].FILE.LINK"],
    ["a bare host", [{ FILE: { LINK: "a.example/x" } }], "bad-link", "blocks[0].FILE.LINK"],
    ["a host of any scheme", [{ FILE: { LINK: "//a.example/x" } }], "bad-link", "blocks[0].FILE.LINK"],
    ["the same with a backslash", [{ FILE: { LINK: "/\\a.example/x" } }], "bad-link", "blocks[0].FILE.LINK"],
    [
      "the same behind a tab, which browsers take out",
      [{ FILE: { LINK: "/\t/a.example/x" } }],
      "bad-link",
      "blocks[0].FILE.LINK",
    ],
    ["an address over two lines", [{ FILE: { LINK: `${LINK}\n/x` } }], "bad-link", "blocks[0].FILE.LINK"],
    ["ftp", [{ FILE: { LINK: "ftp://a.example/x" } }], "bad-link", "blocks[0].FILE.LINK"],
    ["data", [{ IMAGE: { LINK: "data:image/png;base64,AA" } }], "bad-link", "blocks[0].IMAGE.LINK"],
    ["javascript", [{ LINK: { LINK: "javascript:alert(1)" } }], "bad-link", "blocks[0].LINK.LINK"],
    ["a link that is no text", [{ FILE: { LINK: 5 } }], "bad-link", "blocks[0].FILE.LINK"],
    ["a preview that would vanish", [{ IMAGE: { LINK, PREVIEW: "x.png" } }], "bad-link", "blocks[0].IMAGE.PREVIEW"],
    ["an empty text", [{ MESSAGE: "  " }], "empty-block", "blocks[0].MESSAGE"],
    ["an empty list of pictures", [{ IMAGE: [] }], "empty-block", "blocks[0].IMAGE"],
    ["a nameless user", [{ USER: { USER_ID: 1 } }], "empty-block", "blocks[0].USER"],
    ["more than a portal takes", [{ MESSAGE: "x".repeat(ATTACH_LIMIT) }], "too-big", "blocks"],
  ])("refuses %s", (_, value, code, path) => {
    expect(checkAttach(value)).toMatchObject({ kind: "wrong", problem: { code, path } });
  });

  test("names value, rule and remedy, but never a credential", () => {
    expect(checkAttach([{ FILE: { LINK: "a.example" } }])).toMatchObject({
      problem: {
        value: "a.example",
        rule: expect.stringContaining("https://"),
        remedy: expect.stringContaining("https://"),
      },
    });
    const code = "c0de".repeat(4);
    const checked = checkAttach([{ FILE: { LINK: `https://portal.example/rest/1/${code}/download/` } }]);
    expect(checked).toMatchObject({ kind: "wrong", problem: { code: "secret-link" } });
    expect(JSON.stringify(checked)).not.toContain(code);
  });

  test("resolves whatever it is given", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(["ok", "wrong"]).toContain(checkAttach(value).kind);
      }),
    );
  });
});

/** The portal's counting, straight from its description: what is kept, as JSON, character by character. */
function countedByPortal(blocks: readonly AttachBlock[]): number {
  const kept = blocks.map((block) =>
    Object.fromEntries(Object.entries(block).map(([type, value]) => [type, Array.isArray(value) ? value : [value]])),
  );
  let count = 110;
  for (const character of JSON.stringify(kept)) count += character === "/" ? 2 : 1;
  return count;
}

describe("attachSize", () => {
  const text = fc.oneof(hostileText, fc.string({ unit: "binary" }));
  const block: fc.Arbitrary<AttachBlock> = fc.oneof(
    fc.record({ NAME: text, LINK: text, WIDTH: fc.nat() }).map((item) => ({ IMAGE: item })),
    fc.array(fc.record({ NAME: text, LINK: text, SIZE: fc.nat() })).map((items) => ({ FILE: items })),
    fc.record({ LINK: text }).map((item) => ({ LINK: item })),
    fc.array(fc.record({ NAME: text, VALUE: text })).map((items) => ({ GRID: items })),
  );

  test("never counts less than the portal does, nor much more", () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
        const named = blocks.map((one) => ("LINK" in one ? { LINK: { NAME: linkOf(one), LINK: linkOf(one) } } : one));
        const portal = countedByPortal(named);
        expect(attachSize(blocks)).toBeGreaterThanOrEqual(portal);
        expect(attachSize({ BLOCKS: blocks })).toBe(attachSize(blocks));
        expect(attachSize(blocks)).toBeLessThan(portal * 3 + 100);
      }),
    );
  });

  test.each([
    ["a", 1],
    ["ы", 1],
    ["😀", 1],
    ["/", 2],
    ['"', 2],
    ["\\", 2],
    ["\n", 2],
  ])("counts %j as %i", (character, expected) => {
    const of = (value: string) => attachSize([{ MESSAGE: value }]);
    expect(of(`x${character}`) - of("x")).toBe(expected);
  });
});

function linkOf(block: AttachBlock): unknown {
  const item = block.LINK;
  return typeof item === "object" && item !== null && "LINK" in item ? item.LINK : undefined;
}
