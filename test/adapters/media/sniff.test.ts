import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openMediaFiles } from "../../../adapters/media/files.ts";

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "herald24-sniff-"));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function mimeOf(bytes: Uint8Array): Promise<string> {
  const kept = await openMediaFiles({ dir }).keep({ stream: Readable.from([bytes]), claimedName: "picture.jpg" }, 1e7);
  return kept.kind === "kept" ? kept.file.mime : kept.kind;
}

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const OPUS = Buffer.concat([
  Buffer.from("OggS\0\x02", "latin1"),
  Buffer.alloc(20),
  Buffer.from([1, 19]),
  Buffer.from("OpusHead\x01\x01", "latin1"),
  Buffer.alloc(40),
]);

test.each([
  ["a PNG", PNG, "image/png"],
  ["a GIF", GIF, "image/gif"],
  ["a JPEG", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]), "image/jpeg"],
  ["a voice message", OPUS, "audio/ogg"],
  ["a PDF", Buffer.from("%PDF-1.7\n1 0 obj\n"), "application/pdf"],
  ["text", Buffer.from("Сборка упала"), "text/plain"],
  ["text that begins like a bitmap", Buffer.from("BMW is red, and has been for a while"), "text/plain"],
  ["a comparison", Buffer.from("<- that way, a < b"), "text/plain"],
  ["text with NUL", Buffer.from("a\0b"), "application/octet-stream"],
  ["no UTF-8", Buffer.from([0x61, 0xc3, 0x28, 0x62]), "application/octet-stream"],
  ["UTF-8 cut in a character", Buffer.from("я").subarray(0, 1), "application/octet-stream"],
  ["nothing", Buffer.alloc(0), "application/octet-stream"],
  ["SVG", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "image/svg+xml"],
  [
    "SVG behind a prologue",
    Buffer.from('\ufeff<?xml version="1.0"?>\n<!-- made by hand -->\n<!DOCTYPE svg PUBLIC "x" "y">\n<svg/>'),
    "image/svg+xml",
  ],
  ["SVG with a prefix", Buffer.from('<s:svg xmlns:s="http://www.w3.org/2000/svg"/>'), "image/svg+xml"],
  ["HTML", Buffer.from("  <!DOCTYPE html><title>x</title>"), "text/html"],
  ["a script", Buffer.from("<!-- x --><SCRIPT>alert(1)</SCRIPT>"), "text/html"],
  ["XML", Buffer.from('<?xml version="1.0"?><feed/>'), "application/xml"],
])("%s is told by its content", async (_what, bytes, mime) => {
  expect(await mimeOf(bytes)).toBe(mime);
});

test("one byte far behind the beginning decides that a file is not text", async () => {
  const bytes = Buffer.alloc(500_000, "a");
  expect(await mimeOf(bytes)).toBe("text/plain");
  bytes[499_999] = 0;
  expect(await mimeOf(bytes)).toBe("application/octet-stream");
});
