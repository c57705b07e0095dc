import fc from "fast-check";
import { expect, test } from "vitest";
import {
  accepted,
  accountFor,
  BUCKET,
  batchSizeFor,
  FRESH_PACE,
  inFlightFor,
  refusedForRate,
  spend,
  UNKNOWN_TIME,
  waitMs,
} from "../../src/core/pacing.ts";

const drainedAfter = (ms: number) => (ms / 1_000) * BUCKET.drainPerSecond;

test("a fresh portal takes a burst of the bucket's size at once, then two requests a second", () => {
  let pace = FRESH_PACE;
  const now = 1_000_000;
  for (let request = 0; request < BUCKET.size; request += 1) {
    expect(waitMs(pace, now)).toBe(0);
    pace = spend(pace, now);
  }
  expect(waitMs(pace, now)).toBe(500);
});

test("whatever the pauses between them, requests sent when allowed never overfill the portal's bucket of 50", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 300 }), (pauses) => {
      let pace = FRESH_PACE;
      let now = 5_000;
      let level = 0;
      for (const pause of pauses) {
        const step = pause + waitMs(pace, now + pause);
        now += step;
        level = Math.max(0, level - drainedAfter(step)) + 1;
        expect(level).toBeLessThanOrEqual(50);
        pace = spend(pace, now);
      }
    }),
  );
});

test("refusals for rate fill the model and double the pause up to a minute; an accepted request ends the run", () => {
  const now = 1_000;
  const once = refusedForRate(FRESH_PACE, now, { random: 0 });
  expect(waitMs(once, now)).toBe(1_000);
  const twice = refusedForRate(once, now, { random: 0 });
  expect(waitMs(twice, now)).toBe(2_000);
  let often = twice;
  for (let refusal = 0; refusal < 10; refusal += 1) often = refusedForRate(often, now, { random: 0 });
  expect(waitMs(often, now)).toBe(60_000);
  expect(accepted(often).refusals).toBe(0);
});

test("a pause that the portal names is kept to, even when ours would be shorter", () => {
  expect(waitMs(refusedForRate(FRESH_PACE, 0, { retryAfterMs: 30_000, random: 0 }), 0)).toBe(30_000);
});

test("a clock set back by a day silences a portal for a quarter of an hour at the most", () => {
  const blocked = refusedForRate(FRESH_PACE, 86_400_000, { random: 0 });
  expect(waitMs(blocked, 0)).toBeLessThanOrEqual(15 * 60_000);
});

test("as many requests are under way as the limit lets start in the time that each takes, within bounds", () => {
  const timeOf = (requestSeconds: number) => ({ requestSeconds, callSeconds: requestSeconds / 50 });
  expect([0, 0.2, 2, 60].map((seconds) => inFlightFor(timeOf(seconds)))).toEqual([2, 3, 8, 8]);
});

test("a batch shrinks when the portal takes so long for one call that fifty would come near its own time-out", () => {
  expect([0, 0.04, 1, 30].map((callSeconds) => batchSizeFor({ requestSeconds: 1, callSeconds }))).toEqual([
    50, 50, 20, 1,
  ]);
});

test("a portal's time follows what is measured, smoothly", () => {
  const first = accountFor(UNKNOWN_TIME, { seconds: 2, calls: 50 });
  expect(first).toEqual({ requestSeconds: 2, callSeconds: 0.04 });
  const second = accountFor(first, { seconds: 12, calls: 50 });
  expect(second.requestSeconds).toBeGreaterThan(2);
  expect(second.requestSeconds).toBeLessThan(12);
});
