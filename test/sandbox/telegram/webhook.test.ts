import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { groupFor } from "./support.ts";

interface Post {
  readonly secret: string | undefined;
  readonly text: string;
}

/** A receiver that answers each post with the next status of `script`, then 200; `hold` delays the answers of a text. */
async function receiver(script: readonly number[] = [], hold?: { text: string; until: Promise<void> }) {
  const posts: Post[] = [];
  const statuses = [...script];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const text: string = JSON.parse(Buffer.concat(chunks).toString()).message.text;
    posts.push({ secret: request.headers["x-telegram-bot-api-secret-token"]?.toString(), text });
    if (hold?.text === text) await hold.until;
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, posts };
}

const SECRET = `made-up_${"s".repeat(8)}`;

test("updates are posted with the secret and leave the queue when answered", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const { url, posts } = await receiver();
  telegram.say(group, anna, "before");
  await api.setWebhook(url, { secret_token: SECRET });
  telegram.say(group, anna, "after");
  await telegram.waitFor(() => telegram.pendingUpdates().length === 0);
  expect(posts).toEqual([
    { secret: SECRET, text: "before" },
    { secret: SECRET, text: "after" },
  ]);
});

test("a refused update is repeated until it is taken, and its successor waits", async () => {
  const { telegram, api, anna, group } = await groupFor({ webhookRetryUnitMs: 1 });
  const { url, posts } = await receiver([500, 500, 500]);
  await api.setWebhook(url);
  telegram.say(group, anna, "one");
  telegram.say(group, anna, "two");
  await telegram.waitFor(() => telegram.pendingUpdates().length === 0);
  expect(posts.map((post) => post.text)).toEqual(["one", "one", "one", "one", "two"]);
  const info = await api.getWebhookInfo();
  expect(info).toMatchObject({ url, pending_update_count: 0, last_error_message: expect.stringContaining("500") });
});

test("a chat that waits for its answer does not hold up another", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const release = Promise.withResolvers<void>();
  const { url, posts } = await receiver([], { text: "slow", until: release.promise });
  const other = telegram.createChat({ type: "group" });
  await api.setWebhook(url);
  telegram.say(group, anna, "slow");
  telegram.say(group, anna, "behind");
  telegram.say(other, anna, "quick");
  await telegram.waitFor(() => telegram.pendingUpdates().length === 2);
  // Two connections: which of the two is read first is anybody's guess.
  await expect.poll(() => posts.map((post) => post.text).sort()).toEqual(["quick", "slow"]);
  release.resolve();
  await telegram.waitFor(() => telegram.pendingUpdates().length === 0);
  expect(posts.at(-1)?.text).toBe("behind");
});

test("with a webhook nobody may poll, and a waiting poll ends", async () => {
  const { telegram, api } = await groupFor({ conflictPauseMs: 10, repeatPauseMs: 10 });
  const waiting = api.getUpdates({ timeout: 30 }).catch((error: unknown) => error);
  await telegram.waitFor(() => telegram.calls.length === 1);
  const { url } = await receiver();
  await api.setWebhook(url);
  expect(await waiting).toMatchObject({ error_code: 409, description: /terminated by setWebhook/u });
  await expect(api.getUpdates()).rejects.toThrow("can't use getUpdates method while webhook is active");
  await api.deleteWebhook();
  expect(await api.getUpdates()).toEqual([]);
});

test.each([
  ["http://example.com/hook", "An HTTPS URL must be provided"],
  ["https://example.com:444/hook", "only on ports 80, 88, 443 or 8443"],
  ["nonsense", "invalid webhook URL"],
])("%s is no webhook address", async (url, problem) => {
  const { api } = await groupFor();
  await expect(api.setWebhook(url)).rejects.toThrow(problem);
});

test("a webhook can be set once a second", async () => {
  const { api } = await groupFor({ clock: () => 5_000 });
  const { url } = await receiver();
  await api.setWebhook(url);
  await expect(api.setWebhook(url)).rejects.toMatchObject({ error_code: 429, parameters: { retry_after: 1 } });
});
