import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endOfHours, localTime, momentOf, onCall, type Turns, turnAt, turnStart } from "../../src/core/rotation.ts";

const BERLIN = "Europe/Berlin";
const at = (iso: string): number => Date.parse(iso);

const turns = (change: Partial<Turns> = {}): Turns => ({
  timeZone: BERLIN,
  period: "weekly",
  handoverMinute: 9 * 60,
  startDate: "2026-01-05",
  members: [1, 2, 3],
  ...change,
});

describe("who is on call", () => {
  test("changes at the time of handover, to the minute", () => {
    expect(onCall(turns(), [], at("2026-01-05T08:00:00Z"))).toBe(1);
    expect(onCall(turns(), [], at("2026-01-12T07:59:59Z"))).toBe(1);
    expect(onCall(turns(), [], at("2026-01-12T08:00:00Z"))).toBe(2);
    expect(onCall(turns(), [], at("2026-01-26T08:00:00Z"))).toBe(1);
  });

  test("keeps its time of day when the clocks change", () => {
    const daily = turns({ period: "daily", startDate: "2026-03-27" });
    expect(onCall(daily, [], at("2026-03-29T06:59:00Z"))).toBe(2);
    expect(onCall(daily, [], at("2026-03-29T07:00:00Z"))).toBe(3);
    const autumn = turns({ period: "daily", startDate: "2026-10-23" });
    expect(onCall(autumn, [], at("2026-10-25T07:59:00Z"))).toBe(2);
    expect(onCall(autumn, [], at("2026-10-25T08:00:00Z"))).toBe(3);
  });

  test("is handed over once, though the clocks show the time of handover twice", () => {
    const night = turns({ period: "daily", startDate: "2026-10-24", handoverMinute: 150 });
    const hours = ["00:29", "00:30", "00:59", "01:00", "01:29", "01:30", "02:00"];
    expect(hours.map((hour) => onCall(night, [], at(`2026-10-25T${hour}:00Z`)))).toEqual([1, 2, 2, 2, 2, 2, 2]);
  });

  test("goes through a leap day like through any other", () => {
    const daily = turns({ period: "daily", startDate: "2028-02-27", timeZone: "UTC", handoverMinute: 0 });
    expect(["28", "29"].map((day) => onCall(daily, [], at(`2028-02-${day}T12:00:00Z`)))).toEqual([2, 3]);
    expect(onCall(daily, [], at("2028-03-01T12:00:00Z"))).toBe(1);
  });

  test("is the first member before the first turn, and nobody where there is none", () => {
    expect(onCall(turns(), [], at("2020-01-01T00:00:00Z"))).toBe(1);
    expect(onCall(turns({ members: [] }), [], at("2026-01-05T08:00:00Z"))).toBeUndefined();
  });

  test("is a substitute for as long as one is named, the one named last", () => {
    const now = at("2026-01-06T00:00:00Z");
    const substitutes = [
      { id: 2, personId: 8, from: now, until: now + 1 },
      { id: 1, personId: 9, from: now, until: now + 5 },
    ];
    expect([-1, 0, 1, 5].map((later) => onCall(turns(), substitutes, now + later))).toEqual([1, 8, 9, 1]);
  });

  test("lasts from the start of a turn to the start of the next, in every zone", () => {
    const zone = fc.constantFrom(
      BERLIN,
      "America/New_York",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
      "Africa/Casablanca",
    );
    const period = fc.constantFrom("daily" as const, "weekly" as const);
    fc.assert(
      fc.property(zone, period, fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 0, max: 400 }), (...given) => {
        const [timeZone, every, handoverMinute, turn] = given;
        const asked = turns({ timeZone, period: every, handoverMinute });
        const start = turnStart(asked, turn);
        expect(turnAt(asked, start)).toBe(turn);
        expect(turnAt(asked, start - 60_000)).toBe(Math.max(0, turn - 1));
      }),
    );
  });
});

describe("a time of day", () => {
  test("that the change of the clocks leaves out is the moment of the change", () => {
    expect(momentOf({ date: "2026-03-29", minute: 150 }, BERLIN)).toBe(at("2026-03-29T01:00:00Z"));
  });

  test("that comes twice is the first of the two", () => {
    expect(momentOf({ date: "2026-10-25", minute: 150 }, BERLIN)).toBe(at("2026-10-25T00:30:00Z"));
  });

  test("is what clocks there show", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000 }), fc.constantFrom(BERLIN, "Asia/Kolkata"), (hour, zone) => {
        const moment = hour * 600_000;
        const shown = localTime(moment, zone);
        expect(localTime(momentOf(shown, zone), zone)).toEqual(shown);
      }),
    );
  });
});

describe("quiet hours", () => {
  const night = { timeZone: BERLIN, from: 22 * 60, until: 7 * 60 };

  test("end in the morning, on this side of midnight and on the other", () => {
    expect(endOfHours(at("2026-01-05T22:00:00Z"), night)).toBe(at("2026-01-06T06:00:00Z"));
    expect(endOfHours(at("2026-01-06T03:00:00Z"), night)).toBe(at("2026-01-06T06:00:00Z"));
    expect(endOfHours(at("2026-01-06T06:00:00Z"), night)).toBeUndefined();
    expect(endOfHours(at("2026-01-06T20:59:00Z"), night)).toBeUndefined();
  });

  test("that ended are over, also when the clocks show their last hour once more", () => {
    const short = { ...night, until: 150 };
    expect(endOfHours(at("2026-10-25T00:10:00Z"), short)).toBe(at("2026-10-25T00:30:00Z"));
    expect(endOfHours(at("2026-10-25T01:10:00Z"), short)).toBeUndefined();
  });

  test("that end where they begin hold nothing", () => {
    expect(endOfHours(at("2026-01-05T12:00:00Z"), { timeZone: "UTC", from: 720, until: 720 })).toBeUndefined();
  });
});
