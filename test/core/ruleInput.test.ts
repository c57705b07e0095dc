import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { SEVERITIES } from "../../src/core/alert.ts";
import { readDuration, writeDuration } from "../../src/core/duration.ts";
import { pathText } from "../../src/core/inputSpot.ts";
import { DEFAULT_OPTIONS } from "../../src/core/rule.ts";
import { type RuleInput, readRules, writeRule } from "../../src/core/ruleInput.ts";
import { isPlace, type TargetInput } from "../../src/core/targetInput.ts";
import { PRIORITIES } from "../../src/core/turns.ts";
import { createPatterns } from "../../src/patterns.ts";

const compile = createPatterns();
const MINIMAL = { name: "ci", from: "telegram:-100123", to: "@oncall" };
const read = (...rules: readonly object[]) => readRules({ rules }, compile);

const line = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .map((text) => text.replaceAll(/[\p{Cc}\p{Z}\p{Cs}\p{Cf}]+/gu, " ").trim())
  .filter((text) => text !== "" && !/^\/.*\/$/su.test(text));
const name = fc.stringMatching(/^[a-zа-я0-9_]{1,10}(?:-[a-z0-9]{1,5})?$/u);
const snowflake = fc.stringMatching(/^[1-9]\d{17}$/u);
const telegram = fc.record({
  platform: fc.constant("telegram" as const),
  chatId: fc.stringMatching(/^-100[1-9]\d{6}$/u),
  threadId: fc.constantFrom("", "7"),
});
const discord = fc.record({
  platform: fc.constant("discord" as const),
  chatId: snowflake,
  threadId: fc.oneof(fc.constant(""), snowflake),
});
const chat = fc.oneof(telegram, discord);
const place = chat.filter(isPlace);
const target: fc.Arbitrary<TargetInput> = fc.oneof(
  fc
    .integer({ min: 1, max: 2 ** 31 - 1 })
    .map((id) => ({ kind: "somebody", ref: { kind: "bitrix-id", id, label: `id:${id}` } }) as const),
  name.map((each) => ({ kind: "somebody", ref: { kind: "name", name: each, label: `@${each}` } }) as const),
  fc.constant({
    kind: "somebody",
    ref: { kind: "name", name: "Anna, the Orlova", label: '@"Anna, the Orlova"' },
  } as const),
  fc.constant({ kind: "somebody", ref: { kind: "email", email: "a@b.example", label: "a@b.example" } } as const),
  name.map((rotation) => ({ kind: "oncall", rotation }) as const),
  place.map((each) => ({ kind: "chat", chat: each }) as const),
  fc.constantFrom("$HOOK_URL", "@/run/secrets/hook").map((reference) => ({ kind: "webhook", reference }) as const),
  snowflake.map((reference) => ({ kind: "webhook", reference }) as const),
);
const some = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 3 });
const parts = {
  tags: some(name),
  words: some(line),
  pattern: fc.constantFrom("disk (\\w+)", "^a|b$", "x.*y"),
  authors: some(line),
  severity: fc.constantFrom(...SEVERITIES),
  status: fc.constantFrom("firing", "resolved"),
  fields: fc.dictionary(line, fc.oneof(line, fc.constant("/web-\\d+/")), { minKeys: 1, maxKeys: 3 }),
} as const;
const filter = fc.record(
  { ...parts, except: fc.record(parts, { requiredKeys: ["tags"] }) },
  { requiredKeys: [] },
) as fc.Arbitrary<RuleInput["filter"]>;
const options = fc.record(
  {
    stop: fc.boolean(),
    priority: fc.constantFrom(...PRIORITIES),
    key: fc.oneof(
      fc.constant({ kind: "source" } as const),
      fc.constant({ kind: "shape" } as const),
      fc.constant({ kind: "pattern", pattern: "job=(\\w+)" } as const),
      some(line).map((names) => ({ kind: "fields", names }) as const),
    ),
    groupSeconds: fc.integer({ min: 0, max: 3_600 }),
    updateSeconds: fc.integer({ min: 0, max: 86_400 }),
    stormAfter: fc.integer({ min: 1, max: 10_000 }),
    capPerMinute: fc.integer({ min: 1, max: 10_000 }),
    inhibitBy: some(line),
    escalation: fc.record({
      steps: some(fc.record({ afterMinutes: fc.integer({ min: 1, max: 10_080 }), targets: some(target) })),
      repeats: fc.integer({ min: 0, max: 100 }),
    }),
    edits: fc.boolean(),
    media: fc.boolean(),
  },
  {
    requiredKeys: [
      "stop",
      "priority",
      "key",
      "groupSeconds",
      "updateSeconds",
      "stormAfter",
      "capPerMinute",
      "edits",
      "media",
    ],
  },
) as fc.Arbitrary<RuleInput["options"]>;
const rule: fc.Arbitrary<RuleInput> = fc.record({
  name,
  enabled: fc.boolean(),
  source: fc.oneof(
    chat.map((each) => ({ kind: "chat", chat: each }) as const),
    name.map((each) => ({ kind: "hook", name: each }) as const),
  ),
  filter,
  targets: some(target),
  options,
});
const rules = fc.uniqueArray(rule, { selector: (each) => each.name, maxLength: 4 });

