import { and, desc, eq, gte, lt, or, sql } from "drizzle-orm";
import type { AuditFilter, AuditRepository } from "../../src/app/store/store.ts";
import { withoutNulls } from "./rows.ts";
import { audit } from "./schema/workspaces.ts";
import type { Db } from "./sqlite.ts";

export function auditRepository(db: Db): AuditRepository {
  return {
    append: async (entry) => {
      await db.insert(audit).values(entry);
    },
    list: async (filter) => {
      const rows = await db
        .select({
          at: audit.at,
          workspaceId: audit.workspaceId,
          actor: audit.actor,
          action: audit.action,
          subject: audit.subject,
        })
        .from(audit)
        .where(matching(filter))
        .orderBy(desc(audit.id))
        .limit(filter.limit);
      return rows.map(withoutNulls);
    },
  };
}

function matching({ workspaceId, action, actor, since, until }: AuditFilter) {
  return and(
    workspaceId === undefined ? undefined : eq(audit.workspaceId, workspaceId),
    action === undefined
      ? undefined
      : or(eq(audit.action, action), sql`substr(${audit.action}, 1, ${action.length + 1}) = ${`${action}.`}`),
    actor === undefined ? undefined : eq(audit.actor, actor),
    since === undefined ? undefined : gte(audit.at, since),
    until === undefined ? undefined : lt(audit.at, until),
  );
}
