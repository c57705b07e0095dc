import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { ROOT } from "./bundle.ts";

const IMPORT = /(?<head>\bfrom\s+|\bimport\(|\bimport\s+)"(?<path>\.{1,2}\/[^"]+)\.ts"/gu;

/**
 * Writes the library's types below `dir`, and of all others only those that they mention. They import each other as `.js`, which
 * every compiler understands.
 */
export function writeTypes(dir: string): void {
  const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const all = mkdtempSync(join(tmpdir(), "herald24-types-"));
  try {
    const args = [compiler, "--project", join(ROOT, "tsconfig.library.json"), "--outDir", all];
    execFileSync(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
    const waiting = [join(all, "src", "library.d.ts")];
    for (const file of waiting) {
      const text = readFileSync(file, "utf8");
      const mentioned = [...text.matchAll(IMPORT)].map(({ groups }) => join(dirname(file), `${groups?.path}.d.ts`));
      waiting.push(...mentioned.filter((path) => !waiting.includes(path)));
      const copy = join(dir, relative(all, file));
      mkdirSync(dirname(copy), { recursive: true });
      writeFileSync(copy, text.replace(IMPORT, '$<head>"$<path>.js"'));
    }
  } finally {
    rmSync(all, { recursive: true, force: true });
  }
}
