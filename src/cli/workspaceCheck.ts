import type { Capabilities } from "../app/capabilities.ts";
import { type Connection, checkConnection, NEEDED_SCOPE } from "../app/connection.ts";
import type { Finding } from "../app/ports.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { networkFault } from "../core/network.ts";
import type { PortalReply } from "../core/verdict.ts";
import type { Context } from "./context.ts";
import { portalFault } from "./fault.ts";

/** A difference that no network delay explains. */
const CLOCK_SLACK_S = 90;

/** Per workspace: state, connection, whose it is, scopes, tariff, clock and what the last probe found. */
export async function workspaceFindings(context: Context, read: Repositories): Promise<readonly Finding[]> {
  const workspaces = await read.workspaces.list();
  if (workspaces.length > 0) return (await Promise.all(workspaces.map((each) => examine(context, each)))).flat();
  const fix = "npx herald24 workspace add <name>";
  return [{ subject: "workspaces", state: "warning", detail: "there is none: nothing can be delivered", fix }];
}

async function examine(context: Context, workspace: Workspace): Promise<readonly Finding[]> {
  const { name, suspended } = workspace;
  const subject = `workspace ${name}`;
  const found: Finding[] = [];
  if (suspended) {
    const fix = `mend the cause, then: herald24 workspace test ${name}`;
    found.push({ subject, state: "broken", detail: `suspended: ${suspended.code} (${suspended.reason})`, fix });
  }
  const portal = await context.portal();
  const checked = await checkConnection(workspace, { portal, clock: context.clock }, new AbortController().signal);
  if (checked.kind === "failed") return [...found, failure(workspace, checked.reply)];
  const detail = `${workspace.host} answers; acts as ${checked.userName} (id ${checked.userId})`;
  found.push({ subject, state: "ok", detail });
  return [
    ...found,
    ...ownerFindings(workspace, checked),
    ...rightFindings(workspace, checked),
    ...probeFindings(workspace),
  ];
}

/** REST documentation, system errors: what the operator can do about each. */
const REMEDIES: Readonly<Record<string, (name: string) => string>> = {
  INVALID_CREDENTIALS: renewed,
  NO_AUTH_FOUND: renewed,
  AUTHORIZATION_ERROR: () => "the acting user was dismissed or may not log in: connect with another user's webhook",
  APPLICATION_NOT_FOUND: () => "install the application on the portal again",
  NOT_INSTALLED: () => "install the application on the portal",
  INVALID_GRANT: () => "open the application on the portal once, so that it is authorised again",
  INSUFFICIENT_SCOPE: () => 'tick "Chat and notifications (im)" where the webhook or application is set up',
  WRONG_LICENSE: tariff,
  ACCESS_DENIED: tariff,
  PAYMENT_REQUIRED: tariff,
  USER_ACCESS_ERROR: () => "let the acting user use the application: Bitrix24, Applications, access rights",
  QUERY_LIMIT_EXCEEDED: () => "wait a minute; other programs on this machine may use up the portal's limit",
  OVERLOAD_LIMIT: () => "Bitrix24 has blocked REST for this portal by hand: write to its support",
  PORTAL_DELETED: (name) => `the portal is gone: herald24 workspace remove ${name}`,
};

function renewed(name: string): string {
  return `the webhook has expired, was deleted, or was edited by somebody else, which changes its code; make a new one: herald24 workspace set ${name} webhook=@file`;
}

function tariff(): string {
  return "the portal's tariff has no REST (the free one does not): choose a paid tariff, or start its trial";
}

function failure({ name, host }: Workspace, reply: Exclude<PortalReply, { kind: "result" }>): Finding {
  const subject = `workspace ${name}`;
  if (reply.kind === "error") {
    const fix =
      REMEDIES[reply.code]?.(name) ??
      `see that the webhook or application still exists; a new webhook: herald24 workspace set ${name} webhook=@file`;
    return { subject, state: "broken", detail: portalFault(reply).message, fix };
  }
  const { detail, fix } = networkFault(host, reply.reason);
  return { subject, state: "broken", detail: `the network, not the credentials: ${detail}`, fix };
}

/** Bitrix24: an administrator who edits somebody's webhook becomes its owner; a dismissed owner's goes to a technical user. */
function ownerFindings(
  { name, credentials, capabilities }: Workspace,
  { userId, userName }: Connection,
): readonly Finding[] {
  const written =
    credentials.kind === "webhook" ? /\/rest\/(?<user>\d+)\//u.exec(credentials.url)?.groups?.user : undefined;
  const expected = capabilities?.userId || Number(written ?? 0);
  if (expected === 0 || expected === userId) return [];
  const detail = `it used to act as user ${expected} and acts as ${userName} (id ${userId}) now: notifications appear as sent by somebody else`;
  const fix = `if that is meant: herald24 workspace probe ${name}; else make a webhook of the right user: herald24 workspace set ${name} webhook=@file`;
  return [{ subject: `workspace ${name} owner`, state: "warning", detail, fix }];
}

function rightFindings({ name }: Workspace, { scopes, aheadSeconds: ahead = 0 }: Connection): readonly Finding[] {
  const subject = `workspace ${name}`;
  const found: Finding[] = [];
  if (!scopes.includes(NEEDED_SCOPE)) {
    const fix = 'tick "Chat and notifications (im)" where the webhook or application is set up';
    found.push({ subject, state: "broken", detail: `the scope ${NEEDED_SCOPE} is missing`, fix });
  }
  if (Math.abs(ahead) > CLOCK_SLACK_S) {
    const detail = `the portal's clock is ${Math.abs(ahead)} s ${ahead > 0 ? "ahead of" : "behind"} this machine's`;
    found.push({ subject: `${subject} clock`, state: "warning", detail, fix: "set this machine's clock (NTP)" });
  }
  return found;
}

function probeFindings({ name, tags, capabilities }: Workspace): readonly Finding[] {
  const subject = `workspace ${name} portal`;
  if (!capabilities || tags === "unprobed") {
    const detail = "not known yet what the portal does, such as whether tags are honoured";
    return [{ subject, state: "warning", detail, fix: `herald24 workspace probe ${name}` }];
  }
  const detail = summary(capabilities);
  if (capabilities.missing.length === 0) return [{ subject, state: "ok", detail }];
  const lacking = `${detail}; it lacks ${capabilities.missing.join(", ")}`;
  return [{ subject, state: "warning", detail: lacking, fix: "update the portal's software" }];
}

const summary = ({ edition, tags, drive, lookUp }: Capabilities): string =>
  `${edition}; tags ${tags}; Drive ${drive}; people looked up by ${lookUp}`;
