import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Account } from "../app/store/people.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Platform } from "../core/chat.ts";
import type { Context, Note } from "./context.ts";
import { type CsvRow, csvLine, parseCsv } from "./csv.ts";
import { wrongInput } from "./fault.ts";
import { workspaceOf } from "./find.ts";
import { type ImportChange, importChanges, type ImportLine as Line } from "./importChanges.ts";
import { counted } from "./output.ts";
import { personView } from "./personView.ts";
import { accountOf, accountText, bitrixId } from "./place.ts";
import { secretReader } from "./secrets.ts";

const COLUMNS = ["bitrix_id", "name", "email", "telegram", "discord"] as const;

type Column = (typeof COLUMNS)[number];

interface Problem {
  readonly line: number;
  readonly problem: string;
}

class DryRun extends Error {}

/** All lines or none, so that a file can be mended and imported again. */
export async function importPeople(
  context: Context,
  { workspace, file, dryRun }: { workspace?: string; file: string; dryRun: boolean },
): Promise<void> {
  const { id: workspaceId, name } = await workspaceOf((await context.store()).read, workspace);
  const rows = parseCsv(await readCsv(context, file));
  const { lines, problems } = readLines(rows);
  let changes: readonly ImportChange[] = [];
  await context
    .change(async (tx, note) => {
      changes = importChanges(await tx.people.list(workspaceId), lines);
      problems.push(...(await mapLines(tx, workspaceId, lines)));
      if (problems.length > 0 || dryRun) throw new DryRun();
      await noteImport(note, workspaceId, lines);
    })
    .catch((error: unknown) => {
      if (!(error instanceof DryRun)) throw error;
    });
  problems.sort((one, other) => one.line - other.line);
  const isDone = problems.length === 0;
  const accounts = lines.reduce((sum, line) => sum + line.accounts.length, 0);
  const would = dryRun ? "would be " : "";
  const report = { dryRun, people: isDone ? lines.length : 0, accounts: isDone ? accounts : 0, problems };
  context.out.print({ ...report, changes: isDone ? changes : [] }, [
    ...problems.map(({ line, problem }) => `line ${line}: ${problem}`),
    ...(isDone && dryRun ? changes.map(({ line, change }) => `line ${line}: ${change}`) : []),
    isDone
      ? `${counted(lines.length, "person", "people")} with ${counted(accounts, "account")} ${would}mapped in ${name}.`
      : "Nothing was imported.",
  ]);
  if (!isDone) context.exit(2);
}

async function readCsv({ host }: Context, file: string): Promise<string> {
  const text =
    file === "-"
      ? await secretReader(host)("FILE", "-")
      : await readFile(resolve(host.cwd, file), "utf8").catch(() => {
          throw wrongInput(`${file} cannot be read; check its path and permissions`);
        });
  // What a decoder puts in the place of bytes that are no UTF-8.
  if (!text.includes("\uFFFD")) return text;
  throw wrongInput(`${file === "-" ? "the input" : file} is not UTF-8; save it as "CSV UTF-8"`);
}

function readLines([heading, ...rows]: readonly CsvRow[]): { lines: Line[]; problems: Problem[] } {
  const names = (heading?.cells ?? []).map((cell) => cell.toLowerCase());
  if (!names.includes("bitrix_id")) throw wrongInput(`the first line must name the columns: ${COLUMNS.join(",")}`);
  const unknown = names.filter((each) => each !== "" && !COLUMNS.some((column) => column === each));
  if (unknown.length > 0) throw wrongInput(`unknown columns ${unknown.join(", ")}; there is ${COLUMNS.join(", ")}`);
  const lines: Line[] = [];
  const problems: Problem[] = [];
  for (const { line, cells, unclosed } of rows) {
    try {
      if (unclosed) throw wrongInput("a quotation mark is not closed");
      if (cells.slice(names.length).some((cell) => cell !== ""))
        throw wrongInput(`${cells.length} cells for ${names.length} columns; a cell with a separator in it needs "…"`);
      lines.push(readLine(line, (column) => cells[names.indexOf(column)] ?? ""));
    } catch (error) {
      problems.push({ line, problem: error instanceof Error ? error.message : "cannot be read" });
    }
  }
  return { lines, problems };
}

