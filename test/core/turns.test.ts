import fc from "fast-check";
import { expect, test } from "vitest";
import { type Candidate, noTurns, PRIORITIES, type Priority, takeTurns } from "../../src/core/turns.ts";

const candidate = (id: number, change: Partial<Candidate> = {}): Candidate => ({
  id,
  chat: "a",
  priority: "normal",
  after: [],
  ...change,
});

const many = (from: number, count: number, change: Partial<Candidate>): Candidate[] =>
  Array.from({ length: count }, (_, index) => candidate(from + index, change));

test("nothing stands before what it has to come after, whatever waits, and no place stays empty for no reason", () => {
  const arbitrary = fc.array(
    fc.record({ chat: fc.constantFrom("a", "b", "c"), priority: fc.constantFrom(...PRIORITIES), after: fc.nat(5) }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(arbitrary, fc.integer({ min: 1, max: 50 }), (given, limit) => {
      const found = given.map(({ after, ...rest }, index) =>
        candidate(index + 1, { ...rest, after: after > 0 && index >= after ? [index + 1 - after] : [] }),
      );
      const taken = takeTurns(found, limit, noTurns());
      expect(taken).toHaveLength(Math.min(limit, found.length));
      const place = new Map(taken.map((id, index) => [id, index]));
      for (const { id, after } of found)
        for (const other of place.has(id) ? after : [])
          expect(place.get(other) ?? Number.POSITIVE_INFINITY).toBeLessThan(place.get(id) ?? -1);
    }),
  );
});

test("what waits for something that is not there is left", () => {
  expect(takeTurns([candidate(2, { after: [1] }), candidate(3)], 9, noTurns())).toEqual([3]);
});

test("of sixteen places twelve are for the urgent, three for the normal, one for digests", () => {
  const found = PRIORITIES.flatMap((priority, index) => many(index * 100 + 1, 100, { priority }));
  const taken = takeTurns(found, 48, noTurns());
  const count = (priority: Priority) =>
    found.filter((each) => each.priority === priority && taken.includes(each.id)).length;
  expect(PRIORITIES.map(count)).toEqual([36, 9, 3]);
});

test("one place at a time is shared just so", () => {
  const turns = noTurns();
  const waiting = PRIORITIES.flatMap((priority, index) => many(index * 100 + 1, 100, { priority }));
  const order = Array.from({ length: 16 }, () => {
    const [id = 0] = takeTurns(waiting, 1, turns);
    const [taken] = waiting.splice(
      waiting.findIndex((each) => each.id === id),
      1,
    );
    return taken?.priority;
  });
  expect(order.filter((priority) => priority === "urgent")).toHaveLength(12);
  expect(order.filter((priority) => priority === "digest")).toHaveLength(1);
});

test("who was served longest ago is next, and chats that are gone are forgotten", () => {
  const turns = noTurns();
  takeTurns([...many(1, 5, { chat: "a" }), ...many(10, 5, { chat: "b" })], 3, turns);
  expect(takeTurns([candidate(4, { chat: "a" }), candidate(11, { chat: "b" })], 1, turns)).toEqual([11]);
  expect(
    takeTurns([candidate(4, { chat: "a" }), candidate(12, { chat: "b" }), candidate(90, { chat: "c" })], 2, turns),
  ).toEqual([90, 4]);
  takeTurns([candidate(5, { chat: "a" })], 1, turns);
  expect([...turns.served.keys()]).toEqual(["normal a"]);
});
