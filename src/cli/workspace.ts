import type { Settings } from "../app/store/workspaces.ts";
import { type Cli, group, leaf } from "./command.ts";
import type { Context } from "./context.ts";
import { type CredentialFlags, readCredentials, webhookCredentials } from "./credentials.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed } from "./find.ts";
import { table } from "./output.ts";
import { connect, connectAgain, describeConnection, describeProbe } from "./portalCheck.ts";
import { secretReader } from "./secrets.ts";
import { readAdminChat, readSetting, settingKey } from "./settings.ts";
import { addedLines, addWorkspace, checkName, nextLines, probeAndStore, scopeLines } from "./workspaceAdd.ts";
import { authorisationLines, authorisationOf, authorize, invite } from "./workspaceInvite.ts";
import { type RemoveFlags, removeWorkspace } from "./workspaceRemove.ts";
import { capabilityLines, lines, view } from "./workspaceView.ts";

interface AddFlags extends CredentialFlags {
  readonly json?: boolean;
  readonly language?: string;
  readonly timeZone?: string;
}

type Named = { readonly json?: boolean };

export function addWorkspaceCommands(cli: Cli): void {
  const workspace = group(cli, "workspace", "Bitrix24 portals and how they are reached");
  leaf(workspace, "add <name>", "connect a portal, test the connection and probe what it does")
    .option("--webhook <url>", "address of an incoming webhook; @file, or - for standard input; asked for when absent")
    .option("--oauth", "reach the portal as an application instead")
    .option("--domain <domain>", "with --oauth: the portal's domain")
    .option("--client-id <id>", "with --oauth: the application's client id")
    .option("--client-secret <secret>", "with --oauth: its secret; @file, or -")
    .option("--access-token <token>", "with --oauth: a token that you have already; @file, or -")
    .option("--refresh-token <token>", "with --oauth: the refresh token that belongs to it; @file, or -")
    .option("--server-endpoint <url>", "with --oauth: the authorisation server, where it is not Bitrix24's usual one")
    .option("--member-id <id>", "with --oauth: the portal's member_id")
    .option("--language <language>", "en or ru: what recipients and admins read")
    .option("--time-zone <zone>", "such as Europe/Berlin")
    .action((name: string, flags: AddFlags) => cli.run(flags, (context) => add(context, name, flags)));
  leaf(workspace, "invite", "make a code with which a portal can be connected from a chat, once").action(
    (flags: Named) => cli.run(flags, invite),
  );
  leaf(workspace, "authorize <name>", "a fresh link to the consent page of an application's portal").action(
    (name: string, flags: Named) => cli.run(flags, (context) => authorize(context, name)),
  );
  leaf(workspace, "list", "all workspaces").action((flags: Named) => cli.run(flags, list));
  leaf(workspace, "show <name>", "one workspace, without its secrets").action((name: string, flags: Named) =>
    cli.run(flags, (context) => show(context, name)),
  );
  leaf(workspace, "test <name>", "test the connection; resumes a suspended workspace").action(
    (name: string, flags: Named) => cli.run(flags, (context) => test(context, name)),
  );
  leaf(workspace, "probe <name>", "find out again what the portal does and what the credentials may do there").action(
    (name: string, flags: Named) => cli.run(flags, (context) => probeAgain(context, name)),
  );
  leaf(workspace, "set <name> <settings...>", "change settings: key=value …, also admin-chat= and webhook=").action(
    (name: string, settings: string[], flags: Named) => cli.run(flags, (context) => set(context, name, settings)),
  );
  leaf(workspace, "remove <name>", "forget a workspace and all that belongs to it")
    .option("--yes", "ask nothing; needed where no terminal is")
    .action((name: string, flags: RemoveFlags) => cli.run(flags, (context) => removeWorkspace(context, name, flags)));
}

async function add(context: Context, name: string, flags: AddFlags): Promise<void> {
  checkName(name);
  const settings: Partial<Settings> = {
    ...(flags.language === undefined ? {} : readSetting("language", flags.language)),
    ...(flags.timeZone === undefined ? {} : readSetting("time-zone", flags.timeZone)),
  };
  const given = await readCredentials(context, flags);
  const added = await addWorkspace(context, { name, given, settings });
  const { workspace, connection = null, probed = null } = added;
  const authorisation = connection === null ? await authorisationOf(context, workspace) : null;
  const told = authorisation === null ? [] : authorisationLines(authorisation);
  const value = { workspace: view(workspace), connection, probe: probed, authorisation };
  context.out.print(value, [...addedLines(added, context.words), ...nextLines(added, context.words), ...told]);
}

