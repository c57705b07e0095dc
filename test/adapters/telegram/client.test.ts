import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { openBot } from "../../../adapters/telegram/client.ts";
import { faultOf } from "../../../adapters/telegram/fault.ts";

const token = `${123456}:${"A".repeat(35)}`;
const body = JSON.stringify({ ok: true, result: [] });

/** A bot that talks to a server which answers every call in one and the same way. */
async function botBefore(answer: (response: ServerResponse) => void) {
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return openBot({ token, apiRoot: `http://${host}`, privateHosts: [host] });
}

/** Says that the whole of it follows, sends the first half and closes the connection in good order. */
function breakOff(response: ServerResponse, whole: Buffer, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": whole.length, ...headers });
  response.write(whole.subarray(0, whole.length / 2), () => response.socket?.end());
}

describe("an answer of Telegram that breaks off", () => {
  test.each([
    ["plain", Buffer.from(body), {}],
    ["compressed", gzipSync(body), { "content-encoding": "gzip" }],
  ])("fails the call at once: %s", async (_name, whole, headers) => {
    const bot = await botBefore((response) => breakOff(response, whole, headers));
    const fault = await bot.api.getUpdates().catch(faultOf);
    expect(fault).toMatchObject({ kind: "unanswered" });
  });

  test("leaves the next call alone", async () => {
    let calls = 0;
    const bot = await botBefore((response) => {
      calls += 1;
      if (calls === 1) breakOff(response, Buffer.from(body));
      else response.writeHead(200, { "content-type": "application/json" }).end(body);
    });
    await expect(bot.api.getUpdates()).rejects.toThrow();
    await expect(bot.api.getUpdates()).resolves.toEqual([]);
  });
});
