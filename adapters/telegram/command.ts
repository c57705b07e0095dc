import { plainText, type RichText } from "../../src/core/richText.ts";

export interface OwnName {
  readonly id: number;
  readonly username: string;
}

const COMMAND = /^\/(?:[a-z]+)(?:@(?<to>\w+))?(?=\s|$)/iu;

/** Whether a text begins with a command that is ours, or for nobody in particular. */
export function startsWithCommand(text: RichText, bot: OwnName): boolean {
  const found = COMMAND.exec(plainText(text));
  const to = found?.groups?.to;
  return found !== null && (to === undefined || to.toLowerCase() === bot.username.toLowerCase());
}
