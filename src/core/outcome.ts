import type { Operating, Outcome, PortalReply, Removal, RetryCause } from "./verdict.ts";

/** What the judgement of a reply needs to know besides the reply. */
export interface Known {
  /** Whether a repetition with the same tag replaces the first copy on this portal, so that a doubt may be repeated. */
  readonly tagsHonoured: boolean;
  /** The highest notification id this portal has given before. */
  readonly lastNotificationId?: number | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How often this delivery has been tried, this attempt included. */
  readonly attempts: number;
}

type ErrorReply = Extract<PortalReply, { kind: "error" }>;

/**
 * What follows from an error code. `doubt` may have been executed; `within` is the number of attempts after which a
 * doubt is left standing even where repeating is harmless, since every repetition may ping the reader again.
 */
type Meaning =
  | { readonly kind: "retry"; readonly cause: RetryCause }
  | { readonly kind: "doubt"; readonly within: number }
  | { readonly kind: "suspend" }
  | { readonly kind: "refused" };

const FEW_ATTEMPTS = 20;

const retry = (cause: RetryCause): Meaning => ({ kind: "retry", cause });
const suspend: Meaning = { kind: "suspend" };
const refused: Meaning = { kind: "refused" };

/** Bitrix24 REST documentation, system errors and OAuth errors; codes in upper case, because the portal mixes cases. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ["QUERY_LIMIT_EXCEEDED", retry("rate")],
  ["OPERATION_TIME_LIMIT", retry("method-time")],
  ["CONNECTION_ERROR", retry("unreachable")],
  ["EXPIRED_TOKEN", retry("fault")],
  ["METHOD_CONFIRM_WAITING", retry("fault")],
  ["INTERNAL_SERVER_ERROR", { kind: "doubt", within: FEW_ATTEMPTS }],
  ["ERROR_UNEXPECTED_ANSWER", { kind: "doubt", within: FEW_ATTEMPTS }],
  ["ERROR_CORE", { kind: "doubt", within: 1 }],
  // The method ran; only its answer could not be written down.
  ["WRONG_ENCODING", { kind: "doubt", within: 0 }],
  ["OVERLOAD_LIMIT", suspend],
  ["NO_AUTH_FOUND", suspend],
  ["AUTHORIZATION_ERROR", suspend],
  ["APPLICATION_NOT_FOUND", suspend],
  ["INVALID_CREDENTIALS", suspend],
  ["INSUFFICIENT_SCOPE", suspend],
  ["INVALID_SCOPE", suspend],
  ["USER_ACCESS_ERROR", suspend],
  ["ACCESS_DENIED", suspend],
  ["WRONG_LICENSE", suspend],
  ["WRONG_AUTH_TYPE", suspend],
  ["INVALID_REQUEST", suspend],
  ["ERROR_METHOD_NOT_FOUND", suspend],
  ["ERROR_MANIFEST_IS_NOT_AVAILABLE", suspend],
  ["METHOD_CONFIRM_DENIED", suspend],
  ["PORTAL_DELETED", suspend],
  ["PAYMENT_REQUIRED", suspend],
  ["INVALID_GRANT", suspend],
  ["INVALID_CLIENT", suspend],
  // Ours: the portal moved where a secret may not follow unasked, no tokens yet, or an authorisation server that may not be asked.
  ["PORTAL_MOVED", suspend],
  ["NOT_INSTALLED", suspend],
  ["AUTH_SERVER_NOT_ALLOWED", suspend],
  ["ERROR_ARGUMENT", refused],
  ["ERROR_NOT_FOUND", refused],
  ["ERROR_BATCH_LENGTH_EXCEEDED", refused],
  ["ERROR_BATCH_METHOD_NOT_ALLOWED", refused],
  ["USER_ID_EMPTY", refused],
  ["MESSAGE_EMPTY", refused],
  ["ATTACH_ERROR", refused],
  ["ATTACH_OVERSIZE", refused],
  ["PARAMS_ERROR", refused],
]);

/** For codes that no list names, as the authorisation server passes some through: the status is all there is. */
function meaningOfStatus(status: number): Meaning {
  if (status === 429 || status === 503) return retry("rate");
  if (status >= 500) return { kind: "doubt", within: FEW_ATTEMPTS };
  return status === 401 ? suspend : refused;
}

const afterMs = (now: number, ms: number | undefined): { notBefore?: number } =>
  ms === undefined ? {} : { notBefore: now + ms };

/** Bitrix24 REST documentation: a method's time is counted over ten minutes; a little more for clocks that differ. */
const OPERATING_WINDOW_MS = 11 * 60_000;

/** When a method has time again, epoch ms; undefined where the portal does not say, or one of the two clocks must be wrong. */
export function resetOf(operating: Operating | undefined, now: number): number | undefined {
  const resetMs = (operating?.resetAt ?? 0) * 1_000;
  return resetMs > now && resetMs <= now + OPERATING_WINDOW_MS ? resetMs : undefined;
}

function doubt(code: string, reason: string, known: { readonly safe: boolean }): Outcome {
  return known.safe ? { kind: "retry", cause: "ambiguous", code } : { kind: "unknown", code, reason };
}

function judgeError(reply: ErrorReply, known: Known): Outcome {
  const upper = reply.code.toUpperCase();
  const code = upper === "" ? `HTTP_${reply.status}` : upper;
  const reason = reply.description === "" ? code : reply.description;
  const meaning = MEANINGS.get(upper) ?? meaningOfStatus(reply.status);
  switch (meaning.kind) {
    case "retry": {
      const resetMs = meaning.cause === "method-time" ? resetOf(reply.operating, known.now) : undefined;
      const named = resetMs === undefined ? afterMs(known.now, reply.retryAfterMs) : { notBefore: resetMs };
      return { kind: "retry", cause: meaning.cause, code, ...named };
    }
    case "doubt":
      return doubt(code, reason, { safe: known.tagsHonoured && known.attempts <= meaning.within });
    case "suspend":
    case "refused":
      return { kind: meaning.kind, code, reason };
    default:
      return meaning satisfies never;
  }
}

