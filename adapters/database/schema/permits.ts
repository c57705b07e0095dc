import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { moment } from "./columns.ts";
import { workspaces } from "./workspaces.ts";

export const permits = sqliteTable(
  "permits",
  {
    /** SHA-256 of the secret. */
    hash: text("hash").primaryKey(),
    kind: text("kind", { enum: ["oauth-state", "invitation", "disconnect"] }).notNull(),
    workspaceId: integer("workspace_id").references(() => workspaces.id, { onDelete: "cascade" }),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [index("permits_workspace").on(t.workspaceId)],
);
