import fc from "fast-check";
import { expect, test } from "vitest";
import { takeTurn } from "../../src/core/rate.ts";

test("a clock set back by a day shuts nobody out", () => {
  const rate = { perMinute: 1, burst: 1 };
  const day = 86_400_000;
  const { fullAt } = takeTurn(0, 2 * day, rate);
  const again = takeTurn(fullAt, day, rate);
  expect(again.waitMs).toBe(0);
  expect(takeTurn(again.fullAt, day + 1, rate).waitMs).toBe(59_999);
});

test("whoever tries, and how often, gets the burst and then no more than the rate, and whoever waits as told gets a turn", () => {
  const rates = fc.record({ perMinute: fc.integer({ min: 1, max: 600 }), burst: fc.integer({ min: 1, max: 50 }) });
  const pauses = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(rates, pauses, (rate, gaps) => {
      let [now, fullAt, free] = [1_000_000, 0, 0];
      for (const gap of gaps) {
        now += gap;
        const taken = takeTurn(fullAt, now, rate);
        if (taken.waitMs === 0) free += 1;
        else expect(takeTurn(fullAt, now + taken.waitMs, rate).waitMs).toBe(0);
        fullAt = taken.fullAt;
      }
      const passed = (now - 1_000_000) / 60_000;
      expect(free).toBeLessThanOrEqual(rate.burst + Math.floor(passed * rate.perMinute + 1e-6));
      expect(free).toBeGreaterThanOrEqual(Math.min(gaps.length, rate.burst));
    }),
  );
});
