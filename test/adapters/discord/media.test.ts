import { createServer, request } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { createDiscord } from "../../../adapters/discord/adapter.ts";
import { mediaOf } from "../../../adapters/discord/media.ts";
import type { OpenedMedia } from "../../../src/app/ports.ts";
import type { MediaSource } from "../../../src/core/chat.ts";
import { wordsIn } from "../../../src/messages/catalogue.ts";
import { setScene, WORDS } from "./house.ts";

const DAY_MS = 24 * 3_600_000;
const signal = () => AbortSignal.timeout(60_000);

async function read(opened: OpenedMedia): Promise<string> {
  if (opened.kind !== "open") throw new Error(`not open: ${JSON.stringify(opened)}`);
  return text(opened.stream);
}

async function attached(options: Parameters<typeof setScene>[0] = {}) {
  const scene = await setScene(options);
  const file = { name: "log.txt", bytes: Buffer.from("line 1"), contentType: "text/plain" };
  const said = scene.discord.say(scene.channel, scene.boris, { content: "x", attachments: [file] });
  const [attachment] = said.attachments;
  if (!attachment) throw new Error("no attachment");
  const source = {
    kind: "discord" as const,
    url: attachment.url,
    attachmentId: attachment.id,
    message: { channelId: scene.channel.id, messageId: said.id },
  };
  return { ...scene, said, source };
}

test("an attachment is streamed from the CDN with its size, and without the bot token", async () => {
  const { adapter, discord, source } = await attached();
  const opened = await adapter.openMedia(source, signal());
  expect(opened).toMatchObject({ kind: "open", size: 6, mime: expect.stringContaining("text/plain") });
  expect(await read(opened)).toBe("line 1");
  expect(discord.downloads).toMatchObject([{ status: 200, authorized: false }]);
});

test("an expired link is renewed from its message; without the message, or without the file, it is gone", async () => {
  let shiftMs = 0;
  const { adapter, discord, source, said } = await attached({ clock: () => Date.now() + shiftMs });
  shiftMs = 2 * DAY_MS;
  expect(await read(await adapter.openMedia(source, signal()))).toBe("line 1");
  const orphan: MediaSource = { kind: "discord", url: source.url, attachmentId: source.attachmentId };
  expect(await adapter.openMedia(orphan, signal())).toMatchObject({ kind: "gone" });
  discord.edit(said, { attachments: [] });
  expect(await adapter.openMedia(source, signal())).toMatchObject({ kind: "gone" });
  discord.delete(said);
  expect(await adapter.openMedia(source, signal())).toMatchObject({ kind: "gone" });
});

test.each([
  "http://169.254.169.254/latest/meta-data",
  "https://evil.example/cdn.discordapp.com",
  "https://cdn.discordapp.com.evil.example/x",
  "http://cdn.discordapp.com/x",
  "https://cdn.discordapp.com@evil.example/x",
  "file:///etc/passwd",
])("nothing is fetched from %s", async (url) => {
  const { adapter, discord } = await setScene();
  const opened = await adapter.openMedia({ kind: "discord", url, attachmentId: "1" }, signal());
  expect(opened).toMatchObject({ kind: "gone", reason: "the address is not one of Discord's CDN" });
  expect(discord.downloads).toEqual([]);
});

test("a download that breaks off goes on where it stopped, three times; then it fails", async () => {
  const { adapter, discord, source } = await attached();
  const cut = { kind: "reset", afterBytes: 1, route: /attachments/ } as const;
  discord.faults.add({ ...cut, times: 3 });
  expect(await read(await adapter.openMedia(source, signal()))).toBe("line 1");
  expect(discord.downloads.map(({ range }) => range)).toEqual([undefined, "bytes=1-", "bytes=2-", "bytes=3-"]);
  discord.faults.add({ ...cut, times: 4 });
  await expect(adapter.openMedia(source, signal()).then(read)).rejects.toThrow();
});

test("an outage is tried later, an abort is thrown", async () => {
  const { adapter, discord, source } = await attached();
  discord.faults.add({ kind: "reply", status: 503, route: /attachments/ });
  expect(await adapter.openMedia(source, signal())).toMatchObject({ kind: "later" });
  await discord.pause();
  expect(await adapter.openMedia(source, signal())).toMatchObject({ kind: "later" });
  await expect(adapter.openMedia(source, AbortSignal.abort())).rejects.toThrow();
});

test("with a proxy, requests and downloads go through it", async () => {
  const { discord, house, source } = await attached();
  const seen: string[] = [];
  const proxy = createServer((asked, answer) => {
    const url = new URL(asked.url ?? "", discord.url);
    seen.push(url.host);
    const onward = request(url, { method: asked.method ?? "GET", headers: asked.headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const address = proxy.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const adapter = createDiscord({
    token: discord.token,
    apiRoot: discord.apiRoot,
    privateHosts: [new URL(discord.url).host],
    proxyUrl: `http://127.0.0.1:${port}`,
    intake: house.intake,
    cursors: { get: async () => undefined, writtenAt: async () => 0, put: async () => undefined },
    words: WORDS,
    log: house.log,
    clock: Date.now,
  });
  expect((await adapter.identity()).username).toBe("herald24");
  expect(await read(await adapter.openMedia(source, signal()))).toBe("line 1");
  expect(new Set(seen)).toEqual(new Set([new URL(discord.url).host]));
  expect((await adapter.findings(wordsIn("en"))).map((finding) => finding.check)).toContain("discord-proxy");
});

test.each([
  [
    { name: "_.png", title: "Отчёт за май", contentType: "image/png" },
    { kind: "picture", name: "Отчёт за май.png" },
  ],
  [
    { name: "a.pdf", title: "a.pdf", contentType: "application/pdf" },
    { kind: "file", name: "a.pdf" },
  ],
  [
    { name: "photo.JPG", contentType: null },
    { kind: "picture", name: "photo.JPG" },
  ],
  [{ name: "drawing.svg", contentType: "image/svg+xml" }, { kind: "file" }],
  [
    { name: "voice-message.ogg", contentType: "audio/ogg" },
    { kind: "file", name: "voice-message.ogg" },
  ],
  [
    { name: "a.png", contentType: "image/png", flags: { bitfield: 8 } },
    { kind: "picture", spoiler: true },
  ],
  [
    { name: "SPOILER_a.png", contentType: "image/png", spoiler: true },
    { name: "a.png", spoiler: true },
  ],
  [
    { name: "SPOILER_.png", title: "SPOILER_план", contentType: "image/png", spoiler: true },
    { name: "план.png", spoiler: true },
  ],
])("an attachment %j becomes %j", (attachment, media) => {
  const base = { id: "1", size: 3, url: "https://cdn.discordapp.com/x", spoiler: false, flags: { bitfield: 0 } };
  expect(mediaOf({ ...base, ...attachment })).toMatchObject(media);
});
