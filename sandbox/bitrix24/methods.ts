import type { Caller } from "./callers.ts";
import type { PhpMap, PhpValue } from "./php.ts";
import type { World } from "./world.ts";

/** One REST call whose credential has been accepted. */
export interface Call {
  /** Canonical name, lower case. */
  readonly method: string;
  /** Without the names the server keeps for itself (`auth`, `start` …). */
  readonly parameters: PhpMap;
  /** The page asked for; -1 skips counting. */
  readonly start: number;
  readonly caller: Caller;
  readonly world: World;
  /** Runs another method for the same caller; `batch` needs it. */
  readonly nested: (method: string, parameters: PhpMap) => Promise<Answer>;
}

/** What a method returns; `next` and `total` only by lists. */
export interface Result {
  readonly result: PhpValue;
  readonly next?: number;
  readonly total?: number;
}

export interface Answer extends Result {
  readonly time: PhpMap;
}

export interface Method {
  readonly name: string;
  /** Any of these suffices; none needed when empty. */
  readonly scopes: readonly string[];
  readonly run: (call: Call) => Result | Promise<Result>;
  /** Callable, but not told by `methods`. */
  readonly isPrivate?: true;
  /** Costs the portal `secondsPerNotification`. */
  readonly sendsNotification?: true;
}
