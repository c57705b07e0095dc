import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSealer, deriveKey, SealError } from "../../../adapters/database/seal.ts";

const PLACE = { table: "workspaces", column: "credentials", row: "a" };

test("whatever was sealed comes back, and never looks the same twice", () => {
  const sealer = createSealer([randomBytes(32)]);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const sealed = sealer.seal(PLACE, text);
      expect(sealer.open(PLACE, sealed)).toBe(text.toWellFormed());
      expect(sealer.seal(PLACE, text).equals(sealed)).toBe(false);
    }),
  );
});

test.each([
  { ...PLACE, row: "b" },
  { ...PLACE, column: "payload" },
  { ...PLACE, table: "inbox" },
])("a ciphertext does not open at $table.$column of row $row", (elsewhere) => {
  const sealer = createSealer([randomBytes(32)]);
  const sealed = sealer.seal(PLACE, "secret");
  expect(() => sealer.open(elsewhere, sealed)).toThrow(SealError);
});

test("a ciphertext with any one byte changed does not open", () => {
  const sealer = createSealer([randomBytes(32)]);
  const sealed = sealer.seal(PLACE, "secret");
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    expect(() => sealer.open(PLACE, changed)).toThrow(SealError);
  }
});

test("after a rotation the new key seals and the old one still opens", () => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const sealedBefore = createSealer([old]).seal(PLACE, "secret");
  const rotated = createSealer([fresh, old]);
  expect(rotated.open(PLACE, sealedBefore)).toBe("secret");
  const sealedAfter = rotated.seal(PLACE, "secret");
  expect(createSealer([fresh]).open(PLACE, sealedAfter)).toBe("secret");
  expect(createSealer([old]).knows(sealedAfter)).toBe(false);
});

test("sealing needs keys of 32 bytes", () => {
  expect(() => createSealer([])).toThrow(RangeError);
  expect(() => createSealer([randomBytes(16)])).toThrow(RangeError);
});

test("a derived key depends on the master key and on its purpose", () => {
  const master = randomBytes(32);
  expect(deriveKey(master, "webhook")).toHaveLength(32);
  expect(deriveKey(master, "webhook")).toEqual(deriveKey(master, "webhook"));
  expect(deriveKey(master, "webhook")).not.toEqual(deriveKey(master, "links"));
  expect(deriveKey(master, "webhook")).not.toEqual(deriveKey(randomBytes(32), "webhook"));
});
