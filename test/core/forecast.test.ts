import { expect, test } from "vitest";
import { aheadOf, forecastSeconds, roundTime } from "../../src/core/forecast.ts";
import { FRESH_PACE } from "../../src/core/pacing.ts";

const NOW = 1_800_000_000_000;
const at = (time: { roundTrip: number; perCall: number }) => ({ ...FRESH_PACE, at: NOW, time });

test("the free burst takes no longer than its requests; after it two requests a second are the bound", () => {
  const fast = at({ roundTrip: 0.1, perCall: 0.001 });
  expect(forecastSeconds(50, fast, NOW)).toBeCloseTo(0.15, 2);
  expect(forecastSeconds(12_400, fast, NOW)).toBeCloseTo((12_400 / 50 - 48) / 2, -1);
});

test("a slow portal's own time is the bound", () => {
  const slow = at({ roundTrip: 0, perCall: 0.09 });
  expect(forecastSeconds(4_000, slow, NOW)).toBeCloseTo((4_000 * 0.09) / 8, 0);
});

test("where calls take longer than a tenth of a second their method's time of ten minutes is the bound", () => {
  const hours = forecastSeconds(10_000, at({ roundTrip: 0.1, perCall: 0.5 }), NOW) / 3_600;
  // 5,000 s of work, 400 s of it in ten minutes.
  expect(hours).toBeGreaterThan(1.8);
  expect(hours).toBeLessThan(2.3);
});

test("a portal that rests is waited for", () => {
  const resting = { ...at({ roundTrip: 0.1, perCall: 0.001 }), blockedUntil: NOW + 60_000 };
  expect(forecastSeconds(1, resting, NOW)).toBeCloseTo(60.1, 1);
});

test("of other chats only what has its turn meanwhile counts, of one's own all", () => {
  const from = { workspaceId: 1, chat: "a" };
  const waiting = (workspaceId: number, chat: string, count: number) => ({ workspaceId, chat, count });
  expect(aheadOf(10, from, [])).toBe(10);
  expect(aheadOf(10, from, [waiting(1, "a", 5), waiting(1, "b", 10_000), waiting(1, "c", 2)])).toBe(15 + 15 + 2);
  expect(aheadOf(10, from, [waiting(2, "a", 3), waiting(2, "b", 10_000), waiting(3, "c", 1)])).toBe(10 + 10 + 1);
});

test.each([
  [0.2, "seconds", 1],
  [7.4, "seconds", 7],
  [41, "seconds", 40],
  [95, "minutes", 2],
  [3_000, "minutes", 50],
  [7_300, "hours", 2],
] as const)("%d seconds are told as %s: %d", (seconds, unit, count) => {
  expect(roundTime(seconds)).toEqual({ unit, count });
});
