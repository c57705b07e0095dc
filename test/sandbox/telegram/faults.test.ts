import { HttpError } from "grammy";
import { expect, test } from "vitest";
import { groupFor } from "./support.ts";

test("a lost answer: the message is there although the call failed", async () => {
  const { telegram, api, group } = await groupFor();
  telegram.faults.add({ method: "sendMessage", kind: "reset", executed: true });
  await expect(api.sendMessage(group.id, "once")).rejects.toBeInstanceOf(HttpError);
  expect(telegram.postsOf(group).map((stored) => stored.message.text)).toEqual(["once"]);
});

test("a reset before execution leaves nothing behind", async () => {
  const { telegram, api, group } = await groupFor();
  telegram.faults.add({ method: "sendMessage", kind: "reset" });
  await expect(api.sendMessage(group.id, "never")).rejects.toBeInstanceOf(HttpError);
  expect(telegram.postsOf(group)).toEqual([]);
});

test("a fault can concern one chat only, and strikes as often as told", async () => {
  const { telegram, api, anna, group } = await groupFor();
  telegram.createChat({ type: "private", user: anna });
  telegram.faults.add({ method: "sendMessage", kind: "429", retryAfter: 7, chatId: group.id, times: 2 });
  for (const _ of [1, 2]) {
    await expect(api.sendMessage(group.id, "x")).rejects.toMatchObject({ parameters: { retry_after: 7 } });
  }
  await api.sendMessage(anna.id, "x");
  await api.sendMessage(group.id, "x");
  expect(telegram.faults.left).toBe(0);
});

test("a scripted answer may be anything, even a page", async () => {
  const { telegram } = await groupFor();
  telegram.faults.add({ method: "*", kind: "reply", status: 502, body: "<html>Bad Gateway</html>" });
  const response = await fetch(`${telegram.url}/bot${telegram.token}/getMe`);
  expect([response.status, await response.text()]).toEqual([502, "<html>Bad Gateway</html>"]);
});

test("a call can hang until its caller gives up", async () => {
  const { telegram, group } = await groupFor();
  telegram.faults.add({ method: "sendMessage", kind: "hang", executed: true });
  const giveUp = new AbortController();
  const call = fetch(`${telegram.url}/bot${telegram.token}/sendMessage`, {
    method: "POST",
    body: new URLSearchParams({ chat_id: `${group.id}`, text: "x" }),
    signal: giveUp.signal,
  });
  await telegram.waitFor(() => telegram.postsOf(group).length === 1);
  giveUp.abort();
  await expect(call).rejects.toThrow();
});

test("a pause breaks the waiting poll; after it the queue is still there on the same port", async () => {
  const { telegram, api, anna, group } = await groupFor();
  const poll = api.getUpdates({ timeout: 30 }).catch((error: unknown) => error);
  await telegram.waitFor(() => telegram.calls.length === 1);
  await telegram.pause();
  expect(await poll).toBeInstanceOf(HttpError);
  telegram.say(group, anna, "meanwhile");
  await expect(api.getMe()).rejects.toBeInstanceOf(HttpError);
  await telegram.resume();
  expect(await api.getUpdates()).toHaveLength(1);
});

test("the log of calls has payloads and outcomes but never the token", async () => {
  const { telegram, api, group } = await groupFor();
  await api.sendMessage(group.id, "hello");
  await expect(api.sendMessage(0, "x")).rejects.toThrow();
  expect(telegram.calls).toMatchObject([
    { method: "sendMessage", payload: { chat_id: group.id, text: "hello" }, status: 200 },
    { status: 400, description: "Bad Request: chat not found" },
  ]);
  expect(JSON.stringify(telegram.calls)).not.toContain(telegram.token);
});

test("waiting in vain says what did happen", async () => {
  const { telegram, api } = await groupFor();
  await api.getMe();
  const wait = telegram.waitFor(() => false, { timeoutMs: 10, what: "a miracle" });
  await expect(wait).rejects.toThrow("waited in vain for a miracle; last calls: getMe -> 200");
});

test("after logOut the server is deaf", async () => {
  const { api } = await groupFor();
  await api.logOut();
  await expect(api.getMe()).rejects.toThrow("Logged out");
});
