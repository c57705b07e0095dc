import { isCode, plainText, type RichText, slice } from "./richText.ts";

/**
 * The words that name each command, English first. Words are compared in lower case; Telegram itself marks only Latin words
 * as commands, so the Russian ones are found as text.
 */
export const COMMANDS = {
  notify: ["notify", "уведомить"],
  recall: ["recall", "отозвать"],
  status: ["status", "статус"],
  link: ["link", "связать"],
  unlink: ["unlink", "отвязать"],
  whoami: ["whoami", "ктоя"],
  help: ["help", "помощь", "start"],
  connect: ["connect", "подключить"],
  disconnect: ["disconnect", "отключить"],
  people: ["people", "люди"],
  map: ["map", "сопоставить"],
  unmap: ["unmap", "разъединить"],
  group: ["group", "группа"],
  senders: ["senders", "отправители"],
  role: ["role", "роль"],
  rules: ["rules", "правила"],
  forward: ["forward", "пересылать"],
  mute: ["mute", "заглушить"],
  quiet: ["quiet", "тихо"],
  oncall: ["oncall", "дежурный"],
  ack: ["ack", "беру"],
} as const satisfies Record<string, readonly string[]>;

export type CommandName = keyof typeof COMMANDS;

export type ReadCommand =
  | { readonly kind: "command"; readonly name: CommandName; readonly rest: RichText }
  /** `word` as it was typed, without prefix and bot name. */
  | { readonly kind: "unknown-command"; readonly word: string }
  | { readonly kind: "none" };

const NAMES_BY_WORD: ReadonlyMap<string, CommandName> = new Map(
  Object.entries(COMMANDS).flatMap(([name, words]) => words.map((word) => [word, name as CommandName] as const)),
);

const HEAD = /^[/!](?<word>[\p{L}\p{M}\p{N}_]{1,64})(?:@(?<bot>\w+))?(?![\p{L}\p{M}\p{N}_/@])/u;

/**
 * Reads a command that starts at the very first character. One addressed to another bot, one in code and one under a link
 * are none: the platform does not show those as ours either.
 *
 * @param own `botName` without `@`; without it every `/word@name` is somebody else's.
 */
export function readCommand(text: RichText, own: { prefix: "/" | "!"; botName?: string }): ReadCommand {
  const flat = plainText(text);
  const head = flat.startsWith(own.prefix) ? HEAD.exec(flat) : null;
  const { word, bot } = head?.groups ?? {};
  if (!head || word === undefined) return { kind: "none" };
  if (bot !== undefined && bot.toLowerCase() !== own.botName?.toLowerCase()) return { kind: "none" };
  const runs = slice(text, 0, head[0].length);
  if (runs.some((run) => isCode(run) || run.link !== undefined || run.mention || run.channel)) return { kind: "none" };
  const name = NAMES_BY_WORD.get(word.normalize("NFC").toLowerCase());
  if (!name) return { kind: "unknown-command", word };
  const after = flat.slice(head[0].length);
  return { kind: "command", name, rest: slice(text, flat.length - after.trimStart().length) };
}
