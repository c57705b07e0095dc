import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGroup } from "../support/group.ts";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("no secret leaves: not in logs, chats, metrics, command lines, links, nor in clear in the database", async () => {
  const { portal, telegram, discord, ivan, group, oleg, channel, guild, folder, start, reacted, answered, cli } =
    await openGroup();
  const service = await start();
  const message = telegram.sendPhoto(group, ivan, { bytes: PIXEL, caption: "/notify @anna with a picture" });
  await reacted(message.message_id, "👍");
  discord.say(channel, oleg, {
    content: "!notify @boris file",
    attachments: [{ name: "a.txt", bytes: Buffer.from("x") }],
  });
  const slash = discord.interact.slash(channel, oleg, { name: "notify", options: { to: "@anna", text: "slash" } });
  await discord.waitFor(() => slash.original()?.content?.includes("Delivered"));
  await expect.poll(() => portal.feed(8).length).toBe(1);
  const mediaLink = /http:\/\/[^"]+\/media\/[^"]+/u.exec(JSON.stringify(portal.feed(7)))?.[0] ?? "";
  expect(Buffer.from(await (await fetch(mediaLink)).arrayBuffer())).toEqual(PIXEL);
  portal.faults.add({
    kind: "reply",
    status: 401,
    body: { error: "NO_AUTH_FOUND", error_description: portal.webhookUrl(1) },
  });
  telegram.say(group, ivan, "/notify id:1 now the webhook is refused");
  await expect.poll(async () => (await cli("workspace", "show", "main")).out).toContain("NO_AUTH_FOUND");
  telegram.say(group, ivan, "/notify");
  await answered("Whom shall I notify?");

  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  const told = await Promise.all(
    [
      ["doctor"],
      ["workspace", "show", "main", "--json"],
      ["deliveries", "list", "--json"],
      ["audit", "list"],
      ["people", "export", "main"],
    ].map((argv) => cli(...argv)),
  );
  const code = new URL(portal.webhookUrl(1)).pathname.split("/")[3] ?? "";
  const places = {
    logs: service.logs.join("\n"),
    metrics,
    commands: told.map(({ out, err }) => out + err).join("\n"),
    telegram: JSON.stringify(telegram.postsOf(group)),
    discord: JSON.stringify(guild.channels.map((each) => discord.messagesOf(each))),
    portal: JSON.stringify(portal.allNotifications),
    files: filesIn(join(folder, "data")),
  };
  const secrets = { telegram: telegram.token, discord: discord.token, webhook: code, interaction: slash.token };
  expect(metrics).toContain('herald24_verdicts_total{workspace="main",verdict="delivered"}');
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length).toBeGreaterThan(8);
    for (const [place, text] of Object.entries(places))
      expect(text.includes(secret), `${name} in ${place}`).toBe(false);
  }
  const capability = mediaLink.split("/")[4] ?? "";
  expect(capability.length).toBeGreaterThanOrEqual(22);
  for (const place of ["logs", "metrics", "commands", "telegram", "discord", "files"] as const)
    expect(places[place].includes(capability), `media link in ${place}`).toBe(false);
  expect(places.portal).not.toContain("/attachments/");
});

/** What has been served of the links of a feed, with headers: whole, as the small copy, and as pages about ended links. */
async function servedOf(feed: unknown): Promise<string> {
  const links = [...JSON.stringify(feed).matchAll(/http:\/\/[^"]+\/media\/[^"]+/gu)].map(([link]) => link);
  const pages = links.flatMap((link) => [link, link.replace(/\/media\/[^/]+/u, "/media/unknown")]);
  const answers = await Promise.all(pages.map((page) => fetch(page)));
  const texts = answers.map(async (answer) => [
    answer.url.replace(/\/media\/.*/u, ""),
    JSON.stringify([...answer.headers]),
    Buffer.from(await answer.arrayBuffer()).toString("latin1"),
  ]);
  return (await Promise.all(texts)).flat().join("\n");
}

const DISK = { userId: 1, code: ["disk", "canary", "0001"].join(""), scopes: ["im", "user_basic", "disk"] };

