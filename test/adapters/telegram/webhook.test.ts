import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import type { Telegram } from "../../../adapters/telegram/adapter.ts";
import { groupFor } from "./support.ts";

const SECRET = "s3cret_of-the-hook";

/** The route as the web room serves it, in ten lines. */
async function openRoute(telegram: () => Telegram): Promise<string> {
  const server = createServer(async (request, response) => {
    const header = request.headers["x-telegram-bot-api-secret-token"];
    const answer = telegram().acceptWebhook(typeof header === "string" ? header : undefined, await text(request));
    const status = await answer.then((kind) => ({ stored: 200, refused: 401, malformed: 400 })[kind]).catch(() => 500);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

async function hookedFor(secret = SECRET) {
  const route: { telegram?: Telegram } = {};
  const url = await openRoute(() => route.telegram ?? expect.fail("no adapter yet"));
  const house = await groupFor({ adapter: { mode: { kind: "webhook", url, secret } } });
  route.telegram = house.telegram;
  return house;
}

test("updates that Telegram brings are stored, then confirmed; one that could not be stored is brought again", async () => {
  const { sandbox, inwards, start, anna, group } = await hookedFor();
  start();
  await sandbox.waitFor(() => sandbox.calls.find(({ method, status }) => method === "setWebhook" && status === 200));
  inwards.storeFailures.push(new Error("disk full"));
  sandbox.say(group, anna, "good morning");
  sandbox.say(group, anna, "/notify @petr_s one");
  await sandbox.waitFor(() => sandbox.pendingUpdates().length === 0 && inwards.rows.length === 1);
  expect(inwards.rows[0]?.externalId).toBe(`${sandbox.bot.id}:730000002`);
  expect(sandbox.calls.find(({ method }) => method === "setWebhook")?.payload).toMatchObject({ secret_token: SECRET });
});

test("whoever does not know the secret is refused before anything is read, and Telegram is not asked", async () => {
  const { sandbox, telegram, inwards } = await hookedFor();
  const update = JSON.stringify({ update_id: 1 });
  expect(await telegram.acceptWebhook(undefined, update)).toBe("refused");
  expect(await telegram.acceptWebhook("", update)).toBe("refused");
  expect(await telegram.acceptWebhook(`${SECRET}x`, update)).toBe("refused");
  expect(await telegram.acceptWebhook(SECRET, "{")).toBe("malformed");
  expect(sandbox.calls).toEqual([]);
  expect(await telegram.acceptWebhook(SECRET, update)).toBe("stored");
  expect(inwards.rows).toEqual([]);
});

test("an update that cannot be read is confirmed: brought again and again, it would hold up its chat", async () => {
  const { telegram, inwards, log } = await hookedFor();
  const update = JSON.stringify({ update_id: 1, message: { message_id: "one" } });
  expect(await telegram.acceptWebhook(SECRET, update)).toBe("stored");
  expect(inwards.rows).toEqual([]);
  expect(log.lines.join("\n")).toContain("cannot be read");
});

test.each(["", "with blank", "x".repeat(257)])("a webhook is not started with the secret %j", async (secret) => {
  await expect(hookedFor(secret)).rejects.toThrow(/needs a secret/u);
});

test("while polling, nothing is accepted", async () => {
  const { telegram } = await groupFor();
  expect(await telegram.acceptWebhook("", JSON.stringify({ update_id: 1 }))).toBe("refused");
});
