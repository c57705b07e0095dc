import fc from "fast-check";
import { expect, test } from "vitest";
import { readClaim } from "../../src/core/claim.ts";
import { codeFrom, readCode, writeCode } from "../../src/core/linkCode.ts";

const bytes = fc.uint8Array({ minLength: 8, maxLength: 8 });

test("a code is read back however it is typed, also with letters that look like those it has", () => {
  const habits = [
    (code: string) => code,
    (code: string) => code.toLowerCase(),
    (code: string) => ` ${code.replace("-", " – ")}\n`,
    (code: string) => code.replaceAll("0", "O").replaceAll("1", "l"),
    (code: string) => code.replaceAll("A", "А").replaceAll("C", "с").replaceAll("H", "Н").replaceAll("0", "О"),
  ];
  fc.assert(
    fc.property(bytes, fc.constantFrom(...habits), (random, habit) => {
      expect(readCode(habit(writeCode(codeFrom(random))))).toBe(codeFrom(random));
    }),
  );
});

test("five bits of each byte count, so that all codes are equally likely", () => {
  const first = new Set(Array.from({ length: 256 }, (_, byte) => codeFrom(new Uint8Array(8).fill(byte))[0]));
  expect(first.size).toBe(32);
  expect(codeFrom(new Uint8Array(8).fill(32))).toBe(codeFrom(new Uint8Array(8)));
});

test.each(["", "ABCD-EFG", "ABCD-EFGH-J", "ABCD EFG!", "/link", "anna@company.example"])("%j is no code", (typed) => {
  expect(readCode(typed)).toBeUndefined();
});

test.each([
  ["42", { kind: "id", id: 42 }],
  [" ID: 42 ", { kind: "id", id: 42 }],
  ["Anna@Company.example", { kind: "email", email: "anna@company.example" }],
  ["Анна  Орлова", { kind: "name", name: "Анна Орлова" }],
  ["Jean-Luc O’Neill", { kind: "name", name: "Jean-Luc O’Neill" }],
  ["0", undefined],
  ["id:-1", undefined],
  ["99999999999", undefined],
  ["anna", undefined],
  ["a@b@c.example", undefined],
  ["%@company.example", undefined],
  ["_ _", undefined],
  ["Anna 🙂", undefined],
])("who says %j is looked up as %j", (typed, claim) => {
  expect(readClaim(typed)).toEqual(claim);
});
