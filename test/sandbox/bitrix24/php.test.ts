import fc from "fast-check";
import { expect, test } from "vitest";
import { castInt, castText, isTruthy } from "../../../sandbox/bitrix24/php.ts";
import { parseQuery } from "../../../sandbox/bitrix24/query.ts";

test.each([
  ["12abc", 12],
  ["abc", 0],
  [" 7", 7],
  ["1e3", 1_000],
  ["-3.9", -3],
  [true, 1],
  [null, 0],
  [[0], 1],
  [{}, 0],
] as const)("(int) %o is %i", (value, cast) => {
  expect(castInt(value)).toBe(cast);
});

test.each([
  ["0", false],
  ["false", true],
  ["", false],
  ["0.0", true],
  [[], false],
  [[0], true],
  [0, false],
] as const)("the truth of %o is %o", (value, truth) => {
  expect(isTruthy(value)).toBe(truth);
});

test("arrays become a word, true becomes 1", () => {
  expect([[1], true, false, 1.5].map(castText)).toEqual(["Array", "1", "", "1.5"]);
});

test.each([
  ["a=1&b=2&a=3", { a: "3", b: "2" }],
  ["a[]=x&a[]=y", { a: ["x", "y"] }],
  ["a[2]=x&a[1]=y", { a: { 1: "y", 2: "x" } }],
  ["a[k][0][z]=1&a[k][1]=2", { a: { k: [{ z: "1" }, "2"] } }],
  ["a=1&a[x]=2", { a: { x: "2" } }],
  ["a.b=1&c d=2", { a_b: "1", c_d: "2" }],
  ["a[x=1", { a_x: "1" }],
  ["flag&=nameless", { flag: "" }],
  ["a=100%&b=%zz&c=%D1%8F", { a: "100%", b: "%zz", c: "я" }],
])("%s parses to %o", (query, parsed) => {
  expect(parseQuery(query)).toEqual(parsed);
});

test("variables over a thousand are dropped", () => {
  const query = Array.from({ length: 1_001 }, (_, index) => `v${index}=1`).join("&");
  expect(Object.keys(parseQuery(query))).toHaveLength(1_000);
});

test("what encodeURIComponent wrote is read back, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(parseQuery(`a[__proto__]=x&m=${encodeURIComponent(text)}`).m).toBe(text);
    }),
  );
});
