import fc from "fast-check";
import { expect, test } from "vitest";
import { aheadOf, forecastSeconds, roundTime } from "../../src/core/forecast.ts";
import { FRESH_PACE, type Pace } from "../../src/core/pacing.ts";

const NOW = 1_800_000_000_000;
const at = (time: { roundTrip: number; perCall: number }) => ({ ...FRESH_PACE, at: NOW, time });
/** Nothing of it has to be taken in any more. */
const forecast = (ahead: number, pace: Pace) => forecastSeconds({ fresh: 0, ahead }, pace, NOW);

test("the free burst takes no longer than its requests and our own work for them; after it two requests a second are the bound", () => {
  const fast = at({ roundTrip: 0.1, perCall: 0.001 });
  expect(forecast(50, fast)).toBeCloseTo(0.18, 2);
  expect(forecast(2_500, fast)).toBeCloseTo((50 * 0.18) / 3, 0);
  expect(forecast(12_500, fast)).toBeCloseTo(200 / 2, -1);
});

test("a slow portal's own time is the bound", () => {
  const slow = at({ roundTrip: 0, perCall: 0.09 });
  expect(forecast(4_000, slow)).toBeCloseTo((4_000 * 0.09) / 8 + 0.5, 0);
});

test("where calls take longer than a tenth of a second their method's time of ten minutes is the bound", () => {
  const hours = forecast(10_000, at({ roundTrip: 0.1, perCall: 0.5 })) / 3_600;
  // 5,000 s of work, 400 s of it in ten minutes.
  expect(hours).toBeGreaterThan(1.8);
  expect(hours).toBeLessThan(2.3);
});

test("a portal that rests is waited for, and so is a method whose time is used up", () => {
  const fast = at({ roundTrip: 0.1, perCall: 0.001 });
  expect(forecast(1, { ...fast, blockedUntil: NOW + 60_000 })).toBeCloseTo(60.1, 1);
  expect(forecastSeconds({ fresh: 0, ahead: 1, restsUntil: NOW + 90_000 }, fast, NOW)).toBeCloseTo(90.1, 1);
});

test("thousands have to be taken in before the first of them goes", () => {
  const fast = at({ roundTrip: 0.1, perCall: 0.001 });
  expect(forecastSeconds({ fresh: 10_000, ahead: 50 }, fast, NOW) - forecast(50, fast)).toBeCloseTo(3, 1);
});

const from = { workspaceId: 1, chat: "a" };
const waiting = (
  workspaceId: number,
  chat: string,
  count: number,
  priority: "urgent" | "normal" | "digest" = "normal",
) => ({
  workspaceId,
  chat,
  count,
  priority,
});

test("of other chats only what has its turn meanwhile counts, of one's own all", () => {
  expect(aheadOf(10, from, [])).toBe(10);
  expect(aheadOf(10, from, [waiting(1, "a", 5), waiting(1, "b", 10_000), waiting(1, "c", 2)])).toBe(15 + 15 + 2);
  expect(aheadOf(10, from, [waiting(2, "a", 3), waiting(2, "b", 10_000), waiting(3, "c", 1)])).toBe(10 + 10 + 1);
});

test("what is urgent goes four times as often, and digests a third as often", () => {
  expect(aheadOf(9, from, [waiting(1, "x", 10_000, "urgent"), waiting(1, "y", 10_000, "digest")])).toBe(9 + 36 + 3);
  expect(aheadOf(9, from, [waiting(1, "x", 5, "urgent"), waiting(1, "y", 1, "digest")])).toBe(9 + 5 + 1);
});

test.each([
  [0.2, "seconds", 1],
  [7.4, "seconds", 7],
  [41, "seconds", 40],
  [95, "seconds", 95],
  [200, "minutes", 3.5],
  [3_000, "minutes", 50],
  [12_700, "hours", 3.5],
] as const)("%d seconds are told as %s: %d", (seconds, unit, count) => {
  expect(roundTime(seconds)).toEqual({ unit, count });
});

test("what is told is off by one part in twelve at most, from six seconds to days", () => {
  const units = { seconds: 1, minutes: 60, hours: 3_600 };
  fc.assert(
    fc.property(fc.double({ min: 6, max: 300_000, noNaN: true }), (seconds) => {
      const { unit, count } = roundTime(seconds);
      expect(Math.abs(count * units[unit] - seconds) / seconds).toBeLessThanOrEqual(1 / 12);
    }),
  );
});
