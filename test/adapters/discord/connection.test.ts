import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createConnection } from "../../../adapters/discord/connection.ts";
import type { Log } from "../../../src/app/ports.ts";

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function discordAnswering(status: number, headers: Record<string, string>): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status, headers).end());
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
}

test("an answer without content that calls itself JSON, as proxies have it, is no failure", async () => {
  const apiRoot = await discordAnswering(204, { "Content-Type": "application/json", "X-RateLimit-Remaining": "3" });
  const connection = createConnection({ token: "t", apiRoot, log: quiet });
  const rest = await connection.restOnce();
  await expect(rest.put("/channels/1/messages/2/reactions/%F0%9F%91%80/@me")).resolves.toBeInstanceOf(ArrayBuffer);
});
