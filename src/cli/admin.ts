import { GIVEN_ROLES } from "../core/permissions.ts";
import { type Cli, group, leaf } from "./command.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed, workspaceOf } from "./find.ts";
import { table } from "./output.ts";
import { type AccountFlags, readAccount } from "./place.ts";

interface Flags extends AccountFlags {
  readonly role?: string;
  readonly json?: boolean;
}

export function addAdminCommands(cli: Cli): void {
  const admin = group(cli, "admin", "who administers a workspace from the chats, and who may always send");
  accounted(leaf(admin, "add <workspace>", "give an account a role, in place of the one it had"))
    .option("--role <role>", `one of ${GIVEN_ROLES.join(", ")}; a sender may send where only the list may`, "admin")
    .action((workspace: string, flags: Flags) => cli.run(flags, (context) => add(context, workspace, flags)));
  leaf(admin, "list [workspace]", "who has which role").action((workspace: string | undefined, flags: Flags) =>
    cli.run(flags, (context) => list(context, workspace)),
  );
  accounted(leaf(admin, "remove <workspace>", "take that back")).action((workspace: string, flags: Flags) =>
    cli.run(flags, (context) => remove(context, workspace, flags)),
  );
}

const accounted = (command: ReturnType<typeof leaf>) =>
  command.option("--telegram <id>", "numeric id of a Telegram user").option("--discord <id>", "id of a Discord user");

/** By id only: a username can change hands, and its next owner must not inherit the right. */
function adminOf(flags: Flags) {
  const given = readAccount(flags);
  if (!given) throw wrongInput("who? Give --telegram ID or --discord ID; /whoami tells everybody their id");
  const { userId } = given.account;
  if (userId === undefined) {
    throw wrongInput(
      `--${given.platform}: administrators are named by their numeric id, because a username can change hands; /whoami tells it`,
    );
  }
  return { platform: given.platform, userId };
}

async function add(context: Context, name: string, flags: Flags): Promise<void> {
  const { platform, userId } = adminOf(flags);
  const role = GIVEN_ROLES.find((each) => each === flags.role);
  if (!role) throw wrongInput(`--role ${flags.role}: must be one of ${GIVEN_ROLES.join(", ")}`);
  await context.change(async (tx, note) => {
    const { id: workspaceId } = await workspaceNamed(tx, name);
    await tx.chats.addAdmin(workspaceId, platform, userId, role);
    await note({ action: "admin.add", subject: `${platform}:${userId} role=${role}`, workspaceId });
  });
  context.out.print({ workspace: name, platform, userId, role }, [
    role === "sender"
      ? `${platform} user ${userId} may send to ${name} from all its chats now.`
      : `${platform} user ${userId} administers ${name} now, as ${role}.`,
  ]);
}

async function list(context: Context, which: string | undefined): Promise<void> {
  const { read } = await context.store();
  const { id, name } = await workspaceOf(read, which);
  const admins = await read.chats.listAdmins(id);
  const rows = admins.map(({ platform, userId, role }) => [role, platform, userId]);
  const none = [`${name} has no administrator yet: herald24 admin add ${name} --telegram <id>`];
  context.out.print(admins, rows.length === 0 ? none : table(["ROLE", "PLATFORM", "USER ID"], rows));
}

async function remove(context: Context, name: string, flags: Flags): Promise<void> {
  const { platform, userId } = adminOf(flags);
  await context.change(async (tx, note) => {
    const { id: workspaceId } = await workspaceNamed(tx, name);
    if (!(await tx.chats.removeAdmin(workspaceId, platform, userId))) {
      throw wrongInput(`${platform} user ${userId} has no role in ${name}; see herald24 admin list ${name}`);
    }
    await note({ action: "admin.remove", subject: `${platform}:${userId}`, workspaceId });
  });
  context.out.print({ workspace: name, platform, userId }, [
    `${platform} user ${userId} has no role in ${name} any more.`,
  ]);
}
