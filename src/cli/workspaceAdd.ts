import type { Connection } from "../app/connection.ts";
import { type Probed, storeProbe } from "../app/probe.ts";
import { DEFAULT_SETTINGS } from "../app/settings.ts";
import type { Credentials, Settings, Workspace } from "../app/store/workspaces.ts";
import { missingScopes } from "../core/scopes.ts";
import { isWorkspaceName } from "../core/workspaceName.ts";
import { wordsIn } from "../messages/catalogue.ts";
import type { Context } from "./context.ts";
import type { GivenCredentials } from "./credentials.ts";
import { wrongInput } from "./fault.ts";
import { CANDIDATE_ID } from "./portal.ts";
import { connect, describeConnection, describeProbe, probe } from "./portalCheck.ts";
import { TAGS_IN_WORDS } from "./workspaceView.ts";

/** @throws {CliError} 2 */
export function checkName(name: string): void {
  if (isWorkspaceName(name)) return;
  throw wrongInput(
    `workspace name "${name}": must be 1 to 63 letters, digits, ".", "_" or "-", not digits alone, such as main`,
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

const isSmooth = (probed: Probed): boolean =>
  probed.kind === "probed" && probed.tags.kind !== "unknown" && probed.tags.leftBehind.length === 0;

/** What was not granted, and what it would be good for. */
export function scopeLines(granted: readonly string[]): readonly string[] {
  const { say } = wordsIn("en");
  return missingScopes(granted).map((scope) => say("scope-missing", { scope, use: say(`scope-use-${scope}`) }));
}

export function addedLines({ workspace, connection, probed }: Added): readonly string[] {
  const { name, credentials, host } = workspace;
  const next = [
    `Next: herald24 chat bind ${name} --telegram <chat id>   (the bot tells the id in any chat it is added to)`,
    `      herald24 people map ${name} --telegram @name --email <address in Bitrix24>   (or --bitrix <user id>)`,
  ];
  if (connection === undefined) {
    return [
      `Added ${name} (${host}). The application is not installed there yet, so nothing could be tested.`,
      ...next,
    ];
  }
  const sender =
    credentials.kind === "webhook"
      ? [
          `With a webhook every personal notification appears as sent by ${connection.userName || "its owner"}, the webhook's owner; herald24 workspace set ${name} kind=system leaves the sender out.`,
        ]
      : [];
  const { capabilities } = workspace;
  const tags = capabilities && capabilities.tags !== "unknown" ? `Tags are ${TAGS_IN_WORDS[workspace.tags]}.` : "";
  const probing = probed && !isSmooth(probed) ? `Note: ${describeProbe(probed)}` : "";
  return [
    `Added ${name} (${host}): ${describeConnection(connection)}.`,
    ...scopeLines(connection.scopes),
    ...[tags, probing].filter((line) => line !== ""),
    ...sender,
    ...next,
  ];
}
