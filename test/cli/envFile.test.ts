import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { writeEnv } from "../../src/cli/envFile.ts";
import { temporaryFolder } from "../support/store.ts";

const value = fc
  .string({ unit: fc.constantFrom(..."aZ09 #='$\\:/@,é"), minLength: 1, maxLength: 20 })
  .filter((text) => text.trim() === text);

test("what is written is what Node reads", () => {
  const file = join(temporaryFolder(), ".env");
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("A", "B_C", "D1"), value), (settings) => {
      writeFileSync(file, "# mine\nKEPT=yes\nA=old\nexport B_C=old\nA=older\n");
      writeEnv(file, settings);
      expect({ ...parseEnv(readFileSync(file, "utf8")) }).toEqual({ KEPT: "yes", A: "older", B_C: "old", ...settings });
    }),
  );
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
