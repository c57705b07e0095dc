import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseForward } from "../../src/core/forwardGrammar.ts";
import { plain } from "../../src/core/richText.ts";
import { readRules } from "../../src/core/ruleInput.ts";
import { createPatterns } from "../../src/patterns.ts";

const page = readFileSync(new URL("../../docs/alerts.md", import.meta.url), "utf8");

test("the file of rules in docs/alerts.md is one that is read", () => {
  const file = /```yaml\n(?<file>rules:.*?)```/su.exec(page)?.groups?.file ?? "";
  const read = readRules(parse(file, { schema: "failsafe" }), createPatterns());
  expect(read.kind === "wrong" ? read.problems : []).toEqual([]);
  expect(read).toMatchObject({ kind: "rules", rules: [{ name: "ci", options: { stop: true, capPerMinute: 60 } }] });
});

test("the lines of /forward in docs/alerts.md are understood", () => {
  const lines = [...page.matchAll(/^\/forward (?<rest>.*?)(?: {2,}.*)?$/gmu)].map(({ groups }) => groups?.rest ?? "");
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines) expect([line, parseForward(plain(line)).kind]).not.toContain("unknown");
});
