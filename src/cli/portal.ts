import { createPortal } from "../../adapters/bitrix24/portal.ts";
import { type Budget, createBudget } from "../app/budget.ts";
import { keepTokens } from "../app/keepTokens.ts";
import { movePortal } from "../app/movePortal.ts";
import { paced } from "../app/paced.ts";
import type { Portal } from "../app/ports.ts";
import type { Credentials } from "../app/store/workspaces.ts";
import { VERSION } from "../version.ts";
import type { Context } from "./context.ts";
import { SILENT } from "./silence.ts";

/** Of a workspace that is being tried and not stored yet. */
export const CANDIDATE_ID = 0;

export interface PortalAccess extends Portal {
  /** Tokens that a candidate was given while it was tried: the older ones are worth nothing any more. */
  readonly renewedCandidate: () => Credentials | undefined;
  /** Where a portal was found to answer now, when it was renamed. */
  readonly movedTo: () => string | undefined;
  close(): Promise<void>;
}

export function openPortal(context: Context): PortalAccess {
  let renewed: Credentials | undefined;
  let movedTo: string | undefined;
  const portal = createPortal({
    version: VERSION,
    privateHosts: context.config().privateHosts,
    clock: context.clock,
    log: SILENT,
    saveTokens: async (workspaceId, credentials) => {
      if (workspaceId === CANDIDATE_ID) renewed = credentials;
      else await (await context.store()).tx((tx) => keepTokens(tx, workspaceId, credentials));
    },
    reload: async (workspaceId) =>
      workspaceId === CANDIDATE_ID
        ? renewed
        : (await (await context.store()).read.workspaces.byId(workspaceId))?.credentials,
    moved: async (workspaceId, host) => {
      movedTo = host;
      if (workspaceId !== CANDIDATE_ID) await (await context.store()).tx((tx) => movePortal(tx, workspaceId, host));
    },
  });
  return {
    ...bookedBeside(portal, context),
    close: () => portal.close(),
    renewedCandidate: () => renewed,
    movedTo: () => movedTo,
  };
}

/** A service beside us shares the portal's limits. A candidate is not stored yet, and its first calls find an empty bucket. */
function bookedBeside(portal: Portal, context: Context): Portal {
  let budget: Promise<Budget> | undefined;
  const ofStored = async (): Promise<Portal> => {
    budget ??= context.store().then((store) => createBudget({ store, clock: context.clock, random: Math.random }));
    // Whoever asks wants to know whether it answers now.
    return paced(portal, await budget, { insist: true });
  };
  const portalOf = async (id: number): Promise<Portal> => (id === CANDIDATE_ID ? portal : ofStored());
  return {
    call: async (workspace, call, signal) => (await portalOf(workspace.id)).call(workspace, call, signal),
    batch: async (workspace, calls, signal) => (await portalOf(workspace.id)).batch(workspace, calls, signal),
  };
}
