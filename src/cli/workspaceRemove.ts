import { cancelDeliveries } from "../app/cancel.ts";
import { wordsIn } from "../messages/catalogue.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed } from "./find.ts";
import { counted } from "./output.ts";
import { openTerminal } from "./terminal.ts";

export interface RemoveFlags {
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** Forgets a workspace, once somebody has agreed who knows how much is lost with it. */
export async function removeWorkspace(context: Context, name: string, flags: RemoveFlags): Promise<void> {
  const { read } = await context.store();
  const { id } = await workspaceNamed(read, name);
  await agree(context, flags, { name, lost: await lostWith(context, id) });
  const cancelled = await context.change(async (tx, note) => {
    const now = context.clock();
    const count = await cancelDeliveries(tx, { workspaceId: id }, { code: "CANCELLED", wordsIn, now });
    await tx.workspaces.remove(id);
    await note({ action: "workspace.remove", subject: `${name}: ${count} cancelled`, workspaceId: id });
    return count;
  });
  context.out.print({ workspace: name, cancelled }, [
    `Removed ${name}; ${counted(cancelled, "queued delivery was", "queued deliveries were")} cancelled.`,
  ]);
}

interface Lost {
  readonly waiting: number;
  readonly people: number;
  readonly chats: number;
}

async function lostWith({ store }: Context, workspaceId: number): Promise<Lost> {
  const { read } = await store();
  return {
    waiting: await read.deliveries.countWaiting({ workspaceId }),
    people: (await read.people.list(workspaceId)).length,
    chats: (await read.chats.list(workspaceId)).length,
  };
}

async function agree(
  { host, words }: Context,
  { yes, json }: RemoveFlags,
  { name, lost }: { name: string; lost: Lost },
): Promise<void> {
  if (yes === true) return;
  const what = [
    counted(lost.people, "person", "people"),
    counted(lost.chats, "chat"),
    counted(lost.waiting, "queued delivery", "queued deliveries"),
  ].join(", ");
  if (!host.interactive || json === true)
    throw wrongInput(`nothing was removed: ${name} goes with ${what}, and this cannot be undone, so give --yes`);
  const terminal = await openTerminal(host, words);
  if (!(await terminal.agree(`Remove ${name} with ${what}? This cannot be undone.`)))
    throw wrongInput("nothing was removed");
}
