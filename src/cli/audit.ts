import type { AuditEntry } from "../app/store/store.ts";
import { type Cli, group, leaf } from "./command.ts";
import type { Context } from "./context.ts";
import { csvLine } from "./csv.ts";
import { readLimit } from "./deliveryFilter.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed } from "./find.ts";
import { table, when } from "./output.ts";

interface Flags {
  readonly json?: boolean;
  readonly workspace?: string;
  readonly action?: string;
  readonly actor?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly format?: string;
}

const EVERYTHING = Number.MAX_SAFE_INTEGER;

export function addAuditCommands(cli: Cli): void {
  const audit = group(cli, "audit", "who changed what");
  filtered(leaf(audit, "list", "the newest changes"))
    .option("--limit <number>", "how many", "100")
    .action((flags: Flags) => cli.run(flags, (context) => list(context, flags)));
  filtered(leaf(audit, "export", "all changes, oldest first"))
    .option("--format <format>", "jsonl (one JSON object a line) or csv", "jsonl")
    .action((flags: Flags) => cli.run(flags, (context) => exportAll(context, flags)));
}

const filtered = (command: ReturnType<typeof leaf>) =>
  command
    .option("--workspace <name>", "only of this workspace")
    .option("--action <action>", "only this: people.map, or people for all that begins so")
    .option("--actor <actor>", "only by: telegram:77, cli:ada, herald24")
    .option("--since <time>", "not before: 2026-08-01, or with a time such as 2026-08-01T12:00Z")
    .option("--until <time>", "before");

async function find(context: Context, flags: Flags, limit: number): Promise<readonly AuditEntry[]> {
  const { read } = await context.store();
  const { action, actor } = flags;
  return read.audit.list({
    limit,
    ...(flags.workspace === undefined ? {} : { workspaceId: (await workspaceNamed(read, flags.workspace)).id }),
    ...(action === undefined ? {} : { action }),
    ...(actor === undefined ? {} : { actor }),
    ...moment("since", flags.since),
    ...moment("until", flags.until),
  });
}

/** Dates without a zone are UTC, as all times that are shown. */
function moment(flag: "since" | "until", text: string | undefined): { since?: number; until?: number } {
  if (text === undefined) return {};
  const zoned = /T\d{2}:\d{2}(?::\d{2})?$/u.test(text) ? `${text}Z` : text;
  const at = Date.parse(zoned);
  if (Number.isNaN(at) || !/^\d{4}-\d{2}-\d{2}/u.test(text)) {
    throw wrongInput(`--${flag} ${text}: must be a date such as 2026-08-01, or 2026-08-01T12:00Z`);
  }
  return { [flag]: at };
}

async function list(context: Context, flags: Flags): Promise<void> {
  const entries = await find(context, flags, readLimit(flags.limit));
  const rows = entries.map(({ at, actor, action, subject }) => [when(at), actor, action, subject]);
  const none = "Nothing has been changed yet, or nothing fits.";
  context.out.print(entries, rows.length === 0 ? [none] : table(["WHEN", "WHO", "WHAT", "SUBJECT"], rows));
}

async function exportAll(context: Context, flags: Flags): Promise<void> {
  const { format } = flags;
  if (format !== "jsonl" && format !== "csv") throw wrongInput(`--format ${format}: must be jsonl or csv`);
  const names = new Map((await (await context.store()).read.workspaces.list()).map(({ id, name }) => [id, name]));
  const entries = (await find(context, flags, EVERYTHING)).toReversed().map(({ at, workspaceId, ...entry }) => ({
    at: new Date(at).toISOString(),
    // Of a workspace that was removed only the number is left.
    workspace: workspaceId === undefined ? null : (names.get(workspaceId) ?? `#${workspaceId}`),
    ...entry,
  }));
  const csv = () =>
    [
      csvLine(["at", "workspace", "actor", "action", "subject"]),
      ...entries.map(({ at, workspace, actor, action, subject }) =>
        csvLine([at, workspace ?? "", actor, action, subject]),
      ),
      // A cell may hold a line break.
    ].flatMap((line) => line.split("\n"));
  context.out.print(entries, format === "csv" ? csv() : entries.map((entry) => JSON.stringify(entry)));
}
