import { setTimeout as wait } from "node:timers/promises";
import { type Connection, type ConnectionCheck, checkConnection, NEEDED_SCOPE } from "../app/connection.ts";
import { storeLearned } from "../app/learned.ts";
import { type Probed, probePortal } from "../app/probe.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import type { Context } from "./context.ts";
import { CliError, portalFault } from "./fault.ts";

const NEVER = new AbortController().signal;

/** @throws {CliError} 3 when the portal says no or grants too little, 1 when it cannot be reached. */
export async function connect(context: Context, workspace: Workspace): Promise<Connection> {
  return working(await check(context, workspace));
}

/** As `connect`, of a workspace that is stored; what this tells about its portal is kept. */
export async function connectAgain(context: Context, workspace: Workspace): Promise<Connection> {
  const checked = await check(context, workspace);
  await context.change((tx) => storeLearned(tx, workspace.id, checked));
  return working(checked);
}

async function check(context: Context, workspace: Workspace): Promise<ConnectionCheck> {
  return checkConnection(workspace, { portal: await context.portal(), clock: context.clock }, NEVER);
}

function working(checked: ConnectionCheck): Connection {
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

export async function probe(context: Context, workspace: Workspace): Promise<Probed> {
  const portal = await context.portal();
  const parts = { portal, clock: context.clock, wait: (ms: number) => wait(ms) };
  return probePortal(workspace, parts, NEVER);
}

export const describeConnection = ({ userName, userId, isAdmin, scopes }: Connection): string =>
  `acts as ${userName || "user"} (id ${userId}${isAdmin ? ", administrator" : ""}); scopes: ${scopes.join(", ")}`;

/** One line about what went well or not; what was found is told by `capabilityLines`. */
export function describeProbe(probed: Probed): string {
  switch (probed.kind) {
    case "failed":
      return `the portal could not be probed: ${probed.reason}`;
    case "no-rest":
      return `the tariff of this portal has no REST: ${probed.reason}`;
    case "probed": {
      const { kind, reason, leftBehind } = probed.tags;
      const tags = kind === "unknown" ? `tags could not be probed: ${reason ?? "unknown"}` : `tags are ${kind}`;
      const ids = leftBehind.join(", ");
      if (ids === "") return tags;
      return `${tags}; could not be deleted again: notifications ${ids} in the acting user's own feed`;
    }
    default:
      return probed satisfies never;
  }
}
