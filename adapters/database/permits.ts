import { createHash } from "node:crypto";
import { and, eq, gt, lte } from "drizzle-orm";
import type { PermitPurpose, PermitRepository } from "../../src/app/store/permits.ts";
import { permits } from "./schema/permits.ts";
import type { Db } from "./sqlite.ts";

/** Plain SHA-256 will do: the secrets are random and long, so nobody can try them out. */
const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

export function permitRepository(db: Db): PermitRepository {
  const good = (secret: string, kind: PermitPurpose["kind"], now: number) =>
    and(eq(permits.hash, hashOf(secret)), eq(permits.kind, kind), gt(permits.expiresAt, now));
  return {
    issue: async (secret, purpose, expiresAt) => {
      const { kind } = purpose;
      const workspaceId = kind === "invitation" ? null : purpose.workspaceId;
      const values = { kind, workspaceId, expiresAt };
      await db
        .insert(permits)
        .values({ hash: hashOf(secret), ...values })
        .onConflictDoUpdate({ target: permits.hash, set: values });
    },
    isGood: async (secret, kind, now) =>
      (
        await db
          .select({ hash: permits.hash })
          .from(permits)
          .where(good(secret, kind, now))
      ).length > 0,
    use: async (secret, kind, now) => {
      const [row] = await db
        .delete(permits)
        .where(good(secret, kind, now))
        .returning();
      return row && purposeOf(row, kind);
    },
    forget: async (now) => {
      await db.delete(permits).where(lte(permits.expiresAt, now));
    },
  };
}

function purposeOf<Kind extends PermitPurpose["kind"]>(
  row: typeof permits.$inferSelect,
  kind: Kind,
): Extract<PermitPurpose, { kind: Kind }> | undefined {
  const isKind = (purpose: PermitPurpose): purpose is Extract<PermitPurpose, { kind: Kind }> => purpose.kind === kind;
  const workspaceId = row.workspaceId ?? 0;
  const purpose: PermitPurpose = row.kind === "invitation" ? { kind: "invitation" } : { kind: row.kind, workspaceId };
  return isKind(purpose) ? purpose : undefined;
}
