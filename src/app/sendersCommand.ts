import type { SendersPolicy } from "../core/permissions.ts";
import { plainText, type RichText } from "../core/richText.ts";
import { commandLine } from "./answers.ts";
import { type Command, noteChange } from "./command.ts";

const POLICIES: ReadonlyMap<string, SendersPolicy> = new Map([
  ["everyone", "everyone"],
  ["все", "everyone"],
  ["linked", "linked"],
  ["связанные", "linked"],
  ["list", "list"],
  ["список", "list"],
]);

/** `/senders everyone|linked|list`: who may send from this chat, and nothing else of the workspace. */
export async function sendersText(command: Command, rest: RichText): Promise<string> {
  const { tx, message, binding, words } = command;
  const policy = POLICIES.get(plainText(rest).trim().toLowerCase());
  if (policy === undefined) {
    const example = `${commandLine(command, "senders")} everyone | linked | list`;
    return [words.say("senders-now", { policy: binding.senders }), words.say("senders-usage", { example })].join("\n");
  }
  await tx.chats.setSenders(binding.id, policy);
  const { platform, chatId, threadId } = message.at;
  await noteChange(command, { action: "chat.senders", subject: `${platform}:${chatId}/${threadId} senders=${policy}` });
  return words.say("senders-now", { policy });
}
