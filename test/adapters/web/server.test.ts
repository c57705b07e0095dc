import { once } from "node:events";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { healthRoutes } from "../../../adapters/web/health.ts";
import { startWeb } from "../../../adapters/web/server.ts";
import { type AcceptTelegram, telegramRoutes } from "../../../adapters/web/telegram.ts";
import { ask, openLines, serve } from "./support.ts";

const PATH = "p".repeat(32);

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  ask(`${url}/telegram/${PATH}`, { method: "POST", body, headers });

test.each([
  ["stored", 200],
  ["refused", 401],
  ["malformed", 400],
  ["absent", 404],
] as const)("an update that is %s is answered with %i", async (answer, status) => {
  const { url } = await serve([telegramRoutes(async () => answer)]);
  expect((await post(url, "{}")).status).toBe(status);
});

test("an update is handed on with its path, secret header and whole body", async () => {
  const seen: unknown[] = [];
  const accept: AcceptTelegram = async (...given) => {
    seen.push(given);
    return "stored";
  };
  const { url } = await serve([telegramRoutes(accept)]);
  await post(url, '{"text":"привет"}', { "x-telegram-bot-api-secret-token": "shared" });
  await post(url, "{}");
  expect(seen).toEqual([
    [PATH, "shared", '{"text":"привет"}'],
    [PATH, undefined, "{}"],
  ]);
});

test("an update that could not be stored is answered with 500, and neither answer nor log shows why or where", async () => {
  const { log, lines } = openLines();
  const accept: AcceptTelegram = (path) => Promise.reject(new Error(`no such thing as ${path}`));
  const { url } = await serve([telegramRoutes(accept)], { log });
  expect(await post(url, "{}")).toMatchObject({ status: 500, text: "internal error" });
  expect(JSON.stringify(lines)).toContain("no such thing");
  expect(JSON.stringify(lines)).not.toContain(PATH);
});

test("a body larger than 1 MB is refused, announced or not", async () => {
  let accepted = 0;
  const accept: AcceptTelegram = async () => {
    accepted += 1;
    return "stored";
  };
  const { url } = await serve([telegramRoutes(accept)]);
  const big = "x".repeat(1024 * 1024 + 1);
  expect((await post(url, big)).status).toBe(413);
  const unannounced = Readable.from(
    (function* () {
      for (let index = 0; index < 17; index += 1) yield Buffer.alloc(64 * 1024);
    })(),
  );
  const options = { method: "POST", body: unannounced } as const;
  expect((await ask(`${url}/telegram/${PATH}`, options)).status).toBe(413);
  expect((await post(url, big.slice(1))).status).toBe(200);
  expect(accepted).toBe(1);
});

test.each([
  ["GET", "/"],
  ["GET", "/telegram/x"],
  ["POST", "/healthz"],
  ["GET", "/media"],
  ["GET", "/%ff"],
] as const)("%s %s is not found", async (method, path) => {
  const { url } = await serve([healthRoutes({ checks: [] }), telegramRoutes(async () => "stored")]);
  expect(await ask(url + path, { method })).toMatchObject({ status: 404, text: "not found" });
});

test("a request is logged by its route, never by its address", async () => {
  const { log, lines, until } = openLines();
  const { url } = await serve([telegramRoutes(async () => "stored")], { log });
  await post(url, "{}", { "x-telegram-bot-api-secret-token": "shared" });
  const { fields } = await until("request");
  expect(fields).toEqual({ method: "POST", route: "/telegram/:path", status: 200, ms: expect.any(Number) });
  expect(JSON.stringify(lines)).not.toContain(PATH);
  expect(JSON.stringify(lines)).not.toContain("shared");
});

test("closing lets a request under way finish and takes no new one", async () => {
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const accept: AcceptTelegram = async () => {
    entered.resolve();
    await gate.promise;
    return "stored";
  };
  const web = await serve([telegramRoutes(accept)], { graceMs: 10_000 });
  const answer = post(web.url, "{}");
  await entered.promise;
  const closed = web.close();
  await expect(ask(`${web.url}/healthz`, { reset: true })).rejects.toThrow();
  gate.resolve();
  expect((await answer).status).toBe(200);
  await closed;
});

test("closing cuts off what does not finish", async () => {
  const entered = Promise.withResolvers<void>();
  const accept: AcceptTelegram = () => {
    entered.resolve();
    return new Promise<never>(() => undefined);
  };
  const web = await serve([telegramRoutes(accept)], { graceMs: 10 });
  const answer = post(web.url, "{}").catch(() => "cut off");
  await entered.promise;
  await web.close();
  expect(await answer).toBe("cut off");
});

test("what is no HTTP is answered with 400", async () => {
  const { port } = await serve([]);
  const socket = connect(port, "127.0.0.1");
  socket.end("nonsense\r\n\r\n");
  const [answer] = await once(socket, "data");
  expect(String(answer)).toContain("400 Bad Request");
});

test("HTTP/1.0 needs no Host header, HTTP/1.1 does", async () => {
  const { port } = await serve([healthRoutes({ checks: [] })]);
  const answerTo = async (version: string) => {
    const socket = connect(port, "127.0.0.1");
    socket.write(`GET /healthz HTTP/${version}\r\n\r\n`);
    const [answer] = await once(socket, "data");
    socket.destroy();
    return String(answer).split("\r\n")[0];
  };
  expect(await answerTo("1.0")).toBe("HTTP/1.1 200 OK");
  expect(await answerTo("1.1")).toBe("HTTP/1.1 400 Bad Request");
});

test("an address in use is told with the settings to change", async () => {
  const { port } = await serve([]);
  const start = startWeb({ host: "127.0.0.1", port, trustedProxies: [], log: openLines().log, routes: [] });
  await expect(start).rejects.toThrow(`cannot listen on 127.0.0.1 port ${port} (EADDRINUSE): set HOST and PORT`);
});
