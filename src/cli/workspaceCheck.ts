import { checkConnection, NEEDED_SCOPE } from "../app/connection.ts";
import type { Finding } from "../app/ports.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import type { Context } from "./context.ts";
import { portalFault } from "./fault.ts";

/** A difference that no network delay explains. */
const CLOCK_SLACK_S = 90;

/** Per workspace: state, connection, scopes, clock and tags. */
export async function workspaceFindings(context: Context, read: Repositories): Promise<readonly Finding[]> {
  const workspaces = await read.workspaces.list();
  if (workspaces.length > 0) return (await Promise.all(workspaces.map((each) => examine(context, each)))).flat();
  const fix = "npx herald24 workspace add <name>";
  return [{ subject: "workspaces", state: "warning", detail: "there is none: nothing can be delivered", fix }];
}

async function examine(context: Context, workspace: Workspace): Promise<readonly Finding[]> {
  const { name, suspended, tags } = workspace;
  const subject = `workspace ${name}`;
  const found: Finding[] = [];
  if (suspended) {
    const fix = `mend the cause, then: herald24 workspace test ${name}`;
    found.push({ subject, state: "broken", detail: `suspended: ${suspended.code} (${suspended.reason})`, fix });
  }
  const portal = await context.portal();
  const checked = await checkConnection(workspace, { portal, clock: context.clock }, new AbortController().signal);
  if (checked.kind === "failed") {
    const fix =
      checked.reply.kind === "error"
        ? `see that the webhook or application still exists; a new webhook: herald24 workspace set ${name} webhook=@file`
        : `see that ${workspace.host} can be reached from here`;
    return [...found, { subject, state: "broken", detail: portalFault(checked.reply).message, fix }];
  }
  found.push({
    subject,
    state: "ok",
    detail: `${workspace.host} answers; acts as ${checked.userName} (id ${checked.userId})`,
  });
  if (!checked.scopes.includes(NEEDED_SCOPE)) {
    const fix = 'tick "Chat and notifications (im)" where the webhook or application is set up';
    found.push({ subject, state: "broken", detail: `the scope ${NEEDED_SCOPE} is missing`, fix });
  }
  if (Math.abs(checked.aheadSeconds ?? 0) > CLOCK_SLACK_S) {
    const detail = `the portal's clock and this machine's differ by ${Math.abs(checked.aheadSeconds ?? 0)} s`;
    found.push({ subject, state: "warning", detail, fix: "set this machine's clock (NTP)" });
  }
  if (tags === "unprobed") {
    const detail = "not known yet whether tags are honoured";
    found.push({ subject, state: "warning", detail, fix: `herald24 workspace probe ${name}` });
  }
  return found;
}
