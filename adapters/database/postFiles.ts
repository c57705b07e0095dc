import { randomUUID } from "node:crypto";
import { asc, eq, inArray } from "drizzle-orm";
import type { FileOfPost, NewFileOfPost, PostFileRepository, ServedFile } from "../../src/app/store/postFiles.ts";
import { hashOf } from "./links.ts";
import { withoutNulls } from "./rows.ts";
import { postFiles } from "./schema/postFiles.ts";
import type { Place, Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

export const fileOfPost = (uid: string): Place => ({ table: "post_files", column: "file", row: uid });
const linkCapability = (hash: string): Place => ({ table: "post_files", column: "capability", row: hash });

export function postFileRepository(db: Db, sealer: Sealer): PostFileRepository {
  return {
    of: async (postId) =>
      (await db.select().from(postFiles).where(eq(postFiles.postId, postId)).orderBy(asc(postFiles.id))).map((row) =>
        readFile(row, sealer),
      ),
    add: async (postId, files) => {
      for (const { key, ...file } of files) {
        const uid = randomUUID();
        const sealed = sealer.seal(fileOfPost(uid), JSON.stringify(file));
        const row = { uid, postId, key, state: "waiting" as const, file: sealed };
        await db.insert(postFiles).values(row).onConflictDoNothing();
      }
    },
    update: async (changes) => {
      for (const { id, ...change } of changes) await db.update(postFiles).set(change).where(eq(postFiles.id, id));
    },
    link: async (id, capability, { sha256, size, mime, name, expiresAt }) => {
      const hash = hashOf(capability);
      const sealed = sealer.seal(linkCapability(hash), capability);
      const link = { hash, capability: sealed, sha256, size, mime, name, expiresAt };
      await db.update(postFiles).set(link).where(eq(postFiles.id, id));
    },
    byCapability: async (capability) => {
      const [row] = await db
        .select()
        .from(postFiles)
        .where(eq(postFiles.hash, hashOf(capability)));
      return row && servedOf(row);
    },
    drop: async (ids) => {
      await db.delete(postFiles).where(inArray(postFiles.id, [...ids]));
    },
  };
}

type Row = typeof postFiles.$inferSelect;

function readFile({ uid, file, hash, capability, sha256: _, mime: __, size: ___, ...row }: Row, sealer: Sealer) {
  const { name, expiresAt, ...rest } = row;
  const told = file && opened(sealer, fileOfPost(uid), file);
  const content: Omit<NewFileOfPost, "key"> | undefined = told ? JSON.parse(told) : undefined;
  const open = hash === null || !capability ? undefined : opened(sealer, linkCapability(hash), capability);
  const link =
    open !== undefined && name !== null && expiresAt !== null ? { capability: open, name, expiresAt } : undefined;
  const read: FileOfPost = { ...withoutNulls(rest), ...content, ...(link ? { link } : {}) };
  return read;
}

function servedOf({ sha256, name, mime, size, expiresAt }: Row): ServedFile | undefined {
  if (sha256 === null || name === null || mime === null || size === null || expiresAt === null) return undefined;
  return { sha256, name, mime, size, expiresAt };
}

/** What no key opens counts as erased. */
function opened(sealer: Sealer, place: Place, sealed: Buffer): string | undefined {
  try {
    return sealer.open(place, sealed);
  } catch {
    return undefined;
  }
}
