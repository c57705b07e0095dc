import { isMeasured } from "../core/portalTime.ts";
import { createAlarm } from "./alarm.ts";
import { errorName } from "./errorName.ts";
import { heal, type Tried } from "./heal.ts";
import { checkPeople, type PeopleCheckParts } from "./leavers.ts";
import { probePortal, storeProbe } from "./probe.ts";
import type { Workspace } from "./store/workspaces.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const ROUND_MS = 600_000;
/** A service that has just started has more urgent things to do. */
const FIRST_PAUSE_MS = 60_000;

/** Keeps up with the portals: once a week what they do, once a day who is still there; until `signal` aborts. */
export async function keepPortals(parts: Omit<PeopleCheckParts, "wait">, signal: AbortSignal): Promise<void> {
  const pause = createAlarm();
  const wait = (ms: number): Promise<void> => createAlarm().wait(ms, signal);
  const notBefore = new Map<number, number>();
  const tried: Tried = new Map();
  await pause.wait(FIRST_PAUSE_MS, signal);
  while (!signal.aborted) {
    for (const { id } of await parts.store.read.workspaces.list()) {
      if (signal.aborted) return;
      if ((notBefore.get(id) ?? 0) > parts.clock()) continue;
      // What a workspace could not be asked just now is asked again later; the others go on.
      await tendPortal(id, { ...parts, wait, tried }, signal).catch((error: unknown) => {
        if (signal.aborted) return;
        notBefore.set(id, parts.clock() + HOUR_MS);
        const name = errorName(error);
        parts.log.warn({ workspace: id, error: name }, "a portal could not be looked at");
      });
    }
    await pause.wait(ROUND_MS, signal);
  }
}

/** What is due of one workspace. */
export async function tendPortal(
  workspaceId: number,
  parts: PeopleCheckParts & { tried?: Tried },
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, log } = parts;
  const workspace = await store.read.workspaces.byId(workspaceId);
  if (!workspace || !isReachable(workspace)) return;
  if (workspace.suspended) return heal(workspace, { tried: new Map(), ...parts }, signal);
  if (clock() - (workspace.peopleCheckedAt ?? workspace.createdAt) >= DAY_MS)
    await checkPeople(workspace, parts, signal);
  const pace = await store.read.pacing.get(workspace.host);
  const isKnown = pace !== undefined && isMeasured(pace.time);
  if (!isProbeDue(workspace, { isKnown, now: clock() })) return;
  const probed = await probePortal(workspace, parts, signal);
  if (probed.kind === "failed") throw new Error(probed.reason);
  const fresh = (await store.read.workspaces.byId(workspaceId)) ?? workspace;
  await store.tx((tx) => storeProbe(tx, fresh, probed, clock()));
  log.info({ workspace: workspace.name, result: probed.kind }, "portal probed");
}

const isReachable = ({ credentials }: Workspace): boolean =>
  credentials.kind === "webhook" || credentials.tokens !== undefined;

/**
 * Whoever connects a portal probes it; this is for those that could not be then. `isKnown`: it has been seen how long a notification
 * takes there, which a probe finds out, too.
 */
const isProbeDue = (
  { probedAt, createdAt }: Workspace,
  { isKnown, now }: { isKnown: boolean; now: number },
): boolean => (probedAt === undefined ? now - createdAt >= HOUR_MS : now - probedAt >= (isKnown ? WEEK_MS : DAY_MS));
