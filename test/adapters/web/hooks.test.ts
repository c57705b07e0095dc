import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { hookRoutes } from "../../../adapters/web/hooks.ts";
import { sha256 } from "../../../src/app/hash.ts";
import { createHookIntake } from "../../../src/app/hookIntake.ts";
import type { Hook, HookKind } from "../../../src/app/store/hooks.ts";
import { payload } from "../../core/hooks/payload.ts";
import { addWorkspace } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";
import { ask, openLines, serve } from "./support.ts";

async function open(options: { mostWaiting?: number; rate?: { burst: number; perSecond: number } } = {}) {
  const { store } = await openTestStore();
  const workspace = await addWorkspace(store);
  const { log, lines } = openLines();
  const desk = { now: 1_800_000_000_000, rung: 0 };
  const clock = () => desk.now;
  const ring = (): void => {
    desk.rung += 1;
  };
  const stored = { ring };
  const { mostWaiting } = options;
  const hooks = createHookIntake({
    store,
    stored,
    clock,
    log,
    meter: { alertsTaken() {} },
    ...(mostWaiting === undefined ? {} : { mostWaiting }),
  });
  const { url } = await serve([hookRoutes({ hooks, clock, ...(options.rate && { rate: options.rate }) })], { log });
  const add = async (kind: HookKind, more: Partial<Hook> = {}) => {
    const key = `${kind}-${"k".repeat(16)}`;
    const hook = { workspaceId: workspace.id, name: kind, kind, keyHash: sha256(key), createdAt: 1, ...more };
    const added = await store.tx((tx) => tx.hooks.add(hook));
    if (!added) throw new Error("the name is taken");
    return { ...added, key, url: `${url}/hooks/${key}` };
  };
  const waiting = async () => (await store.read.hooks.due(desk.now, 100)).map(({ alert }) => alert);
  const post = async (to: string, body: unknown, headers: Record<string, string> = {}) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await ask(to, { method: "POST", body: text, headers });
    return { ...answer, json: JSON.parse(answer.text) as Record<string, unknown> };
  };
  return { store, desk, add, waiting, post, url, lines };
}

test("what is answered 202 is stored, as alerts of the hook, and the loop is woken", async () => {
  const { add, post, waiting, desk } = await open();
  const hook = await add("alertmanager");
  const { status, json } = await post(hook.url, payload("alertmanager"));
  expect([status, json]).toEqual([202, { taken: 2, known: 0, cut: [] }]);
  expect(desk.rung).toBe(1);
  expect(await waiting()).toMatchObject([
    {
      origin: { kind: "hook", hookId: hook.id },
      author: { kind: "hook", id: String(hook.id), name: "alertmanager" },
      place: "alertmanager",
      title: "Disk of db1 will be full in 4 hours",
      at: desk.now,
      edited: false,
    },
    { status: "resolved", at: Date.UTC(2026, 1, 6, 13, 8, 45, 828) },
  ]);
});

test.each([
  ["grafana", "grafana"],
  ["zabbix", "zabbix"],
  ["uptime-kuma", "uptime-kuma"],
  ["generic", "generic"],
] as const)("%s: a request as it is really sent is taken, whatever content type it names", async (kind, name) => {
  const { add, post, waiting } = await open();
  const hook = await add(kind);
  for (const type of ["application/json; charset=utf-8", "text/plain", "application/x-whatever"])
    expect(await post(hook.url, payload(name), { "content-type": type })).toMatchObject({
      status: 202,
      json: { taken: 1 },
    });
  const form = new URLSearchParams({ data: JSON.stringify(payload(name)) }).toString();
  const type = "application/x-www-form-urlencoded";
  expect(await post(hook.url, form, { "content-type": type })).toMatchObject({ status: 202 });
  expect(await waiting()).toHaveLength(4);
});

test("JSON that its sender calls a form is read as it is, whatever stands in it", async () => {
  const { add, post, waiting } = await open();
  const hook = await add("generic");
  const link = "https://x.example/?a=1&data=2&payload=3";
  const type = "application/x-www-form-urlencoded";
  expect(await post(hook.url, { title: "x", link }, { "content-type": type })).toMatchObject({ status: 202 });
  expect(await waiting()).toMatchObject([{ title: "x", link }]);
});

