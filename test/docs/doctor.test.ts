import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CHECKS } from "../../src/app/checks.ts";

test("docs/cli.md names every check that doctor --json can hold", () => {
  const text = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
  expect(CHECKS.filter((check) => !text.includes(`\`${check}\``))).toEqual([]);
});
