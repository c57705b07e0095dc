import { once } from "node:events";
import { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Log } from "../../src/app/ports.ts";
import type { RouteGroup, WebEnv } from "./app.ts";
import { clientsBehind } from "./client.ts";

export interface WebParts {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Addresses and CIDR ranges whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[];
  readonly log: Log;
  readonly routes: readonly RouteGroup[];
  /** How long requests under way may go on after `close`; default 3 s, well within the 10 s of a graceful stop. */
  readonly graceMs?: number;
}

export interface Web {
  readonly url: string;
  readonly port: number;
  /** Takes no new requests, lets those under way finish for a moment, then cuts them off. */
  close(): Promise<void>;
}

const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Longer than the idle time of common proxies (60 s), or they would reuse connections that we just closed.
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
} as const;

/** A connection on which nothing moved for so long is given up: a reader that stopped reading holds a file open. */
const IDLE_MS = 120_000;

/** @throws When the address cannot be listened on, or an entry of `trustedProxies` is none. */
export async function startWeb(parts: WebParts): Promise<Web> {
  const app = compose(parts);
  // Keeps the global Request and Response as they are: other libraries of this process use them.
  // A name of our own counts only where HTTP/1.0 brings none, as the checks of some load balancers do.
  const hostname = nameOf(parts.host);
  const options = { fetch: app.fetch, hostname, overrideGlobalObjects: false, serverOptions: TIMEOUTS };
  const server = createAdaptorServer(options);
  if (!(server instanceof Server)) throw new TypeError("an HTTP/1.1 server was asked for");
  server.setTimeout(IDLE_MS);
  server.listen(parts.port, parts.host);
  await once(server, "listening").catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new Error(`cannot listen on ${parts.host} port ${parts.port} (${code}): set HOST and PORT`, { cause: error });
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : parts.port;
  return { url: `http://${nameOf(parts.host)}:${port}`, port, close: () => close(server, parts.graceMs ?? 3_000) };
}

function compose({ trustedProxies, log, routes }: WebParts): Hono<WebEnv> {
  const clientOf = clientsBehind(trustedProxies);
  const app = new Hono<WebEnv>();
  app.use(logged(log));
  app.use(async (c, next) => {
    c.set("client", clientOf(c.env.incoming));
    await next();
  });
  for (const add of routes) add(app);
  app.notFound((c) => c.text("not found", 404));
  app.onError((error, c) => {
    log.error({ route: patternOf(c), error: withoutSecrets(error, c) }, "request failed");
    return c.text("internal error", 500);
  });
  return app;
}

/** Asked by machines every few seconds. */
const FREQUENT = new Set(["/healthz", "/readyz", "/metrics"]);

/** One line for each request, with the route's pattern in place of its address: parts of addresses are secrets. */
function logged(log: Log): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const startedAt = performance.now();
    const { outgoing } = c.env;
    outgoing.once("close", () => {
      const route = patternOf(c);
      const ms = Math.round(performance.now() - startedAt);
      const fields = { method: c.req.method, route, status: outgoing.statusCode, ms };
      const line = outgoing.writableFinished ? "request" : "request broken off";
      if (FREQUENT.has(route)) log.debug(fields, line);
      else log.info(fields, line);
    });
    await next();
  };
}

const patternOf = (c: Context<WebEnv>): string => matchedRoutes(c).at(-1)?.path ?? "?";

/** What failed, without what the address held: a message may quote its own input. */
function withoutSecrets(error: Error, c: Context<WebEnv>): string {
  const parts = c.req.path.split("/").filter((part) => part.length > 3);
  const secrets = [...parts, ...Object.values(c.req.param())].filter((text) => text !== "");
  return secrets.reduce((text, secret) => text.replaceAll(secret, "…"), `${error.name}: ${error.message}`);
}

function nameOf(host: string): string {
  if (host === "0.0.0.0" || host === "") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** How often connections whose request has finished meanwhile are looked for: Node closes only those idle from the start. */
const SWEEP_MS = 20;

async function close(server: Server, graceMs: number): Promise<void> {
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const end = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(sweep);
  clearTimeout(end);
}
