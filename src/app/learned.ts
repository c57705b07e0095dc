import { isCloudHost } from "../core/portalAddress.ts";
import { type Capabilities, WITHOUT_REST } from "./capabilities.ts";
import type { Connection, ConnectionCheck } from "./connection.ts";
import { NO_REST } from "./probe.ts";
import type { Repositories } from "./store/store.ts";
import type { Workspace } from "./store/workspaces.ts";

/**
 * Brings what is known of a portal up to date with what testing its connection has told: whom the credentials act as, with
 * which scopes, and whether the tariff has REST. What only a probe can tell is kept where it can still be true.
 */
export async function storeLearned(tx: Repositories, workspaceId: number, checked: ConnectionCheck): Promise<void> {
  const workspace = await tx.workspaces.byId(workspaceId);
  const capabilities = workspace && learned(workspace, checked);
  if (capabilities) await tx.workspaces.set(workspaceId, { capabilities });
}

function learned({ capabilities, host }: Workspace, checked: ConnectionCheck): Capabilities | undefined {
  if (checked.kind === "failed") {
    const isWithout = checked.reply.kind === "error" && NO_REST.has(checked.reply.code);
    return isWithout ? { ...(capabilities ?? WITHOUT_REST), rest: "none" } : undefined;
  }
  const edition = isCloudHost(host) ? "cloud" : "on-premise";
  const known = capabilities ?? { ...WITHOUT_REST, edition, plan: edition === "cloud" ? "ordinary" : "own" };
  const { aheadSeconds: _, ...before } = known;
  return {
    ...(before.userId === checked.userId ? before : { ...before, tags: "unknown", deleteByTag: "unknown" }),
    userId: checked.userId,
    rest: "available",
    scopes: checked.scopes,
    drive: driveWith(before, checked),
    lookUp: lookUpWith(before, checked),
    methodTime: checked.countsTime ? "counted" : "not-counted",
    ...(checked.aheadSeconds === undefined ? {} : { aheadSeconds: checked.aheadSeconds }),
  };
}

function driveWith({ drive }: Capabilities, { scopes }: Connection): Capabilities["drive"] {
  if (!scopes.includes("disk")) return "no-scope";
  return drive === "no-scope" ? "unknown" : drive;
}

/** Bitrix24 has three scopes for people, and what can be looked up differs between them. */
function lookUpWith({ lookUp, scopes: before }: Capabilities, { scopes }: Connection): Capabilities["lookUp"] {
  const ofPeople = (granted: readonly string[]): readonly string[] =>
    ["user", "user_basic", "user_brief"].filter((scope) => granted.includes(scope));
  if (ofPeople(scopes).length === 0) return "none";
  return ofPeople(before).join() === ofPeople(scopes).join() ? lookUp : "unknown";
}
