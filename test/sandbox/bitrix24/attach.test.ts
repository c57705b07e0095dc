import { expect, test } from "vitest";
import { notify, portalFor } from "./calls.ts";

const LINK = "https://media.example/a.png";

async function survivors(ATTACH: unknown): Promise<unknown> {
  const portal = await portalFor();
  const { json } = await notify(portal, { ATTACH });
  return json.error ?? portal.feed(7)[0]?.attach?.blocks;
}

test.each([
  { name: "a single object becomes a list", block: { IMAGE: { LINK } }, kept: { IMAGE: [{ LINK }] } },
  {
    name: "a bad preview and sizes of zero go, the picture stays",
    block: { IMAGE: [{ LINK, PREVIEW: "tg://x", WIDTH: 0, HEIGHT: "64" }] },
    kept: { IMAGE: [{ LINK, HEIGHT: 64 }] },
  },
  {
    name: "newlines in a file name become blanks",
    block: { FILE: { LINK, NAME: "a\nb", SIZE: -1 } },
    kept: { FILE: [{ LINK, NAME: "a b" }] },
  },
  {
    name: "a link without a name is named after itself",
    block: { LINK: { LINK } },
    kept: { LINK: [{ NAME: LINK, LINK }] },
  },
  {
    name: "HTML replaces the description",
    block: { LINK: { LINK, HTML: "h", DESC: "d", PREVIEW: LINK } },
    kept: { LINK: [{ NAME: LINK, LINK, HTML: "h" }] },
  },
  {
    name: "a person without a link",
    block: { LINK: { USER_ID: 7, NAME: "A" } },
    kept: { LINK: [{ NAME: "A", USER_ID: 7 }] },
  },
  {
    name: "a user keeps one id",
    block: { USER: { NAME: "A", USER_ID: 7, CHAT_ID: 2 } },
    kept: { USER: [{ NAME: "A", USER_ID: 7 }] },
  },
  { name: "a message is trimmed", block: { MESSAGE: " m " }, kept: { MESSAGE: "m" } },
  {
    name: "grid displays have aliases",
    block: { GRID: [{ DISPLAY: "CARD", NAME: "n" }, { DISPLAY: "ROW" }] },
    kept: { GRID: [{ DISPLAY: "LINE", NAME: "n" }] },
  },
  { name: "a delimiter has a default size", block: { DELIMITER: {} }, kept: { DELIMITER: { SIZE: 200 } } },
  {
    name: "of several types only the first in order counts",
    block: { IMAGE: { LINK }, MESSAGE: "m" },
    kept: { MESSAGE: "m" },
  },
])("$name", async ({ block, kept }) => {
  expect(await survivors([block])).toEqual([kept]);
});

test.each([
  { IMAGE: { LINK: "HTTPS://media.example/a" } },
  { IMAGE: { LINK: " https://media.example/a" } },
  { FILE: { LINK: "ftp://media.example/a" } },
  { FILE: { LINK: "media.example/a" } },
  { FILE: { NAME: "no link" } },
  { LINK: { LINK: "javascript:alert(1)" } },
  { USER: { USER_ID: 7 } },
  { MESSAGE: "  " },
  { GRID: [{ DISPLAY: "ROW" }] },
  { HTML: "<b>x</b>" },
  { image: { LINK } },
  { NAME: "seed", LINK },
])("%o vanishes without a word beside a good block, and alone is ATTACH_ERROR", async (bad) => {
  expect(await survivors([bad, { MESSAGE: "good" }])).toEqual([{ MESSAGE: "good" }]);
  expect(await survivors([bad])).toBe("ATTACH_ERROR");
});

test("relative and plain http links are kept", async () => {
  const blocks = [{ FILE: [{ LINK: "/disk/1" }] }, { FILE: [{ LINK: "http://x.example/" }] }];
  expect(await survivors(blocks)).toEqual(blocks);
});

test("the full form carries colours, an unknown token becomes base", async () => {
  const portal = await portalFor();
  const BLOCKS = [{ MESSAGE: "m" }];
  await notify(portal, { ATTACH: { COLOR_TOKEN: "alert", COLOR: "#29619b", BLOCKS } });
  await notify(portal, { ATTACH: { COLOR_TOKEN: "mauve", COLOR: "mauve", BLOCKS } });
  expect(portal.feed(7).map(({ attach }) => attach)).toEqual([
    { colorToken: "alert", color: "#29619b", blocks: BLOCKS },
    { colorToken: "base", color: expect.stringMatching(/^#[0-9a-f]{6}$/u), blocks: BLOCKS },
  ]);
});

test.each([[[]], [null], [""], [{}]])("ATTACH %o is no attachment and no error", async (ATTACH) => {
  expect(await survivors(ATTACH)).toBeUndefined();
});

test.each([[5], [true], ["no object"], [[{ BLOCKS: [{ MESSAGE: "m" }] }]], [{ blocks: [{ MESSAGE: "m" }] }]])(
  "ATTACH %o is ATTACH_ERROR",
  async (ATTACH) => {
    expect(await survivors(ATTACH)).toBe("ATTACH_ERROR");
  },
);

test("textual ATTACH is read by a parser that is not JSON", async () => {
  expect(await survivors(JSON.stringify([{ FILE: { LINK, SIZE: 5 } }]))).toEqual([{ FILE: [{ LINK, SIZE: 5 }] }]);
  expect(await survivors(String.raw`[{"FILE":{"LINK":"https:\/\/media.example"}}]`)).toBe("ATTACH_ERROR");
  expect(await survivors(String.raw`[{"MESSAGE":"caf\u00e9"}]`)).toEqual([{ MESSAGE: String.raw`caf\u00e9` }]);
  expect(await survivors(JSON.stringify([{ MESSAGE: "C:\\" }]))).toBe("ATTACH_ERROR");
});

test("two-character escapes in any text of a block are resolved", async () => {
  const typed = String.raw`C:\new\table \"q\" \\ \x`;
  expect(await survivors([{ MESSAGE: typed }])).toEqual([{ MESSAGE: 'C:\new\table "q" \\ \\x' }]);
});

test("size counts characters, not bytes, slashes twice, and 60,000 is too much", async () => {
  const around = (text: string) => [...JSON.stringify([{ MESSAGE: text }])].length + 110;
  const room = 60_000 - around("") - 1;
  expect(await survivors([{ MESSAGE: "щ".repeat(room) }])).toHaveLength(1);
  expect(await survivors([{ MESSAGE: "щ".repeat(room + 1) }])).toBe("ATTACH_OVERSIZE");
  expect(await survivors([{ MESSAGE: "/".repeat(Math.floor(room / 2)) }])).toHaveLength(1);
  expect(await survivors([{ MESSAGE: "/".repeat(Math.floor(room / 2) + 1) }])).toBe("ATTACH_OVERSIZE");
});
