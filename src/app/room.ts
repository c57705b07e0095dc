import type { KeptFile, Log, MediaStore } from "./ports.ts";
import type { Store } from "./store/store.ts";

/** Files removed in one go. */
const ROUND = 100;

/** Files found on the disk that are looked up in one go. */
const FOUND_AT_ONCE = 500;

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
  const keptBefore = clock() - YOUNG_MS;
  const unused = await store.read.media.unused(clock(), ROUND, { keptBefore });
  let removed = 0;
  for (const { sha256 } of unused) {
    // In a transaction, and asked anew: whoever kept the same content meanwhile either is seen here, or sees it gone.
    removed += await store.tx(async (tx) => {
      if ((await tx.media.unused(clock(), 1, { keptBefore, sha256 })).length === 0) return 0;
      await files.remove(sha256);
      await tx.media.forget(sha256);
      return 1;
    });
  }
  return removed;
}

/** Notes files that a crash has left on the disk unnoted: they count, and are removed as others are. Answers how many. */
export async function noteStrays(parts: RoomParts, signal: AbortSignal): Promise<number> {
  let strays = 0;
  let some: KeptOnDisk[] = [];
  for await (const file of parts.files.list()) {
    if (signal.aborted) return strays;
    some.push(file);
    if (some.length < FOUND_AT_ONCE) continue;
    strays += await noteSome(some, parts);
    some = [];
  }
  return strays + (await noteSome(some, parts));
}

type KeptOnDisk = KeptFile & { readonly keptAt: number };

async function noteSome(found: readonly KeptOnDisk[], { store }: RoomParts): Promise<number> {
  const notNoted = await store.read.media.notNoted(found.map(({ sha256 }) => sha256));
  const strays = found.filter(({ sha256 }) => notNoted.has(sha256));
  if (strays.length === 0) return 0;
  await store.tx(async (tx) => {
    for (const { keptAt, ...file } of strays) await tx.media.stored(file, keptAt);
  });
  return strays.length;
}
