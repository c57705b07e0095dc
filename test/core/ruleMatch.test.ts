import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Alert } from "../../src/core/alert.ts";
import { plain } from "../../src/core/richText.ts";
import type { RuleFilter } from "../../src/core/rule.ts";
import { matchRules, mismatches } from "../../src/core/ruleMatch.ts";
import { createPatterns } from "../../src/patterns.ts";

const compile = createPatterns();

const alert = (change: Partial<Alert> = {}): Alert => ({
  origin: { kind: "hook", hookId: 1, delivery: "1" },
  author: { kind: "bot", id: "42", name: "Grafana" },
  place: "ops",
  title: "Disk full",
  text: plain("host db-1 has 3 % left, купить диск"),
  fields: [{ name: "Region", value: "eu-1" }],
  media: [],
  parts: [],
  tags: ["Disk"],
  severity: "error",
  status: "firing",
  at: 0,
  edited: false,
  ...change,
});

const passes = (filter: RuleFilter, change?: Partial<Alert>) => mismatches(filter, alert(change), compile).length === 0;

describe("a filter", () => {
  test("lets everything pass that it does not ask about", () => {
    expect(passes({})).toBe(true);
    expect(passes({ tags: [], words: [], authors: [], fields: {}, except: {} })).toBe(true);
  });

  test.each<[string, RuleFilter, boolean]>([
    ["a tag, whatever its case", { tags: ["DISK", "cpu"] }, true],
    ["a tag that is not there", { tags: ["cpu"] }, false],
    ["a word of the title", { words: ["full"] }, true],
    ["a word of another script, whatever its case", { words: ["КУПИТЬ"] }, true],
    ["a phrase", { words: ["has 3 %"] }, true],
    ["a word of a field", { words: ["eu-1"] }, true],
    ["a part of a word", { words: ["dis"] }, false],
    ["nothing at all as a word", { words: ["", " "] }, false],
    ["a pattern", { pattern: String.raw`db-\d+` }, true],
    ["a pattern of one line", { pattern: "^disk full$" }, true],
    ["a pattern that is not valid", { pattern: "(" }, false],
    ["an author by name", { authors: ["@grafana"] }, true],
    ["an author by id", { authors: ["42"] }, true],
    ["an author by a part of the id", { authors: ["4"] }, false],
    ["a lesser severity", { severity: "warning" }, true],
    ["a graver severity", { severity: "critical" }, false],
    ["the status", { status: "resolved" }, false],
    ["a field's value", { fields: { region: "eu-1" } }, true],
    ["a field's other value", { fields: { region: "eu" } }, false],
    ["a field's pattern", { fields: { region: "/^eu-/" } }, true],
    ["a field that is not there", { fields: { host: "/.*/" } }, false],
    ["an exception that holds", { except: { tags: ["disk"] } }, false],
    ["an exception of which a part does not hold", { except: { tags: ["disk"], severity: "critical" } }, true],
  ])("that asks for %s", (_, filter, expected) => {
    expect(passes(filter)).toBe(expected);
  });

  test("takes an alert of unknown severity for a warning", () => {
    const { severity: _, ...unknown } = alert();
    expect(mismatches({ severity: "warning" }, unknown, compile)).toEqual([]);
    expect(mismatches({ severity: "error" }, unknown, compile)).toEqual([
      { part: "severity", wanted: "error", found: "warning" },
    ]);
  });

  test("finds every word that stands between blanks, and never throws", () => {
    const word = fc.stringMatching(/^[\p{L}\p{N}]{1,12}$/u);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(), (words, pick) => {
        const wanted = words[pick % words.length] ?? "";
        expect(passes({ words: [wanted] }, { text: plain(words.join(" ")) })).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (word, text) => {
        expect(typeof passes({ words: [word], pattern: word }, { text: plain(text) })).toBe("boolean");
      }),
    );
  });
});

describe("rules", () => {
  const rule = (name: string, filter: RuleFilter, stop = false) => ({ name, filter, options: { stop } });

  test("are asked in their order until one that matches stops it", () => {
    const rules = [
      rule("cpu", { tags: ["cpu"] }, true),
      rule("disk", { tags: ["disk"] }),
      rule("last", {}, true),
      rule("never", {}),
    ];
    expect(matchRules(rules, alert(), compile)).toEqual([
      { kind: "no", rule: rules[0], because: [{ part: "tags", wanted: "cpu", found: "Disk" }] },
      { kind: "match", rule: rules[1] },
      { kind: "match", rule: rules[2] },
      { kind: "stopped", rule: rules[3], by: "last" },
    ]);
  });
});

describe("a pattern", () => {
  test("answers its groups, of which those that took no part are absent", () => {
    expect(compile("(a)|(b)")?.("xxB")).toEqual(["B", undefined, "B"]);
  });

  test("takes linear time where another engine would take for ever", () => {
    expect(compile("(a+)+$")?.(`${"a".repeat(50_000)}!`)).toBeUndefined();
  });

  test.each(["", "(", "(?=a)", String.raw`(a)\1`, "a{1001}", "a".repeat(1_001)])("is not %s", (source) => {
    expect(compile(source)).toBeUndefined();
  });
});
