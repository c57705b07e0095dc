import { type AddressInfo, createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  CODE,
  clientFor,
  json,
  NEVER,
  notifyCall,
  sandboxPortal,
  serverFor,
  webhookWorkspace,
  workspaceAt,
} from "./support.ts";

describe("a call to a portal", () => {
  test("arrives as JSON with our name, and its answer comes back with the portal's times", async () => {
    const sandbox = await sandboxPortal();
    const { portal } = clientFor();
    const reply = await portal.call(webhookWorkspace(sandbox), notifyCall(), NEVER);
    expect(reply).toMatchObject({ kind: "result", result: 501, startedAt: expect.any(Number) });
    expect(sandbox.feed(7).map(({ text }) => text)).toEqual(["hello"]);
    expect(sandbox.requests[0]).toMatchObject({ verb: "POST", userAgent: "herald24/1.2.3" });
  });

  test("arrives whole even when a text ends in half a character", async () => {
    const sandbox = await sandboxPortal();
    const { portal } = clientFor();
    await portal.call(webhookWorkspace(sandbox), notifyCall({ MESSAGE: "cut \ud83d" }), NEVER);
    expect(sandbox.feed(7).map(({ text }) => text)).toEqual(["cut \ufffd"]);
  });

  test("brings refusals back with their code in upper case", async () => {
    const sandbox = await sandboxPortal();
    const { portal } = clientFor();
    const wrong = workspaceAt(sandbox.host);
    expect(await portal.call(webhookWorkspace(sandbox), notifyCall({ MESSAGE: " " }), NEVER)).toMatchObject({
      kind: "error",
      status: 400,
      code: "MESSAGE_EMPTY",
    });
    expect(await portal.call(wrong, notifyCall(), NEVER)).toMatchObject({ kind: "error", code: "INVALID_CREDENTIALS" });
  });

  test("takes an answer that comes twice for the answer to one call only", async () => {
    const sandbox = await sandboxPortal();
    const { portal } = clientFor();
    sandbox.faults.add({ kind: "twice", times: 3 });
    const ids = [];
    for (let count = 0; count < 6; count += 1) {
      const reply = await portal.call(webhookWorkspace(sandbox), notifyCall(), NEVER);
      ids.push(reply.kind === "result" ? reply.result : reply.kind);
    }
    expect(ids).toEqual([501, 502, 503, 504, 505, 506]);
  });

  test("leaves its connection to later ones", async () => {
    const ports = new Set<number | undefined>();
    const server = await serverFor((request, response) => {
      ports.add(request.socket.remotePort);
      json(response, 200, { result: 1 });
    });
    const { portal } = clientFor();
    for (let count = 0; count < 30; count += 1) await portal.call(workspaceAt(server.host), notifyCall(), NEVER);
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  test("says how much of the method's time is used up", async () => {
    const time = { start: 1_790_000_000.5, operating: "12.5", operating_reset_at: 1_790_000_600 };
    const server = await serverFor((_, response) => json(response, 200, { result: 5, time }));
    const { portal } = clientFor();
    expect(await portal.call(workspaceAt(server.host), notifyCall(), NEVER)).toEqual({
      kind: "result",
      result: 5,
      startedAt: 1_790_000_000.5,
      operating: { seconds: 12.5, resetAt: 1_790_000_600 },
    });
  });
});

describe("what never reached the portal is unsent", () => {
  test("when the connection is refused", async () => {
    const sandbox = await sandboxPortal();
    await sandbox.pause();
    const { portal } = clientFor();
    const reply = await portal.call(webhookWorkspace(sandbox), notifyCall(), NEVER);
    expect(reply).toMatchObject({ kind: "unsent", reason: expect.stringContaining("ECONNREFUSED") });
  });

  test("when the name does not exist or leads into a private network", async () => {
    const { portal } = clientFor({ privateHosts: [] });
    for (const host of ["nowhere.invalid", "localhost", "127.0.0.1:9", "[::1]:9", "169.254.169.254"]) {
      const workspace = {
        ...workspaceAt(host),
        credentials: { kind: "webhook", url: `https://${host}/rest/1/x/` } as const,
      };
      expect(await portal.call(workspace, notifyCall(), NEVER)).toMatchObject({ kind: "unsent" });
    }
  });

  test("when it would be plain HTTP to a host that is not listed", async () => {
    const sandbox = await sandboxPortal();
    const { portal } = clientFor({ privateHosts: ["127.0.0.2"] });
    expect(await portal.call(webhookWorkspace(sandbox), notifyCall(), NEVER)).toMatchObject({ kind: "unsent" });
    expect(sandbox.requests).toEqual([]);
  });

  test("when the other side speaks no TLS", async () => {
    const server = await serverFor((_, response) => json(response, 200, { result: 1 }));
    const { portal } = clientFor();
    const url = `https://${server.host}/rest/1/${CODE}/`;
    const workspace = { ...workspaceAt(server.host), credentials: { kind: "webhook", url } as const };
    expect(await portal.call(workspace, notifyCall(), NEVER)).toMatchObject({ kind: "unsent" });
    expect(server.bodies).toEqual([]);
  });

  test("when no connection comes about in time", async () => {
    const mute = createServer((socket) => void socket.on("error", () => {}).resume());
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    onTestFinished(async () => void (await new Promise((resolve) => mute.close(resolve))));
    const { port } = mute.address() as AddressInfo;
    const { portal } = clientFor({ limits: { connectMs: 50, totalMs: 5_000 } });
    const url = `https://127.0.0.1:${port}/rest/1/${CODE}/`;
    const workspace = { ...workspaceAt(`127.0.0.1:${port}`), credentials: { kind: "webhook", url } as const };
    expect(await portal.call(workspace, notifyCall(), NEVER)).toMatchObject({
      kind: "unsent",
      reason: expect.stringContaining("CONNECT_TIMEOUT"),
    });
  });

  test("when the edge answers 503 or 429 in its own words, however long it wants us to wait", async () => {
    const headers = { "Content-Type": "text/html", "Retry-After": "12" };
    const server = await serverFor((request, response) => {
      response.writeHead(request.url?.includes("system") ? 429 : 503, headers).end("<h1>Busy</h1>");
    });
    const { portal } = clientFor();
    const reply = await portal.call(workspaceAt(server.host), notifyCall(), NEVER);
    expect(reply).toMatchObject({ kind: "unsent", status: 503, retryAfterMs: 12_000 });
    const call = { ...notifyCall(), method: "im.notify.system.add" };
    expect(await portal.call(workspaceAt(server.host), call, NEVER)).toMatchObject({ kind: "unsent", status: 429 });
  });
});

describe("what may have been executed is unanswered", () => {
  test.each([
    [{ kind: "reset", executed: true } as const, {}],
    [{ kind: "reset", executed: false } as const, {}],
    [{ kind: "truncate" } as const, { status: 200 }],
    [{ kind: "html", status: 502, executed: true } as const, { status: 502 }],
    [{ kind: "html", status: 200, executed: true } as const, { status: 200 }],
    [{ kind: "reply", status: 200, body: "[1,2" } as const, { status: 200 }],
    [{ kind: "reply", status: 200, body: '"ok"' } as const, { status: 200 }],
    [{ kind: "reply", status: 200, body: "{}" } as const, { status: 200 }],
    [{ kind: "reply", status: 504, body: "" } as const, { status: 504 }],
  ])("after %j", async (fault, expected) => {
    const sandbox = await sandboxPortal();
    sandbox.faults.add(fault);
    const { portal } = clientFor();
    const reply = await portal.call(webhookWorkspace(sandbox), notifyCall(), NEVER);
    expect(reply).toMatchObject({ kind: "unanswered", ...expected });
  });

  test("after a silence longer than the bound", async () => {
    const sandbox = await sandboxPortal();
    sandbox.faults.add({ kind: "hang", executed: true });
    const { portal } = clientFor({ limits: { totalMs: 100 } });
    const reply = await portal.call(webhookWorkspace(sandbox), notifyCall(), NEVER);
    expect(reply).toMatchObject({ kind: "unanswered", reason: expect.stringContaining("TIMEOUT") });
    expect(sandbox.feed(7)).toHaveLength(1);
  });

  test("after an answer without end", async () => {
    const server = await serverFor((_, response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(`{"result":1,"padding":"${"x".repeat(3_000)}"}`);
    });
    const { portal } = clientFor({ limits: { maxBytes: 1_000 } });
    expect(await portal.call(workspaceAt(server.host), notifyCall(), NEVER)).toMatchObject({ kind: "unanswered" });
  });
});

test.each([
  [{ error: "QUERY_LIMIT_EXCEEDED" }, 503, "QUERY_LIMIT_EXCEEDED"],
  [{ error: "", error_description: "odd" }, 400, ""],
  [{ error_description: "odd" }, 200, ""],
  [{ error: 0 }, 400, "0"],
  [{ message: "what" }, 500, ""],
])("JSON %j is an error of the portal", async (body, status, code) => {
  const server = await serverFor((_, response) => json(response, status, body));
  const { portal } = clientFor();
  expect(await portal.call(workspaceAt(server.host), notifyCall(), NEVER)).toMatchObject({
    kind: "error",
    status,
    code,
  });
});

test("a call that is aborted rejects with the reason, before and while it is made", async () => {
  const sandbox = await sandboxPortal();
  const { portal } = clientFor();
  const stopped = new Error("stopping");
  await expect(portal.call(webhookWorkspace(sandbox), notifyCall(), AbortSignal.abort(stopped))).rejects.toBe(stopped);
  expect(sandbox.requests).toEqual([]);

  sandbox.faults.add({ kind: "hang", executed: false });
  const controller = new AbortController();
  sandbox.onRequest(() => controller.abort(stopped));
  await expect(portal.call(webhookWorkspace(sandbox), notifyCall(), controller.signal)).rejects.toBe(stopped);
});

describe("a renamed portal", () => {
  test("gets the same POST at its new address, and the new host is told", async () => {
    const old = await sandboxPortal();
    const code = old.webhookUrl(1).split("/").at(-2) ?? "";
    const renamed = await sandboxPortal({ webhooks: [{ userId: 1, code, scopes: ["im"] }] });
    old.renameTo(renamed.url);
    const moves: unknown[] = [];
    const { portal } = clientFor({ moved: (...move) => void moves.push(move) });
    const reply = await portal.call(webhookWorkspace(old), notifyCall(), NEVER);
    expect(reply).toMatchObject({ kind: "result", result: 501 });
    expect(renamed.requests[0]).toMatchObject({ verb: "POST" });
    expect(moves).toEqual([[1, renamed.host]]);
  });

  test("gives its answer even when its new address cannot be noted", async () => {
    const old = await sandboxPortal();
    const code = old.webhookUrl(1).split("/").at(-2) ?? "";
    const renamed = await sandboxPortal({ webhooks: [{ userId: 1, code, scopes: ["im"] }] });
    old.renameTo(renamed.url);
    const { portal } = clientFor({ moved: () => Promise.reject(new Error("database is full")) });
    const reply = await portal.call(webhookWorkspace(old), notifyCall(), NEVER);
    expect(reply).toMatchObject({ kind: "result", result: 501 });
  });

  test.each([
    ["another house", 302, "http://127.0.0.2:9", ""],
    ["a site that only looks like the cloud", 307, "https://acme.bitrix24.com.evil.example", ""],
  ])("is not followed to %s, which would hand over the webhook's secret", async (_, status, origin) => {
    const server = await serverFor((request, response) => {
      response.writeHead(status, { Location: `${origin}${request.url}` }).end();
    });
    const { portal } = clientFor({ privateHosts: [server.host] });
    const reply = await portal.call(workspaceAt(server.host), notifyCall(), NEVER);
    expect(reply).toMatchObject({ kind: "error", code: "PORTAL_MOVED" });
    expect(JSON.stringify(reply)).not.toContain(CODE);
    expect(server.requests).toHaveLength(1);
  });

  test("is followed once only, and never to another path", async () => {
    const paths = await serverFor((_, response) => response.writeHead(302, { Location: "/login" }).end());
    const { portal } = clientFor();
    expect(await portal.call(workspaceAt(paths.host), notifyCall(), NEVER)).toMatchObject({ kind: "unanswered" });
    expect(paths.requests).toHaveLength(1);

    const [one, two] = [await sandboxPortal(), await sandboxPortal()];
    one.renameTo(two.url);
    two.renameTo(one.url);
    expect(await portal.call(webhookWorkspace(one), notifyCall(), NEVER)).toMatchObject({ code: "PORTAL_MOVED" });
    expect([one.requests.length, two.requests.length]).toEqual([1, 1]);
  });
});

test("no fault of the way carries the webhook's code into a reply or a log line", async () => {
  const sandbox = await sandboxPortal();
  const code = sandbox.webhookUrl(1).split("/").at(-2) ?? "";
  const { portal, log } = clientFor({ limits: { totalMs: 100 } });
  const replies: unknown[] = [];
  const faults = [{ kind: "reset", executed: true }, { kind: "hang", executed: true }, { kind: "html" }] as const;
  for (const fault of faults) {
    sandbox.faults.add(fault);
    replies.push(await portal.call(webhookWorkspace(sandbox), notifyCall(), NEVER));
  }
  sandbox.renameTo("http://127.0.0.2:9");
  replies.push(await portal.call(webhookWorkspace(sandbox), notifyCall(), NEVER));
  await sandbox.pause();
  replies.push(await portal.call(webhookWorkspace(sandbox), notifyCall(), NEVER));
  expect(replies).toHaveLength(5);
  expect(code).not.toBe("");
  expect(JSON.stringify(replies) + log.lines.join("\n")).not.toContain(code);
});
