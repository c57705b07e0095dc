import { randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keyFile, loadSecretKeys, SecretKeyError } from "../../../adapters/database/keyFile.ts";
import { temporaryFolder } from "../../support/store.ts";

const base64 = (key: Uint8Array) => Buffer.from(key).toString("base64");

test("the environment's key is taken, a list in its order, and no file is made", () => {
  const [first, second] = [randomBytes(32), randomBytes(32)];
  const value = ` ${base64(first)}, ${base64(second)} `;
  expect(loadSecretKeys({ value, dataDir: "/nowhere", mayCreate: true })).toEqual({
    keys: [first, second],
    created: false,
  });
});

test("a key is made once, for its owner alone, and found again", () => {
  const dataDir = join(temporaryFolder(), "data");
  const made = loadSecretKeys({ value: undefined, dataDir, mayCreate: true });
  expect(made.created).toBe(true);
  expect(statSync(keyFile(dataDir)).mode & 0o777).toBe(0o600);
  expect(loadSecretKeys({ value: "", dataDir, mayCreate: true })).toEqual({ keys: made.keys, created: false });
});

test("without a key, and where none may be made, both places are named", () => {
  const dataDir = temporaryFolder();
  const load = () => loadSecretKeys({ value: undefined, dataDir, mayCreate: false });
  expect(load).toThrow(SecretKeyError);
  expect(load).toThrow(/secret\.key.*HERALD24_SECRET_KEY/u);
});

test.each([
  ["of 31 bytes", base64(randomBytes(31))],
  ["that is no base64", "*".repeat(44)],
  ["in hex", randomBytes(32).toString("hex")],
  ["that is empty, in a list", `${base64(randomBytes(32))},`],
])("a key %s is refused without being shown", (_, value) => {
  const load = () => loadSecretKeys({ value, dataDir: "/nowhere", mayCreate: true });
  expect(load).toThrow(/HERALD24_SECRET_KEY.*32 bytes in base64/u);
  expect(load).not.toThrow(value.slice(0, 10));
});

test("a damaged key file is refused and stays as it is", () => {
  const dataDir = temporaryFolder();
  writeFileSync(keyFile(dataDir), "damaged");
  expect(() => loadSecretKeys({ value: undefined, dataDir, mayCreate: true })).toThrow(/secret\.key/u);
  expect(readFileSync(keyFile(dataDir), "utf8")).toBe("damaged");
});
