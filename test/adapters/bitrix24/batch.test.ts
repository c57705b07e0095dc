import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutIntoRuns, encodeCommand, readBatch } from "../../../adapters/bitrix24/batch.ts";
import type { PortalReply } from "../../../src/core/verdict.ts";
import { clientFor, NEVER, notifyCall, sandboxPortal, webhookWorkspace, workspaceAt } from "./support.ts";

describe("a command of a batch", () => {
  test("is written in PHP's bracket notation, every name and value encoded once", () => {
    const call = notifyCall({
      USER_ID: 7,
      MESSAGE: "50% & more #1 + «да»\nnext",
      ATTACH: { BLOCKS: [{ IMAGE: [{ LINK: "https://a.example/?x=1&y=2", WIDTH: 640 }] }] },
    });
    expect(encodeCommand(call)).toBe(
      "im.notify.personal.add?USER_ID=7&MESSAGE=50%25%20%26%20more%20%231%20%2B%20%C2%AB%D0%B4%D0%B0%C2%BB%0Anext" +
        "&ATTACH[BLOCKS][0][IMAGE][0][LINK]=https%3A%2F%2Fa.example%2F%3Fx%3D1%26y%3D2&ATTACH[BLOCKS][0][IMAGE][0][WIDTH]=640",
    );
  });

  test("leaves out what is absent or empty, and says truth as PHP does", () => {
    const params = { A: undefined, B: null, C: [], D: {}, E: true, F: false, G: "", H: { I: undefined, J: 1 } };
    expect(encodeCommand({ method: "m", params })).toBe("m?E=1&F=0&G=&H[J]=1");
  });

  test("survives half characters", () => {
    expect(encodeCommand({ method: "m", params: { A: "x\ud800y" } })).toBe("m?A=x%EF%BF%BDy");
  });

  test.each([
    ["$result[a][0]"],
    ["pay $RESULT[0] now"],
    ["$next[x]"],
    ["$total[x]"],
    ["$time[x]"],
    ["$error[x]"],
    ["a $result"],
  ])("is refused for text that the server would replace: %s", (text) => {
    expect(encodeCommand(notifyCall({ MESSAGE: text }))).toBeUndefined();
    expect(encodeCommand(notifyCall({ ATTACH: [{ MESSAGE: text }] }))).toBeUndefined();
  });

  test("is refused where a query cannot say the same: empty parts, and more variables than PHP reads", () => {
    expect(encodeCommand(notifyCall({ ATTACH: [{ DELIMITER: {} }] }))).toBeUndefined();
    const grid = Array.from({ length: 950 }, (_, index) => ({ NAME: `n${index}` }));
    expect(encodeCommand(notifyCall({ ATTACH: [{ GRID: grid }] }))).toBeUndefined();
  });

  test("never holds a reference, whatever people write", () => {
    const spice = fc.constantFrom("$result", "$", "[a]", "%24result[a]", "&", "#", "+", "x");
    fc.assert(
      fc.property(fc.array(fc.oneof(spice, fc.string())), (parts) => {
        const command = encodeCommand(notifyCall({ MESSAGE: parts.join("") }));
        if (command === undefined) return;
        const value = new URLSearchParams(command.slice(command.indexOf("?"))).get("MESSAGE");
        expect(value).toBe(parts.join("").toWellFormed());
        expect(value).not.toMatch(/\$(?:result|next|total|time|error)\[/iu);
      }),
    );
  });
});

test("runs keep the order and the number of calls, and none holds more than 50", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 180 }), (poisoned) => {
      const calls = poisoned.map((bad, index) => notifyCall({ MESSAGE: bad ? "$result[a]" : "ok", TAG: `t${index}` }));
      const runs = cutIntoRuns(calls);
      expect(runs.flatMap((run) => run.calls)).toEqual(calls);
      for (const run of runs) {
        expect(run.calls.length).toBeLessThanOrEqual(50);
        if (run.commands) expect(Object.keys(run.commands)).toHaveLength(run.calls.length);
        else expect(run.calls).toHaveLength(1);
      }
    }),
  );
});

test("runs stay far below what a portal takes in one request, and a call too large for a batch goes alone", () => {
  const letters = (count: number) => notifyCall({ MESSAGE: "я".repeat(count) });
  const calls = [...Array.from({ length: 20 }, () => letters(100_000)), letters(1_000_000), letters(1)];
  const runs = cutIntoRuns(calls);
  expect(runs.flatMap((run) => run.calls)).toEqual(calls);
  expect(runs.map((run) => run.calls.length)).toEqual([6, 6, 6, 2, 1, 1]);
  for (const { commands = {} } of runs) expect(JSON.stringify(commands).length).toBeLessThan(5_000_000);
});

