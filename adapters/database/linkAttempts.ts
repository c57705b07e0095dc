import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { and, count, desc, eq, gt, isNull, lt, type SQL } from "drizzle-orm";
import type { AccountRef, LinkAttempt, LinkRepository } from "../../src/app/store/linking.ts";
import { only, withoutNulls } from "./rows.ts";
import { linkAttempts } from "./schema/linking.ts";
import type { Place, Sealer } from "./seal.ts";
import type { Db } from "./sqlite.ts";

const place = (uid: string): Place => ({ table: "link_attempts", column: "code_hash", row: uid });

const hashed = (token: string): string => createHash("sha256").update(token, "utf8").digest("hex");

const read = ({ uid: _, tokenHash: __, codeHash: ___, ...row }: typeof linkAttempts.$inferSelect): LinkAttempt =>
  withoutNulls(row);

const of = ({ platform, userId }: AccountRef): SQL | undefined =>
  and(eq(linkAttempts.platform, platform), eq(linkAttempts.userId, userId));

const newest = async (db: Db, where: SQL | undefined) =>
  (await db.select().from(linkAttempts).where(where).orderBy(desc(linkAttempts.id)).limit(1))[0];

export function linkRepository(db: Db, sealer: Sealer): LinkRepository {
  const find = async (where: SQL | undefined): Promise<LinkAttempt | undefined> => {
    const row = await newest(db, where);
    return row && read(row);
  };
  const end = async (account: AccountRef, workspaceId: number, ended: "replaced" | "given-up") => {
    const theirs = and(of(account), eq(linkAttempts.workspaceId, workspaceId), isNull(linkAttempts.ended));
    await db.update(linkAttempts).set({ ended }).where(theirs);
  };
  return {
    begin: async ({ token, ...attempt }, now) => {
      await end(attempt, attempt.workspaceId, "replaced");
      const given = token === undefined ? {} : { tokenHash: hashed(token) };
      const values = { uid: randomUUID(), ...attempt, ...given, createdAt: now };
      return read(only(await db.insert(linkAttempts).values(values).returning()));
    },
    byId: (id) => find(eq(linkAttempts.id, id)),
    byToken: (token) => find(eq(linkAttempts.tokenHash, hashed(token))),
    latest: (account, workspaceId) =>
      find(and(of(account), workspaceId === undefined ? undefined : eq(linkAttempts.workspaceId, workspaceId))),
    set: async (id, change) => {
      if (Object.keys(change).length > 0) await db.update(linkAttempts).set(change).where(eq(linkAttempts.id, id));
    },
    ...codeMethods(db, sealer),
    ...countMethods(db),
    giveUp: (account, workspaceId) => end(account, workspaceId, "given-up"),
    forget: async (before) => {
      await db.delete(linkAttempts).where(lt(linkAttempts.createdAt, before));
    },
  };
}

function codeMethods(db: Db, sealer: Sealer): Pick<LinkRepository, "issue" | "fits"> {
  return {
    issue: async (id, { code, ...issued }) => {
      const row = await newest(db, eq(linkAttempts.id, id));
      if (row === undefined) return;
      const [codeHash] = sealer.fingerprints(place(row.uid), code);
      await db
        .update(linkAttempts)
        .set({ ...issued, codeHash })
        .where(eq(linkAttempts.id, id));
    },
    fits: async (id, code) => {
      const row = await newest(db, eq(linkAttempts.id, id));
      const fitting = sealer.fingerprints(place(row?.uid ?? ""), code);
      // A hash that no code has stands in for the one that was never made.
      const wanted = Buffer.from(row?.codeHash ?? "0".repeat(64), "hex");
      return fitting.filter((each) => timingSafeEqual(Buffer.from(each, "hex"), wanted)).length > 0;
    },
  };
}

function countMethods(db: Db): Pick<LinkRepository, "countClaims" | "countInvitations" | "countCodes"> {
  const howMany = async (...where: (SQL | undefined)[]): Promise<number> => {
    const rows = await db
      .select({ count: count() })
      .from(linkAttempts)
      .where(and(...where));
    return only(rows).count;
  };
  return {
    countClaims: (by, since) =>
      howMany(
        gt(linkAttempts.claimedAt, since),
        "workspaceId" in by ? eq(linkAttempts.workspaceId, by.workspaceId) : of(by),
      ),
    countInvitations: (by, since) => howMany(of(by), gt(linkAttempts.createdAt, since)),
    countCodes: ({ workspaceId, bitrixId }, since) =>
      howMany(
        gt(linkAttempts.sentAt, since),
        eq(linkAttempts.workspaceId, workspaceId),
        eq(linkAttempts.bitrixId, bitrixId),
      ),
  };
}
