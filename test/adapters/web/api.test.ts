import { expect, test } from "vitest";
import { apiRoutes } from "../../../adapters/web/api.ts";
import { createApi } from "../../../src/app/apiNotifications.ts";
import { sha256 } from "../../../src/app/hash.ts";
import { createHookIntake } from "../../../src/app/hookIntake.ts";
import { wordsIn } from "../../../src/messages/catalogue.ts";
import { addWorkspace } from "../../support/entries.ts";
import { openTestStore } from "../../support/store.ts";
import { ask, openLines, serve } from "./support.ts";

const PATH = "/api/v1/notifications";

async function open(options: { rate?: { burst: number; perSecond: number } } = {}) {
  const { store } = await openTestStore();
  const { log, lines } = openLines();
  const desk = { now: 1_800_000_000_000, rung: 0 };
  const clock = () => desk.now;
  const hooks = createHookIntake({ store, stored: { ring() {} }, clock, log, meter: { alertsTaken() {} } });
  const changed = {
    ring() {
      desk.rung += 1;
    },
  };
  const api = createApi({ store, wordsIn, changed, clock, log });
  const { url } = await serve([apiRoutes({ api, hooks, clock, ...options })], { log });
  const addKey = async (workspaceId: number, name: string, kind: "api" | "generic" = "api") => {
    const key = `${name}-${workspaceId}-${"k".repeat(16)}`;
    const hook = { workspaceId, name, kind, keyHash: sha256(key), createdAt: 1 };
    const added = await store.tx((tx) => tx.hooks.add(hook));
    if (!added) throw new Error("the name is taken");
    return { ...added, key };
  };
  const workspace = await addWorkspace(store);
  await store.tx(async (tx) => {
    await tx.people.map({
      workspaceId: workspace.id,
      bitrixId: 7,
      platform: "telegram",
      username: "anna",
      name: "Anna",
    });
    const boris = await tx.people.map({
      workspaceId: workspace.id,
      bitrixId: 8,
      platform: "discord",
      username: "boris",
    });
    expect(boris).toBeDefined();
    const people = await tx.people.list(workspace.id);
    await tx.people.setGroup(
      workspace.id,
      "oncall",
      people.map(({ id }) => id),
    );
  });
  const hook = await addKey(workspace.id, "deploy");
  const send = async (
    method: "POST" | "GET",
    path: string,
    given: { key?: string; body?: unknown; headers?: object },
  ) => {
    const { key = hook.key, body, headers = {} } = given;
    const text = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const sent = { authorization: `Bearer ${key}`, ...headers };
    const answer = await ask(`${url}${path}`, { method, headers: sent, ...text });
    return { ...answer, json: JSON.parse(answer.text) };
  };
  const post = (body: unknown, headers: object = {}, key = hook.key) => send("POST", PATH, { body, headers, key });
  const get = (id: number, key = hook.key) => send("GET", `${PATH}/${id}`, { key });
  return { store, desk, workspace, hook, addKey, post, get, lines, url };
}

test("a notification is stored for everybody named, once each, and answered with its deliveries", async () => {
  const { store, desk, hook, post } = await open();
  const body = { to: ["@anna", "id:42", "@oncall"], text: "Deployed *2.0*", tag: "#deploy", priority: "urgent" };
  const { status, json } = await post(body);
  expect(status).toBe(202);
  expect(json).toMatchObject({ unknown: [], ambiguous: [] });
  expect(json.deliveries.map(({ person }: { person: number }) => person)).toEqual([7, 42, 8]);
  expect(json.deliveries[0]).toMatchObject({ state: "queued", verdict: null, code: null });
  expect(desk.rung).toBe(1);
  const stored = await store.read.notifications.byId(json.id);
  expect(stored).toMatchObject({
    source: { platform: "hook", chatId: String(hook.id), threadId: "" },
    senderName: "deploy",
    text: [{ text: "Deployed *2.0*" }],
    tag: "deploy",
    priority: "urgent",
  });
});

