/** What finally became of a delivery. */
export type Verdict = "delivered" | "suppressed" | "refused" | "undeliverable" | "unknown" | "recalled" | "superseded";

/** One answer or failure of a portal, as the wire showed it; nothing is concluded here. */
export type PortalReply =
  | {
      readonly kind: "result";
      readonly result: unknown;
      /** `time.start` of the envelope, in Unix seconds: when the portal began with the request. */
      readonly startedAt?: number;
      /** How long the method worked, by the portal's own word. */
      readonly seconds?: number;
      readonly operating?: Operating;
    }
  | {
      readonly kind: "error";
      readonly status: number;
      /** The portal's `error`, upper case; empty when the portal left it out. */
      readonly code: string;
      readonly description: string;
      readonly retryAfterMs?: number;
      readonly operating?: Operating;
    }
  /**
   * No byte of the request can have been executed: refused connection, unknown host, TLS failure, the edge's own 503. `heldBack`:
   * it was not even tried, because a call before it has to be made first.
   */
  | {
      readonly kind: "unsent";
      readonly reason: string;
      readonly status?: number;
      readonly retryAfterMs?: number;
      readonly heldBack?: true;
    }
  /** It may have been executed: time-out, reset, truncated or non-JSON answer. */
  | { readonly kind: "unanswered"; readonly reason: string; readonly status?: number };

/** How much of a method's time in ten minutes is used up, in seconds, and when the oldest minute drops out (Unix seconds). */
export interface Operating {
  readonly seconds: number;
  readonly resetAt?: number;
}

/** What follows from one attempt. */
export type Outcome =
  | { readonly kind: "delivered"; readonly notificationId: number }
  | { readonly kind: "suppressed" }
  | { readonly kind: "refused"; readonly code: string; readonly reason: string }
  /** Not executed, or harmless to repeat: try again, not before `notBefore` (epoch ms) when the portal named a time. */
  | { readonly kind: "retry"; readonly cause: RetryCause; readonly code: string; readonly notBefore?: number }
  /** The workspace as a whole cannot send until somebody acts. */
  | { readonly kind: "suspend"; readonly code: string; readonly reason: string }
  | { readonly kind: "unknown"; readonly code: string; readonly reason: string };

/** What follows from one attempt to remove a notification from a feed. */
export type Removal = { readonly kind: "removed" } | Exclude<Outcome, { kind: "delivered" | "suppressed" }>;

/**
 * `rate`: the whole portal slows down. `method-time`: only this method waits. `unreachable`, `fault`: growing pauses.
 * `held-back`: its turn has not come, and it says nothing about the portal.
 */
export type RetryCause = "rate" | "method-time" | "unreachable" | "fault" | "ambiguous" | "held-back";
