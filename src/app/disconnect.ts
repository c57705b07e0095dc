import type { IncomingMessage } from "../core/chat.ts";
import { isAdministrator } from "../core/permissions.ts";
import { plainText, type RichText } from "../core/richText.ts";
import { cancelDeliveries } from "./cancel.ts";
import { type Command, noteChange, tell } from "./command.ts";
import type { Binding } from "./store/workspaces.ts";

/**
 * Ends this chat's connection, after it was said twice. Other chats of the workspace go on; when its administrator disconnects
 * the last one, the workspace itself is suspended.
 */
export async function disconnect(command: Command, rest: RichText): Promise<void> {
  const { tx, message, binding, workspace, words, parts } = command;
  const { name } = workspace;
  const others = (await tx.chats.list(workspace.id)).filter(({ id }) => id !== binding.id);
  // Administrators of a chat have no say beyond it.
  const isLast = others.length === 0 && isAdministrator(command.roles);
  const last = isLast ? [words.say("disconnect-last")] : [];
  if (!isConfirmed(message, rest)) {
    const count = await tx.deliveries.countWaiting({ workspaceId: workspace.id, chat: binding });
    const example = words.say("disconnect-confirm", {
      example: `${prefixOf(message)}disconnect ${YES[words.language]}`,
    });
    const asks = [words.say("disconnect-ask", { count, workspace: name }), ...last, example];
    return tell(tx, message, { text: asks.join("\n") }, parts);
  }
  const now = parts.clock();
  const settled = { code: "UNBOUND", wordsIn: parts.wordsIn, now };
  const count = await cancelDeliveries(tx, { workspaceId: workspace.id, chat: binding }, settled);
  await tx.chats.unbind(binding.id);
  if (isLast) await suspendQuietly(command, now);
  await noteChange(command, { action: "chat.unbind", subject: `${placeOf(binding)}: ${count} cancelled` });
  const text = [words.say("disconnect-done", { count, workspace: name }), ...last].join("\n");
  await tell(tx, message, { text }, parts);
}

const YES = { en: "yes", ru: "да" } as const;

const isConfirmed = ({ options }: IncomingMessage, rest: RichText): boolean =>
  Object.values<string>(YES).includes((options?.text ?? plainText(rest)).trim().toLowerCase());

const prefixOf = ({ at, interaction }: IncomingMessage): string =>
  at.platform === "telegram" || interaction ? "/" : "!";

const placeOf = ({ platform, chatId, threadId }: Binding): string =>
  threadId === "" ? `${platform}:${chatId}` : `${platform}:${chatId}/${threadId}`;

/** Who disconnects knows it; no notice is needed. */
async function suspendQuietly(command: Command, at: number): Promise<void> {
  const { tx, workspace } = command;
  const reason = "it was disconnected from its last chat";
  await tx.workspaces.suspend(workspace.id, { code: "DISCONNECTED", reason, at });
  await noteChange(command, { action: "workspace.suspend", subject: "DISCONNECTED" });
}
