import { isAtLeast, type Severity } from "./alert.ts";
import type { RuleOptions } from "./rule.ts";

/** What becomes of repeated alerts with one key. Times in epoch milliseconds; texts are kept elsewhere. */
export interface IncidentState {
  readonly status: "open" | "acknowledged" | "resolved";
  /** Of the latest alert that was firing. */
  readonly severity: Severity;
  readonly count: number;
  /** Grows with every change that somebody may see. */
  readonly version: number;
  readonly openedAt: number;
  readonly updatedAt: number;
  readonly acknowledgedAt?: number;
  readonly resolvedAt?: number;
  /** When it was last shown; absent while nobody has been told. */
  readonly toldAt?: number;
  /** When what has changed since is to be shown. */
  readonly tellAt?: number;
  /** It fires again, and since its end was told nothing has been: an end that comes before that is told waits as long. */
  readonly reopened?: true;
  /** What it was made of is gone: there is nothing left to show. */
  readonly retracted?: true;
  /** The step of the chain that comes next, and when. */
  readonly escalation?: { readonly step: number; readonly round: number; readonly at: number };
}

export type IncidentEvent =
  | {
      readonly kind: "alert";
      readonly status: "firing" | "resolved";
      readonly severity: Severity;
      readonly edited: boolean;
    }
  | { readonly kind: "acknowledged" }
  /** What the incident was made of is gone. */
  | { readonly kind: "retracted" }
  /** Time has passed. */
  | { readonly kind: "timer" };

/** `tell`: everybody concerned is shown the state as it is now. `escalate`: this step's targets are called in. */
export type IncidentEffect =
  | { readonly kind: "tell"; readonly why: "opened" | "updated" | "worsened" | "acknowledged" | "resolved" }
  | { readonly kind: "escalate"; readonly step: number }
  | { readonly kind: "take-back" };

export interface IncidentContext {
  readonly options: Pick<RuleOptions, "groupSeconds" | "updateSeconds" | "escalation">;
  readonly now: number;
  /** A graver incident speaks for this one, or somebody has muted it; what it has to say waits as long as that lasts. */
  readonly inhibited?: boolean;
}

export interface IncidentStep {
  readonly state: IncidentState;
  readonly effects: readonly IncidentEffect[];
}

/** One that fires again this soon after it was resolved is the same one: a flapping check is no new incident each time. */
export const REOPEN_MS = 300_000;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** The first alert of an incident. One that is resolved from the start is told as it is: somebody may have heard of it elsewhere. */
export function openIncident(event: Extract<IncidentEvent, { kind: "alert" }>, context: IncidentContext): IncidentStep {
  const { now, options } = context;
  const born = { severity: event.severity, count: 1, version: 1, openedAt: now, updatedAt: now };
  if (event.status === "resolved") return tell({ ...born, status: "resolved", resolvedAt: now }, "resolved", now);
  const state: IncidentState = { ...born, status: "open", ...chainFrom(0, 0, context) };
  if (context.inhibited) return quietly({ ...state, tellAt: now + pauseMs(options) });
  if (isUrgent(event.severity) || options.groupSeconds === 0) return tell(state, "opened", now);
  return quietly({ ...state, tellAt: now + options.groupSeconds * SECOND_MS });
}

/** What an event makes of an incident, and what is to be done about it. Events that change nothing have no effects. */
export function step(state: IncidentState, event: IncidentEvent, context: IncidentContext): IncidentStep {
  switch (event.kind) {
    case "alert":
      return event.status === "resolved" ? resolve(state, context) : fire(state, event, context);
    case "acknowledged":
      return state.status === "open" ? acknowledge(state, context) : quietly(state);
    case "retracted":
      return retract(state, context);
    case "timer":
      return tick(state, context);
    default:
      return event satisfies never;
  }
}

