import { expect, test } from "vitest";
import type { Fault, FaultKind } from "../../sandbox/bitrix24/faults.ts";
import { openFeed } from "../support/feed.ts";
import { failing, json } from "./faultyReplies.ts";

const inBatch = (result: object): FaultKind => json(200, { result, time: { start: Date.now() / 1_000 } });
const [C0, C1, MISSING] = [501, 502, undefined];

/** One request for Anna and Boris: what comes back for each of them. */
const BATCHES: readonly { readonly when: string; readonly fault: FaultKind; readonly codes: readonly string[] }[] = [
  { when: "two ids", fault: inBatch({ result: { c0: C0, c1: C1 }, result_error: [] }), codes: ["", ""] },
  {
    when: "an id and `false`",
    fault: inBatch({ result: { c0: C0, c1: false }, result_error: [] }),
    codes: ["", "RESULT_FALSE"],
  },
  {
    when: "an id and an error",
    fault: inBatch({ result: { c0: C0 }, result_error: { c1: { error: "MESSAGE_EMPTY", error_description: "" } } }),
    codes: ["", "MESSAGE_EMPTY"],
  },
  {
    when: "errors alone, and an empty list in place of a map",
    fault: inBatch({ result: [], result_error: { c0: { error: "ATTACH_ERROR" }, c1: { error: "ERROR_CORE" } } }),
    codes: ["ATTACH_ERROR", "ERROR_CORE"],
  },
  {
    when: "one id too few",
    fault: inBatch({ result: { c0: C0, c1: MISSING }, result_error: [] }),
    codes: ["", "NO_ANSWER"],
  },
  {
    when: "an error that is no object",
    fault: inBatch({ result: { c0: C0 }, result_error: { c1: "MESSAGE_EMPTY" } }),
    codes: ["", "NO_ANSWER"],
  },
  {
    when: "a nought and a text",
    fault: inBatch({ result: { c0: 0, c1: "x" }, result_error: [] }),
    codes: ["UNEXPECTED_RESULT", "UNEXPECTED_RESULT"],
  },
  { when: "`false` for the whole", fault: json(200, { result: false }), codes: ["NO_ANSWER", "NO_ANSWER"] },
  { when: "an empty list for the whole", fault: json(200, { result: [] }), codes: ["NO_ANSWER", "NO_ANSWER"] },
  {
    when: "a 500 for the whole",
    fault: failing(500, "INTERNAL_SERVER_ERROR"),
    codes: ["INTERNAL_SERVER_ERROR", "INTERNAL_SERVER_ERROR"],
  },
  { when: "HTML for the whole", fault: { kind: "html", status: 200, executed: true }, codes: ["HTTP_200", "HTTP_200"] },
  { when: "half of the answer", fault: { kind: "truncate" }, codes: ["HTTP_200", "HTTP_200"] },
];

test.each(BATCHES)(
  "of a batch that is answered with $when, each recipient has a verdict of their own",
  async ({ fault, codes }) => {
    const desk = await openFeed({ tags: "ignored" });
    desk.portal.faults.add({ ...fault, method: "batch" } as Fault);
    const at = await desk.say("/notify @anna, @boris hello");
    desk.start();
    const deliveries = await desk.settled(at);
    expect(deliveries.map(({ code = "" }) => code)).toEqual(codes);
    expect(deliveries.map(({ verdict }) => verdict === "delivered")).toEqual(codes.map((code) => code === ""));
    expect(await desk.wish(at)).toMatchObject({ mark: codes.every((code) => code === "") ? "delivered" : "failed" });
  },
);
