import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLearnable, judge, type Known, retryDelayMs } from "../../src/core/outcome.ts";
import type { PortalReply } from "../../src/core/verdict.ts";

const NOW_S = 1_790_000_000;
const KNOWN: Known = { tagsHonoured: true, lastNotificationId: 5_000, now: NOW_S * 1_000, attempts: 1 };

const error = (code: string, status = 400): PortalReply => ({ kind: "error", status, code, description: "" });
const result = (value: unknown, startedAt?: number): PortalReply =>
  startedAt === undefined ? { kind: "result", result: value } : { kind: "result", result: value, startedAt };

describe("errors mean what the portal's documentation says of their code, whatever the status", () => {
  test.each([
    ["QUERY_LIMIT_EXCEEDED", "retry", "rate"],
    ["OPERATION_TIME_LIMIT", "retry", "method-time"],
    ["CONNECTION_ERROR", "retry", "unreachable"],
    ["expired_token", "retry", "fault"],
    ["METHOD_CONFIRM_WAITING", "retry", "fault"],
    ["INTERNAL_SERVER_ERROR", "retry", "ambiguous"],
    ["ERROR_UNEXPECTED_ANSWER", "retry", "ambiguous"],
    ["ERROR_CORE", "retry", "ambiguous"],
    ["WRONG_ENCODING", "unknown", undefined],
    ["OVERLOAD_LIMIT", "suspend", undefined],
    ["NO_AUTH_FOUND", "suspend", undefined],
    ["authorization_error", "suspend", undefined],
    ["APPLICATION_NOT_FOUND", "suspend", undefined],
    ["INVALID_CREDENTIALS", "suspend", undefined],
    ["insufficient_scope", "suspend", undefined],
    ["invalid_scope", "suspend", undefined],
    ["user_access_error", "suspend", undefined],
    ["ACCESS_DENIED", "suspend", undefined],
    ["WRONG_LICENSE", "suspend", undefined],
    ["WRONG_AUTH_TYPE", "suspend", undefined],
    ["INVALID_REQUEST", "suspend", undefined],
    ["ERROR_METHOD_NOT_FOUND", "suspend", undefined],
    ["ERROR_MANIFEST_IS_NOT_AVAILABLE", "suspend", undefined],
    ["METHOD_CONFIRM_DENIED", "suspend", undefined],
    ["PORTAL_DELETED", "suspend", undefined],
    ["PAYMENT_REQUIRED", "suspend", undefined],
    ["invalid_grant", "suspend", undefined],
    ["invalid_client", "suspend", undefined],
    ["PORTAL_MOVED", "suspend", undefined],
    ["NOT_INSTALLED", "suspend", undefined],
    ["AUTH_SERVER_NOT_ALLOWED", "suspend", undefined],
    ["USER_ID_EMPTY", "refused", undefined],
    ["MESSAGE_EMPTY", "refused", undefined],
    ["ATTACH_ERROR", "refused", undefined],
    ["ATTACH_OVERSIZE", "refused", undefined],
    ["PARAMS_ERROR", "refused", undefined],
    ["ERROR_ARGUMENT", "refused", undefined],
    ["ERROR_NOT_FOUND", "refused", undefined],
    ["ERROR_BATCH_LENGTH_EXCEEDED", "refused", undefined],
    ["ERROR_BATCH_METHOD_NOT_ALLOWED", "refused", undefined],
  ])("%s is %s %s", (code, kind, cause) => {
    for (const status of [200, 400, 401, 403, 429, 500, 503])
      for (const written of [code.toLowerCase(), code.toUpperCase()]) {
        const outcome = judge(error(written, status), KNOWN);
        expect(outcome).toMatchObject({ kind, code: code.toUpperCase(), ...(cause ? { cause } : {}) });
      }
  });

  test.each([
    [200, "refused"],
    [400, "refused"],
    [403, "refused"],
    [404, "refused"],
    [401, "suspend"],
    [429, "retry"],
    [503, "retry"],
  ])("an unheard-of code with status %i is %s", (status, kind) => {
    expect(judge(error("SOMETHING_NEW", status), KNOWN)).toMatchObject({ kind, code: "SOMETHING_NEW" });
    expect(judge(error("", status), KNOWN)).toMatchObject({ kind, code: `HTTP_${status}` });
  });
});

describe("a doubt", () => {
  const doubts: readonly PortalReply[] = [
    { kind: "unanswered", reason: "TIMEOUT" },
    { kind: "unanswered", reason: "HTTP 502", status: 502 },
    error("INTERNAL_SERVER_ERROR", 500),
    error("", 500),
    error("SOMETHING_NEW", 502),
    error("ERROR_CORE", 400),
  ];

  test.each(doubts)("is repeated where tags make that harmless: %j", (reply) => {
    expect(judge(reply, KNOWN)).toMatchObject({ kind: "retry", cause: "ambiguous" });
  });

  test.each(doubts)("stays unknown where a repetition could show twice: %j", (reply) => {
    expect(judge(reply, { ...KNOWN, tagsHonoured: false })).toMatchObject({ kind: "unknown" });
  });

  test("about the server's own fault is not repeated for ever, as each copy may ping the reader", () => {
    expect(judge(error("INTERNAL_SERVER_ERROR", 500), { ...KNOWN, attempts: 20 })).toMatchObject({ kind: "retry" });
    expect(judge(error("INTERNAL_SERVER_ERROR", 500), { ...KNOWN, attempts: 21 })).toMatchObject({ kind: "unknown" });
    expect(judge(error("ERROR_CORE", 500), { ...KNOWN, attempts: 2 })).toMatchObject({ kind: "unknown" });
  });

  test("about a silent portal outlasts any outage", () => {
    expect(judge({ kind: "unanswered", reason: "reset" }, { ...KNOWN, attempts: 900 })).toMatchObject({
      kind: "retry",
    });
  });
});

