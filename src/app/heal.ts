import { checkConnection, NEEDED_SCOPE } from "./connection.ts";
import type { PeopleCheckParts } from "./leavers.ts";
import { healEveryMs } from "./remedy.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/** When each workspace was last tried. In memory: after a restart the time of the suspension counts. */
export type Tried = Map<number, number>;

/** Takes a suspended workspace up again when its portal answers as it should, where that can come about by itself. */
export async function heal(
  workspace: Workspace,
  { tried, ...parts }: PeopleCheckParts & { tried: Tried },
  signal: AbortSignal,
): Promise<void> {
  const { id, suspended } = workspace;
  const every = suspended && healEveryMs(suspended.code);
  if (!suspended || every === undefined) return;
  if (parts.clock() - Math.max(tried.get(id) ?? 0, suspended.at) < every) return;
  tried.set(id, parts.clock());
  const checked = await checkConnection(workspace, parts, signal);
  if (checked.kind === "failed" || !checked.scopes.includes(NEEDED_SCOPE)) return;
  await parts.store.tx((tx) => takeUp(tx, workspace, parts));
  parts.receiptAlarm.ring();
}

async function takeUp(
  tx: Repositories,
  { id, name, settings }: Workspace,
  { clock, wordsIn, log }: PeopleCheckParts,
): Promise<void> {
  if (!(await tx.workspaces.byId(id))?.suspended) return;
  const now = clock();
  await tx.workspaces.resume(id);
  await tx.audit.append({ at: now, workspaceId: id, actor: "herald24", action: "workspace.resume", subject: name });
  log.info({ workspace: name }, "workspace resumed");
  const chat = await tx.chats.adminChat(id);
  const text = wordsIn(settings.language).say("notice-resumed", { workspace: name });
  if (chat) await tx.receipts.wish(`notice:${id}:resumed:${now}`, chat, { text }, now);
}
