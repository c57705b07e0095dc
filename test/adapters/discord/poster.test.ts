import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readWebhook, webhookName } from "../../../adapters/discord/webhook.ts";
import type { PostFile, PostSaying } from "../../../src/app/poster.ts";
import { type Scene, setScene } from "./house.ts";

const saying = (change: Partial<PostSaying> = {}): PostSaying => ({
  text: [{ text: "Disk full" }],
  files: [],
  buttons: [],
  silent: false,
  author: "Grafana",
  key: "k",
  ...change,
});

const placeOf = ({ guild, channel }: Scene) =>
  ({ platform: "discord", chatId: guild.id, threadId: channel.id }) as const;

const file = (name: string, size = 3, mime = "text/plain"): PostFile => ({
  sha256: "a".repeat(64),
  size,
  mime,
  name,
  picture: false,
  open: async () => Readable.from([Buffer.alloc(size, "x")]),
});

const idIn = (outcome: { kind: string; messageIds?: readonly string[] }): string => outcome.messageIds?.[0] ?? "";

test("a post is edited and removed in place; removing it once more is harmless", async () => {
  const scene = await setScene();
  const { poster } = scene.adapter;
  const place = placeOf(scene);
  const buttons = [{ label: "I have it", data: "ack:1" }];
  const id = idIn(await poster.post(place, saying({ buttons })));
  expect(scene.discord.messagesOf(scene.channel)).toMatchObject([{ id, content: "Disk full" }]);
  expect(await poster.edit(place, id, saying({ text: [{ text: "Resolved", styles: ["bold"] }] }))).toMatchObject({
    kind: "done",
  });
  expect(scene.discord.messagesOf(scene.channel)).toMatchObject([{ content: "**Resolved**", components: [] }]);
  expect(await poster.remove(place, id)).toMatchObject({ kind: "done" });
  expect(scene.discord.messagesOf(scene.channel)).toEqual([]);
  expect(await poster.remove(place, id)).toMatchObject({ kind: "gone" });
  expect(await poster.edit(place, id, saying())).toMatchObject({ kind: "gone" });
});

test("under the same key the same post is shown once, under another one again", async () => {
  const scene = await setScene();
  const { poster } = scene.adapter;
  const [first, second] = [await poster.post(placeOf(scene), saying()), await poster.post(placeOf(scene), saying())];
  expect(second).toEqual(first);
  await poster.post(placeOf(scene), saying({ key: "other" }));
  expect(scene.discord.messagesOf(scene.channel)).toHaveLength(2);
});

test("nobody is pinged, whatever the text says, and links have no preview", async () => {
  const scene = await setScene();
  const text = `@everyone @here <@${scene.anna.id}> <@&1> https://example.org`;
  await scene.adapter.poster.post(placeOf(scene), saying({ text: [{ text }] }));
  expect(scene.discord.pings).toEqual([]);
  expect(scene.discord.messagesOf(scene.channel)[0]?.flags).toBe(1 << 2);
});

test("files go along in one message, hidden ones hidden; an edit leaves them there", async () => {
  const scene = await setScene();
  const { poster } = scene.adapter;
  const files = [file("отчёт.txt"), { ...file("b.txt"), spoiler: true as const }];
  const id = idIn(await poster.post(placeOf(scene), saying({ files })));
  const shown = () =>
    scene.discord.messagesOf(scene.channel)[0]?.attachments.map(({ filename, size }) => [filename, size]);
  expect(shown()).toEqual([
    [expect.stringMatching(/\.txt$/u), 3],
    ["SPOILER_b.txt", 3],
  ]);
  await poster.edit(placeOf(scene), id, saying({ text: [{ text: "edited" }] }));
  expect(shown()).toHaveLength(2);
  await poster.edit(placeOf(scene), id, saying({ bare: true }));
  expect(shown()).toEqual([]);
});

test("what belongs to a post is a reply to it, also when that is gone", async () => {
  const scene = await setScene();
  const { poster } = scene.adapter;
  const replyTo = idIn(await poster.post(placeOf(scene), saying()));
  await poster.post(placeOf(scene), saying({ text: [], files: [file("a.txt")], key: "2", replyTo }));
  const call = scene.discord.calls.findLast(({ method }) => method === "POST");
  expect(JSON.stringify(call)).toMatch(new RegExp(`message_reference.*${replyTo}`, "u"));
  await poster.remove(placeOf(scene), replyTo);
  const late = saying({ text: [], files: [file("b.txt")], key: "3", replyTo });
  expect(await poster.post(placeOf(scene), late)).toMatchObject({ kind: "done" });
});

