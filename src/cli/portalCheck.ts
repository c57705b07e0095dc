import { setTimeout as wait } from "node:timers/promises";
import { type Connection, checkConnection, NEEDED_SCOPE } from "../app/connection.ts";
import { type Probed, probeTags } from "../app/probe.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import type { Context } from "./context.ts";
import { CliError, portalFault } from "./fault.ts";

const NEVER = new AbortController().signal;

/** @throws {CliError} 3 when the portal says no or grants too little, 1 when it cannot be reached. */
export async function connect(context: Context, workspace: Workspace): Promise<Connection> {
  const portal = await context.portal();
  const checked = await checkConnection(workspace, { portal, clock: context.clock }, NEVER);
  if (checked.kind === "failed") throw portalFault(checked.reply);
  if (!checked.scopes.includes(NEEDED_SCOPE)) {
    const granted = checked.scopes.join(", ") || "nothing";
    throw new CliError(
      3,
      `the scope "${NEEDED_SCOPE}" is missing (granted: ${granted}): tick "Chat and notifications (im)" where the webhook or application is set up`,
    );
  }
  return checked;
}

export async function probe(context: Context, workspace: Workspace, userId: number): Promise<Probed> {
  const portal = await context.portal();
  const parts = { portal, clock: context.clock, wait: (ms: number) => wait(ms) };
  return probeTags(workspace, userId, parts, NEVER);
}

export const describeConnection = ({ userName, userId, isAdmin, scopes }: Connection): string =>
  `acts as ${userName || "user"} (id ${userId}${isAdmin ? ", administrator" : ""}); scopes: ${scopes.join(", ")}`;

export function describeProbe(probed: Probed): string {
  const rest =
    probed.leftBehind.length === 0
      ? ""
      : `; could not be deleted again: notifications ${probed.leftBehind.join(", ")} in the acting user's own feed`;
  return probed.kind === "failed"
    ? `tags could not be probed: ${probed.reason}${rest}`
    : `tags are ${probed.kind}${rest}`;
}
