import type { Clock, Log, WordsIn } from "./ports.ts";
import { remedyText } from "./remedy.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** Stops a workspace that cannot send until somebody acts; its queue is kept, and its admins are told once. */
export async function suspendWorkspace(
  tx: Repositories,
  { workspace, code, reason }: { workspace: Workspace; code: string; reason: string },
  { wordsIn, clock, log }: { wordsIn: WordsIn; clock: Clock; log: Log },
): Promise<void> {
  // Several requests may have been under way; the first answer counts.
  if ((await tx.workspaces.byId(workspace.id))?.suspended) return;
  const now = clock();
  await tx.workspaces.suspend(workspace.id, { code, reason, at: now });
  await tx.audit.append({
    at: now,
    workspaceId: workspace.id,
    actor: "herald24",
    action: "workspace.suspend",
    subject: code,
  });
  log.error({ workspace: workspace.name, code }, "workspace suspended");
  const chat = await tx.chats.adminChat(workspace.id);
  if (!chat) return;
  const words = wordsIn(workspace.settings.language);
  const remedy = remedyText(words, workspace, code);
  const text = words.say("notice-suspended", { workspace: workspace.name, reason, code, remedy });
  await tx.receipts.wish(`notice:${workspace.id}:${code}:${now}`, chat, { text }, now);
}
