import { describe, expect, test } from "vitest";
import {
  type IncidentEffect,
  type IncidentEvent,
  type IncidentState,
  type IncidentStep,
  openIncident,
  step,
  timerOf,
} from "../../src/core/incident.ts";
import type { RuleOptions } from "../../src/core/rule.ts";
import { chain, fired, options, resolved } from "./incidents.ts";

const MINUTE = 60_000;

/** Lives through the events, each at its time, and through the timers between them; answers all effects with their times. */
function live(
  events: readonly (readonly [at: number, event: IncidentEvent])[],
  { until, ...rule }: { until: number } & RuleOptions,
): { state: IncidentState | undefined; effects: readonly (readonly [number, IncidentEffect])[] } {
  let state: IncidentState | undefined;
  const effects: (readonly [number, IncidentEffect])[] = [];
  const take = (taken: IncidentStep, now: number) => {
    state = taken.state;
    effects.push(...taken.effects.map((effect) => [now, effect] as const));
  };
  const wake = (before: number) => {
    for (let at = state && timerOf(state); state && at !== undefined && at < before; at = timerOf(state)) {
      take(step(state, { kind: "timer" }, { options: rule, now: at }), at);
    }
  };
  for (const [now, event] of events) {
    wake(now);
    if (state) take(step(state, event, { options: rule, now }), now);
    else if (event.kind === "alert") take(openIncident(event, { options: rule, now }), now);
  }
  wake(until);
  return { state, effects };
}

const told = (effects: ReturnType<typeof live>["effects"]) =>
  effects.flatMap(([at, effect]) => (effect.kind === "tell" ? [`${at / 1_000}s ${effect.why}`] : []));

