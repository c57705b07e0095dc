import type { Alert } from "../core/alert.ts";
import type { MessageRef } from "../core/chat.ts";
import {
  hastened,
  type IncidentContext,
  type IncidentEffect,
  type IncidentEvent,
  type IncidentState,
  type IncidentStep,
  openIncident,
  reined,
  step,
  timerOf,
} from "../core/incident.ts";
import type { CompilePattern } from "../core/pattern.ts";
import type { Clock, Log, WordsIn } from "./ports.ts";
import { siblingsOf } from "./siblings.ts";
import type { Incident } from "./store/incidents.ts";
import type { Rule } from "./store/rules.ts";
import type { Repositories } from "./store/store.ts";
import { callIn, type Telling, takeBackTold, tellAll } from "./tell.ts";

export interface ForwardParts {
  readonly wordsIn: WordsIn;
  readonly clock: Clock;
  readonly log: Log;
  readonly compile: CompilePattern;
}

/** What is known when an alert opens an incident. */
export interface Opening {
  readonly rule: Rule;
  readonly alert: Alert;
  readonly keyHash: string;
}

type AlertEvent = Extract<IncidentEvent, { kind: "alert" }>;

/** Makes an incident of an alert, and tells those whom it concerns. */
export async function open(
  tx: Repositories,
  { rule, alert, keyHash, ...opening }: Opening & { event: AlertEvent; inhibited: boolean; isCapped: boolean },
  parts: ForwardParts,
): Promise<Incident> {
  const { event, inhibited, isCapped } = opening;
  const taken = openIncident(event, { options: rule.options, now: parts.clock(), inhibited });
  const { workspaceId, id: ruleId } = rule;
  const incident = await tx.incidents.add({ workspaceId, ruleId, keyHash, alert, ...rowOf(taken.state) });
  await carryOut(tx, { rule, incident, isCapped, isFirst: true }, taken.effects, parts);
  return incident;
}

/** Lets an incident live through an event: what changes is kept, and what is to be done about it is done, in the same transaction. */
export async function advance(
  tx: Repositories,
  { rule, incident, event, ...given }: { rule: Rule; incident: Incident; event: IncidentEvent } & Partial<Given>,
  parts: ForwardParts,
): Promise<Incident> {
  const { acknowledged = {}, inhibited = false } = given;
  const alert = given.alert ? sinceFirst(given.alert, incident.alert) : incident.alert;
  if (incident.damage !== undefined) noteDamage(incident, rule, parts);
  const context: IncidentContext = { options: rule.options, now: parts.clock(), inhibited };
  const taken: IncidentStep = step(stateOf(incident), event, context);
  const { id, uid, workspaceId, ruleId, keyHash } = incident;
  const former = taken.state.status === "open" ? {} : acknowledgementOf(incident);
  const identity = { id, uid, workspaceId, ruleId, keyHash, ...(alert ? { alert } : {}) };
  const next: Incident = { ...identity, ...former, ...acknowledged, ...rowOf(taken.state) };
  await tx.incidents.save(next);
  const isFirst = incident.state.toldAt === undefined;
  await carryOut(tx, { rule, incident: next, isCapped: false, isFirst }, taken.effects, parts);
  return next;
}

/** The alert that ends an incident often says no more of its beginning than that it is over. */
function sinceFirst(alert: Alert, former: Alert | undefined): Alert {
  const startedAt = Math.min(alert.startedAt ?? Infinity, former?.startedAt ?? Infinity);
  return Number.isFinite(startedAt) ? { ...alert, startedAt } : alert;
}

function noteDamage({ id, damage, status }: Incident, { name }: Rule, { log }: ForwardParts): void {
  log.error(
    { incident: id, rule: name, damage },
    `incident ${id} of rule ${name} is damaged in the database, so it goes on without its next escalation${status === "resolved" ? "" : "; whoever has been told may be told again"}. It is mended now; check the disk, and restore a backup if there are more`,
  );
}