function readLine(line: number, cell: (column: Column) => string): Line {
  const accountsIn = (platform: Platform) =>
    cell(platform)
      .split(/\s+/u)
      .filter((text) => text !== "")
      .map((text) => ({ platform, ...accountOf(platform, text, platform) }));
  // A name is one line wherever it is shown.
  const name = cell("name").replaceAll(/\s+/gu, " ").trim();
  const email = cell("email");
  if (email !== "" && !/^[^\s@]+@[^\s@]+$/u.test(email)) throw wrongInput(`email ${email}: is no e-mail address`);
  return {
    line,
    bitrixId: bitrixId("bitrix_id", cell("bitrix_id")),
    ...(name === "" ? {} : { name }),
    ...(email === "" ? {} : { email }),
    accounts: [...accountsIn("telegram"), ...accountsIn("discord")],
  };
}

async function mapLines({ people }: Repositories, workspaceId: number, lines: readonly Line[]): Promise<Problem[]> {
  const problems: Problem[] = [...contradictions(lines)];
  for (const { line, accounts, ...person } of lines) {
    await people.addPerson({ workspaceId, ...person });
    for (const account of accounts) {
      const mapped = await people.map({ workspaceId, ...person, ...account });
      if (mapped.kind === "mapped") continue;
      const problem =
        mapped.kind === "conflict"
          ? `${account.platform} ${accountText(account)} is mapped to Bitrix24 user ${mapped.person.bitrixId} already`
          : groupNameProblem(account.platform, mapped.username);
      problems.push({ line, problem });
    }
  }
  return problems;
}

/** Lines that say different things about one person: which of them is right is not for us to say. */
function contradictions(lines: readonly Line[]): readonly Problem[] {
  const first = new Map<string, Line>();
  return lines.flatMap((each) =>
    (["name", "email"] as const).flatMap((what) => {
      const value = each[what];
      if (value === undefined) return [];
      const key = `${what} ${each.bitrixId}`;
      const before = first.get(key);
      if (before === undefined) first.set(key, each);
      if (before === undefined || before[what] === value) return [];
      return [
        {
          line: each.line,
          problem: `${what} of Bitrix24 user ${each.bitrixId} differs from that in line ${before.line}`,
        },
      ];
    }),
  );
}

/** A name means the group first, so whoever bore it could not be addressed by it. */
export const groupNameProblem = (platform: Platform, username: string): string =>
  `${platform} @${username}: this is the name of a group or a rotation, and nobody may be mapped by it; give the account's numeric id, or rename that`;

async function noteImport(note: Note, workspaceId: number, lines: readonly Line[]): Promise<void> {
  for (const { bitrixId: id, accounts } of lines) {
    const theirs = accounts.map((account) => `${account.platform} ${accountText(account)}`).join(", ");
    await note({ action: "people.import", subject: `${theirs || "no account"} = ${id}`, workspaceId });
  }
}

/** As `importPeople` reads it. */
export async function exportPeople(context: Context, name?: string): Promise<void> {
  const { read } = await context.store();
  const people = await read.people.list((await workspaceOf(read, name)).id);
  const of = (accounts: readonly Account[], platform: Platform): string =>
    accounts
      .filter((account) => account.platform === platform)
      // Without the `@`, which a spreadsheet takes for a formula; a name of digits alone needs it, not to pass for an id.
      .map((account) =>
        /^@\d+$/u.test(accountText(account)) ? accountText(account) : accountText(account).replace(/^@/u, ""),
      )
      .join(" ");
  const lines = people.map((person) =>
    csvLine([
      String(person.bitrixId),
      person.name ?? "",
      person.email ?? "",
      of(person.accounts, "telegram"),
      of(person.accounts, "discord"),
    ]),
  );
  context.out.print(
    people.map((person) => personView(person, person.accounts)),
    // A cell may hold a line break.
    [COLUMNS.join(","), ...lines].flatMap((line) => line.split("\n")),
  );
}
