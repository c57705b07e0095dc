import { randomBytes } from "node:crypto";
import { randomToken, sha256 } from "../app/hash.ts";
import { HOOK_KINDS, type Hook, type HookKind } from "../app/store/hooks.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { type Mapping, readMapping } from "../core/hooks/mapping.ts";
import { isWorkspaceName } from "../core/workspaceName.ts";
import { type Cli, group, leaf } from "./command.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed, workspacesNamed } from "./find.ts";
import { table, when } from "./output.ts";
import { secretReader } from "./secrets.ts";

interface AddFlags {
  readonly json?: boolean;
  readonly kind?: string;
  readonly secret?: string;
  readonly mapping?: readonly string[];
}

interface ListFlags {
  readonly json?: boolean;
  readonly workspace?: string;
}

export function addHookCommands(cli: Cli): void {
  const hook = group(cli, "hook", "addresses and keys by which other programs send alerts and notifications");
  leaf(hook, "add <workspace> <name>", "make one, and show its key this once")
    .option("--kind <kind>", `what sends: ${HOOK_KINDS.join(", ")}`)
    .option("--secret <secret>", "github: what GitHub signs with; @file, or -; made when absent")
    .option("--mapping <pairs...>", "generic: what stands where in its JSON, such as title=alert.name fields.host=host")
    .action((workspace: string, name: string, flags: AddFlags) =>
      cli.run(flags, (context) => add(context, { workspace, name }, flags)),
    );
  leaf(hook, "list", "hooks and when they were used last, without their keys")
    .option("--workspace <name>", "only of this workspace")
    .action((flags: ListFlags) => cli.run(flags, (context) => list(context, flags.workspace)));
  leaf(hook, "revoke <workspace> <name>", "end one: its key opens nothing from now on").action(
    (workspace: string, name: string, flags: ListFlags) =>
      cli.run(flags, (context) => revoke(context, { workspace, name })),
  );
}

interface Which {
  readonly workspace: string;
  readonly name: string;
}

async function add(context: Context, which: Which, flags: AddFlags): Promise<void> {
  const { name } = which;
  if (!isWorkspaceName(name))
    throw wrongInput(
      `hook "${name}": must be 1 to 63 letters, digits, ".", "_" or "-", not digits alone and nothing like a key`,
    );
  const kind = HOOK_KINDS.find((each) => each === flags.kind);
  if (!kind) throw wrongInput(`--kind ${flags.kind ?? "is absent"}: must be one of ${HOOK_KINDS.join(", ")}`);
  const mapping = mappingOf(kind, flags.mapping);
  const made = flags.secret === undefined && kind === "github";
  const secret = made ? randomBytes(24).toString("base64url") : await secretOf(context, kind, flags.secret);
  const { publicUrl, host, port } = context.config();
  await context.store();
  const key = randomToken();
  const hook = await context.change(async (tx, note) => {
    const workspace = await workspaceNamed(tx, which.workspace);
    const values = { workspaceId: workspace.id, name, kind, keyHash: sha256(key), createdAt: context.clock() };
    const more = { ...(secret === undefined ? {} : { secret }), ...(mapping === undefined ? {} : { mapping }) };
    const added = await tx.hooks.add({ ...values, ...more });
    if (!added)
      throw wrongInput(
        `${workspace.name} has a hook ${name} already; choose another name, or first: herald24 hook revoke ${workspace.name} ${name}`,
      );
    await note({ action: "hook.add", subject: `${name} (${kind})`, workspaceId: workspace.id });
    return added;
  });
  const base = publicUrl ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const address = kind === "api" ? `${base}/api/v1/notifications` : `${base}/hooks/${key}`;
  const shown = { ...view(hook, which.workspace), key, address, secret: made ? secret : undefined };
  context.out.print(shown, addedLines({ hook, which, key, address, secret: made ? secret : undefined, publicUrl }));
}