async function list(context: Context): Promise<void> {
  const { read } = await context.store();
  const workspaces = await read.workspaces.list();
  const rows = workspaces.map(({ name, host, credentials, tags, suspended }) => [
    name,
    host,
    credentials.kind,
    tags,
    suspended ? `suspended (${suspended.code})` : "active",
  ]);
  const none = ["There is no workspace yet: herald24 workspace add <name>"];
  context.out.print(
    workspaces.map((workspace) => view(workspace)),
    rows.length === 0 ? none : table(["NAME", "PORTAL", "REACHED BY", "TAGS", "STATE"], rows),
  );
}

async function show(context: Context, name: string): Promise<void> {
  const { read } = await context.store();
  const workspace = await workspaceNamed(read, name);
  const adminChat = await read.chats.adminChat(workspace.id);
  context.out.print(view(workspace, adminChat), lines(workspace, adminChat));
}

async function test(context: Context, name: string): Promise<void> {
  const workspace = await workspaceNamed((await context.store()).read, name);
  const connection = await connectAgain(context, workspace);
  const movedTo = (await context.portal()).movedTo();
  if (workspace.suspended) {
    await context.change(async (tx, note) => {
      await tx.workspaces.resume(workspace.id);
      await note({ action: "workspace.resume", subject: name, workspaceId: workspace.id });
    });
  }
  const resumed = workspace.suspended !== undefined;
  context.out.print({ workspace: name, connection, resumed, movedTo: movedTo ?? null }, [
    `${name}: ${describeConnection(connection)}.`,
    ...scopeLines(connection.scopes, context.words),
    ...(resumed ? ["The workspace was suspended and goes on now."] : []),
    ...(movedTo === undefined ? [] : [`The portal answers at ${movedTo} now.`]),
  ]);
}

async function probeAgain(context: Context, name: string): Promise<void> {
  const workspace = await workspaceNamed((await context.store()).read, name);
  const probed = await probeAndStore(context, workspace);
  const found = probed.kind === "probed" ? capabilityLines(probed.capabilities) : [];
  context.out.print({ workspace: name, probe: probed }, [`${name}: ${describeProbe(probed)}.`, ...found]);
  if (probed.kind === "no-rest") context.exit(3);
  const reply = probed.kind === "failed" ? probed.reply : probed.kind === "probed" ? probed.tags.reply : undefined;
  const isUnknown = probed.kind === "failed" || (probed.kind === "probed" && probed.tags.kind === "unknown");
  if (isUnknown) context.exit(reply?.kind === "error" ? 3 : 1);
}

async function set(context: Context, name: string, given: readonly string[]): Promise<void> {
  const workspace = await workspaceNamed((await context.store()).read, name);
  const pairs = given.map(pair);
  const plain = pairs.filter(([key]) => key !== "admin-chat" && key !== "webhook");
  const settings: Settings = Object.assign({}, workspace.settings, ...plain.map((each) => readSetting(...each)));
  const place = pairs.find(([key]) => key === "admin-chat")?.[1];
  const adminChat = place === undefined ? undefined : readAdminChat(place);
  const reached = await newWebhook(context, workspace, pairs.find(([key]) => key === "webhook")?.[1]);
  await context.change(async (tx, note) => {
    await tx.workspaces.set(workspace.id, { settings, ...reached });
    if (adminChat) await tx.chats.setAdminChat(workspace.id, adminChat);
    if (reached) await tx.workspaces.resume(workspace.id);
    const subject = pairs.map(([key, value]) => (key === "webhook" ? key : `${key}=${value}`)).join(" ");
    await note({ action: "workspace.set", subject, workspaceId: workspace.id });
  });
  if (reached) await probeAndStore(context, { ...workspace, ...reached });
  await show(context, name);
}

function pair(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw wrongInput(`"${text}": settings are written key=value, such as language=ru`);
  return [settingKey(text.slice(0, at)), text.slice(at + 1)];
}

/** A webhook whose code has changed, tested before it takes the place of the old one, and then probed anew. */
async function newWebhook(
  context: Context,
  workspace: Awaited<ReturnType<typeof workspaceNamed>>,
  value: string | undefined,
) {
  if (value === undefined) return undefined;
  const address = await secretReader(context.host)("webhook=", value);
  const given = webhookCredentials(address, context.config().privateHosts);
  await connect(context, { ...workspace, ...given });
  return { ...given, tags: "unprobed" as const };
}