/** Brings an incident's timer back within reach after the clock was set back; answers whether it had to. */
export async function rein(tx: Repositories, incident: Incident, { rule, now }: { rule: Rule; now: number }) {
  const { timerAt: before, ...rest } = incident;
  const next = { ...rest, ...rowOf(reined(stateOf(incident), { options: rule.options, now })) };
  if (before === undefined || next.timerAt === undefined || next.timerAt >= before) return false;
  await tx.incidents.save(next);
  return true;
}

interface Given {
  readonly alert: Alert;
  readonly acknowledged: Pick<Incident, "acknowledgedBy" | "acknowledgedPersonId">;
  readonly inhibited: boolean;
}

/** Somebody says "I have it", whichever rule told them. What is resolved needs nobody any more, and whoever was first keeps it. */
export async function acknowledge(
  tx: Repositories,
  { incident, by }: { incident: Incident; by: { readonly name: string; readonly personId?: number } },
  parts: ForwardParts,
): Promise<"acknowledged" | "already" | "resolved"> {
  if (incident.status === "resolved") return "resolved";
  const rule = await tx.rules.byId(incident.ruleId);
  if (incident.status === "acknowledged" || !rule) return "already";
  const person = by.personId === undefined ? {} : { acknowledgedPersonId: by.personId };
  const acknowledged = { acknowledgedBy: by.name, ...person };
  const event = { kind: "acknowledged" } as const;
  await advance(tx, { rule, incident, event, acknowledged }, parts);
  for (const sibling of await siblingsOf(tx, incident, parts.clock())) {
    const other = sibling.status === "open" ? await tx.rules.byId(sibling.ruleId) : undefined;
    if (other) await advance(tx, { rule: other, incident: sibling, event, acknowledged }, parts);
  }
  return "acknowledged";
}

/** The source message is gone: so is what was made of it, once no other message that it was made of is left. */
export async function retract(tx: Repositories, source: MessageRef, parts: ForwardParts): Promise<void> {
  for (const incident of await tx.incidents.bySource(source)) {
    const rule = await tx.rules.byId(incident.ruleId);
    if (!rule?.options.edits || !(await tx.incidents.dropSource(incident.id, source))) continue;
    await advance(tx, { rule, incident, event: { kind: "retracted" } }, parts);
  }
}

async function carryOut(
  tx: Repositories,
  telling: Telling,
  effects: readonly IncidentEffect[],
  parts: ForwardParts,
): Promise<void> {
  for (const effect of effects) {
    switch (effect.kind) {
      case "tell":
        await tellAll(tx, telling, effect.why, parts);
        break;
      case "escalate":
        if (!(await callIn(tx, telling, effect.step, parts))) await hasten(tx, telling.incident, parts);
        break;
      case "take-back":
        await takeBackTold(tx, telling.incident, parts);
        break;
      default:
        effect satisfies never;
    }
  }
}

/** A step that stands for nobody is not waited for: the next of its round is due at once, by the same timer. */
async function hasten(tx: Repositories, incident: Incident, { clock }: ForwardParts): Promise<void> {
  await tx.incidents.save({ ...incident, ...rowOf(hastened(stateOf(incident), clock())) });
}

/** The part of a row that the state machine knows: columns where others ask for them, the rest as its own note. */
function rowOf(state: IncidentState) {
  const { toldAt, tellAt, escalation, reopened, retracted, ...columns } = state;
  const timerAt = timerOf(state);
  return {
    ...columns,
    ...(timerAt === undefined ? {} : { timerAt }),
    state: {
      ...(toldAt === undefined ? {} : { toldAt }),
      ...(tellAt === undefined ? {} : { tellAt }),
      ...(escalation ? { escalation } : {}),
      ...(reopened ? { reopened } : {}),
      ...(retracted ? { retracted } : {}),
    },
  };
}

function stateOf(incident: Incident): IncidentState {
  const { status, severity, count, version, openedAt, updatedAt, acknowledgedAt, resolvedAt, state } = incident;
  return {
    ...{ status, severity, count, version, openedAt, updatedAt },
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }),
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
    ...state,
  };
}

const acknowledgementOf = ({ acknowledgedBy, acknowledgedPersonId }: Incident) => ({
  ...(acknowledgedBy === undefined ? {} : { acknowledgedBy }),
  ...(acknowledgedPersonId === undefined ? {} : { acknowledgedPersonId }),
});
