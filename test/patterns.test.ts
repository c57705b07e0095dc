import { expect, test } from "vitest";
import { createPatterns } from "../src/patterns.ts";

const compile = createPatterns();

test("an expression finds its groups, whatever the case, line by line", () => {
  expect(compile("^job=(\\w+)$")?.("first\nJOB=Build")).toEqual(["JOB=Build", "Build"]);
});

test("what is no expression of RE2, or would take more steps for each character than a service can spare, is none", () => {
  for (const source of ["", "(", "(?=a)", "(a)\\1", "x".repeat(1_001), ".{0,1000}b", ".{0,900}".repeat(10)])
    expect(compile(source), source).toBeUndefined();
});

test("one that takes many steps looks at the beginning of a long text, at 5,000 characters at least", () => {
  const pattern = compile("(?:.{0,990}a)");
  expect(pattern?.(`${"\n".repeat(4_990)}a`)).toBeDefined();
  expect(pattern?.(`${"\n".repeat(60_000)}a`)).toBeUndefined();
  expect(compile("a$")?.(`${"b\n".repeat(50_000)}a`)).toBeDefined();
});
