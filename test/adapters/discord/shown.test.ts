import { expect, test } from "vitest";
import { readPayload } from "../../../adapters/discord/payload.ts";
import { componentMedia, embedMedia } from "../../../adapters/discord/shown.ts";
import type { Said } from "../../../sandbox/discord/control/say.ts";
import { setScene, until } from "./house.ts";

const PICTURE = {
  url: "https://grafana.example/render/cpu.png?x=1",
  proxy_url: "https://media.discordapp.net/external/k/cpu.png",
};

/** What a `!notify` in reply to each of these brings, as it is read back from the inbox. */
async function repliesTo(...originals: readonly Said[]) {
  const scene = await setScene();
  const { discord, house, channel, anna, boris, start } = scene;
  await start();
  for (const original of originals) {
    const said = discord.say(channel, anna, original);
    discord.say(channel, boris, { content: `!notify <@${anna.id}>`, replyTo: said });
  }
  await until(() => house.entries.length === originals.length);
  return house.entries.map(({ payload }) => readPayload(payload)?.repliedTo ?? expect.fail("unreadable"));
}

test("pictures of alerts go along, preferably Discord's copy; a page that is only linked does not", async () => {
  const [alert, linked, gif, preview] = await repliesTo(
    {
      webhook: { id: "9", name: "Grafana" },
      embeds: [{ title: "CPU", image: PICTURE, thumbnail: { url: "https://g.example/t" } }],
    },
    { content: "https://a.example/a.png", embeds: [{ type: "image", thumbnail: { url: "https://a.example/a.png" } }] },
    {
      content: "https://tenor.com/x",
      embeds: [
        {
          type: "gifv",
          thumbnail: { url: "https://media.tenor.com/x.png" },
          video: {
            url: "https://media.tenor.com/x.mp4",
            proxy_url: "https://images-ext-1.discordapp.net/external/k/x.mp4",
          },
        },
      ],
    },
    {
      content: "https://b.example",
      embeds: [{ type: "link", title: "B", thumbnail: { url: "https://b.example/b.png" } }],
    },
  );
  expect(alert?.media).toEqual([
    { kind: "picture", name: "cpu.png", source: { kind: "remote", url: PICTURE.proxy_url } },
    { kind: "picture", name: "picture", source: { kind: "remote", url: "https://g.example/t" } },
  ]);
  expect(linked?.media).toMatchObject([{ kind: "picture", name: "a.png" }]);
  expect(gif?.media).toMatchObject([
    { kind: "picture", name: "x.png" },
    { kind: "file", name: "x.mp4", source: { url: "https://images-ext-1.discordapp.net/external/k/x.mp4" } },
  ]);
  expect(preview?.media).toEqual([]);
});

test("a person's own command fetches nothing that it only names; an alert that is a command brings its picture", async () => {
  const { discord, house, channel, anna, boris, start } = await setScene();
  await start();
  const embeds = ["rich", "image", "gifv", "link"].map((type) => ({
    type,
    title: "a page",
    image: PICTURE,
    thumbnail: PICTURE,
  }));
  discord.say(channel, boris, { content: `!notify <@${anna.id}> see https://grafana.example`, embeds });
  discord.say(channel, boris, {
    webhook: { id: "9", name: "CI" },
    content: `!notify <@${anna.id}> red`,
    embeds: [{ image: PICTURE }],
  });
  await until(() => house.entries.length === 2);
  const [own, alert] = house.messages();
  expect(own?.media).toEqual([]);
  expect(JSON.stringify(own?.text)).not.toContain("a page");
  expect(alert?.media).toMatchObject([{ source: { kind: "remote" } }]);
});

