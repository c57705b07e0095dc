import { createAlarm } from "./alarm.ts";
import { LINK_LIFE_MS } from "./blocks.ts";
import type { MediaParts } from "./media.ts";
import { noteStrays, removeUnused } from "./room.ts";
import type { MediaRepository } from "./store/notifications.ts";

const ROUND_MS = 10 * 60_000;
const DRIVE_ROUND = 20;
/** In a row, after which a portal is left alone until the next round. */
const MOST_FAILURES = 5;

/** Removes what nobody can need any more: from our disk, and from the Drives of portals, until `signal` aborts. */
export async function keepMedia(parts: MediaParts, signal: AbortSignal): Promise<void> {
  const pause = createAlarm();
  const strays = await noteStrays(parts, signal);
  if (strays > 0) parts.log.info({ files: strays }, "media found that an interruption had left behind");
  while (!signal.aborted) {
    const removed = await removeUnused(parts);
    if (removed > 0) parts.log.info({ files: removed }, "media that nobody needs any more removed");
    await clearDrives(parts, signal);
    await pause.wait(ROUND_MS, signal);
  }
}

/** All that are due, past those which cannot be removed now: one portal that is away must not keep those of others. */
export async function clearDrives(
  parts: Pick<MediaParts, "store" | "drive" | "clock" | "log">,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock } = parts;
  const failures = new Map<number, number>();
  for (let after = 0; !signal.aborted; ) {
    const leftovers = await store.read.media.driveLeftovers(clock() - LINK_LIFE_MS, DRIVE_ROUND, { after });
    for (const leftover of leftovers) {
      after = leftover.attachmentId;
      const failed = failures.get(leftover.workspaceId) ?? 0;
      if (signal.aborted || failed >= MOST_FAILURES) continue;
      failures.set(leftover.workspaceId, (await clearOne(leftover, parts, signal)) ? 0 : failed + 1);
    }
    if (leftovers.length < DRIVE_ROUND) return;
  }
}

type Leftover = Awaited<ReturnType<MediaRepository["driveLeftovers"]>>[number];

async function clearOne(
  { attachmentId, workspaceId, fileId, trace }: Leftover,
  { store, drive, log }: Pick<MediaParts, "store" | "drive" | "log">,
  signal: AbortSignal,
): Promise<boolean> {
  const workspace = await store.read.workspaces.byId(workspaceId);
  if (!workspace || workspace.suspended) return false;
  if ((await drive.remove(workspace, fileId, signal)) === "later") return false;
  await store.tx((tx) => tx.media.driveRemoved(attachmentId));
  log.info({ trace, workspace: workspace.name, attachment: attachmentId }, "file removed from the portal's Drive");
  return true;
}
