import type { Connection } from "../app/connection.ts";
import type { Words } from "../app/ports.ts";
import { type Probed, storeProbe } from "../app/probe.ts";
import { DEFAULT_SETTINGS } from "../app/settings.ts";
import type { Credentials, Settings, Workspace } from "../app/store/workspaces.ts";
import { missingScopes } from "../core/scopes.ts";
import { isWorkspaceName } from "../core/workspaceName.ts";
import type { Context } from "./context.ts";
import type { GivenCredentials } from "./credentials.ts";
import { wrongInput } from "./fault.ts";
import { CANDIDATE_ID } from "./portal.ts";
import { connect, probe } from "./portalCheck.ts";

/** @throws {CliError} 2 */
export function checkName(name: string): void {
  if (isWorkspaceName(name)) return;
  // Arguments get mixed up: what stands here may be a credential.
  const shown = name.length > 13 || name.includes("/") ? "(not shown, it may be a secret)" : `"${name}"`;
  throw wrongInput(
    `workspace name ${shown}: must be 1 to 63 letters, digits, ".", "_" or "-", not digits alone and nothing like a code, such as main`,
  );
}

export interface Added {
  readonly workspace: Workspace;
  readonly connection?: Connection;
  readonly probed?: Probed;
}

/**
 * Tries the credentials, then stores the workspace, then probes its tags. What the portal refuses is not stored; an
 * application that is not installed yet cannot be tried and is stored as it is.
 */
export async function addWorkspace(
  context: Context,
  wanted: { name: string; given: GivenCredentials; settings: Partial<Settings> },
): Promise<Added> {
  const { name, given } = wanted;
  checkName(name);
  const store = await context.store(true);
  if (await store.read.workspaces.byName(name)) {
    throw wrongInput(
      `workspace "${name}" is there already: change it with herald24 workspace set ${name} …, or choose another name`,
    );
  }
  const settings = { ...DEFAULT_SETTINGS, ...wanted.settings };
  const candidate: Workspace = {
    ...given,
    id: CANDIDATE_ID,
    name,
    settings,
    tags: "unprobed",
    createdAt: context.clock(),
  };
  const connection = isInstalled(given.credentials) ? await connect(context, candidate) : undefined;
  const credentials = (await context.portal()).renewedCandidate() ?? given.credentials;
  const workspace = await context.change(async (tx, note) => {
    const added = await tx.workspaces.add({ name, host: given.host, credentials, settings }, context.clock());
    await note({ action: "workspace.add", subject: name, workspaceId: added.id });
    return added;
  });
  if (connection === undefined) return { workspace };
  const probed = await probeAndStore(context, workspace);
  return { workspace: (await store.read.workspaces.byId(workspace.id)) ?? workspace, connection, probed };
}

const isInstalled = (credentials: Credentials): boolean =>
  credentials.kind === "webhook" || credentials.tokens !== undefined;

/** A probe that failed says nothing, so what was known before stays. */
export async function probeAndStore(context: Context, workspace: Workspace): Promise<Probed> {
  const probed = await probe(context, workspace);
  await context.change(async (tx, note) => {
    await storeProbe(tx, workspace, probed, context.clock());
    const subject = probed.kind === "probed" ? probed.capabilities.tags : probed.kind;
    await note({ action: "workspace.probe", subject, workspaceId: workspace.id });
  });
  return probed;
}

/** What was not granted, and what it would be good for. */
export function scopeLines(granted: readonly string[], { say }: Words): readonly string[] {
  return missingScopes(granted).map((scope) => say("scope-missing", { scope, use: say(`scope-use-${scope}`) }));
}

export function addedLines({ workspace, connection, probed }: Added, words: Words): readonly string[] {
  const { say } = words;
  const { name, credentials, host } = workspace;
  const first = say("added-workspace", { name, host });
  if (connection === undefined) return [first, say("added-uninstalled")];
  const { userName, userId, scopes } = connection;
  const user = userName || `id:${userId}`;
  return [
    first,
    say("init-acts-as", { user, id: String(userId), scopes: scopes.join(", ") }),
    ...scopeLines(scopes, words),
    ...probeLines(workspace, probed, words),
    ...(credentials.kind === "webhook" ? [say("added-sender", { user, name })] : []),
  ];
}

function probeLines({ capabilities }: Workspace, probed: Probed | undefined, { say }: Words): readonly string[] {
  if (probed?.kind === "no-rest") return [say("connect-no-rest", { reason: probed.reason })];
  if (probed?.kind === "failed") return [say("connect-not-probed", { reason: probed.reason })];
  const left = probed?.tags.leftBehind.join(", ") ?? "";
  return [
    say("connect-tags", { tags: capabilities?.tags ?? "unknown" }),
    ...(left === "" ? [] : [say("added-left-behind", { ids: left })]),
  ];
}

/** What makes the first notification go out. */
export const nextLines = ({ workspace: { name } }: Added, { say }: Words): readonly string[] =>
  say("added-next", { name }).split("\n");
