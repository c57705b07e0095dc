import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { mkdir, open, opendir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { KeepOutcome, KeptFile, MediaStore } from "../../src/app/ports.ts";
import { failure, write } from "./intake.ts";
import { sniff } from "./sniff.ts";

/**
 * Keeps files under `dir` by the SHA-256 of their bytes: `<dir>/<first 2 digits>/<all 64>`. What is being received lies in
 * `<dir>/incoming`; left-overs of an earlier run there are removed now, so only the process that owns the database opens this.
 *
 * @throws When `dir` cannot be made or written.
 */
export function openMediaFiles({ dir }: { dir: string }): MediaStore {
  const incoming = join(dir, "incoming");
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true, mode: 0o700 });
  const pathOf = (sha256: string): string => join(dir, folderOf(sha256), sha256);

  return {
    keep: async (media, maxBytes) => {
      // It may fail at any time from now on, and a stream that fails unheard ends the process.
      media.stream.on("error", () => undefined);
      if (media.size !== undefined && media.size > maxBytes) {
        media.stream.destroy();
        return { kind: "too-big", limitBytes: maxBytes };
      }
      const partial = join(incoming, randomUUID());
      try {
        return await receive(media, { partial, dir, maxBytes });
      } catch (error) {
        return failure(error);
      } finally {
        await rm(partial, { force: true });
      }
    },
    open: (sha256, range) => read(pathOf(sha256), range),
    has: async (sha256) => (await found(pathOf(sha256))) !== undefined,
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
    list: () => listed(dir),
  };
}

/** Removes one kept file, as a command may do beside the process that owns the others. */
export const removeMediaFile = (dir: string, sha256: string): Promise<void> =>
  rm(join(dir, folderOf(sha256), sha256), { force: true });

const SHA256 = /^[0-9a-f]{64}$/u;

async function* listed(dir: string): AsyncGenerator<KeptFile & { keptAt: number }> {
  for await (const folder of await opendir(dir)) {
    if (!folder.isDirectory() || !/^[0-9a-f]{2}$/u.test(folder.name)) continue;
    for await (const { name } of await opendir(join(dir, folder.name))) {
      const file = SHA256.test(name) ? await found(join(dir, folder.name, name)) : undefined;
      // The time of the rename, which is when it was kept last.
      if (file)
        yield { sha256: name, size: file.size, mime: "application/octet-stream", keptAt: Math.floor(file.ctimeMs) };
    }
  }
}

const found = (path: string) => stat(path).catch(absent);

/** @throws {RangeError} When it is no hash: it becomes part of a path. */
function folderOf(sha256: string): string {
  if (!SHA256.test(sha256)) throw new RangeError("a kept file is named by 64 lower-case hexadecimal digits");
  return sha256.slice(0, 2);
}

async function receive(
  media: { stream: Readable; size?: number },
  { partial, dir, maxBytes }: { partial: string; dir: string; maxBytes: number },
): Promise<KeepOutcome> {
  const written = await write(media.stream, partial, maxBytes);
  if (written.kind === "too-big") return { kind: "too-big", limitBytes: maxBytes };
  if (written.kind !== "written") return written;
  const { sha256, size, head, isText } = written.passed;
  if (media.size !== undefined && media.size !== size)
    return { kind: "broken", reason: `received ${size} bytes of ${media.size}` };
  const mime = await sniff(head, isText);
  const folder = join(dir, folderOf(sha256));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Over an equal file too: readers of that one are not disturbed, and should the disk have harmed it, it is whole again.
  await rename(partial, join(folder, sha256));
  await syncFolders([folder, dir]);
  return { kind: "kept", file: { sha256, size, mime } };
}

/** A rename survives a power cut only once the folder is on the disk. Windows cannot open folders, and needs no such thing. */
async function syncFolders(folders: readonly string[]): Promise<void> {
  if (process.platform === "win32") return;
  for (const folder of folders) {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

async function read(path: string, range: { start: number; end: number } | undefined): Promise<Readable | undefined> {
  const handle = await open(path, "r").catch(absent);
  if (!handle || !range) return handle?.createReadStream();
  if (range.end > range.start) return handle.createReadStream({ start: range.start, end: range.end - 1 });
  await handle.close();
  return Readable.from([]);
}

/** @throws Anything but that there is no such file. */
function absent(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
