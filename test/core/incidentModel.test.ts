import fc from "fast-check";
import { expect, test } from "vitest";
import { SEVERITIES, type Severity } from "../../src/core/alert.ts";
import {
  type IncidentEffect,
  type IncidentState,
  type IncidentStep,
  openIncident,
  step,
  timerOf,
} from "../../src/core/incident.ts";
import type { RuleOptions } from "../../src/core/rule.ts";
import { chain, fired, options, resolved } from "./incidents.ts";

interface Model {
  now: number;
  status: "none" | IncidentState["status"];
  count: number;
  version: number;
  lastTold: number | undefined;
  /** What everybody believes. */
  lastSaid: IncidentState["status"] | undefined;
  escalations: number;
}

interface Real {
  state?: IncidentState;
  readonly rule: RuleOptions;
}

type Taken = (model: Model, real: Real) => IncidentStep | undefined;
type Check = (model: Model, effects: readonly IncidentEffect[], real: Real) => void;

class Command implements fc.Command<Model, Real> {
  readonly #name: string;
  readonly #take: Taken;
  readonly #check: Check;

  constructor(name: string, take: Taken, check: Check) {
    this.#name = name;
    this.#take = take;
    this.#check = check;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, real: Real): void {
    const former = real.state;
    const taken = this.#take(model, real);
    if (!taken) return;
    real.state = taken.state;
    expect(taken.state.version).toBeGreaterThanOrEqual(model.version);
    const { effects } = taken;
    this.#check(model, effects, real);
    for (const effect of effects) {
      if (effect.kind === "tell" && effect.why === "updated" && this.#name !== "edit")
        expect(model.now - (model.lastTold ?? 0)).toBeGreaterThanOrEqual(real.rule.updateSeconds * 1_000);
      if (effect.kind === "tell" && effect.why === "resolved" && model.lastSaid === "resolved")
        expect(model.now - (model.lastTold ?? 0)).toBeGreaterThanOrEqual(real.rule.updateSeconds * 1_000);
      if (effect.kind === "tell") [model.lastTold, model.lastSaid] = [model.now, taken.state.status];
      if (effect.kind === "escalate") {
        expect(former?.status).toBe("open");
        model.escalations += 1;
        model.lastSaid = taken.state.status;
      }
    }
    if (taken.state.status !== "open") expect(taken.state.escalation).toBeUndefined();
    const due = timerOf(taken.state);
    if (due !== undefined) expect(due).toBeGreaterThan(model.now - 1);
    model.version = taken.state.version;
    model.status = taken.state.status;
  }

  toString(): string {
    return this.#name;
  }
}

const alertCommand = (severity: Severity, edited: boolean) =>
  new Command(
    edited ? "edit" : `alert ${severity}`,
    (model, real) => {
      const context = { options: real.rule, now: model.now };
      return real.state ? step(real.state, fired(severity, edited), context) : openIncident(fired(severity), context);
    },
    (model, effects, { state }) => {
      if (!edited || model.status === "none") model.count += 1;
      expect(state?.count).toBe(model.count);
      expect(state?.status === "open" || state?.status === "acknowledged").toBe(true);
      if (severity === "critical" && model.status !== "open" && model.status !== "acknowledged")
        expect(effects.map(({ kind }) => kind)).toContain("tell");
      // Whoever has been told nothing yet, or is behind, will be: a change never waits without a timer.
      const isTold = effects.some(({ kind }) => kind === "tell");
      if (!isTold && state) expect(timerOf(state)).toBeDefined();
    },
  );

const resolveCommand = () =>
  new Command(
    "resolve",
    (model, { state, rule }) =>
      state
        ? step(state, resolved, { options: rule, now: model.now })
        : openIncident(resolved, { options: rule, now: model.now }),
    (model, effects, { state, rule }) => {
      expect(state?.status).toBe("resolved");
      if (model.status === "none") model.count = 1;
      // Nobody has heard that it was open again, so its end can wait; but not for long, and not for ever.
      const isBelieved = model.lastSaid === "resolved";
      expect(effects.length).toBe(model.status === "resolved" || isBelieved ? 0 : 1);
      if (isBelieved && model.status !== "resolved") {
        expect(timerOf(state ?? ({} as IncidentState))).toBeDefined();
        expect((state?.tellAt ?? 0) - model.now).toBeLessThanOrEqual(rule.updateSeconds * 1_000);
      }
    },
  );

const acknowledgeCommand = () =>
  new Command(
    "acknowledge",
    (model, { state, rule }) => state && step(state, { kind: "acknowledged" }, { options: rule, now: model.now }),
    (model, effects, { state }) => {
      expect(effects.length).toBe(model.status === "open" ? 1 : 0);
      expect(state?.status).toBe(model.status === "open" ? "acknowledged" : model.status);
    },
  );

const waitCommand = (seconds: number) =>
  new Command(
    `wait ${seconds}s`,
    (model, { state, rule }) => {
      model.now += seconds * 1_000;
      const due = state && timerOf(state);
      if (!state || due === undefined || due > model.now) return undefined;
      return step(state, { kind: "timer" }, { options: rule, now: model.now });
    },
    (_model, effects) => expect(effects.length).toBeGreaterThan(0),
  );

/** In the end everybody knows how it stands. */
function outlive({ model, real }: { model: Model; real: Real }): void {
  for (let state = real.state; state; state = real.state) {
    const due = timerOf(state);
    if (due === undefined) {
      expect(model.lastSaid).toBe(state.status);
      return;
    }
    model.now = due;
    waitCommand(0).run(model, real);
  }
}

test("whatever happens to it, an incident keeps its promises", () => {
  const severity = fc.constantFrom(...SEVERITIES);
  const commands = fc.commands(
    [
      fc.tuple(severity, fc.boolean()).map(([given, edited]) => alertCommand(given, edited)),
      fc.constant(resolveCommand()),
      fc.constant(acknowledgeCommand()),
      fc.integer({ min: 0, max: 3_600 }).map(waitCommand),
    ],
    { maxCommands: 60 },
  );
  const rule = fc.record({
    groupSeconds: fc.constantFrom(0, 30),
    updateSeconds: fc.constantFrom(1, 60, 600),
    escalation: fc.constantFrom(undefined, chain([5]), chain([1, 30], 2)),
  });
  fc.assert(
    fc.property(rule, commands, ({ escalation, ...given }, all) => {
      const start = () => ({
        model: {
          now: 1,
          status: "none" as const,
          count: 0,
          version: 0,
          lastTold: undefined,
          lastSaid: undefined,
          escalations: 0,
        },
        real: { rule: options({ ...given, ...(escalation ? { escalation } : {}) }) },
      });
      let life: ReturnType<typeof start> | undefined;
      fc.modelRun(() => {
        life = start();
        return life;
      }, all);
      if (life) outlive(life);
    }),
    { numRuns: 500 },
  );
});
