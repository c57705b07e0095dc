import { expect, onTestFinished, test } from "vitest";
import { openGroup } from "../support/group.ts";

const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** A Telegram group and a Discord channel, each with a rule that forwards to the other where asked for. */
async function bridged(...ways: readonly ("to discord" | "to telegram")[]) {
  const house = await openGroup({ telegram: { token: `${7_000_001}:${"t".repeat(35)}`, botToBot: true } });
  const { telegram, discord, group, guild, channel, cli } = house;
  const places = [`telegram:${group.id}`, `discord:${guild.id}/${channel.id}`] as const;
  for (const way of ways) {
    const [from, to] = way === "to discord" ? places : places.toReversed();
    const added = await cli("rule", "add", "main", way.replace(" ", "-"), "--from", from ?? "", "--to", to ?? "");
    expect(added).toMatchObject({ code: 0 });
  }
  await house.start();
  const inDiscord = () => discord.messagesOf(channel).filter(({ authorId }) => authorId === discord.bot.id);
  const inTelegram = () => telegram.postsOf(group);
  const seenInDiscord = (text: string) =>
    discord.waitFor(() => inDiscord().find(({ content }) => content.includes(text)));
  const seenInTelegram = (text: string) =>
    telegram.waitFor(() => inTelegram().find(({ message }) => message.text?.includes(text)));
  return { ...house, inDiscord, inTelegram, seenInDiscord, seenInTelegram };
}

test("what is said in Telegram is shown in Discord in its own formatting, with author, origin and a button, and pings nobody", async () => {
  const { telegram, discord, group, ivan, seenInDiscord } = await bridged("to discord");
  const text = "Disk full on db1\nsee @everyone and the runbook";
  telegram.say(group, ivan, {
    text,
    entities: [
      { type: "bold", offset: 0, length: 9 },
      { type: "text_link", offset: text.indexOf("runbook"), length: 7, url: "https://wiki.example/run_book" },
    ],
  });
  const post = await seenInDiscord("on db1");
  expect(post?.content).toContain("*↳ Ivan · Ops, Telegram*");
  expect(post?.content).toContain("**Disk full** on db1");
  expect(post?.content).toContain("[runbook](https://wiki.example/run_book)");
  expect(post?.content).not.toContain("@everyone");
  expect(JSON.stringify(post?.components)).toContain("ack:");
  expect(discord.pings).toEqual([]);
});

test("what is said in Discord is shown in Telegram, with entities; an edit follows, and a deletion too", async () => {
  const { telegram, discord, group, channel, oleg, seenInTelegram, inTelegram } = await bridged("to telegram");
  const said = discord.say(channel, oleg, { content: "**Disk full** on `db1`, @ivan_k" });
  const { message } = await seenInTelegram("Disk full on db1");
  const shown = (message.entities ?? []).map(({ type, offset, length }) => [
    type,
    message.text?.slice(offset, offset + length),
  ]);
  expect(shown).toContainEqual(["bold", "Disk full"]);
  expect(shown).toContainEqual(["code", "db1"]);
  expect(shown.map(([type]) => type)).not.toContain("mention");
  expect(message.text).toContain("↳ Oleg · ");
  discord.edit(said, { content: "Disk full on db2" });
  await seenInTelegram("Disk full on db2");
  expect(inTelegram()).toHaveLength(1);
  discord.delete(said);
  await telegram.waitFor(() => inTelegram().length === 0);
  expect(telegram.messagesOf(group).filter(({ own, deleted }) => own && deleted)).toHaveLength(1);
});

test("pictures and files go along, both ways", async () => {
  const { telegram, discord, group, ivan, channel, oleg, seenInDiscord, seenInTelegram, inTelegram } = await bridged(
    "to discord",
    "to telegram",
  );
  telegram.sendDocument(group, ivan, {
    bytes: Buffer.from("the log"),
    fileName: "build.log",
    caption: "log of the build",
  });
  const post = await seenInDiscord("log of the build");
  expect(post?.attachments.map(({ filename, bytes }) => [filename, Buffer.from(bytes).toString()])).toEqual([
    ["build.log", "the log"],
  ]);
  discord.say(channel, oleg, {
    content: "two graphs",
    attachments: [
      { name: "one.png", bytes: PICTURE },
      { name: "two.png", bytes: PICTURE },
    ],
  });
  await seenInTelegram("two graphs");
  const photos = await telegram.waitFor(() => {
    const found = inTelegram().filter(({ message }) => message.photo);
    return found.length === 2 && found;
  });
  expect(new Set(photos.map(({ message }) => message.media_group_id)).size).toBe(1);
});

