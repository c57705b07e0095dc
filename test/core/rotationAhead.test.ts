import fc from "fast-check";
import { expect, test } from "vitest";
import { readMoment, writeMoment } from "../../src/core/localMoment.ts";
import { onCall } from "../../src/core/rotation.ts";
import { nextDuty } from "../../src/core/rotationAhead.ts";

const HOUR_MS = 3_600_000;
const NOW = Date.parse("2026-03-28T12:00:00Z");
const ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Tokyo"] as const;

const turns = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  period: fc.constantFrom("daily", "weekly"),
  handoverMinute: fc.integer({ min: 0, max: 1_439 }),
  startDate: fc.constantFrom("2026-01-05", "2026-03-27", "2026-05-01"),
  members: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }),
});
const substitutes = fc.array(
  fc.record({
    id: fc.nat(100),
    personId: fc.integer({ min: 1, max: 4 }),
    from: fc.integer({ min: NOW - 50 * HOUR_MS, max: NOW + 50 * HOUR_MS }),
    until: fc.integer({ min: NOW - 20 * HOUR_MS, max: NOW + 80 * HOUR_MS }),
  }),
  { maxLength: 4 },
);

test("until the next one takes over, it is the same person, and from then on another", () => {
  fc.assert(
    fc.property(turns, substitutes, fc.double({ min: 0, max: 1, noNaN: true }), (rotation, instead, share) => {
      const next = nextDuty(rotation, instead, NOW);
      const current = onCall(rotation, instead, NOW);
      const end = next?.from ?? NOW + 3 * 24 * HOUR_MS;
      expect(onCall(rotation, instead, NOW + Math.floor((end - 1 - NOW) * share))).toBe(current);
      if (!next) return;
      expect(next.from).toBeGreaterThan(NOW);
      expect(onCall(rotation, instead, next.from)).toBe(next.personId);
      expect(next.personId).not.toBe(current);
    }),
  );
});

test("a moment reads back as the clocks of its zone show it", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), fc.integer({ min: 0, max: 500_000 }), (timeZone, hours) => {
      const moment = hours * HOUR_MS;
      const shown = writeMoment(moment, timeZone);
      expect(writeMoment(readMoment(shown, { now: 0, timeZone }) ?? 0, timeZone)).toBe(shown);
    }),
  );
  const read = (text: string) => readMoment(text, { now: NOW, timeZone: "Europe/Berlin" });
  expect(read("2026-01-31")).toBe(Date.parse("2026-01-30T23:00:00Z"));
  expect(read("2026-07-31 09:00")).toBe(Date.parse("2026-07-31T07:00:00Z"));
  expect(read("2026-07-31T09:00Z")).toBe(Date.parse("2026-07-31T09:00:00Z"));
  expect(read("2026-07-31T09:00-03:30")).toBe(Date.parse("2026-07-31T12:30:00Z"));
  expect(read("+8h")).toBe(NOW + 8 * HOUR_MS);
  expect(["2026-02-30", "2026-01-01T24:00", "soon", "", "+8"].map(read)).toEqual(Array(5).fill(undefined));
});
