import { RE2JS, RE2JSException } from "re2js";
import type { CompilePattern } from "./core/pattern.ts";

/** The longest expression that is taken: what it is compiled to grows with it. */
const LONGEST = 1_000;
/**
 * Linear time is still the length of the text times the steps of the expression: `.{0,1000}` is two thousand of them, each taken for
 * every character. So an expression has a bound, and one near it looks at the beginning of a long text only.
 */
const MOST_STEPS = 2_000;
const MOST_WORK = 10_000_000;
/** Rules are few; an expression is compiled once. */
const MOST_KEPT = 1_000;

/**
 * Compiles expressions of the syntax of RE2, whatever their case; `^` and `$` stand for lines, since alerts have many. Takes linear
 * time for any text, and keeps what it has compiled.
 */
export function createPatterns(): CompilePattern {
  const kept = new Map<string, ReturnType<CompilePattern>>();
  return (source) => {
    if (kept.has(source)) return kept.get(source);
    const pattern = compile(source);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(source, pattern);
    return pattern;
  };
}

function compile(source: string): ReturnType<CompilePattern> {
  if (source === "" || source.length > LONGEST) return undefined;
  try {
    const compiled = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE);
    const steps = compiled.programSize();
    if (steps > MOST_STEPS) return undefined;
    const reach = Math.floor(MOST_WORK / steps);
    return (text) => {
      const matcher = compiled.matcher(text.slice(0, reach));
      if (!matcher.find()) return undefined;
      return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
    };
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}
