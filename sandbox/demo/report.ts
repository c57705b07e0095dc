import type { Writable } from "node:stream";

const LABEL_WIDTH = 24;
const INDENT = "   ";

/** Prints what happened, for somebody who sees it for the first time. */
export interface Report {
  title(text: string): void;
  /** A numbered part of the scene. */
  act(text: string): void;
  /** What one side did or saw; further lines are set below the first. */
  line(side: string, text: string): void;
  plain(text: string): void;
}

export function openReport(out: Writable, { isColoured }: { isColoured: boolean }): Report {
  const bold = (text: string): string => (isColoured ? `\u001b[1m${text}\u001b[22m` : text);
  const dim = (text: string): string => (isColoured ? `\u001b[2m${text}\u001b[22m` : text);
  const write = (text: string): void => void out.write(`${text}\n`);
  let acts = 0;
  return {
    title: (text) => write(bold(text)),
    act(text) {
      acts += 1;
      write(`\n${bold(`${acts}. ${text}`)}`);
    },
    line(side, text) {
      const [first = "", ...more] = text.split("\n");
      write(`${INDENT}${dim(side.padEnd(LABEL_WIDTH))}${first}`);
      for (const next of more) write(`${INDENT}${" ".repeat(LABEL_WIDTH)}${next}`);
    },
    plain: write,
  };
}
