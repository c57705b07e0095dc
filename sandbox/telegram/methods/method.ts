import type { Args } from "../args.ts";

/** Answers the `result`, or throws a `Refusal`. `signal` aborts when the caller hangs up. */
export type Method = (args: Args, signal: AbortSignal) => unknown;
export type Methods = Readonly<Record<string, Method>>;
