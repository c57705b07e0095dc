import { createReadStream, existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import Database from "better-sqlite3";
import { copyInto } from "./migrate.ts";
import { databaseFile, openReader, type Sqlite } from "./sqlite.ts";
import { asStoreError } from "./storeError.ts";

/** Files are cut into parts of this size, so that neither side ever holds a whole one in memory. */
const PART_BYTES = 1 << 20;

export interface BackedUp {
  readonly files: number;
  readonly bytes: number;
}

/**
 * One file with the database and the media, never the secret key. It is a SQLite file: a copy of the database with one table
 * more for the media. The database is copied as of one moment, beside a running service; media kept later may be in it too.
 *
 * @param file Must not exist: an older backup is not overwritten by a newer, perhaps worse one.
 */
export async function backupTo(databaseUrl: string, mediaDir: string, file: string): Promise<BackedUp> {
  const target = resolve(file);
  if (existsSync(target))
    throw new Error(`${target}: already exists, and a backup overwrites nothing. Choose another name`);
  const partial = `${target}.partial`;
  await rm(partial, { force: true });
  try {
    const reader = openReader(databaseFile(databaseUrl));
    try {
      copyInto(reader, partial);
    } finally {
      reader.close();
    }
    const done = await addMedia(partial, mediaDir);
    await rename(partial, target);
    return done;
  } catch (error) {
    await rm(partial, { force: true });
    throw asStoreError(error, target);
  }
}

async function addMedia(file: string, mediaDir: string): Promise<BackedUp> {
  const client = new Database(file);
  try {
    // A half-written backup is thrown away as a whole, so a journal of it would be of no use.
    client.pragma("journal_mode = OFF");
    client.exec("create table backup_media (path text, part integer, bytes blob, primary key (path, part)) strict");
    client.exec("begin");
    let files = 0;
    let bytes = 0;
    for (const path of await filesUnder(mediaDir)) {
      const size = await addFile(client, mediaDir, path);
      if (size === undefined) continue;
      files += 1;
      bytes += size;
    }
    client.exec("commit");
    client.pragma("synchronous = EXTRA");
    return { files, bytes };
  } finally {
    client.close();
  }
}

/** Size of the file; undefined when the service has removed it meanwhile. */
async function addFile(client: Sqlite, mediaDir: string, path: string): Promise<number | undefined> {
  const insert = client.prepare("insert into backup_media (path, part, bytes) values (?, ?, ?)");
  let part = 0;
  let size = 0;
  try {
    for await (const bytes of createReadStream(join(mediaDir, path), { highWaterMark: PART_BYTES })) {
      insert.run(path.split(sep).join("/"), part, bytes);
      part += 1;
      size += bytes.length;
    }
  } catch (error) {
    if (part === 0 && isMissing(error)) return undefined;
    throw error;
  }
  if (part === 0) insert.run(path.split(sep).join("/"), 0, Buffer.alloc(0));
  return size;
}

async function filesUnder(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";