test("the same key and body again is the same notification, whatever became of it; another body is a conflict", async () => {
  const { store, desk, post } = await open();
  const headers = { "idempotency-key": "deploy-17" };
  const body = { to: "@anna", text: "Deployed" };
  const first = await post(body, headers);
  const [delivery] = first.json.deliveries;
  const verdict = { kind: "verdict", verdict: "delivered", portalNotificationId: 5 } as const;
  await store.tx((tx) => tx.deliveries.settle(delivery.id, verdict, desk.now));
  const again = await post(body, headers);
  expect(again).toMatchObject({ status: 202, json: { id: first.json.id } });
  expect(again.json.deliveries).toMatchObject([{ id: delivery.id, state: "settled", verdict: "delivered" }]);
  expect(await post({ ...body, text: "Other" }, headers)).toMatchObject({
    status: 409,
    json: { error: { code: "idempotency-conflict" } },
  });
  expect((await post(body)).json.id).not.toBe(first.json.id);
});

test("requests with one key at the same moment make one notification", async () => {
  const { store, workspace, post } = await open();
  const headers = { "idempotency-key": "race" };
  const all = await Promise.all(Array.from({ length: 8 }, () => post({ to: "@anna", text: "x" }, headers)));
  expect(new Set(all.map(({ json }) => json.id)).size).toBe(1);
  expect(await store.read.deliveries.list({ workspaceId: workspace.id })).toHaveLength(1);
});

test("a key is the hook's own: another hook may use the same one", async () => {
  const { workspace, addKey, post } = await open();
  const other = await addKey(workspace.id, "backup");
  const headers = { "idempotency-key": "1" };
  const one = await post({ to: "@anna", text: "x" }, headers);
  const two = await post({ to: "@anna", text: "y" }, headers, other.key);
  expect(two.status).toBe(202);
  expect(two.json.id).not.toBe(one.json.id);
});

test("who is unknown is named, and the others are notified; when nobody is known, nothing is", async () => {
  const { store, workspace, post } = await open();
  const some = await post({ to: ["@anna", "@nobody", "x@example.org"], text: "x" });
  expect(some).toMatchObject({ status: 202, json: { unknown: ["@nobody", "x@example.org"] } });
  const none = await post({ to: ["@nobody"], text: "x" });
  expect(none).toMatchObject({
    status: 422,
    json: {
      error: {
        code: "unknown-recipients",
        path: "to",
        unknown: ["@nobody"],
        message: expect.stringContaining("@nobody"),
      },
    },
  });
  expect(await store.read.deliveries.list({ workspaceId: workspace.id })).toHaveLength(1);
});

test("verdicts are told to hooks of the same workspace alone, and only of what hooks sent", async () => {
  const { store, desk, workspace, addKey, post, get } = await open();
  const { json } = await post({ to: "@anna", text: "x", tag: "ci" });
  const [delivery] = json.deliveries;
  const refused = { kind: "verdict", verdict: "refused", code: "USER_ID_EMPTY" } as const;
  await store.tx((tx) => tx.deliveries.settle(delivery.id, refused, desk.now));
  const expected = {
    id: json.id,
    createdAt: new Date(desk.now).toISOString(),
    tag: "ci",
    deliveries: [{ id: delivery.id, person: 7, state: "settled", verdict: "refused", code: "USER_ID_EMPTY" }],
  };
  expect(await get(json.id)).toMatchObject({ status: 200, json: expected });
  const sibling = await addKey(workspace.id, "sibling");
  expect((await get(json.id, sibling.key)).json).toEqual(expected);
  const stranger = await addKey((await addWorkspace(store, "other")).id, "stranger");
  expect(await get(json.id, stranger.key)).toMatchObject({ status: 404, json: { error: { code: "not-found" } } });
  expect(await get(json.id + 1)).toMatchObject({ status: 404 });
  expect(await get(Number.NaN)).toMatchObject({ status: 404 });
});

test("a missing, unknown, revoked or foreign key is refused alike, and changes nothing", async () => {
  const { store, workspace, hook, addKey, post, url } = await open();
  const alerts = await addKey(workspace.id, "alerts", "generic");
  const revoked = await addKey(workspace.id, "old");
  await store.tx((tx) => tx.hooks.revoke(revoked.id, 5));
  const answers = [];
  for (const key of [alerts.key, revoked.key, "x".repeat(22)]) {
    const { status, text } = await post({ to: "@anna", text: "x" }, {}, key);
    answers.push([status, text]);
  }
  const bare = await ask(`${url}${PATH}`, { method: "POST", body: "{}" });
  expect(bare.headers["www-authenticate"]).toBe("Bearer");
  expect(answers).toEqual(answers.map(() => [401, bare.text]));
  const basic = await ask(`${url}${PATH}`, { method: "POST", headers: { authorization: `Basic ${hook.key}` } });
  expect(basic.status).toBe(401);
  expect(await store.read.deliveries.list({ workspaceId: workspace.id })).toEqual([]);
});

