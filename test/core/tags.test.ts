import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageTag, sourceSubTag, userTag } from "../../src/core/tags.ts";

const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const source = { platform: "telegram", chatId: "-100", threadId: "", messageId: "7" } as const;

const tagOf = (tag: string, scope = "chat") => userTag({ hash, scope, tag, recipient: 42 });

describe("tags", () => {
  test("have the shape that the portal keeps apart by recipient", () => {
    expect(tagOf("ci")).toMatch(/^h24\.t\.[\da-f]{32}\.42$/u);
    expect(messageTag({ hash, source, recipient: 42 })).toMatch(/^h24\.m\.[\da-f]{32}\.42$/u);
    expect(sourceSubTag({ hash, source })).toMatch(/^h24\.s\.[\da-f]{32}$/u);
  });

  test("do not change between versions: a stored tag must still replace", () => {
    expect(tagOf("ci")).toBe(`h24.t.${hash("1:t4:chat2:ci").slice(0, 32)}.42`);
    expect(messageTag({ hash, source, recipient: 42 })).toBe(`h24.m.${hash("1:m8:telegram4:-1001:7").slice(0, 32)}.42`);
  });

  test.each([
    ["CI", "ci"],
    ["Сборка", "сборка"],
    ["й", "и\u0306"],
    ["İ", "i\u0307"],
  ])("%j and %j are one tag", (one, other) => {
    expect(tagOf(one)).toBe(tagOf(other));
  });

  test("ё and е are two tags", () => {
    expect(tagOf("ёлка")).not.toBe(tagOf("елка"));
  });

  test("differ wherever scope or tag differ, however these are cut", () => {
    const text = fc.string({ maxLength: 6 }).map((value) => value.normalize("NFC").toLowerCase().normalize("NFC"));
    fc.assert(
      fc.property(text, text, text, text, (scope, tag, otherScope, otherTag) => {
        const same = scope === otherScope && tag === otherTag;
        expect(tagOf(tag, scope) === tagOf(otherTag, otherScope)).toBe(same);
      }),
    );
    expect(tagOf("bc", "a")).not.toBe(tagOf("c", "ab"));
  });

  test("stay within 246 characters for the largest of everything", () => {
    const huge = { ...source, chatId: "9".repeat(500), messageId: "9".repeat(500) };
    expect(userTag({ hash, scope: "s".repeat(500), tag: "t".repeat(256), recipient: 2 ** 31 - 1 }).length).toBeLessThan(
      246,
    );
    expect(messageTag({ hash, source: huge, recipient: 2 ** 31 - 1 }).length).toBeLessThan(246);
  });
});