/** A fake id is the portal's clock while it worked on the call, in Unix seconds; the cloud ends calls after 60 s. */
const FAKE_ID_EARLY_S = 5;
const FAKE_ID_LATE_S = 65;
/** Ids of one portal grow by single steps, so a clock value lies far above the last one seen. */
const FAKE_ID_GAP = 1_000_000;

function isFakeId(id: number, startedAt: number | undefined, known: Known): boolean {
  const [from, to] =
    startedAt === undefined
      ? [known.now / 1_000 - FAKE_ID_LATE_S, known.now / 1_000 + FAKE_ID_EARLY_S]
      : [startedAt - FAKE_ID_EARLY_S, startedAt + FAKE_ID_LATE_S];
  const farAbove = known.lastNotificationId === undefined || id - known.lastNotificationId > FAKE_ID_GAP;
  return farAbove && id >= from && id <= to;
}

/** How far a portal's clock may be from ours. */
const CLOCKS_APART_S = 86_400;

/**
 * Whether an id may count as the highest that its portal has given. One that could be a clock value after all must not: every
 * later fake id would lie below it, and pass for delivered.
 */
export function isLearnable(
  id: number,
  { lastNotificationId = 0, now }: Pick<Known, "lastNotificationId" | "now">,
): boolean {
  const isClockLike = Math.abs(id - now / 1_000) <= CLOCKS_APART_S;
  return id > lastNotificationId && !(isClockLike && id - lastNotificationId > FAKE_ID_GAP);
}

function judgeResult(result: unknown, startedAt: number | undefined, known: Known): Outcome {
  if (result === false)
    return {
      kind: "refused",
      code: "RESULT_FALSE",
      reason: "no such active person in the portal (unknown, dismissed or a technical account)",
    };
  const id = typeof result === "string" && /^\d+$/u.test(result) ? Number(result) : result;
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 1)
    return { kind: "unknown", code: "UNEXPECTED_RESULT", reason: "the portal's answer holds no notification id" };
  return isFakeId(id, startedAt, known) ? { kind: "suppressed" } : { kind: "delivered", notificationId: id };
}

/**
 * What follows from one attempt to send a notification. Decided by the portal's code; the HTTP status counts only
 * where there is no known code, because documentation and servers disagree about statuses.
 */
export function judge(reply: PortalReply, known: Known): Outcome {
  switch (reply.kind) {
    case "result":
      return judgeResult(reply.result, reply.startedAt, known);
    case "error":
      return judgeError(reply, known);
    case "unsent": {
      if (reply.heldBack) return { kind: "retry", cause: "held-back", code: "HELD_BACK" };
      if (reply.status !== 503 && reply.status !== 429)
        return { kind: "retry", cause: "unreachable", code: "UNREACHABLE", ...afterMs(known.now, reply.retryAfterMs) };
      const named = afterMs(known.now, reply.retryAfterMs);
      return { kind: "retry", cause: "rate", code: `HTTP_${reply.status}`, ...named };
    }
    case "unanswered": {
      const code = reply.status === undefined ? "NO_ANSWER" : `HTTP_${reply.status}`;
      return doubt(code, reply.reason, { safe: known.tagsHonoured });
    }
    default:
      return reply satisfies never;
  }
}

/**
 * What follows from one attempt to remove a notification. Repeating that is always harmless. REST documentation,
 * `im.notify.delete`: `true` when it is gone, by tag also when it never was there; `false` by id where it is not in the feed of
 * the one who asks.
 */
export function judgeRemoval(reply: PortalReply, known: Omit<Known, "tagsHonoured">): Removal {
  if (reply.kind === "result" && reply.result === true) return { kind: "removed" };
  const reason = "the portal did not remove it";
  const outcome = reply.kind === "result" ? undefined : judge(reply, { ...known, tagsHonoured: true });
  if (outcome === undefined || outcome.kind === "delivered" || outcome.kind === "suppressed")
    return { kind: "refused", code: "NOT_REMOVED", reason };
  return outcome.kind === "suspend" && OF_METHOD.has(outcome.code) ? { ...outcome, kind: "refused" } : outcome;
}

/** Codes that may be about the removal alone: whether anything can be sent is for the sending to find out. */
const OF_METHOD: ReadonlySet<string> = new Set([
  "ACCESS_DENIED",
  "ERROR_METHOD_NOT_FOUND",
  "ERROR_MANIFEST_IS_NOT_AVAILABLE",
  "METHOD_CONFIRM_DENIED",
  "WRONG_AUTH_TYPE",
  "INVALID_REQUEST",
]);

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * The pause before retry number `attempt`, in milliseconds: doubling from 1 s to 5 min, and up to a fifth longer by
 * chance, so that what failed together does not come back together.
 *
 * @param attempt 1 for the first retry.
 * @param random In [0, 1).
 * @throws {RangeError} If `attempt` is not a positive integer.
 */
export function retryDelayMs(attempt: number, random: number): number {
  if (!Number.isInteger(attempt) || attempt < 1) throw new RangeError(`attempt must be 1 or more, got ${attempt}`);
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempt - 1, 30), LONGEST_PAUSE_MS);
  return Math.round(pause * (1 + random / 5));
}
