import { expect, test } from "vitest";
import { operatingOf } from "../../src/app/hear.ts";
import type { PortalReply } from "../../src/core/verdict.ts";

const used = (seconds?: number): PortalReply => ({
  kind: "result",
  result: 1,
  ...(seconds === undefined ? {} : { operating: { seconds } }),
});

test.each([
  ["the most of a batch", [used(3), used(7), used()], 7],
  ["none, once the portal says so", [used(0)], 0],
  ["nothing, where it says nothing", [used(), { kind: "unanswered", reason: "reset" }], undefined],
] satisfies [string, PortalReply[], number | undefined][])("used-up time of the method: %s", (_, replies, seconds) => {
  expect(operatingOf(replies)).toBe(seconds);
});