test("a file that is too big for the other platform is named with the reason and a link to it, and the text still goes", async () => {
  const { telegram, group, ivan, seenInDiscord } = await bridged("to discord");
  const bytes = Buffer.alloc(11 * 1024 * 1024, "x");
  telegram.sendDocument(group, ivan, { bytes, fileName: "dump.sql", caption: "a dump" });
  const post = await seenInDiscord("a dump");
  expect(post?.content).toMatch(/Left out: dump\.sql .*larger than 10 MB/u);
  expect(post?.attachments).toEqual([]);
  const link = /\[Get the file\]\((?<link>[^)]+)\)/u.exec(post?.content ?? "")?.groups?.link ?? "";
  const served = await fetch(link);
  expect(served.headers.get("content-disposition")).toContain("dump.sql");
  expect((await served.arrayBuffer()).byteLength).toBe(bytes.length);
});

test("a flood wait behind the first album brings the rest later, and later files as a reply to the post", async () => {
  const { telegram, discord, channel, oleg, seenInTelegram, inTelegram } = await bridged("to telegram");
  telegram.faults.add({ method: "sendDocument", kind: "429", retryAfter: 1 });
  const attachments = [
    { name: "one.png", bytes: PICTURE },
    { name: "two.png", bytes: PICTURE },
    { name: "build.log", bytes: Buffer.from("the log") },
  ];
  const said = discord.say(channel, oleg, { content: "two graphs and a log", attachments });
  const { message: text } = await seenInTelegram("two graphs");
  const logs = () => inTelegram().filter(({ message }) => message.document);
  await telegram.waitFor(() => logs().length === 1);
  discord.edit(said, { content: "and one more", attachments: [{ name: "more.log", bytes: Buffer.from("more") }] });
  const more = await telegram.waitFor(() => logs().find(({ message }) => message.document?.file_name === "more.log"));
  expect(more?.message.reply_to_message?.message_id).toBe(text.message_id);
  expect(inTelegram().filter(({ message }) => message.photo)).toHaveLength(2);
});

test("a long text arrives whole, in messages that Discord takes", async () => {
  const { telegram, group, ivan, inDiscord, seenInDiscord } = await bridged("to discord");
  const lines = Array.from({ length: 60 }, (_, line) => `line ${line} – ${"_x_ ".repeat(15)}`);
  telegram.say(group, ivan, lines.join("\n").slice(0, 4_096));
  await seenInDiscord("line 50 ");
  const whole = inDiscord().map(({ content }) => content);
  expect(whole.length).toBeGreaterThan(1);
  for (const content of whole) expect(content.length).toBeLessThanOrEqual(2_000);
  for (let line = 0; line <= 50; line += 1) expect(whole.join("\n")).toContain(`line ${line} – `);
});

test("a webhook shows the author's name, and what it posts is never forwarded again", async () => {
  const { telegram, discord, group, guild, ivan, channel, cli, cliWith, start } = await openGroup();
  const { id, url } = discord.createWebhook(channel);
  expect(
    await cliWith(
      { ALERT_HOOK: url },
      "rule",
      "add",
      "main",
      "out",
      "--from",
      `telegram:${group.id}`,
      "--to",
      "discord-webhook:$ALERT_HOOK",
    ),
  ).toMatchObject({ code: 0 });
  await cli(
    "rule",
    "add",
    "main",
    "back",
    "--from",
    `discord:${guild.id}/${channel.id}`,
    "--to",
    `telegram:${group.id}`,
  );
  const service = await start();
  telegram.say(group, ivan, "ERROR: Disk full on db1");
  const post = await discord.waitFor(() => discord.messagesOf(channel).find(({ authorId }) => authorId === id));
  expect(post?.content).toContain("Disk full on db1");
  expect(discord.pings).toEqual([]);
  const stranger = discord.say(channel, discord.createUser({ username: "x" }), {
    content: "another webhook's alert",
    webhook: { id: "900000000000000001", name: "Grafana" },
  });
  await telegram.waitFor(() =>
    telegram.postsOf(group).some(({ message }) => message.text?.includes("another webhook")),
  );
  expect(stranger.id).not.toBe(post?.id);
  expect(telegram.postsOf(group).filter(({ message }) => message.text?.includes("Disk full"))).toEqual([]);
  expect(service.logs.join("\n")).not.toContain(url.split("/").at(-1));
});

