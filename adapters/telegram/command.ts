import { readCommand } from "../../src/core/command.ts";
import { plainText, type RichText } from "../../src/core/richText.ts";

export interface OwnName {
  readonly id: number;
  readonly username: string;
}

/** Whether a text is a command to us. A word we do not know is one only with our name behind it: other bots have commands too. */
export function isOurCommand(text: RichText, bot: OwnName): boolean {
  const read = readCommand(text, { prefix: "/", botName: bot.username });
  if (read.kind !== "unknown-command") return read.kind === "command";
  return plainText(text).startsWith(`/${read.word}@`);
}
