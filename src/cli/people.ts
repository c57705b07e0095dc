import type { Account } from "../app/store/people.ts";
import { type Cli, group, leaf } from "./command.ts";
import type { Context } from "./context.ts";
import type { EraseFlags } from "./erase.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed, workspaceOf } from "./find.ts";
import { table, when } from "./output.ts";
import { exportPeople, groupNameProblem, importPeople } from "./peopleCsv.ts";
import { type LookedUp, lookUpEmail, lookUpId } from "./peopleLookUp.ts";
import { searchPeople } from "./peopleSearch.ts";
import { described, personView } from "./personView.ts";
import { type AccountFlags, accountText, bitrixId, readAccount } from "./place.ts";
import { unmap } from "./unmap.ts";

interface Flags extends AccountFlags {
  readonly json?: boolean;
  readonly bitrix?: string;
  readonly name?: string;
  readonly email?: string;
  readonly dryRun?: boolean;
}

export function addPeopleCommands(cli: Cli): void {
  const people = group(cli, "people", "who in the chats is whom in Bitrix24");
  accounted(leaf(people, "map <workspace>", "map an account to a person"))
    .option("--bitrix <id>", "the person's Bitrix24 user id")
    .option("--name <name>", "how the person is called in answers")
    .option(
      "--email <address>",
      "in place of --bitrix: who has exactly this address there; beside it: what to address the person by",
    )
    .action((workspace: string, flags: Flags) => cli.run(flags, (context) => map(context, workspace, flags)));
  accounted(leaf(people, "unmap <workspace>", "take that back; what is queued for the person is cancelled"))
    .option("--bitrix <id>", "all accounts of this person")
    .action((workspace: string, flags: Flags) => cli.run(flags, (context) => unmap(context, workspace, flags)));
  leaf(people, "list [workspace]", "people and their accounts").action((workspace: string | undefined, flags: Flags) =>
    cli.run(flags, (context) => list(context, workspace)),
  );
  leaf(people, "search <workspace> <text>", "look for a person in the portal and in the mapping").action(
    (workspace: string, text: string, flags: Flags) =>
      cli.run(flags, (context) => searchPeople(context, workspace, text)),
  );
  leaf(
    people,
    "import <names...>",
    "map many at once from CSV: bitrix_id,name,email,telegram,discord; - reads standard input",
  )
    .usage("[options] [workspace] <file>")
    .option("--dry-run", "only say what would happen")
    .action((names: string[], flags: Flags) =>
      cli.run(flags, (context) => importPeople(context, { ...whichFile(names), dryRun: flags.dryRun === true })),
    );
  accounted(leaf(people, "erase <workspace> [person]", "remove somebody's names, ids and texts everywhere"))
    .option("--dry-run", "only count")
    .option("--yes", "ask nothing")
    .action((workspace: string, person: string | undefined, flags: Flags & EraseFlags) =>
      cli.run(flags, async (context) =>
        (await import("./erase.ts")).eraseSomebody(context, workspace, { person, flags }),
      ),
    );
  leaf(people, "export [workspace]", "the mapping as CSV, as import reads it").action(
    (workspace: string | undefined, flags: Flags) => cli.run(flags, (context) => exportPeople(context, workspace)),
  );
}

/** The file comes last; a workspace before it may be left out where there is only one. */
function whichFile(names: readonly string[]): { readonly workspace?: string; readonly file: string } {
  const [first = "", second, ...more] = names;
  if (more.length > 0) throw wrongInput("one file at a time: people import [workspace] FILE.csv");
  return second === undefined ? { file: first } : { workspace: first, file: second };
}

const accounted = (command: ReturnType<typeof leaf>) =>
  command
    .option("--telegram <account>", "@name or numeric id of a Telegram user")
    .option("--discord <account>", "name or id of a Discord user");

async function map(context: Context, workspaceName: string, flags: Flags): Promise<void> {
  const given = readAccount(flags);
  if (!given) throw wrongInput("whom? Give --telegram @name|ID or --discord name|ID");
  const { platform, account } = given;
  const { id, name, looked } = await meant(context, workspaceName, flags);
  const details = {
    ...(name === undefined ? {} : { name }),
    ...(flags.email ? { email: flags.email.trim() } : {}),
  };
  const person = await context.change(async (tx, note) => {
    const { id: workspaceId } = await workspaceNamed(tx, workspaceName);
    const mapped = await tx.people.map({ workspaceId, bitrixId: id, platform, ...account, ...details });
    if (mapped.kind === "conflict") {
      throw wrongInput(
        `${platform} ${accountText(account)} is mapped to ${described(mapped.person)} already; first: herald24 people unmap ${workspaceName} --${platform} ${accountText(account)}`,
      );
    }
    if (mapped.kind === "group-name") throw wrongInput(groupNameProblem(platform, mapped.username));
    await note({ action: "people.map", subject: `${platform} ${accountText(account)} = ${id}`, workspaceId });
    return mapped.person;
  });
  const line = `${platform} ${accountText(account)} is ${described(person)} in ${workspaceName}.`;
  const { isInPortal, note } = looked;
  context.out.print(
    {
      workspace: workspaceName,
      bitrixId: person.bitrixId,
      name: person.name ?? null,
      platform,
      ...account,
      isInPortal,
    },
    [line, ...(note === undefined ? [] : [`Note: ${note}.`])],
  );
}

interface Meant {
  readonly id: number;
  readonly name?: string;
  readonly looked: LookedUp;
}

/** Who is mapped: by the address, or by the number, which the portal is asked about so that a slip is seen. */
async function meant(context: Context, workspaceName: string, flags: Flags): Promise<Meant> {
  const given = flags.name?.trim();
  if (flags.bitrix === undefined && flags.email) {
    const found = await lookUpEmail(context, workspaceName, flags.email);
    const name = given || found.name;
    return { id: found.bitrixId, ...(name === undefined ? {} : { name }), looked: { isInPortal: true } };
  }
  const id = bitrixId("--bitrix", flags.bitrix);
  const { read } = await context.store();
  const workspace = await workspaceNamed(read, workspaceName);
  const looked = await lookUpId(context, workspace, id);
  // What an administrator has called somebody stays.
  const name =
    given || ((await read.people.byBitrixId(workspace.id, id))?.name === undefined ? looked.name : undefined);
  return { id, ...(name === undefined ? {} : { name }), looked };
}

async function list(context: Context, workspace: string | undefined): Promise<void> {
  const { read } = await context.store();
  const { id, name } = await workspaceOf(read, workspace);
  const people = await read.people.list(id);
  const of = (accounts: readonly Account[], platform: Account["platform"]): string =>
    accounts
      .filter((account) => account.platform === platform)
      .map(accountText)
      .join(" ");
  const rows = people.map((person) => [
    String(person.bitrixId),
    person.name ?? "",
    person.email ?? "",
    of(person.accounts, "telegram"),
    of(person.accounts, "discord"),
    person.leftAt === undefined ? "" : `left, noticed ${when(person.leftAt)}`,
  ]);
  const none = [`Nobody is mapped in ${name} yet: herald24 people map ${name} --telegram @name --bitrix <id>`];
  context.out.print(
    people.map((person) => personView(person, person.accounts)),
    rows.length === 0 ? none : table(["BITRIX24", "NAME", "E-MAIL", "TELEGRAM", "DISCORD", ""], rows),
  );
}
