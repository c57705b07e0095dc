import { PassThrough, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { onTestFinished } from "vitest";
import { runCli } from "../../src/cli/run.ts";
import type { Ran, Shell } from "./support.ts";

export const CTRL_C = "\u0003";
export const DOWN = "\u001B[B";
export const CLOSED = Symbol("the terminal goes away");

/** What somebody does when they read this question. Each is answered once, in order. */
export type Step = readonly [question: RegExp, typed: string | typeof CLOSED];

/** A terminal in which somebody answers questions as they appear; what is typed ends with Enter, but for Ctrl-C. */
export async function answerAt(shell: Shell, argv: readonly string[], steps: readonly Step[]): Promise<Ran> {
  const left = [...steps];
  let seen = "";
  let told = "";
  let complained = "";
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  onTestFinished(() => {
    stdin.destroy();
  });
  const look = (): void => {
    const [step] = left;
    if (step === undefined || !step[0].test(seen)) return;
    left.shift();
    seen = "";
    const [, typed] = step;
    if (typed === CLOSED) stdin.end();
    else for (const key of keysOf(typed)) stdin.write(key);
  };
  const stdout = screen((text) => {
    told += text;
    seen += text;
    // A prompt draws first and listens afterwards.
    setImmediate(look);
  });
  const stderr = screen((text) => {
    complained += text;
  });
  const code = await runCli(argv, { env: shell.env, cwd: shell.cwd, stdout, stderr, stdin, interactive: true });
  if (left.length > 0) throw new Error(`never asked: ${left[0]?.[0]}\n${told}\n${complained}`);
  return { code, stdout: told, stderr: complained, json: () => JSON.parse(told) };
}

/** One key after the other, as a terminal sends them. */
function keysOf(typed: string): readonly string[] {
  if (typed === CTRL_C) return [CTRL_C];
  const keys = typed.startsWith("\u001B") ? [typed] : Array.from(typed);
  return [...keys, "\r"];
}

function screen(take: (text: string) => void): Writable {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      take(stripVTControlCharacters(chunk.toString("utf8")));
      done();
    },
  });
  return Object.assign(stream, { isTTY: true, columns: 400, rows: 50 });
}
