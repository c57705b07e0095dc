import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** Writes settings into `.env`, readable by the owner alone. Lines about other things stay as they are. */
export function writeEnv(file: string, settings: Readonly<Record<string, string>>): void {
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const staged = `${file}.new`;
  writeFileSync(staged, merged(before, settings), { mode: 0o600 });
  chmodSync(staged, 0o600);
  renameSync(staged, file);
}

/** What a line sets, comments and blank lines nothing. */
const NAME = /^\s*(?:export\s+)?(?<name>[A-Za-z_]\w*)\s*=/u;

function merged(before: string, settings: Readonly<Record<string, string>>): string {
  const left = new Map(Object.entries(settings));
  const lines = before === "" ? [] : before.replace(/\n$/u, "").split("\n");
  const kept = lines.map((line) => {
    const name = NAME.exec(line)?.groups?.name ?? "";
    const value = left.get(name);
    left.delete(name);
    return value === undefined ? line : `${name}=${quoted(value)}`;
  });
  return `${[...kept, ...[...left].map(([name, value]) => `${name}=${quoted(value)}`)].join("\n")}\n`;
}

/** `#` would begin a comment, and blanks would be trimmed. */
const quoted = (value: string): string => (/^[\w.:/@,+=%~-]*$/u.test(value) ? value : `'${value}'`);