test("a key that never was and one that is revoked get one and the same answer, also one of the API", async () => {
  const { store, add, post, url, waiting } = await open();
  const hook = await add("generic");
  const api = await add("api");
  await store.tx((tx) => tx.hooks.revoke(hook.id, 5));
  const answers = [];
  for (const to of [hook.url, api.url, `${url}/hooks/${"x".repeat(22)}`]) {
    const { status, text, headers } = await post(to, { title: "x" });
    const { date: _, ...rest } = headers;
    answers.push({ status, text, rest });
  }
  expect(answers[0]).toMatchObject({ status: 404 });
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  expect(await waiting()).toEqual([]);
});

test("wrong JSON is refused with its place, a wrong field with its path, and nothing is stored", async () => {
  const { add, post, waiting } = await open();
  const hook = await add("alertmanager");
  expect(await post(hook.url, '{"alerts": [}')).toMatchObject({
    status: 400,
    json: { error: { code: "not-json", line: 1, column: 13 } },
  });
  expect(await post(hook.url, "")).toMatchObject({ status: 400, json: { error: { code: "not-json" } } });
  expect(await post(hook.url, { alerts: [{ status: "firing" }, { status: 3 }] })).toMatchObject({
    status: 422,
    json: { error: { code: "malformed", path: "alerts[1].status", rule: 'must be "firing" or "resolved"' } },
  });
  expect(await waiting()).toEqual([]);
});

test("a body of more than 1 MiB is refused, announced or not", async () => {
  const { add, waiting } = await open();
  const hook = await add("generic");
  const big = JSON.stringify({ title: "x", text: "y".repeat(1024 * 1024) });
  const announced = await ask(hook.url, { method: "POST", body: big });
  expect([announced.status, JSON.parse(announced.text).error.code]).toEqual([413, "too-large"]);
  async function* chunks() {
    for (let sent = 0; sent < 20; sent += 1) yield Buffer.alloc(100_000, "x");
  }
  const streamed = await ask(hook.url, { method: "POST", body: Readable.from(chunks()) }).catch(() => ({
    status: 413,
  }));
  expect(streamed.status).toBe(413);
  expect(await waiting()).toEqual([]);
});

test("a sender that hangs up in the middle leaves nothing behind, and the next is served", async () => {
  const { add, post, waiting, lines } = await open();
  const hook = await add("generic");
  const { hostname, port, pathname } = new URL(hook.url);
  const socket = connect(Number(port), hostname);
  socket.write(`POST ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"title":`);
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.destroy();
  await expect.poll(() => lines.some(({ message }) => message === "request broken off")).toBe(true);
  expect(await post(hook.url, { title: "x" })).toMatchObject({ status: 202 });
  expect(await waiting()).toHaveLength(1);
});

