import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

test("a command with a photo becomes a notification with the picture, marked 👀 and then 👍", async () => {
  const { portal, telegram, ivan, group, start, reacted } = await openGroup();
  await start();
  const bytes = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
  // What is delivered before its sender could be told that it was accepted is told as delivered at once.
  portal.setDown(true);
  const message = telegram.sendPhoto(group, ivan, { bytes, caption: "/notify @anna Build is red #ci" });
  await reacted(message.message_id, "👀");
  portal.setDown(false);
  await reacted(message.message_id, "👍");
  const [notification] = portal.feed(7);
  expect(notification?.text).toContain("Build is red");
  expect(JSON.stringify(notification?.attach)).toContain("/media/");
  expect(telegram.reactionsOf(group, message.message_id).flatMap(({ emoji }) => emoji)).toEqual(["👀", "👍"]);
});

test("by webhook the same happens; a wrong secret and a wrong address are refused", async () => {
  const { portal, telegram, ivan, group, start } = await openGroup({ env: { TELEGRAM_MODE: "webhook" } });
  const { url } = await start();
  const message = telegram.say(group, ivan, "/notify @anna by webhook");
  await telegram.waitFor(() =>
    telegram.reactionsOf(group, message.message_id).some(({ emoji }) => emoji.includes("👍")),
  );
  expect(portal.feed(7)).toHaveLength(1);
  expect(telegram.calls.map(({ method }) => method)).not.toContain("getUpdates");
  const set = telegram.calls.find(({ method }) => method === "setWebhook")?.payload;
  const address = String(set?.url);
  const post = (to: string, secret: string) =>
    fetch(to, { method: "POST", headers: { "X-Telegram-Bot-Api-Secret-Token": secret }, body: "{}" });
  expect((await post(address, "wrong")).status).toBe(401);
  expect((await post(`${url}/telegram/guess`, String(set?.secret_token))).status).toBe(404);
});

test("webhook mode without a public address refuses to start and says what is missing", async () => {
  const { cliWith } = await openGroup({ isPublic: false });
  const started = await cliWith({ TELEGRAM_MODE: "webhook" }, "start");
  expect(started.code).toBe(2);
  expect(started.err).toContain("TELEGRAM_MODE=webhook needs PUBLIC_URL");
});

test("without a public address the text still goes, and names what was left out and why", async () => {
  const { portal, telegram, ivan, group, start } = await openGroup({ isPublic: false });
  await start();
  telegram.sendDocument(group, ivan, {
    bytes: Buffer.from("log"),
    fileName: "build.log",
    caption: "/notify @anna see the log",
  });
  await telegram.waitFor(() => telegram.postsOf(group).some(({ message }) => message.text?.includes("build.log")));
  await expect.poll(() => portal.feed(7).length).toBe(1);
  const [notification] = portal.feed(7);
  expect(notification?.text).toContain("see the log");
  expect(notification?.text).toContain("build.log");
  expect(notification?.text).toContain("no public address");
  expect(notification?.attach).toBeUndefined();
});

test("an album is one notification with its files in order", async () => {
  const { portal, telegram, ivan, group, start } = await openGroup();
  await start();
  const files = ["a.txt", "b.txt", "c.txt"].map((fileName) => ({
    kind: "document" as const,
    bytes: Buffer.from(fileName),
    fileName,
  }));
  telegram.sendAlbum(
    group,
    ivan,
    files.map((file, index) => (index === 1 ? { ...file, caption: "/notify @anna three" } : file)),
  );
  await expect.poll(() => portal.feed(7).length).toBe(1);
  const links = [...JSON.stringify(portal.feed(7)[0]?.attach).matchAll(/"LINK":"(?<link>[^"]+)"/gu)].map(
    (match) => match.groups?.link ?? "",
  );
  const bodies = await Promise.all(links.map(async (link) => (await fetch(link)).text()));
  expect(bodies).toEqual(["a.txt", "b.txt", "c.txt"]);
});
