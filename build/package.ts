import { cpSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { bundle, NATIVE, ROOT } from "./bundle.ts";
import { noticesOf } from "./notices.ts";
import { writeTypes } from "./types.ts";

/** Read at run time, at the place that they have in the checkout. */
const BESIDE = ["migrations/**", "src/messages/*.ftl", "sandbox/demo/*.{html,css,js}"];
const AS_THEY_ARE = ["bin/herald24.mjs", "README.md", "CHANGELOG.md", "LICENSE", "docs/*.md"];

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  bin: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
});

/** Writes the whole package into `dir`: what `npm pack` packs and an image copies, which needs nothing of the checkout. */
export async function writePackage(dir: string): Promise<void> {
  const chunks = await bundle(dir);
  for (const file of globSync([...BESIDE, ...AS_THEY_ARE], { cwd: ROOT })) {
    cpSync(join(ROOT, file), join(dir, file), { recursive: true });
  }
  writeFileSync(join(dir, "THIRD-PARTY.txt"), noticesOf(chunks.flatMap((chunk) => chunk.moduleIds)));
  writeTypes(join(dir, "types"));
  writeFileSync(join(dir, "package.json"), `${JSON.stringify(builtManifest(), undefined, 2)}\n`);
}

function builtManifest() {
  const { dependencies, ...named } = manifest.parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));
  const kept = ["node", ...NATIVE].map((name) => {
    const version = dependencies[name];
    if (version === undefined) throw new Error(`package.json names no version of ${name}`);
    return [name, version] as const;
  });
  return {
    ...named,
    type: "module",
    // For the library; the command brings a newer Node along.
    engines: { node: ">=22.19" },
    exports: {
      ".": { types: "./types/src/library.d.ts", default: "./library.js" },
      "./package.json": "./package.json",
    },
    dependencies: Object.fromEntries(kept),
  };
}
