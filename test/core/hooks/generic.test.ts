import { expect, test } from "vitest";
import { parseGeneric } from "../../../src/core/hooks/generic.ts";
import { type Mapping, readMapping } from "../../../src/core/hooks/mapping.ts";
import { alertsOf } from "../../../src/core/hooks/parse.ts";
import { payload } from "./payload.ts";

function mapped(...pairs: string[]): Mapping {
  const read = readMapping(pairs);
  if (read.kind === "malformed") throw new Error(`${read.pair}: ${read.rule}`);
  return read.mapping;
}

test("common names are understood without a mapping", () => {
  expect(parseGeneric(payload("generic"))).toEqual({
    kind: "alerts",
    cut: [],
    alerts: [
      {
        title: "Backup failed",
        text: "No space left on nas1",
        severity: "error",
        status: "firing",
        key: "backup-nas1",
        link: "https://backup.example.org/jobs/5",
        tags: ["backup", "nightly"],
        startedAt: 1_770_383_325_000,
        fields: [
          { name: "host", value: "nas1" },
          { name: "attempt", value: "3" },
          { name: "nested", value: '{"a":[1]}' },
        ],
      },
    ],
  });
});

test("a mapping finds things by their paths, in lists too, and takes a value as it is", () => {
  const mapping = mapped(
    "title=data.event.title",
    "text=$.data.triggered_rule",
    "severity==critical",
    "link=data.event.web_url",
    "key=data.event.culprit",
    "fields.browser=data.event.tags[0][1]",
    "fields.names=data.event.tags[*][0]",
  );
  expect(parseGeneric(payload("generic-sentry"), mapping)).toMatchObject({
    alerts: [
      {
        title: "TypeError: x is undefined",
        text: "New issue",
        severity: "critical",
        link: "https://sentry.example.org/issues/1",
        key: "cart.js in total",
        fields: [
          { name: "browser", value: "Firefox" },
          { name: "names", value: "browser, release" },
        ],
      },
    ],
  });
});

test("each entry of a list is an alert, and what stands beside the list can be mapped too", () => {
  const body = { cluster: "prod", problems: [{ what: "a" }, { what: "b", state: "OK" }] };
  const mapping = mapped("each=problems", "title=what", "fields.cluster=$.cluster");
  expect(parseGeneric(body, mapping)).toMatchObject({
    alerts: [
      { title: "a", status: "firing", fields: [{ name: "cluster", value: "prod" }] },
      { title: "b", status: "resolved" },
    ],
  });
  expect(parseGeneric([{ title: "a" }, { title: "b" }])).toMatchObject({ alerts: [{ title: "a" }, { title: "b" }] });
  expect(parseGeneric({ alerts: [{ title: "a" }] })).toMatchObject({ alerts: [{ title: "a" }] });
});

test.each([
  ["resolved", "resolved"],
  ["OK", "resolved"],
  [false, "resolved"],
  ["firing", "firing"],
  ["whatever", "firing"],
  [undefined, "firing"],
])("status %s is %s", (status, expected) => {
  expect(parseGeneric({ title: "x", status })).toMatchObject({ alerts: [{ status: expected }] });
});

test("nothing inherited is found by a path", () => {
  expect(parseGeneric({ title: "x" }, mapped("text=constructor.name", "key=__proto__"))).toMatchObject({
    alerts: [{ text: "" }],
  });
});

test.each([
  [{}, {}, "title", "absent or empty"],
  [{ title: "\u200B", text: " \u2060" }, {}, "title", "absent or empty"],
  ["text", {}, "body", "must be an object"],
  [[{ title: "a" }, { title: "" }], {}, "body[1].title", "absent or empty"],
  [{ list: {} }, { each: "list" }, "list", "must be a list"],
  [{ a: 1 }, { text: "b.c" }, "b.c", "absent or empty"],
  [{ title: "a", key: "k".repeat(1_001) }, {}, "key", "at most 1000"],
  [{ title: "a", key: { host: "nas1" } }, {}, "key", "must be text"],
  [{ title: "a", key: {} }, {}, "key", "must be text"],
  [{ title: "a", key: [] }, {}, "key", "must be text"],
  [[{ title: "a" }, { title: "b", key: ["x"] }], {}, "body[1].key", "must be text"],
  [{ title: "a", labels: { host: "nas1" } }, { key: "labels" }, "labels", "must be text"],
  [{ title: "a", hosts: ["b", { c: 1 }] }, { key: "$.hosts[*]" }, "$.hosts[*]", "must be text"],
  [Array.from({ length: 2_001 }, () => ({ title: "a" })), {}, "body", "2001 entries"],
])("%j with mapping %j says which field is wrong", (body, mapping, path, rule) => {
  expect(parseGeneric(body, mapping)).toMatchObject({
    kind: "malformed",
    path,
    rule: expect.stringContaining(rule),
  });
});

test("what does not fit is cut at a character, and every cut is said", () => {
  const fields = Object.fromEntries(Array.from({ length: 53 }, (_, index) => [`f${index}`, "x"]));
  const body = {
    title: "t".repeat(400),
    text: `${"x".repeat(9_999)}😀 end`,
    fields: { ...fields, f0: "y".repeat(2_000) },
    url: "javascript:alert(1)",
    time: "yesterday",
  };
  const parsed = parseGeneric(body);
  if (parsed.kind !== "alerts") throw new Error("it is well formed");
  const [alert] = parsed.alerts;
  expect(alert?.title).toBe(`${"t".repeat(300)}… (+100)`);
  expect(alert?.text).toBe(`${"x".repeat(9_999)}… (+6)`);
  expect(alert?.fields).toHaveLength(51);
  expect(alert?.fields.at(-1)).toEqual({ name: "…", value: "+3" });
  expect(alert).not.toHaveProperty("link");
  expect(parsed.cut).toEqual([
    "link: is no address of the web with at most 2048 characters, left out",
    "startedAt: is no time, left out",
    "title: 400 characters, the first 300 are kept",
    "text: 10005 characters, the first 10000 are kept",
    "fields: f0: 2000 characters, the first 1000 are kept",
    "fields: 53 fields, the first 50 are kept",
  ]);
});

test.each([
  ["title", "must be what=path"],
  ["colour=x", '"colour" cannot be mapped'],
  ["title=a b", "a path has names"],
  ["title=a..b", "a path has names"],
  ["title=a[x]", "a path has names"],
  ["fields.=a", "cannot be mapped"],
])("the mapping %s is refused with the rule", (pair, rule) => {
  expect(readMapping([pair])).toMatchObject({ kind: "malformed", pair, rule: expect.stringContaining(rule) });
});

test("nothing is mapped twice", () => {
  expect(readMapping(["title=a", "title=b"])).toMatchObject({ kind: "malformed", pair: "title=b" });
});

test("an id of the delivery that stands above a list loses none of its alerts, and tells them again when they come again", () => {
  const mapping = mapped("each=problems", "title=name", "delivery=$.batch");
  const deliveries = (batch: string) => {
    const parsed = parseGeneric({ batch, problems: [{ name: "CPU" }, { name: "Disk" }] }, mapping);
    if (parsed.kind !== "alerts") throw new Error(parsed.kind);
    const from = { hook: { id: 1, name: "x" }, delivery: "request", now: 0 };
    return alertsOf(parsed.alerts, from).map(({ origin }) => origin.kind === "hook" && origin.delivery);
  };
  expect(new Set([...deliveries("b1"), ...deliveries("b1"), ...deliveries("b2")]).size).toBe(4);
});