describe("the answer of a batch", () => {
  const answer = (result: unknown): PortalReply => ({ kind: "result", result, startedAt: 100 });

  test("is read item by item; empty maps come as lists", () => {
    const reply = answer({
      result: { c0: 11, c2: false },
      result_error: { c1: { error: "user_id_empty", error_description: "No user" } },
      result_total: [],
      result_next: [],
      result_time: { c0: { start: 105.5, operating: 3, operating_reset_at: 700 } },
    });
    expect(readBatch(reply, 4)).toEqual([
      { kind: "result", result: 11, startedAt: 100, operating: { seconds: 3, resetAt: 700 } },
      { kind: "error", status: 200, code: "USER_ID_EMPTY", description: "No user" },
      { kind: "result", result: false, startedAt: 100 },
      { kind: "unanswered", reason: "the batch's answer leaves this call out" },
    ]);
  });

  test.each([[{ result: [], result_error: [] }], [[]], [null], [true], ["x"]])(
    "%j leaves every call in doubt",
    (shape) => {
      expect(readBatch(answer(shape), 2).map(({ kind }) => kind)).toEqual(["unanswered", "unanswered"]);
    },
  );

  test("is every call's answer when the whole request failed", () => {
    const failure: PortalReply = { kind: "unsent", reason: "x" };
    expect(readBatch(failure, 3)).toEqual([failure, failure, failure]);
  });
});

describe("a batch sent to a portal", () => {
  test("is one request, and every call gets its own reply in order", async () => {
    const sandbox = await sandboxPortal();
    const { portal } = clientFor();
    const calls = [
      notifyCall({ MESSAGE: "one & two #3 100%", TAG: "a" }),
      notifyCall({ USER_ID: 9 }),
      notifyCall({ MESSAGE: " " }),
      notifyCall({ USER_ID: 8, ATTACH: [{ FILE: [{ NAME: "a&b", LINK: "https://a.example/?x=1&y=%20" }] }] }),
    ];
    const replies = await portal.batch(webhookWorkspace(sandbox), calls, NEVER);
    expect(replies).toMatchObject([
      { kind: "result", result: 501 },
      { kind: "result", result: false },
      { kind: "error", code: "MESSAGE_EMPTY" },
      { kind: "result", result: 502 },
    ]);
    expect(sandbox.requests.map(({ method }) => method)).toEqual(["batch"]);
    expect(sandbox.feed(7).map(({ text }) => text)).toEqual(["one & two #3 100%"]);
    expect(JSON.stringify(sandbox.feed(8))).toContain("a&b");
  });

  test("of more than 50 takes as many requests as needed", async () => {
    const sandbox = await sandboxPortal();
    const { portal } = clientFor();
    const calls = Array.from({ length: 120 }, (_, index) => notifyCall({ MESSAGE: `m${index}` }));
    const replies = await portal.batch(webhookWorkspace(sandbox), calls, NEVER);
    expect(replies.every(({ kind }) => kind === "result")).toBe(true);
    expect(sandbox.requests).toHaveLength(3);
    expect(sandbox.feed(7).map(({ text }) => text)).toEqual(calls.map(({ params }) => params.MESSAGE));
  });

  test("sends text with a reference alone, as it was written, and in its turn", async () => {
    const sandbox = await sandboxPortal();
    const { portal } = clientFor();
    const texts = ["first", "$result[c0] stays", "third", "fourth"];
    const calls = texts.map((MESSAGE) => notifyCall({ MESSAGE }));
    await portal.batch(webhookWorkspace(sandbox), calls, NEVER);
    expect(sandbox.feed(7).map(({ text }) => text)).toEqual(texts);
    expect(sandbox.requests.map(({ method }) => method)).toEqual([
      "im.notify.personal.add",
      "im.notify.personal.add",
      "batch",
    ]);
  });

  test("holds back what follows a request that failed, so that nothing overtakes", async () => {
    const sandbox = await sandboxPortal();
    sandbox.faults.add({ kind: "reset", executed: false, method: "batch" });
    const { portal } = clientFor();
    const calls = ["a", "b", "$result[a]", "d"].map((MESSAGE) => notifyCall({ MESSAGE }));
    const replies = await portal.batch(webhookWorkspace(sandbox), calls, NEVER);
    expect(replies.map(({ kind }) => kind)).toEqual(["unanswered", "unanswered", "unsent", "unsent"]);
    expect(replies.map((reply) => "heldBack" in reply)).toEqual([false, false, true, true]);
    expect(sandbox.requests).toHaveLength(1);
  });

  test("goes on behind a single call that the portal refused for good", async () => {
    const sandbox = await sandboxPortal();
    const { portal } = clientFor();
    const calls = [notifyCall({ USER_ID: 0, MESSAGE: "$result[a]" }), notifyCall()];
    const replies = await portal.batch(webhookWorkspace(sandbox), calls, NEVER);
    expect(replies).toMatchObject([{ kind: "error", code: "USER_ID_EMPTY" }, { kind: "result" }]);
  });

  test("that cannot be sent is unsent for every call", async () => {
    const sandbox = await sandboxPortal();
    await sandbox.pause();
    const { portal } = clientFor();
    const replies = await portal.batch(workspaceAt(sandbox.host), [notifyCall(), notifyCall()], NEVER);
    expect(replies.map(({ kind }) => kind)).toEqual(["unsent", "unsent"]);
  });

  test("of nothing is no request", async () => {
    const sandbox = await sandboxPortal();
    const { portal } = clientFor();
    expect(await portal.batch(webhookWorkspace(sandbox), [], NEVER)).toEqual([]);
    expect(sandbox.requests).toEqual([]);
  });
});
