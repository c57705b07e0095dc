import { blockedMs, type Pace } from "./pacing.ts";
import { batchSizeFor, inFlightFor } from "./portalTime.ts";

/** What to do next about one portal. */
export type Step =
  /** One request, with at most so many calls, as soon as the bucket has room for it. */
  | { readonly kind: "send"; readonly limit: number }
  /** One request without work, to see whether the portal answers again. */
  | { readonly kind: "knock" }
  /** The portal takes nothing for so long. */
  | { readonly kind: "rest"; readonly ms: number }
  /** Enough is under way. */
  | { readonly kind: "await-answer" };

/**
 * A portal in trouble gets one request at a time. One that did not answer at all gets a request without work first: whatever it
 * swallows is in doubt, and a doubt cannot be taken back everywhere.
 */
export function nextStep(pace: Pace, { inFlight, now }: { inFlight: number; now: number }): Step {
  const isTroubled = pace.failures > 0 || pace.refusals > 1;
  if (inFlight >= (isTroubled ? 1 : inFlightFor(pace.time, pace.drainPerSecond))) return { kind: "await-answer" };
  const ms = blockedMs(pace, now);
  if (ms > 0) return { kind: "rest", ms };
  return pace.failures > 0 ? { kind: "knock" } : { kind: "send", limit: batchSizeFor(pace.time) };
}
