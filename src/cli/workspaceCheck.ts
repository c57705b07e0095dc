import type { Capabilities } from "../app/capabilities.ts";
import { type Connection, checkConnection, NEEDED_SCOPE } from "../app/connection.ts";
import { networkWords } from "../app/networkWords.ts";
import type { Finding, Words } from "../app/ports.ts";
import { remedyText } from "../app/remedy.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import type { PortalReply } from "../core/verdict.ts";
import type { Context } from "./context.ts";

/** A difference that no network delay explains. */
const CLOCK_SLACK_S = 90;

/** Per workspace: state, connection, whose it is, scopes, tariff, clock and what the last probe found. */
export async function workspaceFindings(
  context: Context,
  read: Repositories,
  words: Words,
): Promise<readonly Finding[]> {
  const workspaces = await read.workspaces.list();
  if (workspaces.length > 0) return (await Promise.all(workspaces.map((each) => examine(context, each, words)))).flat();
  const { say } = words;
  return [{ check: "workspaces", state: "warning", detail: say("workspaces-none"), fix: say("workspaces-none-fix") }];
}

async function examine(context: Context, workspace: Workspace, words: Words): Promise<readonly Finding[]> {
  const { say } = words;
  const { name, host, suspended } = workspace;
  const found: Finding[] = [];
  if (suspended) {
    const { code } = suspended;
    const detail = say("workspace-suspended", { code, reason: words.reason(code) });
    const fix = say("workspace-suspended-fix", { name });
    found.push({ check: "workspace-suspended", place: name, state: "broken", detail, fix });
  }
  const portal = await context.portal();
  const checked = await checkConnection(workspace, { portal, clock: context.clock }, new AbortController().signal);
  if (checked.kind === "failed") {
    const trouble = portalTrouble(workspace, checked.reply, words);
    return [...found, { check: "workspace", place: name, state: "broken", ...trouble }];
  }
  const { userName, userId } = checked;
  const detail = say("workspace-ok", { host, user: userName, id: String(userId) });
  found.push({ check: "workspace", place: name, state: "ok", detail });
  return [
    ...found,
    ...ownerFindings(workspace, checked, words),
    ...scopeFindings(workspace, checked, words),
    ...clockFindings(workspace, checked, words),
    probeFinding(workspace, words),
  ];
}

/** Why a portal cannot be used: the network told apart from what the portal itself refuses. */
export function portalTrouble(
  workspace: Workspace,
  reply: Exclude<PortalReply, { kind: "result" }>,
  words: Words,
): { detail: string; fix: string } {
  const { say } = words;
  const { host } = workspace;
  if (reply.kind !== "error") {
    const { detail, fix } = networkWords({ say }, { host, reason: reply.reason });
    return { detail: say("network-not-credentials", { detail }), fix };
  }
  const code = reply.code === "" ? `HTTP ${reply.status}` : reply.code;
  const answer = reply.description === "" ? code : `${code} (${reply.description})`;
  return {
    detail: say("workspace-refused", { answer }),
    fix: remedyText(words, workspace, reply.code),
  };
}

/** Bitrix24: an administrator who edits somebody's webhook becomes its owner; a dismissed owner's goes to a technical user. */
function ownerFindings(
  { name, credentials, capabilities }: Workspace,
  { userId, userName }: Connection,
  { say }: Words,
): readonly Finding[] {
  const written =
    credentials.kind === "webhook" ? /\/rest\/(?<user>\d+)\//u.exec(credentials.url)?.groups?.user : undefined;
  const expected = capabilities?.userId || Number(written ?? 0);
  if (expected === 0 || expected === userId) return [];
  const detail = say("workspace-owner", { expected: String(expected), user: userName, id: String(userId) });
  return [
    { check: "workspace-owner", place: name, state: "warning", detail, fix: say("workspace-owner-fix", { name }) },
  ];
}

function scopeFindings({ name }: Workspace, { scopes }: Connection, { say }: Words): readonly Finding[] {
  if (scopes.includes(NEEDED_SCOPE)) return [];
  const detail = say("workspace-scope", { scope: NEEDED_SCOPE });
  return [{ check: "workspace-scope", place: name, state: "broken", detail, fix: say("remedy-scope") }];
}

function clockFindings(
  { name }: Workspace,
  { aheadSeconds: ahead = 0 }: Connection,
  { say }: Words,
): readonly Finding[] {
  if (Math.abs(ahead) <= CLOCK_SLACK_S) return [];
  const detail = say(ahead > 0 ? "workspace-clock-ahead" : "workspace-clock-behind", { seconds: Math.abs(ahead) });
  return [{ check: "workspace-clock", place: name, state: "warning", detail, fix: say("workspace-clock-fix") }];
}

function probeFinding({ name, tags, capabilities }: Workspace, { say }: Words): Finding {
  const about = { check: "workspace-portal", place: name } as const;
  if (!capabilities || tags === "unprobed") {
    const fix = say("workspace-portal-unknown-fix", { name });
    return { ...about, state: "warning", detail: say("workspace-portal-unknown"), fix };
  }
  const found = foundIn(capabilities, say);
  const { missing } = capabilities;
  if (missing.length === 0) return { ...about, state: "ok", detail: found };
  const detail = say("workspace-portal-lacks", { found, missing: missing.join(", ") });
  return { ...about, state: "warning", detail, fix: say("workspace-portal-lacks-fix") };
}

const foundIn = ({ edition, tags, drive, lookUp }: Capabilities, say: Words["say"]): string =>
  say("workspace-portal-found", { edition, tags, drive, lookUp });
