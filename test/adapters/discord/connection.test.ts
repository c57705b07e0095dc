import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { createConnection, type Listener } from "../../../adapters/discord/connection.ts";
import { watchedChannels } from "../../../adapters/discord/history.ts";
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

/** A gateway that says no more than it must: of a server neither roles nor members, of an interaction no entitlements. */
async function sparseGateway(): Promise<string> {
  const gateway = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(gateway, "listening");
  const url = `ws://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  gateway.on("connection", (socket) => {
    let s = 0;
    const tell = (t: string, d: object) => {
      s += 1;
      socket.send(JSON.stringify({ op: 0, t, s, d }));
    };
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 40_000 } }));
    socket.on("message", (data) => {
      if (JSON.parse(String(data)).op !== 2) return;
      const user = { id: "11", username: "herald", bot: true };
      const ready = { v: 10, user, session_id: "a", resume_gateway_url: url, application: { id: "11" } };
      tell("READY", { ...ready, guilds: [{ id: "21", unavailable: true }] });
      tell("GUILD_CREATE", { id: "21", name: "Acme", channels: [{ id: "31", type: 0, name: "ops" }] });
      const asked = { id: "41", type: 2, data: { id: "5", name: "help", type: 1 }, token: "t", application_id: "11" };
      tell("INTERACTION_CREATE", { ...asked, guild_id: "21", channel_id: "31", member: { user, roles: [] } });
    });
  });
  const rest = createServer((_, response) => {
    const limit = { total: 1_000, remaining: 999, reset_after: 0, max_concurrency: 1 };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ url, shards: 1, session_start_limit: limit }));
  });
  closing.push(() => {
    for (const socket of gateway.clients) socket.terminate();
    gateway.close();
    rest.closeAllConnections();
    rest.close();
  });
  await once(rest.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(rest.address() as AddressInfo).port}/api`;
}

test("a gateway that leaves out what only discord.js needs ends nothing, and its channels are read", async () => {
  const connection = createConnection({ token: "t", apiRoot: await sparseGateway(), log: quiet });
  const stop = new AbortController();
  const heard: (string | null)[] = [];
  const bound = [{ platform: "discord", chatId: "21", threadId: "" }] as const;
  const nothing = () => {};
  const listener: Listener = {
    ...{ broken: nothing, resumed: nothing, message: nothing, changed: nothing, deleted: nothing },
    missed: (client) => heard.push(...watchedChannels(client, bound).map(({ id }) => id)),
    interaction: ({ channelId }) => heard.push(channelId),
  };
  const running = connection.run(listener, stop.signal);
  await expect.poll(() => heard.toSorted()).toEqual(["31", "31"]);
  stop.abort();
  await running;
});
