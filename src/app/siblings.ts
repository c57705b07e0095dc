import { REOPEN_MS } from "../core/incident.ts";
import type { Incident } from "./store/incidents.ts";
import type { Repositories } from "./store/store.ts";

/**
 * What other rules have made of the same alert, and take for the same trouble. To those who are told they are one: it is told once,
 * shown once in a chat, and whoever has one has all.
 */
export async function siblingsOf(tx: Repositories, incident: Incident, now: number): Promise<readonly Incident[]> {
  const { origin } = incident.alert ?? {};
  if (!origin) return [];
  const made =
    origin.kind === "message"
      ? await tx.incidents.bySource(origin.at)
      : await madeByHook(tx, incident, origin.hookId, now);
  const { id, workspaceId, keyHash } = incident;
  return made.filter((other) => other.id !== id && other.workspaceId === workspaceId && other.keyHash === keyHash);
}

async function madeByHook(
  tx: Repositories,
  { keyHash }: Incident,
  hookId: number,
  now: number,
): Promise<readonly Incident[]> {
  const rules = await tx.rules.listeningTo({ kind: "hook", hookId });
  const made = await Promise.all(rules.map(({ id }) => tx.incidents.byKey(id, keyHash, now - REOPEN_MS)));
  return made.flatMap((incident) => incident ?? []);
}