/** When it wants to hear of the time again. */
export function timerOf({ tellAt, escalation }: IncidentState): number | undefined {
  const times = [tellAt, escalation?.at].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * The same incident after the clock may have been set back: nothing is put off for longer than if it had been begun now. What the
 * clock brought forward has been done, and is not done again.
 */
export function reined(state: IncidentState, { options, now }: IncidentContext): IncidentState {
  const { tellAt, toldAt, escalation } = state;
  const pause = pauseMs(options);
  const telling = Math.max(pause, options.groupSeconds * SECOND_MS);
  const step = options.escalation?.steps[escalation?.step ?? 0];
  const calling = Math.max(pause, (step?.afterMinutes ?? 0) * MINUTE_MS);
  return {
    ...state,
    ...(toldAt === undefined ? {} : { toldAt: Math.min(toldAt, now) }),
    ...(tellAt === undefined ? {} : { tellAt: Math.min(tellAt, now + telling) }),
    ...(escalation === undefined ? {} : { escalation: { ...escalation, at: Math.min(escalation.at, now + calling) } }),
  };
}

/**
 * The same incident when nobody could be called in: who comes next in this round is called now. A new round waits its time, so that
 * rounds are not used up while there is nobody.
 */
export function hastened(state: IncidentState, now: number): IncidentState {
  const { escalation } = state;
  return escalation && escalation.step > 0 ? { ...state, escalation: { ...escalation, at: now } } : state;
}

const isUrgent = (severity: Severity): boolean => severity === "critical";

const quietly = (state: IncidentState): IncidentStep => ({ state, effects: [] });

const pauseMs = ({ updateSeconds }: IncidentContext["options"]): number => Math.max(updateSeconds, 1) * SECOND_MS;

function tell(state: IncidentState, why: Extract<IncidentEffect, { kind: "tell" }>["why"], now: number): IncidentStep {
  const { tellAt: _, reopened: __, ...rest } = state;
  return { state: { ...rest, toldAt: now }, effects: [{ kind: "tell", why }] };
}

function fire(
  state: IncidentState,
  { severity, edited }: Extract<IncidentEvent, { kind: "alert" }>,
  context: IncidentContext,
): IncidentStep {
  const { now } = context;
  const isWorse = severity !== state.severity && isAtLeast(severity, state.severity);
  // Whoever has the lesser trouble has not said a word about the graver one.
  const isReopened = state.status === "resolved" || (state.status === "acknowledged" && isWorse && isUrgent(severity));
  const counted = {
    ...state,
    severity,
    count: state.count + (edited ? 0 : 1),
    version: state.version + 1,
    updatedAt: now,
  };
  const next = isReopened ? reopened(counted, context) : counted;
  if (context.inhibited && !isUrgent(severity)) return quietly(postponed(next, context));
  if ((isWorse || isReopened) && isUrgent(severity))
    return tell(next, state.toldAt === undefined ? "opened" : "worsened", now);
  if (edited && state.toldAt !== undefined) return tell(next, "updated", now);
  const tellAt = state.tellAt ?? Math.max(now, Math.min(state.toldAt ?? now, now) + pauseMs(context.options));
  return tellAt <= now ? tell(next, "updated", now) : quietly({ ...next, tellAt });
}

function reopened(state: IncidentState, context: IncidentContext): IncidentState {
  const { acknowledgedAt: _, resolvedAt: __, retracted: ___, ...rest } = state;
  const again = state.status === "resolved" ? { reopened: true as const } : {};
  return { ...rest, ...again, status: "open", ...chainFrom(0, 0, context) };
}

const postponed = (state: IncidentState, { now, options }: IncidentContext): IncidentState => ({
  ...state,
  tellAt: now + pauseMs(options),
});

const ended = ({ tellAt: _, reopened: __, escalation: ___, ...rest }: IncidentState): IncidentState => rest;

function resolve(state: IncidentState, { now }: IncidentContext): IncidentStep {
  if (state.status === "resolved") return quietly(state);
  const over = { status: "resolved" as const, resolvedAt: now, updatedAt: now, version: state.version + 1 };
  const { tellAt, reopened } = state;
  // What flaps faster than its updates would otherwise be told with each of its ends.
  if (reopened && tellAt !== undefined) return quietly({ ...ended(state), ...over, reopened, tellAt });
  return tell({ ...ended(state), ...over }, "resolved", now);
}

function acknowledge(state: IncidentState, { now }: IncidentContext): IncidentStep {
  const mine = { ...ended(state), status: "acknowledged" as const, acknowledgedAt: now, updatedAt: now };
  return tell({ ...mine, version: state.version + 1 }, "acknowledged", now);
}

function retract(state: IncidentState, { now }: IncidentContext): IncidentStep {
  const over = { ...ended(state), status: "resolved" as const, resolvedAt: state.resolvedAt ?? now, updatedAt: now };
  const gone = { ...over, retracted: true as const };
  return { state: { ...gone, version: state.version + 1 }, effects: [{ kind: "take-back" }] };
}

function tick(state: IncidentState, context: IncidentContext): IncidentStep {
  const told = state.tellAt !== undefined && state.tellAt <= context.now ? tellNow(state, context) : quietly(state);
  const { escalation } = told.state;
  if (!escalation || escalation.at > context.now) return told;
  // Nobody is called in for what is kept silent; as soon as it is not any more, they are.
  if (context.inhibited)
    return {
      ...told,
      state: { ...told.state, escalation: { ...escalation, at: context.now + pauseMs(context.options) } },
    };
  // Those who are called in know that it is open: its end is news to them.
  const { reopened: _, ...known } = told.state;
  return {
    state: advanced(known, context),
    effects: [...told.effects, { kind: "escalate", step: escalation.step }],
  };
}

function tellNow(state: IncidentState, context: IncidentContext): IncidentStep {
  if (state.status === "resolved") return tell(state, "resolved", context.now);
  if (context.inhibited) return quietly(postponed(state, context));
  return tell(state, state.toldAt === undefined ? "opened" : "updated", context.now);
}

/** To the step behind the one that is due. What was slept through is not made up for: the next waits its whole time from now. */
function advanced(state: IncidentState, context: IncidentContext): IncidentState {
  const { escalation, ...rest } = state;
  const steps = context.options.escalation?.steps.length ?? 0;
  if (!escalation) return state;
  const isLast = escalation.step + 1 >= steps;
  if (!isLast) return { ...rest, ...chainFrom(escalation.step + 1, escalation.round, context) };
  return { ...rest, ...chainFrom(0, escalation.round + 1, context) };
}

function chainFrom(index: number, round: number, context: IncidentContext): Pick<IncidentState, "escalation"> {
  const { escalation } = context.options;
  const next = escalation?.steps[index];
  if (!escalation || !next || round > escalation.repeats) return {};
  return { escalation: { step: index, round, at: context.now + next.afterMinutes * MINUTE_MS } };
}