test.each([
  { way: "relay", isPublic: true },
  { way: "drive", isPublic: false },
])("no outgoing byte holds a secret of a source when media go by $way", async ({ way, isPublic }) => {
  const group = await openGroup({ isPublic, portal: { webhooks: [DISK] } });
  const { portal, telegram, discord, ivan, oleg, channel, guild, folder, start, reacted } = group;
  const service = await start();
  const sent = [
    telegram.sendPhoto(group.group, ivan, { bytes: PIXEL, caption: "/notify @anna photo" }),
    telegram.sendDocument(group.group, ivan, {
      bytes: Buffer.from("some words"),
      fileName: "отчёт.txt",
      caption: "/notify @anna document",
    }),
    telegram.sendVoice(group.group, ivan, { bytes: Buffer.from("OggS voice"), caption: "/notify @anna voice" }),
  ];
  for (const { message_id: id } of sent) await reacted(id, "👍");
  const files = [
    { name: "a.png", bytes: PIXEL },
    { name: "b.txt", bytes: Buffer.from("words") },
  ];
  discord.say(channel, oleg, { content: "!notify @anna files", attachments: files });
  await expect.poll(() => portal.feed(7).length).toBe(4);
  const shown = discord.say(channel, oleg, { content: "look", attachments: files.slice(0, 1) });
  const signed = /http:[^"]+hm=[0-9a-f]+/u.exec(JSON.stringify(shown))?.[0] ?? "";
  const monitor = { id: "42", name: "Monitor" };
  // One that leads somewhere, and one that has ended: that is told, without naming it.
  for (const [index, url] of [signed, signed.replace(/hm=[0-9a-f]{4}/u, "hm=0000")].entries()) {
    const embeds = [{ type: "rich", title: "seen", image: { url } }];
    const embedded = discord.say(channel, oleg, { embeds, webhook: monitor });
    discord.say(channel, oleg, { content: "!notify @anna embed", replyTo: embedded });
    await expect.poll(() => portal.feed(7).length).toBe(5 + index);
  }
  expect(portal.feed(7).at(-1)?.text).toContain("a.png");

  const blocks = portal.feed(7).flatMap(({ attach }) => attach?.blocks ?? []);
  expect(blocks).toHaveLength(6);
  const uploads = portal.drive.files;
  expect(uploads).toHaveLength(way === "drive" ? 6 : 0);
  const places = {
    "portal, as called": JSON.stringify(portal.requests.map(({ query, body, userAgent }) => [query, body, userAgent])),
    "portal, as shown": JSON.stringify(portal.allNotifications),
    "the Drive": uploads.map(({ id, name }) => name + portal.drive.read(id, 7)?.toString("latin1")).join("\n"),
    served: await servedOf(portal.feed(7)),
    "Telegram's chats": JSON.stringify(telegram.calls.map(({ payload }) => payload)),
    "Discord's chats": JSON.stringify([
      discord.calls.map(({ query, body }) => [query, body]),
      answersIn(guild, discord),
    ]),
    logs: service.logs.join("\n"),
    metrics: await (await fetch(`${service.url}/metrics`)).text(),
    disk: filesIn(join(folder, "data")),
  };
  const hm = /hm=(?<hm>[0-9a-f]+)/u.exec(signed)?.groups?.hm ?? "";
  const secrets = { telegram: telegram.token, discord: discord.token, webhook: DISK.code, "signed link": hm };
  for (const [place, text] of Object.entries(places)) {
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret.length).toBeGreaterThan(8);
      // What the upload's address holds is the portal's own; it is asked there and nowhere else.
      if (place === "portal, as called" && name === "webhook") continue;
      expect(text.includes(secret), `${name} in ${place}`).toBe(false);
    }
    expect(text, `signed links in ${place}`).not.toMatch(/[?&]hm=|\/file\/bot|\/attachments\/\d/u);
  }
  expect(places.served.length > 0).toBe(way === "relay");
});

type House = Awaited<ReturnType<typeof openGroup>>;

/** What the bot itself has said on Discord. */
const answersIn = (guild: House["guild"], discord: House["discord"]) =>
  guild.channels.flatMap((each) => discord.messagesOf(each).filter(({ authorId }) => authorId === discord.bot.id));

const filesIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "secret.key")
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
