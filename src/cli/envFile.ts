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

/** A name that stands there twice is set in both places: the last one counts, wherever it is. */
function merged(before: string, settings: Readonly<Record<string, string>>): string {
  const lines = before === "" ? [] : before.replace(/\n$/u, "").split("\n");
  const met = new Set<string>();
  const kept = lines.map((line) => {
    const name = NAME.exec(line)?.groups?.name ?? "";
    const value = settings[name];
    met.add(name);
    return value === undefined ? line : `${name}=${quoted(value)}`;
  });
  const fresh = Object.entries(settings).filter(([name]) => !met.has(name));
  return `${[...kept, ...fresh.map(([name, value]) => `${name}=${quoted(value)}`)].join("\n")}\n`;
}

/** `#` would begin a comment, and blanks would be trimmed. Node: nothing is escaped, so the mark may not stand in the value. */
function quoted(value: string): string {
  if (/^[\w.:/@,+=%~-]*$/u.test(value)) return value;
  const mark = ["'", "`", '"'].find((each) => !value.includes(each));
  return mark === undefined ? value : `${mark}${value}${mark}`;
}
