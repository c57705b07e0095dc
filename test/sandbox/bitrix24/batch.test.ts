import { expect, test } from "vitest";
import type { Portal } from "../../../sandbox/bitrix24/portal.ts";
import { call, notify, portalFor, send, texts } from "./calls.ts";

interface BatchResult {
  readonly result: Readonly<Record<string, unknown>>;
  readonly result_error: Readonly<Record<string, { error: string }>>;
  readonly [map: string]: unknown;
}

async function batch(portal: Portal, cmd: object, halt: unknown = 0): Promise<BatchResult> {
  const { status, json } = await call(portal, "batch", { halt, cmd });
  expect(status).toBe(200);
  return json.result as BatchResult;
}

const to = (userId: number, message: string) =>
  `im.notify.personal.add?USER_ID=${userId}&MESSAGE=${encodeURIComponent(message)}`;

test("commands run in order, each with its own result, time and error", async () => {
  const portal = await portalFor();
  const answer = await batch(portal, { one: to(7, "a"), two: "im.notify?USER_ID=x", three: to(7, "b & c") });
  expect(answer.result).toEqual({ one: 501, three: 502 });
  expect(answer.result_error).toMatchObject({ two: { error: "USER_ID_EMPTY" } });
  expect(answer.result_time).toMatchObject({ one: { operating: 0 }, three: {} });
  expect(texts(portal)).toEqual(["a", "b & c"]);
});

test("empty maps are lists, and so are results under counted ids", async () => {
  const portal = await portalFor();
  expect(await batch(portal, [to(7, "a"), to(7, "b")])).toMatchObject({
    result: [501, 502],
    result_error: [],
    result_next: [],
    result_total: [],
  });
});

test("lists tell their total and next page by command", async () => {
  const users = Array.from({ length: 60 }, (_, index) => ({ id: index + 1, name: "N", lastName: "L", active: true }));
  const answer = await batch(await portalFor({ users }), { page: "user.get?start=0", last: "user.get?start=50" });
  expect(answer).toMatchObject({ result_total: { page: 60, last: 60 }, result_next: { page: 50 } });
});

test.each([1, "1", "false", true])("halt %o stops at the first error", async (halt) => {
  const portal = await portalFor();
  const answer = await batch(portal, { one: to(7, "a"), two: "nothing", three: to(7, "b") }, halt);
  expect(answer.result).toEqual({ one: 501 });
  expect(Object.keys(answer.result_error)).toEqual(["two"]);
});

test.each([0, "0", "", false])("halt %o goes on after an error", async (halt) => {
  const answer = await batch(await portalFor(), { one: "nothing", two: to(7, "b") }, halt);
  expect(answer.result).toEqual({ two: 501 });
});

test("commands over fifty come back as errors", async () => {
  const portal = await portalFor();
  const cmd = Object.fromEntries(Array.from({ length: 52 }, (_, index) => [`c${index}`, to(7, `m${index}`)]));
  const answer = await batch(portal, cmd);
  expect(Object.keys(answer.result)).toHaveLength(50);
  expect(answer.result_error).toMatchObject({
    c50: { error: "ERROR_BATCH_LENGTH_EXCEEDED" },
    c51: { error: "ERROR_BATCH_LENGTH_EXCEEDED" },
  });
});

test("commands that are no text leave no trace", async () => {
  const answer = await batch(await portalFor(), { one: { method: "profile" }, two: 5, three: to(7, "a") });
  expect(answer).toMatchObject({ result: { three: 501 }, result_error: [] });
});

test.each(["batch", "BATCH", "upload", "download"])("%s is not allowed inside", async (method) => {
  const answer = await batch(await portalFor(), { x: `${method}?a=1` });
  expect(answer.result_error).toMatchObject({ x: { error: "ERROR_BATCH_METHOD_NOT_ALLOWED" } });
});

test("scopes hold inside a batch too", async () => {
  const portal = await portalFor({ webhooks: [{ userId: 1, code: "c".repeat(8), scopes: ["im"] }] });
  expect((await batch(portal, { x: "user.get" })).result_error).toMatchObject({ x: { error: "insufficient_scope" } });
});

test("a command is decoded as a query: nested names work, raw signs corrupt it", async () => {
  const portal = await portalFor();
  const link = encodeURIComponent("https://media.example/a?b=c&d");
  await batch(portal, {
    nested: `${to(7, "1+1=2 ✓ 100%")}&ATTACH[BLOCKS][1][FILE][0][LINK]=${link}`,
    plus: "im.notify?USER_ID=7&MESSAGE=a+b",
    hash: "im.notify?USER_ID=7&MESSAGE=before#after",
  });
  expect(texts(portal)).toEqual(["1+1=2 ✓ 100%", "a b", "before"]);
  expect(portal.feed(7)[0]?.attach?.blocks).toEqual([{ FILE: [{ LINK: "https://media.example/a?b=c&d" }] }]);
});

test("references in any value are replaced, a message of a user included", async () => {
  const portal = await portalFor();
  await batch(portal, {
    me: "user.current",
    all: "user.get",
    leak: to(7, "mail of boss: $RESULT[all][0][EMAIL], of $total[all]"),
    exact: to(7, "$result[me][NAME]"),
    deep: to(7, "$result[me][NAME][nothing][x]"),
    array: to(7, "x $result[me]"),
    safe: to(7, "$\u2060result[me][NAME] $resultless $result"),
  });
  expect(texts(portal)).toEqual([
    "mail of boss: ada@company.example, of 4",
    "Ada",
    "Ada",
    "x Array",
    "$\u2060result[me][NAME] $resultless $result",
  ]);
});

test("a value that is one reference becomes the raw value", async () => {
  const portal = await portalFor();
  const answer = await batch(portal, { me: "user.current", gone: "im.notify?USER_ID=7&MESSAGE=$result[me]" });
  expect(answer.result_error).toMatchObject({ gone: { error: "MESSAGE_EMPTY" } });
});

test("form encoding carries a batch too", async () => {
  const portal = await portalFor();
  const form = `halt=0&cmd[x]=${encodeURIComponent(to(7, "from form"))}`;
  await send(`${portal.webhookUrl(1)}batch`, form, { "content-type": "application/x-www-form-urlencoded" });
  expect(texts(portal)).toEqual(["from form"]);
});

test("outside a batch a reference is plain text", async () => {
  const portal = await portalFor();
  await notify(portal, { MESSAGE: "$result[me][NAME]" });
  expect(texts(portal)).toEqual(["$result[me][NAME]"]);
});