test("stickers are pictures where anybody can show them, else their names; polls are words; voice is a file", async () => {
  const stickers = [
    { id: "11", name: "wave", format_type: 1 },
    { id: "12", name: "spin", format_type: 2 },
    { id: "13", name: "dance", format_type: 3 },
    { id: "14", name: "jump", format_type: 4 },
  ];
  const poll = {
    question: { text: "Lunch?" },
    answers: [
      { answer_id: 1, poll_media: { text: "Soup" } },
      { answer_id: 2, poll_media: { text: "Salad", emoji: { id: null, name: "🥗" } } },
    ],
    expiry: null,
    allow_multiselect: false,
    layout_type: 1,
  };
  const voice = { durationSecs: 2, waveform: "AAA" };
  const [stuck, polled, spoken] = await repliesTo(
    { stickers },
    { poll },
    { attachments: [{ name: "voice-message.ogg", bytes: Buffer.from("OggS"), contentType: "audio/ogg", voice }] },
  );
  expect(stuck?.media.map(({ kind, name }) => [kind, name])).toEqual([
    ["picture", "wave.png"],
    ["picture", "spin.png"],
    ["picture", "jump.gif"],
  ]);
  expect(stuck?.parts).toEqual([{ kind: "sticker", label: "dance" }]);
  expect(polled?.parts).toEqual([{ kind: "poll", question: "Lunch?", options: ["Soup", "Salad"] }]);
  expect(spoken?.media).toMatchObject([{ kind: "file", name: "voice-message.ogg", mime: "audio/ogg" }]);
});

test("a forwarded message brings the words, files, pictures and stickers of its original", async () => {
  const { discord, house, adapter, channel, anna, boris, start } = await setScene();
  await start();
  const original = discord.say(channel, anna, {
    content: "it burns",
    attachments: [{ name: "log.txt", bytes: Buffer.from("line 1") }],
    embeds: [{ title: "CPU", image: PICTURE }],
    stickers: [{ id: "11", name: "wave", format_type: 1 }],
  });
  const forwarded = discord.say(channel, boris, { forward: original });
  discord.say(channel, boris, { content: `!notify <@${anna.id}>`, replyTo: forwarded });
  await until(() => house.entries.length === 1);
  const brought = house.messages()[0]?.repliedTo;
  expect(JSON.stringify(brought?.text)).toContain("it burns");
  expect(brought?.media.map(({ name }) => name)).toEqual(["log.txt", "wave.png", "cpu.png"]);
  const source = brought?.media[0]?.source ?? expect.fail("no file");
  expect(await adapter.openMedia(source, AbortSignal.timeout(60_000))).toMatchObject({ kind: "open", size: 6 });
});

test("what components show goes along in order, however deep", async () => {
  const item = (name: string, more: object = {}) => ({
    media: { url: `https://cdn.discordapp.com/x/${name}`, content_type: "image/png" },
    ...more,
  });
  const components = [
    {
      type: 17,
      components: [
        { type: 10, content: "Build is red" },
        { type: 9, components: [{ type: 10, content: "beside" }], accessory: { type: 11, ...item("thumb.png") } },
        { type: 12, items: [item("1.png"), item("2.png", { spoiler: true })] },
        { type: 12, items: [{ media: { url: "https://cdn.discordapp.com/x/clip.mp4", content_type: "video/mp4" } }] },
        { type: 13, file: { url: "https://cdn.discordapp.com/x/y.bin" }, name: "report.pdf", size: 7 },
      ],
    },
  ];
  const [brought] = await repliesTo({ webhook: { id: "9", name: "CI" }, components, componentsV2: true });
  expect(JSON.stringify(brought?.text)).toContain("Build is red");
  expect(brought?.media.map(({ kind, name, size, spoiler }) => [kind, name, size, spoiler])).toEqual([
    ["picture", "thumb.png", undefined, undefined],
    ["picture", "1.png", undefined, undefined],
    ["picture", "2.png", undefined, true],
    ["file", "clip.mp4", undefined, undefined],
    ["file", "report.pdf", 7, undefined],
  ]);
});

test.each([
  { url: "attachment://a.png" },
  { url: "file:///etc/passwd" },
  { url: "javascript:alert(1)" },
  { url: "not an address" },
  { url: 7 },
  {},
  null,
])("an address like %j is no picture", (media) => {
  expect(componentMedia({ type: 11, media })).toEqual([]);
});

test("a stranger's host is not taken for Discord's, and a player's page not for a video", () => {
  const proxy_url = "https://media.discordapp.net.evil.example/a.png";
  const [picture] = embedMedia({ image: { url: "https://a.example/a.png", proxy_url } });
  expect(picture?.source).toEqual({ kind: "remote", url: "https://a.example/a.png" });
  expect(embedMedia({ type: "rich", video: { url: "https://player.example/embed/1" } })).toEqual([]);
});
