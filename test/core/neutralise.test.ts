import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keepBackslashes, neutralise, neutraliseName } from "../../src/core/neutralise.ts";
import { alive, hostileText } from "./adversary.ts";

const ATTACKS = [
  "[url=https://evil.example]https://company.example[/url]",
  '<a href="https://evil.example">https://company.example</a>',
  "[img size=small]https://evil.example/pixel.png [/img]",
  "[user=1]CEO[/user] said",
  "[send=/dismiss]OK[/send]",
  "&#91;url=https://evil.example&#93;x&#91;/url&#93;",
  "&amp;#91;b&amp;#93;",
  "a #BR#>> quoted",
  "#BR#BR#",
  ">> forged",
  "text\n  >> forged",
  "-".repeat(54),
  "$result[users][0][EMAIL]",
  "$RESULT[users]",
  "javascript:alert(1)",
  "tel:+900123",
  "\u202Egnp.exe",
  "&\u0000lt;b>",
];

describe("neutralise", () => {
  test("the adversary sees every attack while it is not neutralised", () => {
    expect(ATTACKS.filter((attack) => alive(attack).length === 0)).toEqual([]);
  });

  test.each(ATTACKS)("leaves nothing of %j alive", (attack) => {
    expect(alive(neutralise(attack))).toEqual([]);
  });

  test("leaves nothing alive in any mixture of dangerous parts, and doing it twice changes nothing", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const once = neutralise(text);
        expect(alive(once)).toEqual([]);
        expect(neutralise(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ["Build is red: 3 of 10 failed, cost $5, a & b, AT&T"],
    ["см. https://ci.example/build/7?a=1&b=2#log и http://x.example"],
    ["echo $HOME --dry-run"],
    ["12:30 note: done"],
    ["line one\n\n\nline two\tend"],
  ])("leaves harmless text %j as it is", (text) => {
    expect(neutralise(text)).toBe(text);
  });

  test("an address with brackets still leads to the same place", () => {
    expect(neutralise("see https://x.example/?q[]=1 [x]")).toBe("see https://x.example/?q%5B%5D=1 ［x］");
  });

  test("a name is one line of limited length, without half characters", () => {
    expect(neutraliseName(" a\n[b]\r\n c ")).toBe("a ［b］ c");
    expect(neutraliseName("😀".repeat(300), 10)).toBe(`${"😀".repeat(9)}…`);
  });

  test("backslashes in blocks stay backslashes when the portal resolves its escapes", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("\\", "n", "t", '"', "x")), (parts) => {
        const text = parts.join("");
        const read = keepBackslashes(text).replaceAll(/\\([nt"\\])/gu, "!");
        expect(read.replaceAll("\u2060", "")).toBe(text);
      }),
    );
  });
});
