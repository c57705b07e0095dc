import fc from "fast-check";
import { expect, test } from "vitest";
import { ATTACH_LIMIT, attachSize } from "../../src/core/attach.ts";
import { checkAttach } from "../../src/core/attachCheck.ts";
import { characters } from "../../src/core/bbcode.ts";
import { composeNotification } from "../../src/core/compose.ts";
import { colorOf, factBlocks, factLines } from "../../src/core/facts.ts";
import { alive, hostileText } from "./adversary.ts";

const more = (count: number): string => `${count} more`;
const acknowledge = { label: "I have it", address: "https://herald.example/ack/u/7/m" };

test.each([
  ["critical", "open", "alert"],
  ["error", "open", "alert"],
  ["warning", "open", "primary"],
  ["info", "open", "secondary"],
  ["critical", "acknowledged", "base"],
  ["error", "resolved", "base"],
] as const)("%s that is %s has the colour %s", (severity, status, color) => {
  expect(colorOf({ severity, status })).toBe(color);
});

test("fields are one grid, and the link stands below it", () => {
  const fields = [
    { name: "host", value: "db1" },
    { name: "path", value: "C:\\new" },
  ];
  expect(factBlocks({ fields }, { more, acknowledge })).toEqual([
    {
      GRID: [
        { DISPLAY: "LINE", NAME: "host", VALUE: "db1" },
        { DISPLAY: "LINE", NAME: "path", VALUE: "C:\\\u2060new" },
      ],
    },
    { LINK: [{ NAME: "I have it", LINK: acknowledge.address }] },
  ]);
  expect(factLines({ fields })).toEqual(["host: db1", "path: C:\\new"]);
});

test("what its source shows in columns stays in columns, in a grid of its own", () => {
  const fields = [
    { name: "host", value: "db1", inline: true },
    { name: "disk", value: "97 %", inline: true },
    { name: "note", value: "since noon" },
  ] as const;
  const blocks = factBlocks({ fields }, { more });
  const shown = blocks.map(({ GRID }) => (GRID as { DISPLAY: string }[]).map(({ DISPLAY }) => DISPLAY));
  expect(shown).toEqual([["ROW", "ROW"], ["LINE"]]);
});

test("a field that says nothing is left out, one without a value says so, and there may be none at all", () => {
  expect(factBlocks({ fields: [{ name: " ", value: "\n" }] }, { more })).toEqual([]);
  const [block] = factBlocks({ fields: [{ name: "host", value: "" }] }, { more });
  expect(block).toEqual({ GRID: [{ DISPLAY: "LINE", NAME: "host", VALUE: "—" }] });
});

test("even the longest fields leave half of the room to files", () => {
  const fields = Array.from({ length: 40 }, () => ({ name: "/".repeat(900), value: '"\\'.repeat(900) }));
  expect(attachSize(factBlocks({ fields }, { more, acknowledge }))).toBeLessThan(ATTACH_LIMIT * 0.7);
});

test("long values are cut, and fields beyond the most are counted", () => {
  const fields = Array.from({ length: 40 }, (_, place) => ({ name: `f${place}`, value: "😀".repeat(900) }));
  const [grid] = factBlocks({ fields }, { more });
  const cells = grid?.GRID as { NAME: string; VALUE: string }[];
  expect(cells).toHaveLength(26);
  expect(characters(cells[0]?.VALUE ?? "")).toBe(500);
  expect(cells.at(-1)).toMatchObject({ NAME: "…", VALUE: "15 more" });
});

const anyField = fc.record({ name: hostileText, value: hostileText });

test("whatever strangers call and fill their fields, nothing of it is alive, and the whole form fits and survives", () => {
  fc.assert(
    fc.property(fc.array(anyField, { maxLength: 60 }), (fields) => {
      const blocks = factBlocks({ fields }, { more, acknowledge });
      const { params, leftOver } = composeNotification({
        ...{ kind: "personal", recipientId: 7, heading: { sender: "a", origin: "b" }, text: [], notes: [] },
        ...{ blocks, color: "alert", outside: factLines({ fields }), tag: "t", subTag: "s" },
      });
      expect(leftOver).toEqual([]);
      const { ATTACH: attach = [] } = params;
      expect(attachSize(attach)).toBeLessThan(ATTACH_LIMIT);
      expect(checkAttach(attach).kind).toBe("ok");
      const cells = blocks.flatMap(({ GRID = [] }) => GRID as { NAME: string; VALUE: string }[]);
      for (const { NAME, VALUE } of cells) expect([...alive(NAME), ...alive(VALUE)]).toEqual([]);
      expect(alive(params.MESSAGE_OUT)).toEqual([]);
    }),
  );
});

test("only the full form has a colour, and without a block there is none", () => {
  const given = {
    kind: "personal",
    recipientId: 7,
    heading: { sender: "a", origin: "b" },
    text: [],
    notes: [],
  } as const;
  const compose = (blocks: ReturnType<typeof factBlocks>) =>
    composeNotification({ ...given, blocks, color: "alert", tag: "t", subTag: "s" }).params.ATTACH;
  const blocks = factBlocks({ fields: [{ name: "host", value: "db1" }] }, { more });
  expect(compose(blocks)).toEqual({ COLOR_TOKEN: "alert", BLOCKS: blocks });
  expect(compose([])).toBeUndefined();
});
