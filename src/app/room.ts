import type { Log, MediaStore } from "./ports.ts";
import type { Store } from "./store/store.ts";

/** Files removed in one go. */
const ROUND = 100;

/** A file that was kept just now may not be linked yet. */
const YOUNG_MS = 10 * 60_000;

export interface RoomParts {
  readonly store: Store;
  readonly files: MediaStore;
  readonly clock: () => number;
  readonly quotaBytes: number;
  readonly report: (state: "running" | "full") => void;
  readonly log: Log;
}

/** Makes sure that `bytes` more fit under the quota, at the cost of files that nobody can need any more. */
export async function makeRoom(bytes: number, parts: RoomParts): Promise<boolean> {
  const { store, quotaBytes, report, log } = parts;
  while ((await store.read.media.storedBytes()) + bytes > quotaBytes) {
    if ((await removeUnused(parts)) > 0) continue;
    report("full");
    log.error({ quotaBytes }, "the media quota is used up by files that are still needed: raise MEDIA_QUOTA_MEGABYTES");
    return false;
  }
  return true;
}

/** Removes files that nobody can need any more, longest kept first; answers how many. */
export async function removeUnused({ store, files, clock }: RoomParts): Promise<number> {
  const unused = await store.read.media.unused(clock() - YOUNG_MS, ROUND);
  for (const { sha256 } of unused) {
    await files.remove(sha256);
    await store.tx((tx) => tx.media.forget(sha256));
  }
  return unused.length;
}