test("GitHub must sign what it sends, over the very bytes", async () => {
  const { add, post, waiting } = await open();
  const secret = "s".repeat(32);
  const hook = await add("github", { secret });
  const body = `${JSON.stringify(payload("github-workflow_run"))} `;
  const signature = (key: string, text = body) => `sha256=${createHmac("sha256", key).update(text).digest("hex")}`;
  const send = (given: Record<string, string>) => post(hook.url, body, { "x-github-event": "workflow_run", ...given });
  expect(await send({})).toMatchObject({ status: 401, json: { error: { code: "unsigned" } } });
  expect(await send({ "x-hub-signature-256": signature("other") })).toMatchObject({ status: 401 });
  expect(await send({ "x-hub-signature-256": signature(secret, body.trim()) })).toMatchObject({ status: 401 });
  expect(await waiting()).toEqual([]);
  expect(await send({ "x-hub-signature-256": signature(secret) })).toMatchObject({ status: 202, json: { taken: 1 } });
  const form = new URLSearchParams({ payload: body }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded", "x-github-event": "workflow_run" };
  const signed = { ...headers, "x-hub-signature-256": signature(secret, form) };
  expect(await post(hook.url, form, signed)).toMatchObject({ status: 202, json: { taken: 1 } });
});

test("a delivery that comes again is taken once: by GitHub's id, by an idempotency key, or by a mapped field", async () => {
  const { add, post, waiting } = await open();
  const github = await add("github");
  const headers = { "x-github-event": "push", "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" };
  expect((await post(github.url, payload("github-push"), headers)).json).toMatchObject({ taken: 1, known: 0 });
  expect((await post(github.url, payload("github-push"), headers)).json).toMatchObject({ taken: 0, known: 1 });
  const generic = await add("generic", { mapping: { delivery: "n" } });
  const batch = [
    { title: "a", n: 1 },
    { title: "b", n: 2 },
  ];
  expect((await post(generic.url, batch)).json).toMatchObject({ taken: 2, known: 0 });
  expect((await post(generic.url, [...batch, { title: "c", n: 3 }])).json).toMatchObject({ taken: 1, known: 2 });
  const alertmanager = await add("alertmanager");
  const key = { "idempotency-key": "x".repeat(1_000) };
  expect((await post(alertmanager.url, payload("alertmanager"), key)).json).toMatchObject({ taken: 2 });
  expect((await post(alertmanager.url, payload("alertmanager"), key)).json).toMatchObject({ taken: 0, known: 2 });
  expect((await post(alertmanager.url, payload("alertmanager"))).json).toMatchObject({ taken: 2 });
  expect(await waiting()).toHaveLength(8);
});

test("what tells nothing is answered, and what was cut is said", async () => {
  const { add, post, waiting } = await open();
  const github = await add("github");
  expect(await post(github.url, payload("github-ping"), { "x-github-event": "ping" })).toMatchObject({
    status: 202,
    json: { taken: 0, ignored: "ping" },
  });
  const generic = await add("generic");
  const { json } = await post(generic.url, { title: "x", text: "y".repeat(10_001) });
  expect(json.cut).toEqual(["text: 10001 characters, the first 10000 are kept"]);
  expect(await waiting()).toHaveLength(1);
});

test("compressed and multipart bodies are refused with the remedy", async () => {
  const { add, post } = await open();
  const hook = await add("generic");
  expect(await post(hook.url, "x", { "content-encoding": "gzip" })).toMatchObject({ status: 415 });
  const multipart = await post(hook.url, "x", { "content-type": "multipart/form-data; boundary=x" });
  expect(multipart).toMatchObject({ status: 415, json: { error: { message: expect.stringContaining("send JSON") } } });
});

test("a hook that sends too fast is told when to come again, and another one is not held up by it", async () => {
  const { add, post, desk, waiting } = await open({ rate: { burst: 3, perSecond: 0.5 } });
  const fast = await add("generic");
  const other = await add("uptime-kuma");
  for (let sent = 0; sent < 3; sent += 1) expect((await post(fast.url, { title: "x" })).status).toBe(202);
  const refused = await post(fast.url, { title: "x" });
  expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "2"]);
  expect((await post(other.url, payload("uptime-kuma"))).status).toBe(202);
  desk.now += 2_000;
  expect((await post(fast.url, { title: "x" })).status).toBe(202);
  expect(await waiting()).toHaveLength(5);
});

test("a hook whose alerts nobody gets through waits before anything of it is accepted, and goes on when they are done", async () => {
  const { store, add, post, desk, waiting } = await open({ mostWaiting: 3 });
  const hook = await add("generic");
  expect((await post(hook.url, [{ title: "a" }, { title: "b" }])).status).toBe(202);
  expect((await post(hook.url, [{ title: "c" }, { title: "d" }])).status).toBe(202);
  const refused = await post(hook.url, { title: "e" });
  expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "10"]);
  expect(await waiting()).toHaveLength(4);
  const done = (await store.read.hooks.due(desk.now, 10)).map(({ id }) => id);
  await store.tx((tx) => tx.hooks.done(done, desk.now));
  desk.now += 1_000;
  expect((await post(hook.url, { title: "e" })).status).toBe(202);
});

test("no line of the log holds a key or a word of an alert", async () => {
  const { add, post, lines } = await open();
  const hook = await add("generic");
  await post(hook.url, { title: "confidential words" });
  await post(hook.url, "{ confidential words");
  await expect.poll(() => lines.filter(({ message }) => message === "request").length).toBe(2);
  const written = JSON.stringify(lines);
  expect(written).not.toContain(hook.key);
  expect(written).not.toContain("confidential");
});
