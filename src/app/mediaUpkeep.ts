import { createAlarm } from "./alarm.ts";
import { LINK_LIFE_MS } from "./blocks.ts";
import type { MediaParts } from "./media.ts";
import { removeUnused } from "./room.ts";

const ROUND_MS = 10 * 60_000;
const DRIVE_ROUND = 20;

/** Removes what nobody can need any more: from our disk, and from the Drives of portals, until `signal` aborts. */
export async function keepMedia(parts: MediaParts, signal: AbortSignal): Promise<void> {
  const pause = createAlarm();
  while (!signal.aborted) {
    const removed = await removeUnused(parts);
    if (removed > 0) parts.log.info({ files: removed }, "media that nobody needs any more removed");
    await clearDrives(parts, signal);
    await pause.wait(ROUND_MS, signal);
  }
}

async function clearDrives({ store, drive, clock, log }: MediaParts, signal: AbortSignal): Promise<void> {
  for (const { attachmentId, workspaceId, fileId } of await store.read.media.driveLeftovers(
    clock() - LINK_LIFE_MS,
    DRIVE_ROUND,
  )) {
    const workspace = await store.read.workspaces.byId(workspaceId);
    if (!workspace || workspace.suspended || signal.aborted) continue;
    if ((await drive.remove(workspace, fileId, signal)) === "later") continue;
    await store.tx((tx) => tx.media.driveRemoved(attachmentId));
    log.info({ workspace: workspace.name, attachment: attachmentId }, "file removed from the portal's Drive");
  }
}
