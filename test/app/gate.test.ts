import { expect, test } from "vitest";
import { createGate } from "../../src/app/gate.ts";

function openWork() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (name: string) => {
    ends.get(name)?.();
    await settled();
  };
  return { begun, work, end, settled };
}

test("so many are let in at a time, each gets its own result, and the next follows whoever leaves", async () => {
  const gate = createGate(2);
  const { begun, work, end } = openWork();
  const results = ["a", "b", "c"].map((name) => gate("begin", work(name)));
  expect(begun).toEqual(["a", "b"]);
  await end("b");
  expect(begun).toEqual(["a", "b", "c"]);
  await end("a");
  await end("c");
  expect(await Promise.all(results)).toEqual(["a", "b", "c"]);
});

test("what ends something goes before what begins, however long that has waited", async () => {
  const gate = createGate(1);
  const { begun, work, end } = openWork();
  for (const name of ["first", "beginning"]) void gate("begin", work(name));
  for (const name of ["ending 1", "ending 2"]) void gate("end", work(name));
  await end("first");
  await end("ending 1");
  await end("ending 2");
  expect(begun).toEqual(["first", "ending 1", "ending 2", "beginning"]);
});

test("work that fails gives its place to the next", async () => {
  const gate = createGate(1);
  const failed = gate("begin", () => Promise.reject(new Error("no")));
  const next = gate("begin", () => Promise.resolve("done"));
  await expect(failed).rejects.toThrow("no");
  expect(await next).toBe("done");
});

test("those who come when nobody is inside any more are let in at once", async () => {
  const gate = createGate(1);
  await gate("begin", () => Promise.resolve());
  const { begun, work } = openWork();
  void gate("end", work("later"));
  expect(begun).toEqual(["later"]);
});
