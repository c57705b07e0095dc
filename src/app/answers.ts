import type { ChatRef, IncomingMessage } from "../core/chat.ts";
import { COMMANDS, type CommandName } from "../core/command.ts";
import { concernsChatAdmins } from "../core/permissions.ts";
import { writeRecipient } from "../core/recipientGrammar.ts";
import type { Command } from "./command.ts";
import type { Words } from "./ports.ts";
import { closestNames, type Resolved } from "./recipients.ts";
import type { Repositories } from "./store/store.ts";

/** A line that works in this chat when it is copied: with a name that can be addressed here, where there is one. */
export async function exampleFor(
  tx: Repositories,
  words: Words,
  { workspaceId, message }: { workspaceId: number; message: Pick<IncomingMessage, "at" | "command"> },
): Promise<string> {
  const [first] = await tx.people.addressable(workspaceId, message.at);
  const form = message.command === undefined ? message.at.platform : "form";
  return words.say(`example-${form}`, { name: writeRecipient(first?.name ?? "anna") });
}

/** Names the recipients that were not found, and the closest ones that this sender may know of. */
export async function missingText(
  tx: Repositories,
  resolved: Resolved,
  request: { words: Words; workspaceId: number; chat: ChatRef; seesEverybody: boolean },
): Promise<string | undefined> {
  const { words } = request;
  const lines = resolved.ambiguous.map(({ label, choices }) =>
    words.say("ambiguous-recipient", { name: label, choices: choices.join(", ") }),
  );
  if (resolved.unknown.length > 0) {
    lines.push(words.say("unknown-recipients", { count: resolved.unknown.length, names: resolved.unknown.join(", ") }));
    const closest = new Set<string>();
    for (const name of resolved.unknown) for (const near of await closestNames(tx, name, request)) closest.add(near);
    if (closest.size > 0) lines.push(words.say("did-you-mean", { names: [...closest].join(", ") }));
  }
  if (resolved.empty.length > 0) lines.push(words.say("nobody-in", { names: resolved.empty.join(", ") }));
  const left = resolved.people.filter((person) => person.leftAt !== undefined);
  if (left.length > 0) {
    const names = left.map((person) => person.name ?? `id:${person.bitrixId}`).join(", ");
    lines.push(words.say("left-people", { count: left.length, names }));
  }
  return lines.length === 0 ? undefined : lines.join("\n");
}

/** The command that the operator runs to connect this very chat. */
export function bindLine({ platform, chatId, threadId }: ChatRef, workspace = "<workspace>"): string {
  const thread = threadId === "" ? "" : ` --${platform === "telegram" ? "topic" : "channel"} ${threadId}`;
  return `npx herald24 chat bind ${workspace} --${platform} ${chatId}${thread}`;
}

/** The command that an administrator runs to map this sender. */
export function mapLine(message: IncomingMessage, workspace: string): string {
  return `npx herald24 people map ${workspace} --${message.at.platform} ${message.sender.userId} --bitrix <id>`;
}

/** The word of a command as its sender would write it here. */
export function commandLine({ message, words }: Pick<Command, "message" | "words">, name: CommandName): string {
  const [english, russian = english] = COMMANDS[name];
  return `${prefixOf(message)}${words.language === "ru" ? russian : english}`;
}

/** Why a command is denied to its sender, and who can change that. */
export function refusalText({ message, binding, workspace, words }: Command, name: CommandName): string {
  const { kind } = message.sender;
  const command = commandLine({ message, words }, name);
  if (kind !== "person") return words.say("denied-nameless", { command });
  if (name === "notify") {
    return binding.senders === "list"
      ? words.say("sender-not-listed", {
          line: `${commandLine({ message, words }, "role")} ${message.sender.userId} sender`,
        })
      : words.say("sender-not-linked", { line: mapLine(message, workspace.name) });
  }
  if (name === "oncall") return words.say("denied-linked", { command });
  return words.say(concernsChatAdmins(name) ? "denied-chat-admins" : "denied-admins", { command });
}

/** How commands are begun where this message was written. */
const prefixOf = ({ at, command }: Pick<IncomingMessage, "at" | "command">): string =>
  at.platform === "telegram" || command !== undefined ? "/" : "!";
