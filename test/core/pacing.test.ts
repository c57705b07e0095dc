import fc from "fast-check";
import { expect, test } from "vitest";
import { blockedMs, FRESH_PACE, type Heard, heed, type Pace, spend, spentOf, waitMs } from "../../src/core/pacing.ts";
import { nextStep } from "../../src/core/schedule.ts";

const REFUSED: Heard = { kind: "refused", isLimit: true };
const FAILED: Heard = { kind: "failed" };
const ANSWERED: Heard = { kind: "answered" };

/** One request at `now`, and what is heard of it at once. */
function after(pace: Pace, heard: Heard, now: number): Pace {
  const spent = spend(pace, now);
  return heed(spent, spentOf(spent), heard, { now, random: 0 });
}

test("a fresh portal takes a burst of the bucket's size at once, then two requests a second", () => {
  let pace = FRESH_PACE;
  const now = 1_000_000;
  for (let request = 0; request < 48; request += 1) {
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
        level = Math.max(0, level - (step / 1_000) * 2) + 1;
        expect(level).toBeLessThanOrEqual(50);
        pace = spend(pace, now);
      }
    }),
  );
});

test("refusals for rate fill the model and double the pause up to half a minute; an accepted request ends the run", () => {
  let pace = FRESH_PACE;
  let now = 1_000;
  const pauses = [];
  for (let refusal = 0; refusal < 8; refusal += 1) {
    pace = after(pace, REFUSED, now);
    expect(pace.level).toBe(pace.size);
    pauses.push(blockedMs(pace, now));
    now += blockedMs(pace, now);
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(after(pace, ANSWERED, now).refusals).toBe(0);
});

test("refusals of requests that were on their way together are one refusal, and one lesson", () => {
  let pace = FRESH_PACE;
  const spents = [1, 2, 3, 4].map((now) => {
    pace = spend(pace, now);
    return spentOf(pace);
  });
  const once = heed(pace, spents[0] ?? spentOf(pace), REFUSED, { now: 10, random: 0 });
  const all = spents.slice(1).reduce<Pace>((known, spent) => heed(known, spent, REFUSED, { now: 11, random: 0 }), once);
  expect(all).toEqual(once);
});

test("a pause that the portal names is kept to, even when ours would be shorter", () => {
  expect(blockedMs(after(FRESH_PACE, { ...REFUSED, retryAfterMs: 30_000 }, 1_000), 1_000)).toBe(30_000);
  expect(blockedMs(after(FRESH_PACE, { ...FAILED, retryAfterMs: 30_000 }, 1_000), 1_000)).toBe(30_000);
});

test("a clock set back by a day silences a portal for a quarter of an hour at the most", () => {
  for (const heard of [REFUSED, FAILED])
    expect(waitMs(after(FRESH_PACE, heard, 86_400_000), 0)).toBeLessThanOrEqual(15 * 60_000);
});

test("what a front server in trouble refuses teaches nothing about the plan", () => {
  const { size, drainPerSecond, blockedUntil } = after(FRESH_PACE, { kind: "refused", isLimit: false }, 1_000);
  expect({ size, drainPerSecond, blockedUntil }).toEqual({ size: 48, drainPerSecond: 2, blockedUntil: 2_000 });
});

test("a silent portal rests for growing times, and each time one request without work is risked alone", () => {
  let pace = after(FRESH_PACE, FAILED, 1_000);
  expect(nextStep(pace, { inFlight: 1, now: 1_000 })).toEqual({ kind: "await-answer" });
  expect(nextStep(pace, { inFlight: 0, now: 1_000 })).toEqual({ kind: "rest", ms: 1_000 });
  expect(nextStep(pace, { inFlight: 0, now: 2_000 })).toEqual({ kind: "knock" });
  pace = after(pace, FAILED, 2_000);
  expect(nextStep(pace, { inFlight: 0, now: 2_000 })).toEqual({ kind: "rest", ms: 2_000 });
  pace = after(pace, ANSWERED, 4_000);
  expect(nextStep(pace, { inFlight: 1, now: 4_000 })).toEqual({ kind: "send", limit: 50 });
});

test("many requests that a portal swallowed together are one failure", () => {
  const first = spend(FRESH_PACE, 1_000);
  const once = heed(first, spentOf(first), FAILED, { now: 76_000, random: 0 });
  expect(heed(once, { at: 1_500, level: 2 }, FAILED, { now: 76_500, random: 0 })).toEqual(once);
  expect(heed(once, { at: 77_000, level: 1 }, FAILED, { now: 152_000, random: 0 }).failures).toBe(2);
});
