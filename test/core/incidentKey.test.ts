import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Alert } from "../../src/core/alert.ts";
import { incidentKey } from "../../src/core/incidentKey.ts";
import { plain } from "../../src/core/richText.ts";
import type { IncidentKey } from "../../src/core/rule.ts";
import { createPatterns } from "../../src/patterns.ts";
import { alert as anyAlert } from "../support/alerts.ts";

const compile = createPatterns();

const alert = (text: string, change: Partial<Alert> = {}): Alert =>
  anyAlert({
    origin: { kind: "message", at: { platform: "telegram", chatId: "-1", threadId: "", messageId: text } },
    author: { kind: "bot", id: "1", name: "Zabbix" },
    text: plain(text),
    ...change,
  });

const key = (of: IncidentKey, text: string, change?: Partial<Alert>) => incidentKey(alert(text, change), of, compile);

describe("the key of an incident", () => {
  test("is what the source says, whatever the text", () => {
    const of = { kind: "source" } as const;
    expect(key(of, "down", { key: "f1" })).toBe(key(of, "still down", { key: "f1" }));
    expect(key(of, "down", { key: "f1" })).not.toBe(key(of, "down", { key: "f2" }));
  });

  test("is the message itself where the source says nothing, so that its edit is the same incident", () => {
    const of = { kind: "source" } as const;
    const { origin } = alert("first");
    expect(key(of, "first")).toBe(key(of, "edited", { origin }));
    expect(key(of, "first")).not.toBe(key(of, "second"));
  });

  test("is what a pattern captures, whatever its case", () => {
    const of = { kind: "pattern", pattern: String.raw`host[:=]\s*(\S+)|service (\S+)` } as const;
    expect(key(of, "load on host: DB-1 is 9")).toBe(key(of, "host=db-1 is fine"));
    expect(key(of, "service mail")).not.toBe(key(of, "host=db-1"));
    expect(key(of, "nothing of it")).not.toBe(key(of, "nothing of that"));
  });

  test("is made of fields, of which a missing one counts as such", () => {
    const of = { kind: "fields", names: ["host", "check"] } as const;
    const fields = [{ name: "Host", value: "db-1" }];
    expect(key(of, "a", { fields })).toBe(key(of, "b", { fields }));
    expect(key(of, "a", { fields })).not.toBe(key(of, "a", { fields: [{ name: "check", value: "db-1" }] }));
  });

  test.each([
    ["CPU load 97.5 % on db-1 at 12:30", "CPU load 3 % on db-2 at 2026-01-31 09:00:01"],
    ["PROBLEM: ping to mail.example", "OK: ping to mail.example"],
    ["[FIRING:2] Disk https://a.example/x?y=1", "[RESOLVED] Disk https://a.example/z"],
    ["Проблема: диск 91%", "Решено: диск 12%"],
    ["job 7f3a9bc21 failed", "job 0011aabb2 failed"],
  ])("is its shape: %s like %s", (one, other) => {
    expect(key({ kind: "shape" }, one)).toBe(key({ kind: "shape" }, other));
  });

  test("keeps apart what is of another kind by its shape", () => {
    expect(key({ kind: "shape" }, "CPU load 97 %")).not.toBe(key({ kind: "shape" }, "Disk load 97 %"));
    // Nothing but numbers has no shape of its own.
    expect(key({ kind: "shape" }, "---")).not.toBe(key({ kind: "shape" }, "***"));
  });

  test("never fails, and keys of different kinds never meet", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (text, other) => {
        const shape = key({ kind: "shape" }, text);
        expect(key({ kind: "source" }, text, { key: other })).not.toBe(shape);
      }),
    );
  });
});
