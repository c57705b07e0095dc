import fc from "fast-check";
import { expect, test } from "vitest";
import { readJson } from "../../../src/core/hooks/json.ts";
import { FIELD_VALUE_LIMIT, MOST_FIELDS, TEXT_LIMIT, TITLE_LIMIT } from "../../../src/core/hooks/limits.ts";
import { alertsOf, type HookRequest, parseHook } from "../../../src/core/hooks/parse.ts";
import { payload } from "./payload.ts";

const KINDS: readonly HookRequest["kind"][] = ["alertmanager", "grafana", "zabbix", "uptime-kuma", "github", "generic"];
const GENUINE: readonly (readonly [HookRequest["kind"], string, string?])[] = [
  ["alertmanager", "alertmanager"],
  ["grafana", "grafana"],
  ["zabbix", "zabbix"],
  ["uptime-kuma", "uptime-kuma"],
  ["github", "github-workflow_run", "workflow_run"],
  ["github", "github-push", "push"],
  ["github", "github-issues", "issues"],
  ["github", "github-release", "release"],
  ["generic", "generic"],
];
const EVENTS = ["push", "issues", "pull_request", "workflow_run", "check_run", "release", "star", "__proto__"];
/** Room for the mark of what was cut. */
const MARK = 20;

/** It is an answer, and what is taken keeps to the limits and can be written down. */
function check(request: HookRequest): void {
  const parsed = parseHook(request);
  if (parsed.kind !== "alerts") return;
  const alerts = alertsOf(parsed.alerts, { hook: { id: 1, name: "x" }, delivery: "d", now: 1_800_000_000_000 });
  expect(JSON.parse(JSON.stringify(alerts))).toEqual(alerts);
  for (const { title = "", text, fields, at, origin } of alerts) {
    expect(title.length).toBeLessThanOrEqual(TITLE_LIMIT + MARK);
    expect(title).not.toMatch(/\n/u);
    expect(text.reduce((sum, run) => sum + run.text.length, 0)).toBeLessThanOrEqual(TEXT_LIMIT * 2 + MARK * 2);
    expect(fields.length).toBeLessThanOrEqual(MOST_FIELDS + 1);
    for (const { value } of fields) expect(value.length).toBeLessThanOrEqual(FIELD_VALUE_LIMIT + MARK);
    expect(at).toBeLessThanOrEqual(1_800_000_000_000);
    expect(origin.kind).toBe("hook");
  }
}

test("no JSON whatever makes a parser throw", () => {
  const requests = fc.record({
    kind: fc.constantFrom(...KINDS),
    body: fc.jsonValue({ maxDepth: 5 }),
    event: fc.option(fc.constantFrom(...EVENTS), { nil: undefined }),
  });
  fc.assert(fc.property(requests, check), { numRuns: 1_000 });
});

/** The paths of everything in a JSON value. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, each]) => pathsOf(each, [...path, name]))];
}

function replaced(value: unknown, path: readonly string[], other: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined || typeof value !== "object" || value === null) return other;
  const entries = Object.entries(value).map(([key, each]) => [key, key === name ? replaced(each, rest, other) : each]);
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}

test("a genuine request with anything in place of one of its parts is understood or refused, never a failure", () => {
  const spoiled = fc.constantFrom(...GENUINE).chain(([kind, name, event]) => {
    const body = payload(name);
    return fc
      .record({ path: fc.constantFrom(...pathsOf(body)), other: fc.jsonValue({ maxDepth: 3 }) })
      .map(({ path, other }) => ({ kind, body: replaced(body, path, other), event }));
  });
  fc.assert(fc.property(spoiled, check), { numRuns: 1_500 });
});

test("objects that look like methods are values like others", () => {
  const odd = { toString: "x", valueOf: 1, constructor: null, __proto__: [] };
  for (const kind of KINDS)
    check({
      kind,
      event: "push",
      body: { ...odd, title: "x", tags: [{ tag: odd, name: odd }], msg: "x", alerts: [odd] },
    });
});

test("JSON is read as the engine reads it, and refused with a place where the engine refuses it", () => {
  const texts = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc.tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.string({ maxLength: 2 })).map(([text, at, more]) => {
      const place = text.length === 0 ? 0 : at % text.length;
      return text.slice(0, place) + more + text.slice(place + 1);
    }),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const read = readJson(text);
      let expected: unknown;
      try {
        expected = { kind: "json", value: JSON.parse(text) };
      } catch {
        expect(read).toMatchObject({ kind: "malformed" });
        if (read.kind === "malformed") {
          const lines = text.split("\n");
          expect(read.line).toBeLessThanOrEqual(lines.length);
          expect(read.column).toBeLessThanOrEqual(Array.from(lines[read.line - 1] ?? "").length + 1);
        }
        return;
      }
      expect(read).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["", 1, 1, "ends too early"],
  ['{\n  "a": 1,\n}', 3, 1, "is not what JSON allows here"],
  ['{"a":"x\ny"}', 1, 6, "is not what JSON allows here"],
  ['{"a":01}', 1, 6, "is not what JSON allows here"],
  ['{"😀": tru}', 1, 7, "is not what JSON allows here"],
  ['[1, {"a": [2', 1, 13, "ends too early"],
  ["[".repeat(100_000), 1, 65, "nested deeper than 64"],
])("of %j it says where it goes wrong", (text, line, column, rule) => {
  expect(readJson(text)).toEqual({ kind: "malformed", line, column, rule });
});
