import { expect, test } from "vitest";
import { createThrottle } from "../../src/app/throttle.ts";

test("a clock set back by a day shuts nobody out", () => {
  const throttle = createThrottle({ perMinute: 1, burst: 1 });
  const day = 86_400_000;
  expect(throttle.take("ivan", 2 * day)).toBe(0);
  expect(throttle.take("ivan", day)).toBe(0);
  expect(throttle.take("ivan", day + 1)).toBe(59_999);
});
