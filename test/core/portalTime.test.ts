import fc from "fast-check";
import { expect, test } from "vitest";
import { accountFor, batchSizeFor, inFlightFor, requestSeconds, UNKNOWN_TIME } from "../../src/core/portalTime.ts";

test("as many requests are under way as the limit lets start in the time that each takes, within bounds", () => {
  const timeOf = (seconds: number) => ({ roundTrip: 0, perCall: seconds / 50 });
  expect([0, 0.2, 2, 60].map((seconds) => inFlightFor(timeOf(seconds), 2))).toEqual([2, 3, 8, 8]);
  expect(inFlightFor(timeOf(0.2), 5)).toBe(4);
});

test("a batch shrinks when the portal takes so long for one call that fifty would come near its own time-out", () => {
  expect([0, 0.04, 1, 30].map((perCall) => batchSizeFor({ roundTrip: 0, perCall }))).toEqual([50, 50, 20, 1]);
  expect(batchSizeFor({ roundTrip: 10, perCall: 1 })).toBe(10);
});

test("from small and large requests alike the way and the work are told apart, whatever they take", () => {
  const requests = fc.array(fc.constantFrom(1, 2, 20, 50), { minLength: 60, maxLength: 60 });
  const seconds = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(requests, seconds, seconds, (calls, roundTrip, perCall) => {
      fc.pre(calls.slice(20).some((count) => count < 8) && calls.slice(20).some((count) => count > 8));
      let time = UNKNOWN_TIME;
      for (const count of calls) time = accountFor(time, { seconds: roundTrip + perCall * count, calls: count });
      const expected = roundTrip + perCall * 50;
      expect(Math.abs(requestSeconds(time, 50) - expected) / expected).toBeLessThan(0.5);
    }),
  );
});

test("a portal's time follows what is measured, smoothly", () => {
  const first = accountFor(UNKNOWN_TIME, { seconds: 2, calls: 50 });
  expect(first).toEqual({ roundTrip: 0, perCall: 0.04 });
  const second = accountFor(first, { seconds: 12, calls: 50 });
  expect(requestSeconds(second, 50)).toBeGreaterThan(2);
  expect(requestSeconds(second, 50)).toBeLessThan(12);
});
