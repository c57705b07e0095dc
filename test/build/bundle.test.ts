import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../build/bundle.ts";
import { noticesOf } from "../../build/notices.ts";
import { writeTypes } from "../../build/types.ts";

type Chunk = Awaited<ReturnType<typeof bundle>>[number];

let folder = "";
let chunks: readonly Chunk[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "herald24-test-"));
  chunks = await bundle(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const named = (name: string): Chunk => {
  const found = chunks.find(({ fileName }) => fileName === name);
  if (!found) throw new Error(`no chunk ${name}`);
  return found;
};
const holding = (part: string): Chunk[] => chunks.filter(({ moduleIds }) => moduleIds.some((id) => id.includes(part)));

/** Everything that is loaded as soon as `chunk` is: packages outside of the bundle, and chunks. */
function loadedWith(chunk: Chunk, seen = new Set<string>()): Set<string> {
  for (const name of [chunk.fileName, ...chunk.imports]) {
    if (seen.has(name)) continue;
    seen.add(name);
    const next = chunks.find(({ fileName }) => fileName === name);
    if (next) loadedWith(next, seen);
  }
  return seen;
}

test("the service loads discord.js and sharp only when it needs them: Telegram alone goes without, and so does a text", () => {
  const [service] = holding("/src/main.ts");
  const [discord] = holding("/discord.js/src/client/Client.js");
  if (!service || !discord) throw new Error("the bundle holds no service or no discord.js");
  for (const entry of [named("main.js"), service]) {
    const loaded = loadedWith(entry);
    expect(loaded).not.toContain(discord.fileName);
    expect(loaded).not.toContain("sharp");
  }
  expect(loadedWith(service)).toContain("better-sqlite3");
  expect(chunks.flatMap(({ dynamicImports }) => dynamicImports)).toContain("sharp");
});

test("the library loads neither database nor chat platforms", () => {
  const loaded = loadedWith(named("library.js"));
  const heavy = ["/better-sqlite3/", "/grammy/", "/discord.js/", "/drizzle-orm/", "/commander/"];
  expect(loaded).not.toContain("better-sqlite3");
  const modules = [...loaded].flatMap((name) => chunks.find(({ fileName }) => fileName === name)?.moduleIds ?? []);
  expect(modules.filter((id) => heavy.some((part) => id.includes(part)))).toEqual([]);
});

test("nothing outside of the bundle is imported but Node's own modules and the dependencies of the package", () => {
  const outside = chunks
    .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
    .filter((name) => !chunks.some(({ fileName }) => fileName === name) && !name.startsWith("node:"));
  expect(new Set(outside)).toEqual(new Set(["better-sqlite3", "sharp", "zlib-sync"]));
});

test("every bundled package is named with its licence, and with the text where it ships one", () => {
  const notices = noticesOf(chunks.flatMap(({ moduleIds }) => moduleIds)).split(/^-{80}$/mu);
  for (const name of ["discord.js", "grammy", "undici", "zod", "@hono/node-server"]) {
    const [notice] = notices.filter((text) => text.trim().startsWith(`${name} `));
    expect(notice).toMatch(/\((?:MIT|Apache-2\.0)\)\n\n[\s\S]*(?:Permission is hereby granted|TERMS AND CONDITIONS)/u);
  }
  for (const notice of notices) expect(notice.trim()).toMatch(/^\S+ \d+\.\d+\.\d+\S* \((?!no licence)\S.*\)/u);
});

test("the library's types mention nothing that the package lacks", () => {
  writeTypes(join(folder, "types"));
  expect(readdirSync(join(folder, "types"), { recursive: true }).map(String).sort()).toEqual([
    "src",
    join("src", "core"),
    ...["attach", "chat", "portalAddress", "richText", "verdict"].map((name) => join("src", "core", `${name}.d.ts`)),
    join("src", "library.d.ts"),
  ]);
});

test("the launcher runs the sources of a checkout, whatever was built beside them, and the built form where there are none", () => {
  const place = mkdtempSync(join(folder, "launched-"));
  const [launcher, sources] = [join(place, "bin", "herald24.mjs"), join(place, "src", "cli", "main.ts")];
  for (const file of [launcher, sources]) mkdirSync(dirname(file), { recursive: true });
  cpSync(new URL("../../bin/herald24.mjs", import.meta.url), launcher);
  writeFileSync(join(place, "package.json"), '{ "type": "module" }');
  writeFileSync(join(place, "main.js"), 'console.log("built", ...process.argv.slice(2));');
  writeFileSync(sources, 'console.log("sources", ...process.argv.slice(2));');
  const launch = () => execFileSync(process.execPath, [launcher, "--version"], { encoding: "utf8" });
  expect(launch()).toBe("sources --version\n");
  rmSync(sources);
  expect(launch()).toBe("built --version\n");
});
