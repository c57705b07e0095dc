import { expect, test } from "vitest";
import { AUDITED, UNAUDITED } from "./auditedCommands.ts";
import { emptyFolder } from "./support.ts";

/** A line of help that begins with a flag: commander puts what it does behind two blanks. */
const FLAG = /^ {2}(?<flag>-.*?)(?: {2,}(?<does>\S.*))?$/gmu;

test.each(Object.keys({ ...UNAUDITED, ...AUDITED }))("%s says of each flag what it does", async (command) => {
  const { stdout } = await emptyFolder().run([...command.split(" "), "--help"]);
  const flags = [...stdout.matchAll(FLAG)].map(({ groups }) => groups);
  expect(flags.length).toBeGreaterThan(0);
  expect(flags.flatMap((found) => (found?.does === undefined ? found?.flag : []))).toEqual([]);
});
