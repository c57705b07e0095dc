import { dirname } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { runCli } from "../../src/cli/run.ts";
import type { Desk } from "./desk.ts";

/** Runs a command of the CLI beside a desk, on the same database. */
export async function runBeside(
  { file, secretKeys }: Pick<Desk, "file" | "secretKeys">,
  argv: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const env = {
    DATABASE_URL: `file:${file}`,
    DATA_DIR: dirname(file),
    HERALD24_SECRET_KEY: Buffer.from(secretKeys[0] ?? []).toString("base64"),
    ...more,
  };
  const host = { env, cwd: dirname(file), stdout, stderr, stdin: Readable.from([]), interactive: false };
  const code = await runCli(argv, host);
  const read = (stream: PassThrough): string => stream.read()?.toString("utf8") ?? "";
  return { code, out: read(stdout), err: read(stderr) };
}
