import fc from "fast-check";
import { expect, test } from "vitest";
import { safeFileName } from "../../src/core/fileName.ts";

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

test.each([
  ["report.pdf", "report.pdf"],
  ["Отчёт за май.xlsx", "Отчёт за май.xlsx"],
  ["../../etc/passwd", "_.._etc_passwd"],
  ["C:\\temp\\a.txt", "C__temp_a.txt"],
  ["..", "file"],
  ["", "file"],
  ["///.png", "file.png"],
  [".htaccess", "htaccess"],
  ["invoice\u202egpj.exe", "invoice_gpj.exe"],
  ["a\r\nSet-Cookie: x=1.txt", "a__Set-Cookie_ x=1.txt"],
  ["name. . ", "name"],
  ["half \ud83d emoji.png", "half _ emoji.png"],
])("%j becomes %j", (name, safe) => {
  expect(safeFileName(name)).toBe(safe);
});

test("a name that is too long keeps its extension and whole characters", () => {
  const safe = safeFileName(`${"я".repeat(500)}.docx`);
  expect(safe).toMatch(/^я+\.docx$/u);
  expect(bytesOf(safe)).toBeGreaterThan(190);
  expect(bytesOf(safe)).toBeLessThanOrEqual(200);
});

test("whatever the sender names a file, the name is one short segment of an address that decodes to itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (name) => {
      const safe = safeFileName(name);
      expect(bytesOf(safe)).toBeLessThanOrEqual(200);
      expect(safe).not.toMatch(/^\.|[/\\\p{Cc}\u202e]|[. ]$/u);
      const address = new URL(`https://example.org/media/x/${encodeURIComponent(safe)}`);
      expect(decodeURIComponent(address.pathname)).toBe(`/media/x/${safe}`);
    }),
  );
});
