import { cancelDeliveries } from "../app/cancel.ts";
import type { Binding } from "../app/store/workspaces.ts";
import { writeChat } from "../core/chat.ts";
import { SENDERS_POLICIES } from "../core/permissions.ts";
import { wordsIn } from "../messages/catalogue.ts";
import { type Cli, group, leaf } from "./command.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed, workspacesNamed } from "./find.ts";
import { table } from "./output.ts";
import { type PlaceFlags, readPlace } from "./place.ts";

interface Flags extends PlaceFlags {
  readonly json?: boolean;
  readonly senders?: string;
}

export function addChatCommands(cli: Cli): void {
  const chat = group(cli, "chat", "Telegram chats and Discord servers that may notify a workspace");
  placed(leaf(chat, "bind <workspace>", "let a chat notify the people of a workspace"))
    .option("--senders <who>", "everyone in the chat, those linked to a person, or the admins' list", "everyone")
    .action((workspace: string, flags: Flags) => cli.run(flags, (context) => bind(context, workspace, flags)));
  leaf(chat, "list [workspace]", "bound chats").action((workspace: string | undefined, flags: Flags) =>
    cli.run(flags, (context) => list(context, workspace)),
  );
  placed(
    leaf(chat, "unbind [binding]", "take that back, by the same flags or by the number that `chat list` shows"),
  ).action((binding: string | undefined, flags: Flags) => cli.run(flags, (context) => unbind(context, binding, flags)));
}

const placed = (command: ReturnType<typeof leaf>) =>
  command
    .option("--telegram <id>", "a Telegram chat")
    .option("--topic <number>", "with --telegram: one topic of it")
    .option("--discord <id>", "a Discord server")
    .option("--channel <id>", "with --discord: one channel of it");

const view = (binding: Binding, workspace: string) => {
  const { id, platform, chatId, threadId, senders } = binding;
  return { id, workspace, platform, chatId, threadId: threadId === "" ? null : threadId, senders };
};

async function bind(context: Context, name: string, flags: Flags): Promise<void> {
  const place = readPlace(flags);
  if (!place) throw wrongInput("which chat? Give --telegram ID [--topic N] or --discord ID [--channel ID]");
  const senders = SENDERS_POLICIES.find((policy) => policy === flags.senders);
  if (!senders) throw wrongInput(`--senders ${flags.senders}: must be one of ${SENDERS_POLICIES.join(", ")}`);
  const binding = await context.change(async (tx, note) => {
    const workspace = await workspaceNamed(tx, name);
    const taken = (await tx.chats.list()).find((each) => writeChat(each) === writeChat(place));
    if (taken && taken.workspaceId !== workspace.id) {
      const other = await tx.workspaces.byId(taken.workspaceId);
      throw wrongInput(
        `${writeChat(place)} is bound to workspace ${other?.name} already; first: herald24 chat unbind ${taken.id}`,
      );
    }
    const bound = await tx.chats.bind({ ...place, workspaceId: workspace.id, senders }, context.clock());
    await note({ action: "chat.bind", subject: `${writeChat(place)} senders=${senders}`, workspaceId: workspace.id });
    return bound;
  });
  context.out.print(view(binding, name), [`Bound ${writeChat(binding)} to ${name}; senders: ${senders}.`]);
}

async function list(context: Context, name: string | undefined): Promise<void> {
  const { read } = await context.store();
  const found = [];
  for (const workspace of await workspacesNamed(read, name)) {
    for (const binding of await read.chats.list(workspace.id)) found.push(view(binding, workspace.name));
  }
  const rows = found.map(({ id, workspace, platform, chatId, threadId, senders }) => [
    String(id),
    workspace,
    platform,
    chatId,
    threadId ?? "",
    senders,
  ]);
  const none = ["No chat is bound yet: herald24 chat bind <workspace> --telegram <id>"];
  context.out.print(
    found,
    rows.length === 0 ? none : table(["ID", "WORKSPACE", "PLATFORM", "CHAT", "TOPIC/CHANNEL", "SENDERS"], rows),
  );
}

async function unbind(context: Context, binding: string | undefined, flags: Flags): Promise<void> {
  const place = readPlace(flags);
  const id = binding !== undefined && /^\d+$/u.test(binding) ? Number(binding) : undefined;
  if (place === undefined && id === undefined) {
    throw wrongInput("which chat? Give the number that `herald24 chat list` shows, or --telegram ID or --discord ID");
  }
  const result = await context.change(async (tx, note) => {
    const all = await tx.chats.list(
      id === undefined && binding !== undefined ? (await workspaceNamed(tx, binding)).id : undefined,
    );
    const found = all.find((each) => (place ? writeChat(each) === writeChat(place) : each.id === id));
    if (!found) throw wrongInput(`${place ? writeChat(place) : binding} is not bound; see herald24 chat list`);
    const { workspaceId } = found;
    const settled = { code: "UNBOUND", wordsIn, now: context.clock() };
    const cancelled = await cancelDeliveries(tx, { workspaceId, chat: found }, settled);
    await tx.chats.unbind(found.id);
    await note({ action: "chat.unbind", subject: `${writeChat(found)}: ${cancelled} cancelled`, workspaceId });
    return { found, cancelled };
  });
  const { found, cancelled } = result;
  context.out.print({ id: found.id, cancelled }, [
    `Unbound ${writeChat(found)}; ${cancelled} queued deliveries were cancelled.`,
  ]);
}
