import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { forecastSeconds, OWN_REQUEST_SECONDS } from "../../src/core/forecast.ts";
import { FRESH_PACE, heed, type Pace, spend, spentOf } from "../../src/core/pacing.ts";
import { PRIORITIES } from "../../src/core/turns.ts";
import { ENTERPRISE, HOUR_MS, job, jobs, refusalsIn, run, START } from "./course.ts";
import type { NewJob } from "./queue.ts";
import type { Sent, World } from "./simulate.ts";

/** Traffic of some hours: bursts of several chats to a few people, with tags that meet. */
const traffic = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: 180 }),
    count: fc.integer({ min: 1, max: 150 }),
    chat: fc.constantFrom("a", "b", "c"),
    priority: fc.constantFrom(...PRIORITIES),
    people: fc.constantFrom(2, 20, 1_000),
    tags: fc.constantFrom(1, 1_000),
  }),
  { minLength: 1, maxLength: 12 },
);

type Burst = typeof traffic extends fc.Arbitrary<(infer Each)[]> ? Each : never;

const arrivalsOf = (bursts: readonly Burst[]): NewJob[] =>
  bursts.flatMap((burst) =>
    Array.from({ length: burst.count }, (_, index) => ({
      chat: burst.chat,
      person: index % burst.people,
      tag: `t${index % burst.tags}`,
      priority: burst.priority,
      arrivedAt: START + burst.minute * 60_000,
    })),
  );

const portals = fc.record({
  perCall: fc.constantFrom(0, 0.005, 0.04, 0.3),
  roundTrip: fc.constantFrom(0.02, 0.15, 0.8),
});

/** Nobody was sent to twice at once, and nothing was overtaken but by what is more urgent and has another tag. */
function isInOrder(older: Sent, newer: Sent): boolean {
  if (older.request === newer.request) return true;
  const mayOvertake = newer.priority > older.priority && newer.tag !== older.tag;
  return older.doneAt <= newer.sentAt || (mayOvertake && newer.doneAt <= older.sentAt);
}

const overtaken = (sent: readonly Sent[]): readonly (readonly [Sent, Sent])[] =>
  [...Map.groupBy(sent, ({ person }) => person).values()].flatMap((theirs) => {
    const order = [...theirs].sort((one, other) => one.id - other.id);
    return order.flatMap((older, index) =>
      order.slice(index + 1).flatMap((newer) => (isInOrder(older, newer) ? [] : [[older, newer] as const])),
    );
  });

