import { acknowledge, type ForwardParts } from "./incidents.ts";
import type { Incident } from "./store/incidents.ts";
import type { Person } from "./store/people.ts";
import type { Repositories } from "./store/store.ts";

/** Who says "I have it": `actor` is what the audit trail knows them by, `name` what the others do. */
export interface Taker {
  readonly actor: string;
  readonly name: string;
  readonly personId?: number;
}

export type Taken = { readonly kind: "taken" | "already" | "resolved"; readonly incident: Incident };

/** Gives an incident to somebody, unless it is somebody's already or over, with a line in the audit trail where that changes it. */
export async function takeIncident(
  tx: Repositories,
  { incident, by }: { incident: Incident; by: Taker },
  parts: ForwardParts,
): Promise<Taken> {
  const { actor, ...who } = by;
  const said = await acknowledge(tx, { incident, by: who }, parts);
  const now = (await tx.incidents.byId(incident.id)) ?? incident;
  if (said !== "acknowledged") return { kind: said, incident: now };
  const { uid, workspaceId } = incident;
  const entry = { at: parts.clock(), workspaceId, actor, action: "incident.acknowledge", subject: `incident ${uid}` };
  await tx.audit.append(entry);
  parts.log.info({ incident: incident.id, workspace: workspaceId }, "incident acknowledged");
  return { kind: "taken", incident: now };
}

/** As colleagues know them; who has no name in the mapping is at least the one with that id. */
export const personTaker = ({ id, bitrixId, name }: Person): Taker => ({
  actor: `bitrix:${bitrixId}`,
  name: name ?? `id:${bitrixId}`,
  personId: id,
});