function addedLines(added: {
  hook: Hook;
  which: Which;
  key: string;
  address: string;
  secret: string | undefined;
  publicUrl: string | undefined;
}): readonly string[] {
  const { hook, which, key, address, secret, publicUrl } = added;
  const isApi = hook.kind === "api";
  return [
    `Added hook ${hook.name} (${hook.kind}) to ${which.workspace}. The key is shown this once; the database holds its hash.`,
    `  ${isApi ? "POST to" : "address"}: ${address}`,
    ...(isApi ? [`  header:  Authorization: Bearer ${key}`] : []),
    ...(secret === undefined ? [] : [`  secret:  ${secret}`]),
    ...(publicUrl === undefined
      ? ["PUBLIC_URL is not set: this address works on this machine alone, or wherever HOST and PORT are reached from."]
      : []),
    isApi
      ? "What to send: docs/hooks.md, “API”."
      : `Where to enter it: docs/hooks.md. Nothing is forwarded until a rule listens to it: herald24 rule add --help`,
  ];
}

function mappingOf(kind: HookKind, pairs: readonly string[] | undefined): Mapping | undefined {
  if (pairs === undefined) return undefined;
  if (kind !== "generic") throw wrongInput(`--mapping belongs to --kind generic; ${kind} has a form of its own`);
  const read = readMapping(pairs);
  if (read.kind === "malformed") throw wrongInput(`--mapping ${read.pair}: ${read.rule}`);
  return read.mapping;
}

async function secretOf({ host }: Context, kind: HookKind, given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined;
  if (kind !== "github") throw wrongInput(`--secret belongs to --kind github; what comes from ${kind} is not signed`);
  const secret = await secretReader(host)("--secret", given);
  if (secret.length < 16) throw wrongInput("--secret: must have at least 16 characters; without the flag one is made");
  return secret;
}

async function list(context: Context, name: string | undefined): Promise<void> {
  const { read } = await context.store();
  const found: { hook: Hook; workspace: Workspace }[] = [];
  for (const workspace of await workspacesNamed(read, name))
    for (const hook of await read.hooks.list(workspace.id)) found.push({ hook, workspace });
  const rows = found.map(({ hook, workspace }) => [
    workspace.name,
    hook.name,
    hook.kind,
    hook.revokedAt === undefined ? "live" : `revoked ${when(hook.revokedAt)}`,
    hook.usedAt === undefined ? "never used" : when(hook.usedAt),
  ]);
  const none = ["There is no hook yet: herald24 hook add <workspace> <name> --kind alertmanager"];
  context.out.print(
    found.map(({ hook, workspace }) => view(hook, workspace.name)),
    rows.length === 0 ? none : table(["WORKSPACE", "NAME", "KIND", "STATE", "LAST USED"], rows),
  );
}

async function revoke(context: Context, which: Which): Promise<void> {
  await context.store();
  const hook = await context.change(async (tx, note) => {
    const workspace = await workspaceNamed(tx, which.workspace);
    const found = await tx.hooks.byName(workspace.id, which.name);
    if (!found) {
      const names = (await tx.hooks.list(workspace.id)).filter((each) => each.revokedAt === undefined);
      const known = names.length === 0 ? "it has none" : `there is ${names.map((each) => each.name).join(", ")}`;
      throw wrongInput(`${workspace.name} has no live hook ${which.name}; ${known}`);
    }
    await tx.hooks.revoke(found.id, context.clock());
    await note({ action: "hook.revoke", subject: `${found.name} (${found.kind})`, workspaceId: workspace.id });
    return { ...found, revokedAt: context.clock() };
  });
  context.out.print(view(hook, which.workspace), [
    `Revoked hook ${hook.name}: its key opens nothing any more. What it has taken before is still forwarded.`,
  ]);
}

const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());

const view = (hook: Hook, workspace: string) => ({
  id: hook.id,
  workspace,
  name: hook.name,
  kind: hook.kind,
  mapping: hook.mapping ?? null,
  createdAt: time(hook.createdAt),
  usedAt: time(hook.usedAt),
  revokedAt: time(hook.revokedAt),
});
