import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FRESH_PACE } from "../../src/core/pacing.ts";
import { ENTERPRISE, HOUR_MS, jobs, ORDINARY, refusalsIn, run, START } from "./course.ts";

describe("the brim of the bucket", () => {
  /** A day without a trial: whatever is refused was sent too soon. */
  const untried = { ...FRESH_PACE, trialAt: START + 24 * HOUR_MS };

  /** Ways of requests between `least` and `least + uneven` milliseconds, the same for the same seed. */
  function ways({ seed, least, uneven }: { seed: number; least: number; uneven: number }): () => number {
    let state = seed;
    return () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return least + (state / 2 ** 31) * uneven;
    };
  }

  const worlds = fc.record({
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    least: fc.constantFrom(0, 20, 300),
    uneven: fc.constantFrom(0, 3, 30, 200, 800),
    aheadMs: fc.constantFrom(0, -90_000, 3_600_000),
    /** So much faster than ours, in parts per million. */
    drift: fc.constantFrom(0, 50, -50),
    plan: fc.constantFrom(ORDINARY, ENTERPRISE),
    roundTrip: fc.constantFrom(0.02, 0.15, 0.6),
  });

  test("nothing is refused however clocks differ and drift, and however unevenly requests arrive", () => {
    fc.assert(
      fc.property(worlds, ({ plan, roundTrip, aheadMs, drift, ...way }) => {
        const pace = plan === ENTERPRISE ? { ...untried, size: 246, drainPerSecond: 5 } : untried;
        const portalClock = (now: number) => now + aheadMs + ((now - START) * drift) / 1e6;
        const wayMs = ways(way);
        const course = run(jobs(3_000), {
          limits: plan,
          perCall: 0,
          roundTrip,
          pace,
          portalClock,
          wayMs,
          mostCalls: 1,
        });
        expect(refusalsIn(course)).toBe(0);
        expect(course.sent).toHaveLength(3_000);
      }),
      { numRuns: 100 },
    );
  });

  test.each([0, 30])(
    "of a minute from a fresh bucket not one request is given away, where ways differ by %d ms",
    (uneven) => {
      const untilMs = START + 60_000;
      const wayMs = ways({ seed: 7, least: 0, uneven });
      const course = run(jobs(400), { perCall: 0, roundTrip: 0.15, wayMs, mostCalls: 1, untilMs, ownMs: 20 });
      // What no sender can beat: 50 at once, and two for each second until then.
      expect(course.requests.filter(({ refused }) => !refused).length).toBeGreaterThanOrEqual(50 + 2 * 60 - 1);
      expect(refusalsIn(course)).toBe(1);
    },
  );

  test("where requests suddenly arrive far less evenly, one is refused, none is lost, and the margin is kept from then on", () => {
    let number = 0;
    const wayMs = () => {
      number += 1;
      return number > 100 && number % 10 === 0 ? 5 : 700;
    };
    const course = run(jobs(2_000), { perCall: 0, pace: untried, wayMs, mostCalls: 1 });
    expect(refusalsIn(course)).toBe(1);
    expect(course.pace).toMatchObject({ size: 48, drainPerSecond: 2 });
    expect(course.sent).toHaveLength(2_000);
  });
});
