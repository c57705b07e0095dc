import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
});

/**
 * What the licences of bundled packages ask for: their names and texts go along with their code.
 *
 * @param modules Files of the bundle, by path.
 */
export function noticesOf(modules: readonly string[]): string {
  const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
  return [...folders]
    .map(noticeOf)
    .sort()
    .join(`\n${"-".repeat(80)}\n\n`);
}

function packageFolder(module: string): string | undefined {
  return /^\0?(?<folder>.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/u.exec(module)?.groups?.folder;
}

function noticeOf(folder: string): string {
  const { name, version, license } = manifest.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  const kind = typeof license === "string" ? license : (license?.type ?? "no licence named");
  const [file] = globSync("{licen[sc]e,LICEN[SC]E,Licen[sc]e}*", { cwd: folder });
  const path = join(folder, file ?? "");
  const text = file !== undefined && existsSync(path) ? `\n${readFileSync(path, "utf8").trim()}\n` : "";
  return `${name} ${version} (${kind})\n${text}`;
}