test("where the bot may not read the history, what would be a reply is a message", async () => {
  const scene = await setScene();
  const { poster } = scene.adapter;
  const replyTo = idIn(await poster.post(placeOf(scene), saying()));
  const body = { code: 160002, message: "Cannot reply without permission to read message history" };
  scene.discord.faults.add({ kind: "reply", status: 400, body, method: "POST", route: /\/messages$/ });
  const answer = saying({ text: [], files: [file("a.txt")], key: "2", replyTo });
  expect(await poster.post(placeOf(scene), answer)).toMatchObject({ kind: "done" });
  expect(scene.discord.messagesOf(scene.channel)).toHaveLength(2);
});

test("more files than one message takes, and heavier ones, are several messages", async () => {
  const { adapter } = await setScene();
  const many = Array.from({ length: 12 }, (_, index) => file(`${index}.txt`));
  const text = [{ text: "x" }];
  expect(adapter.poster.arrange({ text, files: many }).map(({ files }) => files.length)).toEqual([10, 2]);
  const heavy = Array.from({ length: 4 }, (_, index) => file(`${index}.bin`, 9 * 1024 * 1024));
  expect(adapter.poster.arrange({ text, files: heavy }).map(({ files }) => files.length)).toEqual([2, 2]);
});

test("a refusal says what it means for the post", async () => {
  const scene = await setScene();
  const { discord, adapter, channel } = scene;
  discord.setPermissions(channel, { send: false });
  expect(await adapter.poster.post(placeOf(scene), saying())).toMatchObject({ kind: "impossible" });
  discord.setPermissions(channel, { send: true });
  discord.deleteChannel(channel);
  expect(await adapter.poster.post(placeOf(scene), saying({ key: "2" }))).toMatchObject({ kind: "gone" });
  const server = { ...placeOf(scene), threadId: "" };
  expect(await adapter.poster.post(server, saying({ key: "3" }))).toMatchObject({ kind: "impossible" });
});

test("a webhook posts under the author's name, edits and deletes; once it is deleted, it is gone; its address is told to nobody", async () => {
  const scene = await setScene();
  const { discord, adapter, channel, house } = scene;
  const { id, url } = discord.createWebhook(channel);
  const place = { platform: "discord", chatId: `webhook:${id}`, threadId: "", webhook: url } as const;
  const post = await adapter.poster.post(
    place,
    saying({ buttons: [{ label: "x", data: "y" }], files: [file("a.txt")] }),
  );
  expect(discord.messagesOf(channel)).toMatchObject([{ authorId: id, content: "Disk full", components: [] }]);
  expect(await adapter.poster.edit(place, idIn(post), saying({ text: [{ text: "over" }] }))).toMatchObject({
    kind: "done",
  });
  expect(discord.messagesOf(channel)).toMatchObject([{ content: "over" }]);
  expect(await adapter.poster.remove(place, idIn(post))).toMatchObject({ kind: "done" });
  discord.deleteWebhook(id);
  const after = await adapter.poster.post(place, saying());
  expect(after).toMatchObject({ kind: "gone" });
  expect(JSON.stringify([house.lines, post, after])).not.toContain(url.split("/").at(-1));
});

test("a webhook's post whose answer was lost is not repeated by itself", async () => {
  const scene = await setScene();
  const { discord, adapter, channel } = scene;
  const { id, url } = discord.createWebhook(channel);
  const place = { platform: "discord", chatId: `webhook:${id}`, threadId: "", webhook: url } as const;
  discord.faults.add({ kind: "reset", executed: true, method: "POST", route: /^\/webhooks\// });
  expect(await adapter.poster.post(place, saying())).toMatchObject({ kind: "unknown" });
  expect(discord.messagesOf(channel)).toHaveLength(1);
  expect(adapter.poster.repeatableMs(place)).toBe(0);
});

test.each([
  ["https://discord.com/api/webhooks/123456789012345678/{token}", true],
  ["https://ptb.discord.com/api/v10/webhooks/123456789012345678/{token}?thread_id=5", true],
  ["http://127.0.0.1:8080/api/webhooks/123456789012345678/{token}", true],
  ["https://discord.com.evil.example/api/webhooks/123456789012345678/{token}", false],
  ["https://evil.example/api/webhooks/123456789012345678/{token}", false],
  ["https://discord.com/api/webhooks/name/{token}", false],
  ["nonsense", false],
])("%s is a webhook of ours: %s", (address, isOurs) => {
  const read = readWebhook(address.replace("{token}", "t".repeat(68)), "http://127.0.0.1:8080/api");
  expect(read !== undefined).toBe(isOurs);
});

test.each([
  ["Grafana", "Grafana"],
  ["@everyone", "herald24"],
  ["Discord Support", "D\u200biscord Support"],
  ["a#b:c`d", "a b c d"],
  ["", "herald24"],
  ["x".repeat(100), "x".repeat(80)],
])("%s is called %s", (author, name) => {
  expect(webhookName(author)).toBe(name);
});
