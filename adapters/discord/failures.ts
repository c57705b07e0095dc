import type { ChatOutcome } from "../../src/app/ports.ts";

/**
 * What discord.js throws, told apart by shape: its classes exist only once the library is loaded. `code` is Discord's JSON
 * code, `status` the HTTP status. Nothing of the error's message or address is kept: interaction tokens are in the address.
 */
export type Failure =
  | { readonly kind: "refused"; readonly code: number; readonly status: number }
  | { readonly kind: "limited"; readonly afterMs: number }
  /** The token is wrong or revoked; discord.js forgets it then and refuses every later call. */
  | { readonly kind: "token" }
  /** The request cannot have been carried out. */
  | { readonly kind: "unsent"; readonly reason: string }
  /** It may have been carried out. */
  | { readonly kind: "lost"; readonly reason: string };

/** No connection came about, so nothing was asked. */
const UNSENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;

/** Discord: 401 of a webhook route whose token is older than 15 minutes. */
const EXPIRED_TOKEN = 50027;

export function failureOf(error: unknown): Failure {
  const status = field(error, "status");
  const code = field(error, "code");
  const afterMs = field(error, "retryAfter");
  if (typeof afterMs === "number") return { kind: "limited", afterMs };
  if (typeof status === "number") {
    if (status >= 500) return { kind: "lost", reason: `Discord answered ${status}` };
    if (status === 401 && code !== EXPIRED_TOKEN) return { kind: "token" };
    return { kind: "refused", code: typeof code === "number" ? code : 0, status };
  }
  const message = field(error, "message");
  if (typeof message === "string" && message.startsWith("Expected token to be set")) return { kind: "token" };
  const cause = typeof code === "string" ? code : field(field(error, "cause"), "code");
  const reason = typeof cause === "string" ? cause : String(field(error, "name") ?? "unknown failure");
  return UNSENT.has(reason) ? { kind: "unsent", reason } : { kind: "lost", reason };
}

/** Discord's codes after which another way of saying it may work. */
const OTHER_WAY: ReadonlyMap<number, string> = new Map([
  [EXPIRED_TOKEN, "the interaction is older than 15 minutes"],
  [10015, "the interaction is over"],
  [10062, "the interaction is over"],
  [50001, "the bot has no access to this channel"],
  [50013, "the bot lacks a permission in this channel"],
  [50007, "the user accepts no direct messages"],
  [50278, "the user shares no server with the bot"],
  [90001, "the user has blocked the bot"],
  [30010, "the message has too many reactions"],
]);

const RETRY_MS = 5_000;
/** Until the operator has mended the token; more often would get the address banned (10,000 refusals in 10 minutes). */
const TOKEN_RETRY_MS = 60_000;

/** @param isRepeatable The same request may be sent again without showing anything twice. */
export function outcomeOf(failure: Failure, isRepeatable: boolean): ChatOutcome {
  switch (failure.kind) {
    case "refused": {
      const way = OTHER_WAY.get(failure.code);
      if (way !== undefined) return { kind: "not-allowed", reason: way };
      return { kind: "impossible", reason: `Discord refused it: HTTP ${failure.status}, code ${failure.code}` };
    }
    case "limited":
      return { kind: "later", afterMs: failure.afterMs, reason: "Discord's rate limit" };
    case "token":
      return { kind: "later", afterMs: TOKEN_RETRY_MS, reason: "Discord refuses the bot token" };
    case "unsent":
      return { kind: "later", afterMs: RETRY_MS, reason: failure.reason };
    case "lost":
      return isRepeatable
        ? { kind: "later", afterMs: RETRY_MS, reason: failure.reason }
        : { kind: "unknown", reason: failure.reason };
    default:
      return failure satisfies never;
  }
}
