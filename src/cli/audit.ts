import { type Cli, group, leaf } from "./command.ts";
import type { Context } from "./context.ts";
import { readLimit } from "./deliveryFilter.ts";
import { workspaceNamed } from "./find.ts";
import { table, when } from "./output.ts";

interface Flags {
  readonly json?: boolean;
  readonly workspace?: string;
  readonly limit?: string;
}

export function addAuditCommands(cli: Cli): void {
  leaf(group(cli, "audit", "who changed what"), "list", "the newest changes")
    .option("--workspace <name>", "only of this workspace")
    .option("--limit <number>", "how many", "100")
    .action((flags: Flags) => cli.run(flags, (context) => list(context, flags)));
}

async function list(context: Context, { workspace: name, limit }: Flags): Promise<void> {
  const { read } = await context.store();
  const workspace = name === undefined ? {} : { workspaceId: (await workspaceNamed(read, name)).id };
  const entries = await read.audit.list({ ...workspace, limit: readLimit(limit) });
  const rows = entries.map(({ at, actor, action, subject }) => [when(at), actor, action, subject]);
  context.out.print(
    entries,
    rows.length === 0 ? ["Nothing has been changed yet."] : table(["WHEN", "WHO", "WHAT", "SUBJECT"], rows),
  );
}