describe("an incident", () => {
  test("is told at once, and what repeats itself at most once in a while", () => {
    const { state, effects } = live(
      [0, 1, 2, 90, 91].map((second) => [second * 1_000, fired()] as const),
      { ...options(), until: 10 * MINUTE },
    );
    expect(told(effects)).toEqual(["0s opened", "60s updated", "120s updated"]);
    expect(state).toMatchObject({ status: "open", count: 5, version: 5 });
  });

  test("waits for more to go with it when its rule says so, but not when it is critical", () => {
    const grouped = options({ groupSeconds: 30 });
    const calm = live(
      [
        [0, fired()],
        [5_000, fired()],
      ],
      { ...grouped, until: MINUTE },
    );
    expect(told(calm.effects)).toEqual(["30s opened"]);
    expect(told(live([[0, fired("critical")]], { ...grouped, until: MINUTE }).effects)).toEqual(["0s opened"]);
    const worse = live(
      [
        [0, fired()],
        [5_000, fired("critical")],
      ],
      { ...grouped, until: MINUTE },
    );
    expect(told(worse.effects)).toEqual(["5s opened"]);
  });

  test("that becomes critical is told at once, and is nobody's any more", () => {
    const events = [
      [0, fired()],
      [1_000, { kind: "acknowledged" }],
      [2_000, fired("critical")],
    ] as const;
    const { state, effects } = live(events, { ...options(), until: 3_000 });
    expect(told(effects)).toEqual(["0s opened", "1s acknowledged", "2s worsened"]);
    expect(state?.status).toBe("open");
    expect(state?.acknowledgedAt).toBeUndefined();
  });

  test("that is resolved says so, and one that flaps is the same one", () => {
    const events = [
      [0, fired()],
      [1_000, resolved],
      [2_000, fired()],
      [3_000, resolved],
    ] as const;
    const { state, effects } = live(events, { ...options(), until: 10 * MINUTE });
    expect(told(effects)).toEqual(["0s opened", "1s resolved", "61s resolved"]);
    expect(state).toMatchObject({ status: "resolved", resolvedAt: 3_000, count: 2 });
    expect(state?.reopened).toBeUndefined();
  });

  test("that flaps faster than its updates is told as often as these, and its end once", () => {
    const flaps = Array.from({ length: 61 }, (_, index) => [index * 10_000, index % 2 ? resolved : fired()] as const);
    const { effects } = live([...flaps, [610_000, resolved]], { ...options(), until: 60 * MINUTE });
    const said = told(effects);
    expect(said.length).toBeLessThanOrEqual(2 * 11);
    expect(said.slice(0, 3)).toEqual(["0s opened", "10s resolved", "70s resolved"]);
    expect(said.filter((line) => Number.parseInt(line, 10) >= 610)).toHaveLength(1);
    expect(said.at(-1)).toContain("resolved");
  });

  test("that flaps while something graver speaks for it says its end all the same", () => {
    const rule = options();
    const context = (now: number) => ({ options: rule, now, inhibited: true });
    const over = step(openIncident(fired(), { options: rule, now: 0 }).state, resolved, context(1_000));
    const again = step(step(over.state, fired(), context(2_000)).state, resolved, context(3_000));
    expect(again.effects).toEqual([]);
    expect(timerOf(again.state)).toBe(62_000);
    expect(step(again.state, { kind: "timer" }, context(62_000)).effects).toEqual([{ kind: "tell", why: "resolved" }]);
  });

  test("that is critical is told at once each time it comes back, and so is its end", () => {
    const events = [
      [0, fired("critical")],
      [1_000, resolved],
      [2_000, fired("critical")],
      [3_000, resolved],
    ] as const;
    const { effects } = live(events, { ...options(), until: 10 * MINUTE });
    expect(told(effects)).toEqual(["0s opened", "1s resolved", "2s worsened", "3s resolved"]);
  });

  test("shows an edit of its message at once, and counts it as no new alert", () => {
    const { state, effects } = live(
      [
        [0, fired()],
        [1_000, fired("warning", true)],
      ],
      { ...options(), until: MINUTE },
    );
    expect(told(effects)).toEqual(["0s opened", "1s updated"]);
    expect(state?.count).toBe(1);
  });

  test("of which nothing is left is taken back", () => {
    const { state, effects } = live(
      [
        [0, fired()],
        [1, { kind: "retracted" }],
      ],
      { ...options(), until: MINUTE },
    );
    expect(effects.at(-1)?.[1]).toEqual({ kind: "take-back" });
    expect(timerOf(state ?? ({} as IncidentState))).toBeUndefined();
  });

  test("waits while a graver one speaks for it, and says what it has to say afterwards", () => {
    const rule = options();
    const opened = openIncident(fired(), { options: rule, now: 0, inhibited: true });
    expect(opened.effects).toEqual([]);
    const still = step(opened.state, { kind: "timer" }, { options: rule, now: MINUTE, inhibited: true });
    expect(still.effects).toEqual([]);
    const over = step(still.state, { kind: "timer" }, { options: rule, now: 2 * MINUTE });
    expect(over.effects).toEqual([{ kind: "tell", why: "opened" }]);
  });

  test("that nobody has calls the next ones in, round after round, until the rounds are over", () => {
    const { effects } = live([[0, fired()]], { ...options({ escalation: chain([5, 10], 1) }), until: 100 * MINUTE });
    const called = effects.flatMap(([at, effect]) => (effect.kind === "escalate" ? [[at / MINUTE, effect.step]] : []));
    expect(called).toEqual([
      [5, 0],
      [15, 1],
      [20, 0],
      [30, 1],
    ]);
  });

  test("that somebody has, or that is over, calls nobody in", () => {
    const rule = { ...options({ escalation: chain([5]) }), until: 100 * MINUTE };
    for (const end of [{ kind: "acknowledged" }, resolved] as const) {
      const { effects } = live(
        [
          [0, fired()],
          [MINUTE, end],
        ],
        rule,
      );
      expect(effects.some(([, { kind }]) => kind === "escalate")).toBe(false);
    }
  });

  test("that slept through its steps takes one, and waits its time for the next", () => {
    const rule = options({ escalation: chain([5, 10]) });
    const { state } = openIncident(fired(), { options: rule, now: 0 });
    const late = step(state, { kind: "timer" }, { options: rule, now: 60 * MINUTE });
    expect(late.effects).toEqual([{ kind: "escalate", step: 0 }]);
    expect(late.state.escalation).toEqual({ step: 1, round: 0, at: 70 * MINUTE });
  });
});

test("nobody is called in for an incident while it is kept silent, and they are as soon as it is not any more", () => {
  const rule = options({ escalation: chain([5]) });
  const { state } = openIncident(fired("error"), { options: rule, now: 0 });
  const silent = step(state, { kind: "timer" }, { options: rule, now: 5 * MINUTE, inhibited: true });
  expect(silent.effects).toEqual([]);
  const [next = 0] = [timerOf(silent.state)];
  expect(next).toBe(6 * MINUTE);
  expect(step(silent.state, { kind: "timer" }, { options: rule, now: next }).effects).toEqual([
    { kind: "escalate", step: 0 },
  ]);
});