describe("what was not executed is tried again", () => {
  test.each([
    [{ kind: "unsent", reason: "ECONNREFUSED" }, { cause: "unreachable" }],
    [
      { kind: "unsent", reason: "HTML", status: 503 },
      { cause: "rate", code: "HTTP_503" },
    ],
    [
      { kind: "unsent", reason: "HTML", status: 503, retryAfterMs: 7_000 },
      { cause: "rate", notBefore: KNOWN.now + 7_000 },
    ],
    [
      { kind: "error", status: 503, code: "QUERY_LIMIT_EXCEEDED", description: "", retryAfterMs: 3_000 },
      { cause: "rate", notBefore: KNOWN.now + 3_000 },
    ],
    [
      {
        kind: "error",
        status: 429,
        code: "OPERATION_TIME_LIMIT",
        description: "",
        operating: { seconds: 421, resetAt: NOW_S + 90 },
      },
      { cause: "method-time", notBefore: (NOW_S + 90) * 1_000 },
    ],
    [
      {
        kind: "error",
        status: 429,
        code: "OPERATION_TIME_LIMIT",
        description: "",
        operating: { seconds: 421, resetAt: NOW_S - 90 },
      },
      { cause: "method-time" },
    ],
  ] satisfies [PortalReply, object][])("%j", (reply, expected) => {
    const outcome = judge(reply, { ...KNOWN, tagsHonoured: false });
    expect(outcome).toMatchObject({ kind: "retry", ...expected });
    expect("notBefore" in outcome).toBe("notBefore" in expected);
  });
});

describe("a result", () => {
  test.each([
    [42, 42],
    ["42", 42],
  ])("%j is delivered", (value, notificationId) => {
    expect(judge(result(value, NOW_S), KNOWN)).toEqual({ kind: "delivered", notificationId });
  });

  test("false is refused", () => {
    expect(judge(result(false), KNOWN)).toMatchObject({ kind: "refused", code: "RESULT_FALSE" });
  });

  test.each([[0], [-1], [null], [true], [[]], [{}], ["x"], [1.5], [undefined], [""]])("%j proves nothing", (value) => {
    expect(judge(result(value, NOW_S), KNOWN)).toMatchObject({ kind: "unknown", code: "UNEXPECTED_RESULT" });
  });

  test.each([
    ["the portal's clock", NOW_S + 1, NOW_S + 0.4, 5_000, "suppressed"],
    ["the portal's clock after a slow call", NOW_S + 58, NOW_S, 5_000, "suppressed"],
    ["a portal whose clock is wrong", NOW_S - 90_000, NOW_S - 90_000, 5_000, "suppressed"],
    ["our clock, for want of the portal's", NOW_S - 10, undefined, 5_000, "suppressed"],
    ["the first id ever seen", NOW_S, NOW_S, undefined, "suppressed"],
    ["an id that is no time", NOW_S - 5_000, NOW_S, 5_000, "delivered"],
    ["an id long after", NOW_S + 500, NOW_S, 5_000, "delivered"],
    ["a portal whose ids are that high", NOW_S + 1, NOW_S, NOW_S - 40, "delivered"],
  ])("that is %s is judged", (_, id, startedAt, lastNotificationId, kind) => {
    expect(judge(result(id, startedAt), { ...KNOWN, lastNotificationId })).toMatchObject({ kind });
  });
});

test("pauses double from a second to five minutes, a fifth longer at most", () => {
  expect([1, 2, 3, 9, 10, 5_000].map((attempt) => retryDelayMs(attempt, 0))).toEqual([
    1_000, 2_000, 4_000, 256_000, 300_000, 300_000,
  ]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, random) => {
        const pause = retryDelayMs(attempt, random);
        expect(pause).toBeGreaterThanOrEqual(retryDelayMs(attempt, 0));
        expect(pause).toBeLessThanOrEqual(retryDelayMs(attempt, 0) * 1.2);
      },
    ),
  );
  expect(() => retryDelayMs(0, 0)).toThrow(RangeError);
});

test("what was held back is tried again without any word about the portal", () => {
  const reply: PortalReply = { kind: "unsent", reason: "held back", heldBack: true };
  expect(judge(reply, KNOWN)).toEqual({ kind: "retry", cause: "held-back", code: "HELD_BACK" });
});

test.each([
  [5_001, 5_000, true],
  [5_000, 5_000, false],
  [5_000, undefined, true],
  [NOW_S, 5_000, false],
  [NOW_S - 80_000, undefined, false],
  [NOW_S + 1, NOW_S - 100, true],
  [2_000_000_000, 5_000, true],
])("of id %i after %s, remembered as the highest: %s", (id, lastNotificationId, learnt) => {
  expect(isLearnable(id, { lastNotificationId, now: KNOWN.now })).toBe(learnt);
});
