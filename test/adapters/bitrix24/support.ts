import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import { createPortal, type PortalOptions } from "../../../adapters/bitrix24/portal.ts";
import type { PortalOptions as SandboxOptions } from "../../../sandbox/bitrix24/options.ts";
import { type Portal as Sandbox, startPortal } from "../../../sandbox/bitrix24/portal.ts";
import type { Log, PortalCall } from "../../../src/app/ports.ts";
import type { Credentials, Workspace } from "../../../src/app/store/workspaces.ts";

export const APP = { clientId: "app.test", clientSecret: "c".repeat(24), scopes: ["im"], userId: 1 };

export const NEVER = new AbortController().signal;

/** A portal that stops with the test; without limits unless asked for. */
export async function sandboxPortal(options: SandboxOptions = {}): Promise<Sandbox> {
  const portal = await startPortal({ limits: "off", apps: [APP], ...options });
  onTestFinished(() => portal.close());
  return portal;
}

export interface LoggingServer {
  readonly host: string;
  readonly bodies: readonly string[];
  readonly requests: readonly IncomingMessage[];
}

/** An HTTP server that answers as told and stops with the test. */
export async function serverFor(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<LoggingServer> {
  const sockets = new Set<Socket>();
  const bodies: string[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      bodies.push(body);
      requests.push(request);
      answer(request, response, body);
    });
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, bodies, requests };
}

export const json = (response: ServerResponse, status: number, body: unknown, headers: object = {}): void => {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(JSON.stringify(body));
};

/** A log that keeps every line as text. */
function memoryLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}

/** The client under test; hosts on the loopback address are listed. Closes with the test. */
export function clientFor(options: Partial<PortalOptions> = {}) {
  const log = memoryLog();
  const saved: Credentials[] = [];
  const portal = createPortal({
    version: "1.2.3",
    privateHosts: ["127.0.0.1"],
    saveTokens: async (_, credentials) => void saved.push(credentials),
    clock: Date.now,
    log,
    ...options,
  });
  onTestFinished(() => portal.close());
  return { portal, log, saved };
}

export function workspaceOf(credentials: Credentials, host: string): Workspace {
  return {
    id: 1,
    name: "acme",
    host,
    credentials,
    settings: {
      language: "en",
      timeZone: "UTC",
      kind: "personal",
      publish: "none",
      externalLinks: false,
      tagScope: "chat",
      onUnknown: "tell",
      deadlineHours: 192,
      maxFileMegabytes: 50,
      reach: "everybody",
      confirmAbove: 10,
      commandsPerMinute: 30,
      commandBurst: 20,
      waitingPerSender: 5_000,
      waitingInWorkspace: 100_000,
      maxNotificationMegabytes: 200,
      keepTextsDays: 60,
    },
    tags: "unprobed",
    createdAt: 0,
  };
}

export const webhookWorkspace = (sandbox: Sandbox): Workspace =>
  workspaceOf({ kind: "webhook", url: sandbox.webhookUrl(1) }, sandbox.host);

export const CODE = "w7".repeat(8);

export const workspaceAt = (host: string): Workspace =>
  workspaceOf({ kind: "webhook", url: `http://${host}/rest/1/${CODE}/` }, host);

export function oauthWorkspace(
  sandbox: Sandbox,
  tokens: { accessToken: string; refreshToken: string; expiresAt: number },
) {
  const { clientId, clientSecret } = APP;
  const endpoints = { clientEndpoint: `${sandbox.url}/rest/`, serverEndpoint: `${sandbox.url}/rest/` };
  const all = { ...tokens, ...endpoints, memberId: sandbox.memberId };
  return workspaceOf({ kind: "oauth", domain: sandbox.host, clientId, clientSecret, tokens: all }, sandbox.host);
}

export const notifyCall = (params: Readonly<Record<string, unknown>> = {}): PortalCall => ({
  method: "im.notify.personal.add",
  params: { USER_ID: 7, MESSAGE: "hello", ...params },
});