test("hours of any traffic: all of it is sent, in order for each recipient, never idle, and refused only by the one trial", () => {
  fc.assert(
    fc.property(traffic, portals, (bursts, portal) => {
      const course = run(arrivalsOf(bursts), portal);
      expect(course.sent).toHaveLength(bursts.reduce((sum, { count }) => sum + count, 0));
      expect(course.idled).toEqual([]);
      expect(course.mostInFlight).toBeLessThanOrEqual(8);
      expect(refusalsIn(course)).toBeLessThanOrEqual(1);
      expect(overtaken(course.sent)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("hours at the brim cost one refusal, that of the trial, and there is no other before the next day", () => {
  const course = run(jobs(2 * 3_600 * 8), { perCall: 0, mostCalls: 1 });
  expect(refusalsIn(course)).toBe(1);
  expect(course.pace).toMatchObject({ size: 48, drainPerSecond: 2, failedTrials: 1 });
  expect(course.pace.trialAt - START).toBeGreaterThan(24 * HOUR_MS);
});

describe("as fast as the portal allows", () => {
  test.each([0, 0.04])("10,000 notifications of %d s each take no more than 5 % above the bound", (perCall) => {
    const roundTrip = 0.02;
    const { endedAt } = run(jobs(10_000), { perCall, roundTrip });
    const bucket = (10_000 / 50 - 50) / 2;
    const flights = (10_000 / 50 / 8) * (roundTrip + perCall * 50);
    expect((endedAt - START) / 1_000).toBeLessThanOrEqual(Math.max(bucket, flights) * 1.05 + roundTrip + perCall * 50);
  });
});

describe("fair between chats", () => {
  test.each([0, 0.04])(
    "beside a flood of 10,000 another chat's notification goes within a second, at %d s each",
    (perCall) => {
      const late = job({ chat: "b", arrivedAt: START + 60_000 });
      const { sent } = run([...jobs(10_000, { chat: "flood" }), late], { perCall });
      const other = sent.find(({ chat }) => chat === "b");
      expect((other?.sentAt ?? Number.POSITIVE_INFINITY) - late.arrivedAt).toBeLessThanOrEqual(1_000);
    },
  );

  test("where a request carries one call only, chats take turns from request to request", () => {
    const { sent } = run([...jobs(200, { chat: "flood" }), ...jobs(20, { chat: "b" })], {
      perCall: 20,
      roundTrip: 0.1,
    });
    const last = sent.findLastIndex(({ chat }) => chat === "b");
    // The first requests still went out full, since nothing was known of the portal yet.
    expect(sent.slice(0, last).filter(({ chat }) => chat === "flood").length).toBeLessThanOrEqual(20 + 2 * 50 + 8);
  });
});

describe("priorities", () => {
  test("an incident goes before ten thousand others, and digests last", () => {
    const urgent = job({ priority: "urgent", arrivedAt: START + 60_000, chat: "alerts" });
    const { sent } = run([...jobs(5_000), ...jobs(5_000, { priority: "digest" }), urgent]);
    expect((sent.find(({ priority }) => priority === "urgent")?.sentAt ?? 0) - urgent.arrivedAt).toBeLessThanOrEqual(
      1_000,
    );
    const halfway = sent[5_000]?.sentAt ?? 0;
    const early = sent.filter(({ sentAt }) => sentAt < halfway);
    expect(early.filter(({ priority }) => priority === "normal").length / early.length).toBeGreaterThan(0.85);
  });

  test("an endless flood of incidents starves neither the others nor digests", () => {
    const flood = Array.from({ length: 1_200 }, (_, second) =>
      jobs(120, { priority: "urgent", arrivedAt: START + second * 1_000 }),
    );
    const { sent } = run(
      [...flood.flat(), ...jobs(300, { chat: "b" }), ...jobs(100, { chat: "c", priority: "digest" })],
      {
        untilMs: START + 1_200_000,
      },
    );
    for (const chat of ["b", "c"])
      expect(Math.max(...sent.filter((each) => each.chat === chat).map(({ sentAt }) => sentAt - START))).toBeLessThan(
        60_000,
      );
    expect(sent.filter(({ chat }) => chat === "b")).toHaveLength(300);
    expect(sent.filter(({ chat }) => chat === "c")).toHaveLength(100);
  });
});

describe("a portal's plan is learnt", () => {
  /** Hours at the brim, and how fast the last hour of it was, in requests a second. */
  function learnt(limits: World["limits"]) {
    const hours = 3;
    const arrivals = jobs(5 * 3_600 * hours + 300);
    const untilMs = START + hours * HOUR_MS;
    const course = run(arrivals, { limits, perCall: 0, roundTrip: 0.2, mostCalls: 1, untilMs });
    const late = course.requests.filter(({ at }) => at >= course.endedAt - HOUR_MS);
    const refused = late.filter((request) => request.refused).length;
    return { course, refused, perSecond: (late.length - refused) / 3_600 };
  }

  test("enterprise is found, and used", () => {
    const { course, perSecond, refused } = learnt(ENTERPRISE);
    expect(perSecond).toBeGreaterThan(4.9);
    expect(refused).toBe(0);
    expect(course.pace.size).toBeGreaterThan(240);
  });

  test.each([
    { burst: 100, drainPerSecond: 3 },
    { burst: 10, drainPerSecond: 1 },
    { burst: 20, drainPerSecond: 2 },
    { burst: 50, drainPerSecond: 0.5 },
  ])(
    "a limit that an owner has set is found: $burst at once, $drainPerSecond a second",
    (limits) => {
      const { course, perSecond, refused } = learnt(limits);
      expect(perSecond).toBeGreaterThan(limits.drainPerSecond * 0.8);
      expect(refused).toBeLessThanOrEqual(2);
      expect(refusalsIn(course)).toBeLessThan(40);
    },
    60_000,
  );
});

test("a silent portal is asked by one request at a time, with longer and longer pauses, and served when it answers again", () => {
  const silence = { from: START + 1_000, to: START + 2 * HOUR_MS };
  const arrivals = Array.from({ length: 7_200 * 2 }, (_, second) => job({ arrivedAt: START + second * 1_000 }));
  const course = run(arrivals, { silence });
  const meanwhile = course.requests.filter(({ at }) => at >= silence.from && at < silence.to);
  expect(meanwhile.length).toBeLessThan(80);
  expect(meanwhile.reduce((sum, request) => sum + request.jobs, 0)).toBeLessThan(20);
  expect(course.sent).toHaveLength(arrivals.length);
  expect(course.sent.find(({ doneAt }) => doneAt > silence.to)?.sentAt).toBeLessThan(silence.to + 150_000);
});

describe("the forecast is within 15 % of what then happens", () => {
  const counts = fc.integer({ min: 100, max: 20_000 });
  const untried = { ...FRESH_PACE, at: START, trialAt: START + 365 * 24 * HOUR_MS };

  function expectToHold(count: number, pace: Pace, time: Pick<World, "roundTrip" | "perCall">): void {
    const said = forecastSeconds({ fresh: 0, ahead: count }, pace, START);
    const { endedAt, sent } = run(jobs(count), { ...time, pace, ownMs: OWN_REQUEST_SECONDS * 1_000 });
    expect(sent).toHaveLength(count);
    const took = (endedAt - START) / 1_000;
    expect(Math.abs(said - took) / took).toBeLessThanOrEqual(0.15);
  }

  test("for portals fast and slow, busy and at rest", () => {
    const levels = fc.constantFrom(0, 20, 48);
    const time = fc.record({
      perCall: fc.constantFrom(0.002, 0.02, 0.04, 0.09),
      roundTrip: fc.constantFrom(0.05, 0.2, 0.6),
    });
    fc.assert(
      fc.property(counts, levels, time, (count, level, measured) =>
        expectToHold(count, { ...untried, level, time: measured }, measured),
      ),
      { numRuns: 60 },
    );
  });

  test("for a portal that was asked for nothing but one single notification before", () => {
    const time = fc.record({
      perCall: fc.double({ min: 0, max: 0.2, noNaN: true }),
      roundTrip: fc.double({ min: 0.005, max: 0.6, noNaN: true }),
    });
    fc.assert(
      fc.property(counts, time, (count, portal) => {
        // Beyond that a method's time in ten minutes is the bound, which this portal does not count.
        fc.pre(portal.perCall <= 0.1 || count * portal.perCall < 380);
        const { roundTrip, perCall } = portal;
        const took = { seconds: roundTrip + perCall, calls: 1, worked: perCall };
        const asked = spend({ ...untried, level: 0 }, START);
        const moment = { now: START, random: 0.5 };
        const pace = heed(asked, spentOf(asked), { kind: "answered", took, startedAt: START }, moment);
        expectToHold(count, pace, portal);
      }),
      { numRuns: 100 },
    );
  });
});
