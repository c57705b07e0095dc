import { expect, test } from "vitest";
import { createGather } from "../../src/app/gather.ts";

test("what comes together is written together, and each hears its own answer", async () => {
  const written: (readonly number[])[] = [];
  const gather = createGather(
    async (entries: readonly number[]) => {
      written.push(entries);
      return entries.map((entry) => entry * 2);
    },
    { ms: 5, entries: 3 },
  );
  expect(await Promise.all([gather(1), gather(2)])).toEqual([2, 4]);
  expect(await gather(3)).toBe(6);
  expect(written).toEqual([[1, 2], [3]]);
});

test("a full batch does not wait, and what comes behind it has one of its own", async () => {
  const written: number[] = [];
  const gather = createGather(
    async (entries: readonly number[]) => {
      written.push(entries.length);
      return entries;
    },
    { ms: 5, entries: 3 },
  );
  const all = [1, 2, 3, 4, 5, 6, 7];
  expect(await Promise.all(all.map(gather))).toEqual(all);
  expect(written).toEqual([3, 3, 1]);
});

test("when writing fails, everybody in that batch hears it, and the next batch is another one", async () => {
  let fails = true;
  const gather = createGather(
    async (entries: readonly number[]) => {
      if (fails) throw new Error("disk is full");
      return entries;
    },
    { ms: 5, entries: 3 },
  );
  const settled = await Promise.allSettled([gather(1), gather(2)]);
  expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  fails = false;
  expect(await gather(3)).toBe(3);
});
