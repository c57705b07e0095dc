import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import type { CliHost, Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { openTerminal } from "./terminal.ts";

/** Reads secrets as flags give them: as they are, `@file`, or `-` for standard input, which can be read once. */
export type ReadSecret = (flag: string, value: string) => Promise<string>;

export function secretReader({ stdin, cwd }: Pick<CliHost, "stdin" | "cwd">): ReadSecret {
  let isUsed = false;
  return async (flag, value) => {
    if (value === "-") {
      if (isUsed) throw wrongInput(`${flag} -: standard input can be read only once; give one of the two as @file`);
      isUsed = true;
    }
    const text = (
      value === "-" ? await readAll(stdin) : value.startsWith("@") ? await fileText(flag, value, cwd) : value
    ).trim();
    if (text === "") throw wrongInput(`${flag} is empty: give the value itself, @file, or - for standard input`);
    return text;
  };
}

async function fileText(flag: string, value: string, cwd: string): Promise<string> {
  return readFile(resolve(cwd, value.slice(1)), "utf8").catch(() => {
    throw wrongInput(`${flag} ${value}: the file cannot be read; check its path and permissions`);
  });
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/** Asks somebody at the terminal for a secret, without showing it. */
export async function askSecret(
  { host, words }: Pick<Context, "host" | "words">,
  message: string,
  missing: string,
): Promise<string> {
  if (!host.interactive) throw wrongInput(missing);
  const terminal = await openTerminal(host, words);
  for (;;) {
    const given = await terminal.secret(message);
    if (given !== "") return given;
    terminal.tell("error", missing);
  }
}