test("what is written out reads back as the same rules, as it is and as YAML", () => {
  fc.assert(
    fc.property(rules, (given) => {
      const written = { rules: given.map(writeRule) };
      expect(readRules(written, compile)).toEqual({ kind: "rules", rules: given });
      expect(readRules(parse(stringify(written), { schema: "failsafe" }), compile)).toEqual({
        kind: "rules",
        rules: given,
      });
    }),
  );
});

test("whatever is given, it is read or refused with a place, a value, a rule and a remedy, and never thrown", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.array(fc.dictionary(fc.constantFrom(...Object.keys(MINIMAL), "filter", "options", "x"), fc.anything())),
      ),
      (value) => {
        const result = readRules(value, compile);
        if (result.kind === "rules") return;
        expect(result.problems.length).toBeGreaterThan(0);
        for (const problem of result.problems) {
          expect(problem.value).not.toBe("");
          expect(problem.rule).toMatch(/\.$/u);
          expect(problem.remedy).toMatch(/[.?:]$/u);
        }
      },
    ),
  );
});

test("what is left out is as it usually is", () => {
  expect(read(MINIMAL)).toEqual({
    kind: "rules",
    rules: [
      {
        name: "ci",
        enabled: true,
        source: { kind: "chat", chat: { platform: "telegram", chatId: "-100123", threadId: "" } },
        filter: {},
        targets: [{ kind: "somebody", ref: { kind: "name", name: "oncall", label: "@oncall" } }],
        options: DEFAULT_OPTIONS,
      },
    ],
  });
});

test.each([
  [{ ...MINIMAL, filter: { pattern: "a(?=b)" } }, "rules[0].filter.pattern", "RE2"],
  [{ ...MINIMAL, filter: { patern: "a" } }, "rules[0].filter.patern", "Did you mean pattern?"],
  [{ ...MINIMAL, filter: { fields: { job: "/(/" } } }, "rules[0].filter.fields.job", "RE2"],
  [{ ...MINIMAL, filter: { severity: "criticl" } }, "rules[0].filter.severity", "Did you mean critical?"],
  [{ ...MINIMAL, filter: { except: { tag: "x" } } }, "rules[0].filter.except.tag", "Did you mean tags?"],
  [{ ...MINIMAL, filter: { tags: ["two words"] } }, "rules[0].filter.tags[0]", "letters"],
  [{ ...MINIMAL, options: { group: "5" } }, "rules[0].options.group", "duration"],
  [{ ...MINIMAL, options: { group: "2h" } }, "rules[0].options.group", "to 1h"],
  [{ ...MINIMAL, options: { "storm-after": "0" } }, "rules[0].options.storm-after", "from 1"],
  [{ ...MINIMAL, options: { escalate: "@oncall" } }, "rules[0].options.escalate", "10m @oncall"],
  [{ ...MINIMAL, options: { escalate: ["90s @oncall"] } }, "rules[0].options.escalate[0]", "whole minutes"],
  [{ ...MINIMAL, options: { repeat: 2 } }, "rules[0].options.repeat", "escalate"],
  [{ ...MINIMAL, options: { key: "colour" } }, "rules[0].options.key", "shape"],
  [{ ...MINIMAL, from: "-100123" }, "rules[0].from", "telegram:"],
  [{ ...MINIMAL, to: [] }, "rules[0].to", "oncall:"],
  [{ ...MINIMAL, to: ["@a", "telegram:x"] }, "rules[0].to[1]", "telegram:<chat>"],
  [{ ...MINIMAL, name: "two words" }, "rules[0].name", "letters"],
  [{ ...MINIMAL, froom: "x" }, "rules[0].froom", "Did you mean from?"],
])("%j is refused at %s", (given, path, said) => {
  const result = read(given);
  const [problem] = result.kind === "wrong" ? result.problems : [];
  expect(pathText(problem?.path ?? [])).toBe(path);
  expect(`${problem?.rule} ${problem?.remedy}`).toContain(said);
});

test("all that is wrong is told at once, and of two rules of one name the second", () => {
  const result = read(MINIMAL, { ...MINIMAL, name: "CI" }, { ...MINIMAL, name: "b", to: "", from: "" });
  const problems = result.kind === "wrong" ? result.problems : [];
  expect(problems.map(({ path }) => pathText(path))).toEqual(["rules[2].from", "rules[2].to", "rules[1].name"]);
});

test("the address of a webhook is not taken, and not told again", () => {
  const token = "t".repeat(60);
  for (const address of [
    `discord-webhook:https://discord.com/api/webhooks/112233445566778899/${token}`,
    `https://discord.com/api/webhooks/112233445566778899/${token}`,
  ]) {
    const result = read({ ...MINIMAL, to: address, filter: address, options: { escalate: [`10m ${address}`] } });
    expect(JSON.stringify(result)).toContain("discord-webhook:$NAME");
    expect(JSON.stringify(result)).not.toContain(token);
  }
});

test("durations are read as people write them, and written so that they read the same", () => {
  expect(["90s", "5m", "1h30m", "2ч", "10 мин".replace(" ", ""), "1d", "0"].map(readDuration)).toEqual([
    90, 300, 5_400, 7_200, 600, 86_400, 0,
  ]);
  expect(["", "5", "m", "-5m", "5x", "5m 3s", "1.5h"].map(readDuration)).toEqual(Array(7).fill(undefined));
  fc.assert(
    fc.property(fc.nat(10_000_000), (seconds) => {
      expect(readDuration(writeDuration(seconds))).toBe(seconds);
    }),
  );
});