test.each([
  ['{"to": ', 400, undefined, "no JSON"],
  [[], 422, "body", "must be an object"],
  [{ text: "x" }, 422, "to", "is absent"],
  [{ to: [], text: "x" }, 422, "to", "is absent"],
  [{ to: ["@anna", 7], text: "x" }, 422, "to[1]", "must name people"],
  [{ to: "@anna, +", text: "x" }, 422, "to", "must name people"],
  [{ to: "@anna" }, 422, "text", "is empty"],
  [{ to: "@anna", text: " \u200B" }, 422, "text", "is empty"],
  [{ to: "@anna", text: {} }, 422, "text", "must be text"],
  [{ to: "@anna", text: "x".repeat(100_001) }, 422, "text", "at most 100000"],
  [{ to: "@anna", text: "x", tag: "two words" }, 422, "tag", "one word"],
  [{ to: "@anna", text: "x", priority: "high" }, 422, "priority", '"urgent" or "normal"'],
  [{ to: "@anna", text: "x", txet: 1 }, 422, "txet", "is no field"],
  [{ to: "@anna", text: "x", attachments: [{ url: "file:///etc/passwd" }] }, 422, "attachments[0].url", "https://"],
  [{ to: "@anna", text: "x", attachments: {} }, 422, "attachments", "must be a list"],
])("%j is refused: %s, %s %s", async (body, expected, path, rule) => {
  const { post } = await open();
  const { status, json } = await post(body);
  expect(status).toBe(expected);
  expect(json.error).toMatchObject({ message: expect.stringContaining(rule), ...(path === undefined ? {} : { path }) });
});

test("an idempotency key is refused when it cannot be one", async () => {
  const { post } = await open();
  const answer = await post({ to: "@anna", text: "x" }, { "idempotency-key": "two words" });
  expect(answer).toMatchObject({ status: 400, json: { error: { path: "Idempotency-Key" } } });
});

test("pictures are fetched from their addresses later, and a text that is too long goes along as a file", async () => {
  const { store, post } = await open();
  const attachments = [{ url: "https://example.org/a%20b.png" }, { url: "https://example.org/x", name: "Graph.png" }];
  const { json } = await post({ to: "@anna", text: "long ".repeat(5_000), attachments });
  expect(json.deliveries).toMatchObject([{ state: "media" }]);
  const stored = await store.read.media.attachmentsOf(json.id);
  expect(stored.map(({ name }) => name)).toEqual(["a b.png", "Graph.png", expect.stringContaining(".txt")]);
  expect(stored[0]?.source).toEqual({ kind: "remote", url: "https://example.org/a%20b.png" });
});

test("the newer of two with one tag takes the place of the one that still waits", async () => {
  const { post, get } = await open();
  const first = await post({ to: "@anna", text: "red", tag: "ci" });
  await post({ to: "@anna", text: "green", tag: "CI" });
  expect((await get(first.json.id)).json.deliveries).toMatchObject([{ verdict: "superseded" }]);
});

test("a key that sends too fast is told when to come again", async () => {
  const { post } = await open({ rate: { burst: 1, perSecond: 0.1 } });
  await post({ to: "@anna", text: "x" });
  const refused = await post({ to: "@anna", text: "x" });
  expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "10"]);
});

test("a workspace with too much waiting takes no more, says when to come again, and still knows what it took", async () => {
  const { store, workspace, post } = await open();
  const settings = { ...workspace.settings, waitingInWorkspace: 1 };
  await store.tx((tx) => tx.workspaces.set(workspace.id, { settings }));
  const body = { to: "@anna", text: "x" };
  const key = { "idempotency-key": "first" };
  const { json } = await post(body, key);
  const refused = await post({ to: "@anna", text: "y" });
  expect(refused).toMatchObject({ status: 429, json: { error: { code: "full" } } });
  expect(refused.headers["retry-after"]).toBe("60");
  expect(await post(body, key)).toMatchObject({ status: 202, json: { id: json.id } });
  expect(await store.read.deliveries.list({ workspaceId: workspace.id })).toHaveLength(1);
});
