import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type OutputChunk, type Plugin, rolldown } from "rolldown";

/** Where the sources lie. */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Native code cannot be bundled: these stay dependencies of the package. */
export const NATIVE: readonly string[] = ["better-sqlite3", "sharp"];
/** Tried by discord.js, and done without where it is not installed. */
const OPTIONAL = ["zlib-sync"];

/**
 * Code that looks for a file beside itself (catalogues, migrations, the demo's page) finds it at the same place below the
 * bundle's folder as below the checkout's.
 */
const keepPlaces: Plugin = {
  name: "keep-places",
  transform(code, id) {
    if (id.includes("node_modules") || !code.includes("import.meta.url")) return undefined;
    const place = JSON.stringify(`./${relative(ROOT, id).split(sep).join("/")}`);
    return { code: code.replaceAll("import.meta.url", `new URL(${place}, import.meta.url).href`), map: null };
  },
};

/**
 * Puts command line and library, with everything they import, into a few files. Not minified: names of errors are looked at by
 * code of others, and a stack trace has to say something.
 *
 * @param dir Where to write; the chunks lie flat in it.
 * @throws {Error} On any warning of the bundler: a build that guesses is none.
 */
export async function bundle(dir: string): Promise<readonly OutputChunk[]> {
  const build = await rolldown({
    cwd: ROOT,
    input: { main: "src/cli/main.ts", library: "src/library.ts" },
    platform: "node",
    external: [/^node:/u, ...NATIVE, ...OPTIONAL],
    plugins: [keepPlaces],
    // discord.js evaluates for those who shard over processes, which nobody does here.
    checks: { eval: false },
    onLog(level, { message }) {
      if (level === "warn") throw new Error(`the bundler warns: ${message}`);
    },
  });
  try {
    const names = { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" };
    const { output } = await build.write({ dir, format: "esm", ...names });
    return output.filter((part) => part.type === "chunk");
  } finally {
    await build.close();
  }
}
