import { desc, eq } from "drizzle-orm";
import type { AuditRepository } from "../../src/app/store/store.ts";
import { audit } from "./schema/workspaces.ts";
import type { Db } from "./sqlite.ts";

/** Lists the newest first. */
export function auditRepository(db: Db): AuditRepository {
  return {
    append: async (entry) => {
      await db.insert(audit).values(entry);
    },
    list: async ({ workspaceId, limit }) =>
      db
        .select({ at: audit.at, actor: audit.actor, action: audit.action, subject: audit.subject })
        .from(audit)
        .where(workspaceId === undefined ? undefined : eq(audit.workspaceId, workspaceId))
        .orderBy(desc(audit.id))
        .limit(limit),
  };
}
