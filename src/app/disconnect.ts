import { type ChatRef, type IncomingMessage, writeChat } from "../core/chat.ts";
import { mayDo } from "../core/permissions.ts";
import { plainText, type RichText } from "../core/richText.ts";
import { cancelDeliveries } from "./cancel.ts";
import { type Command, noteChange, tell } from "./command.ts";
import type { Admin } from "./store/workspaces.ts";

/** For so long a question may be answered, in milliseconds. */
const ANSWER_WITHIN_MS = 10 * 60_000;

/**
 * Ends this chat's connection, after its consequences were read and accepted: by the account that asked for it, in the same
 * chat, in time. Other chats of the workspace go on; when its owner disconnects the last one, the workspace itself is suspended.
 */
export async function disconnect(command: Command, rest: RichText): Promise<void> {
  const { tx, parts } = command;
  const consequences = await consequencesOf(command);
  const question = questionOf(command, consequences);
  const isAgreed = isConfirmed(rest) && (await tx.permits.use(question, "disconnect", parts.clock())) !== undefined;
  await (isAgreed ? unbind(command, consequences) : ask(command, { question, consequences }));
}

/** What it means beyond this chat. */
interface Consequences {
  readonly isLast: boolean;
  /** Notices to the workspace's administrators come to this chat. */
  readonly isAdminChat: boolean;
  /** Where they can come instead. */
  readonly nextAdminChat: ChatRef | undefined;
}

async function consequencesOf({ tx, workspace, binding, roles }: Command): Promise<Consequences> {
  const others = (await tx.chats.list(workspace.id)).filter(({ id }) => id !== binding.id);
  const adminChat = await tx.chats.adminChat(workspace.id);
  const covering = adminChat && (await tx.chats.find(adminChat));
  const admins = await tx.chats.listAdmins(workspace.id);
  return {
    // Who does not own the workspace has no say beyond its chats.
    isLast: others.length === 0 && mayDo(roles, "suspend-workspace"),
    isAdminChat: covering?.id === binding.id,
    nextAdminChat: others.find((chat) => isDialogueWith(admins, chat)),
  };
}

/** Notices are for administrators alone, so of all chats only a private dialogue with one can take over. */
const isDialogueWith = (admins: readonly Admin[], { platform, chatId }: ChatRef): boolean =>
  admins.some((admin) => admin.role !== "sender" && admin.platform === platform && admin.userId === chatId);

/** An answer counts for the question that was read: had its consequences been others, it is asked anew. */
function questionOf({ message, binding }: Command, { isLast, isAdminChat }: Consequences): string {
  const { platform, chatId, threadId } = message.at;
  return ["disconnect", platform, chatId, threadId, message.sender.userId, binding.id, isLast, isAdminChat].join(" ");
}

async function ask(
  command: Command,
  { question, consequences }: { question: string; consequences: Consequences },
): Promise<void> {
  const { tx, message, binding, workspace, words, parts } = command;
  await tx.permits.issue(question, { kind: "disconnect", workspaceId: workspace.id }, parts.clock() + ANSWER_WITHIN_MS);
  const count = await tx.deliveries.countWaiting({ workspaceId: workspace.id, chat: binding });
  const typed = `${prefixOf(message)}disconnect ${YES[words.language]}`;
  const example = message.command === undefined ? typed : words.say("disconnect-confirm-form");
  const asked = words.say("disconnect-ask", { count, workspace: workspace.name });
  const text = [asked, ...consequenceLines(command, consequences), words.say("disconnect-confirm", { example })];
  await tell(tx, message, { text: text.join("\n") }, parts);
}

async function unbind(command: Command, consequences: Consequences): Promise<void> {
  const { tx, message, binding, workspace, words, parts } = command;
  const now = parts.clock();
  const settled = { code: "UNBOUND", wordsIn: parts.wordsIn, now };
  const count = await cancelDeliveries(tx, { workspaceId: workspace.id, chat: binding }, settled);
  await tx.chats.unbind(binding.id);
  if (consequences.isAdminChat) await moveAdminChat(command, consequences);
  if (consequences.isLast) await suspendQuietly(command, now);
  await noteChange(command, { action: "chat.unbind", subject: `${writeChat(binding)}: ${count} cancelled` });
  const done = words.say("disconnect-done", { count, workspace: workspace.name });
  await tell(tx, message, { text: [done, ...consequenceLines(command, consequences)].join("\n") }, parts);
}

function consequenceLines(
  { workspace, words }: Command,
  { isLast, isAdminChat, nextAdminChat }: Consequences,
): readonly string[] {
  const notices = nextAdminChat === undefined ? "disconnect-notices-end" : "disconnect-notices-move";
  return [
    ...(isLast ? [words.say("disconnect-last")] : []),
    ...(isAdminChat ? [words.say(notices, { workspace: workspace.name })] : []),
  ];
}

async function moveAdminChat(command: Command, { nextAdminChat: next }: Consequences): Promise<void> {
  const { tx, workspace } = command;
  if (next) await tx.chats.setAdminChat(workspace.id, next);
  else await tx.chats.clearAdminChat(workspace.id);
  await noteChange(command, { action: "workspace.admin-chat", subject: next ? writeChat(next) : "none" });
}

const YES = { en: "yes", ru: "да" } as const;

const isConfirmed = (rest: RichText): boolean =>
  Object.values<string>(YES).includes(plainText(rest).trim().toLowerCase());

const prefixOf = ({ at, interaction }: IncomingMessage): string =>
  at.platform === "telegram" || interaction ? "/" : "!";

/** Who disconnects knows it; no notice is needed. */
async function suspendQuietly(command: Command, at: number): Promise<void> {
  const { tx, workspace } = command;
  const reason = "it was disconnected from its last chat";
  await tx.workspaces.suspend(workspace.id, { code: "DISCONNECTED", reason, at });
  await noteChange(command, { action: "workspace.suspend", subject: "DISCONNECTED" });
}