test("two rules that face each other do not run away, and everything people say arrives on the other side once", async () => {
  const { telegram, discord, group, ivan, channel, oleg, inDiscord, inTelegram, seenInDiscord, seenInTelegram } =
    await bridged("to discord", "to telegram");
  for (const text of ["ok", "Disk full", "ok"]) {
    telegram.say(group, ivan, `${text} in telegram`);
    discord.say(channel, oleg, { content: `${text} in discord` });
  }
  telegram.say(group, ivan, "the last from telegram");
  await seenInDiscord("the last from telegram");
  discord.say(channel, oleg, { content: "the last from discord" });
  await seenInTelegram("the last from discord");
  expect(inDiscord()).toHaveLength(4);
  expect(inTelegram()).toHaveLength(4);
});

test("a second bridge that echoes everything, with a name before it, starts no loop", async () => {
  const { telegram, discord, group, guild, ivan, channel, inDiscord, inTelegram, seenInDiscord } = await bridged(
    "to discord",
    "to telegram",
  );
  const bridgeThere = telegram.createUser({ firstName: "Bridge", username: "bridge_bot", isBot: true });
  const bridgeHere = discord.createUser({ username: "bridge", bot: true });
  discord.addMember(guild, bridgeHere);
  const carried = new Set<string>();
  const carry = () => {
    for (const { message } of telegram.messagesOf(group)) {
      const key = `t${message.message_id}`;
      if (message.from?.id === bridgeThere.id || carried.has(key) || message.text === undefined) continue;
      carried.add(key);
      discord.say(channel, bridgeHere, { content: `**${message.from?.first_name}**: ${message.text}` });
    }
    for (const { id, authorId, content } of discord.messagesOf(channel)) {
      if (authorId === bridgeHere.id || carried.has(id)) continue;
      carried.add(id);
      telegram.say(group, bridgeThere, `<${authorId}> ${content.replaceAll(/[*_]/gu, "")}`);
    }
  };
  const stop = [telegram.onChange(() => queueMicrotask(carry)), discord.onChange(() => queueMicrotask(carry))];
  onTestFinished(() => {
    for (const end of stop) end();
  });
  const said = 3;
  for (let turn = 0; turn < said; turn += 1) telegram.say(group, ivan, `Disk full on db${turn}`);
  telegram.say(group, ivan, "enough now");
  await seenInDiscord("enough now");
  // Whatever was to follow has been taken in by the time that this, said last, has come across.
  const oleg = discord.createUser({ username: "olga" });
  discord.addMember(guild, oleg);
  discord.say(channel, oleg, { content: "and the end of it" });
  await telegram.waitFor(() => inTelegram().some(({ message }) => message.text?.includes("the end of it")));
  // Each message once, and once more what the other bridge said by itself of it.
  expect(inDiscord().length).toBeLessThanOrEqual((said + 2) * 2);
  expect(inTelegram().length).toBeLessThanOrEqual((said + 2) * 2);
});

test("an alert that its source repeats is no echo, and is counted in place where it has a key", async () => {
  const { telegram, group, ivan, inDiscord, seenInDiscord } = await bridged("to discord");
  for (const turn of [1, 2, 3]) {
    telegram.say(group, ivan, "ERROR: Disk full on db1");
    await expect.poll(() => inDiscord().length).toBe(turn);
  }
  await seenInDiscord("Disk full on db1");
});
